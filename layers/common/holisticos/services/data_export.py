"""Everything that is kept of a user, as an archive that they and machines can read."""

import asyncio
import hashlib
import json
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any, Final, TypeVar
from zoneinfo import ZoneInfo

from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.audit import AuditRecord
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.feedback import Feedback
from holisticos.contracts.report import DateSpan
from holisticos.health import fhir
from holisticos.health.profile import Profile
from holisticos.health.records import ArchetypeRecord, Biomarker, Score
from holisticos.ports import AnalysisStore, AuditLog, UserStore
from holisticos.services.user_data import PartRead, UserDataService

Record = TypeVar("Record", Score, Biomarker, ArchetypeRecord)
Item = TypeVar("Item")

SCHEMA_VERSION: Final = 1
_DAY: Final = timedelta(days=1)
_CHUNK: Final = timedelta(days=31)
"""Health data are read a month at a time: each reading has the deadline of a request."""
_PAGE: Final = 100
_READERS: Final = 8

_README: Final = """\
# Your data in HolisticOS

| file | what |
|---|---|
| manifest.json | what is in here, with digests |
| profile.json | your settings |
| memory.json | what earlier analyses left for the next one |
| feedback.jsonl | what you said of recommendations |
| analyses.jsonl | your analyses: state, progress, reports, result |
| audit.jsonl | every use of your data |
| health/scores.jsonl, health/biomarkers.jsonl, health/archetypes.jsonl | health records as their source wrote them |
| fhir/bundle.json | scores and biomarkers as FHIR R4 Observations, with LOINC codes and UCUM units |

Files that end in `.jsonl` have one JSON document a line. What you withhold by your privacy preferences is not read,
and so not in here.
"""


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file in an archive; ``records`` is how many documents or resources it has."""

    name: str
    size: int
    records: int
    sha256: str


@dataclass(frozen=True, slots=True)
class HealthData:
    """The health records of some days, each once, and how many could not be used."""

    scores: tuple[Score, ...]
    biomarkers: tuple[Biomarker, ...]
    archetypes: tuple[ArchetypeRecord, ...]
    dropped: Mapping[str, int]


async def read_health_data(profile: Profile, days: DateSpan, until: datetime, data: UserDataService) -> HealthData:
    """All records of ``days``, in the user's time zone, up to the instant ``until``. Raises ``HealthSourceError``."""
    parts = _Parts()
    for start, end in _chunks(days, ZoneInfo(profile.timezone), until):
        scores, biomarkers, archetypes = await asyncio.gather(
            data.scores(profile, start, end), data.biomarkers(profile, start, end), data.archetypes(profile, start, end)
        )
        parts.add(scores, lambda one: (one.type, one.at), parts.scores)
        parts.add(biomarkers, lambda one: (one.type, one.start, one.end, one.id), parts.biomarkers)
        parts.add(archetypes, lambda one: (one.name, one.periodicity, one.start), parts.archetypes)
    return HealthData(
        scores=tuple(sorted(parts.scores.values(), key=lambda one: (one.at, one.type))),
        biomarkers=tuple(sorted(parts.biomarkers.values(), key=lambda one: (one.start, one.type, one.end, one.id))),
        archetypes=tuple(sorted(parts.archetypes.values(), key=lambda one: (one.start, one.name, one.periodicity))),
        dropped=parts.dropped,
    )


def write_archive(
    target: IO[bytes],
    profile: Profile,
    health: HealthData,
    days: DateSpan,
    *,
    at: datetime,
    users: UserStore,
    analyses: AnalysisStore,
    audit: AuditLog,
) -> list[ArchivedFile]:
    """Write the archive, a ZIP, to ``target``. Raises what the stores raise."""
    user_id = profile.user_id
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        files = _Files(archive)
        files.text("README.md", _README)
        files.json("profile.json", profile.model_dump(mode="json"))
        files.json("memory.json", users.memory(user_id).model_dump(mode="json"))
        files.lines("feedback.jsonl", (one.model_dump(mode="json") for one in _feedback(user_id, users)))
        files.lines("analyses.jsonl", _analyses(user_id, analyses))
        files.lines("audit.jsonl", (one.model_dump(mode="json") for one in _audit(user_id, audit)))
        files.lines("health/scores.jsonl", (one.raw for one in health.scores))
        files.lines("health/biomarkers.jsonl", (one.raw for one in health.biomarkers))
        files.lines("health/archetypes.jsonl", (one.raw for one in health.archetypes))
        files.bundle("fhir/bundle.json", _resources(user_id, health), at)
        manifest = {
            "schema_version": SCHEMA_VERSION,
            "user_id": user_id,
            "created_at": at.isoformat(),
            "health_data": {
                "start": days.start.isoformat(),
                "end": days.end.isoformat(),
                "timezone": profile.timezone,
                "dropped": dict(sorted(health.dropped.items())),
            },
            "synthetic": profile.synthetic,
            "files": [
                {"name": one.name, "bytes": one.size, "records": one.records, "sha256": one.sha256}
                for one in files.written
            ],
        }
        files.json("manifest.json", manifest)
    return files.written


class _Parts:
    """Records of several readings, which overlap at their edges."""

    def __init__(self) -> None:
        self.scores: dict[object, Score] = {}
        self.biomarkers: dict[object, Biomarker] = {}
        self.archetypes: dict[object, ArchetypeRecord] = {}
        self.dropped: dict[str, int] = {}

    def add(self, read: PartRead[Record], key: Callable[[Record], object], kept: dict[object, Record]) -> None:
        kept.update((key(record), record) for record in read.records.kept)
        for reason, count in read.records.dropped.items():
            # What is dropped as later is read with the next chunk.
            if reason.is_damage:
                self.dropped[reason.value] = self.dropped.get(reason.value, 0) + count


class _Files:
    """The files of an archive, with their digests."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.written: list[ArchivedFile] = []

    def text(self, name: str, text: str) -> None:
        self._write(name, [text], records=1)

    def json(self, name: str, document: Mapping[str, Any]) -> None:
        self._write(name, [json.dumps(document, ensure_ascii=False, indent=2), "\n"], records=1)

    def lines(self, name: str, documents: Iterable[Mapping[str, Any]]) -> None:
        self._write(name, (f"{_compact(document)}\n" for document in documents))

    def bundle(self, name: str, resources: Iterable[fhir.Resource], at: datetime) -> None:
        def pieces() -> Iterator[str]:
            yield f'{{"resourceType":"Bundle","type":"collection","timestamp":"{at.isoformat()}","entry":['
            for number, resource in enumerate(resources):
                yield f"{',' if number else ''}\n{_compact(fhir.entry(resource))}"
            yield "\n]}\n"

        self._write(name, pieces(), besides=2)

    def _write(self, name: str, pieces: Iterable[str], *, records: int | None = None, besides: int = 0) -> None:
        """``records`` is by default the number of pieces without those ``besides``."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._archive.open(name, "w", force_zip64=True) as file:
            for piece in pieces:
                size += _write_to(file, piece, digest.update)
                count += 1
        self.written.append(
            ArchivedFile(name, size, count - besides if records is None else records, digest.hexdigest())
        )


def _write_to(file: IO[bytes], text: str, also: Callable[[bytes], None]) -> int:
    content = text.encode()
    also(content)
    return file.write(content)


def _compact(document: Mapping[str, Any]) -> str:
    # Raw records are what somebody else wrote: what UTF-8 cannot hold is escaped, what JSON cannot is null.
    try:
        return json.dumps(document, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(_finite(document), separators=(",", ":"), allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inside) for inside in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _chunks(days: DateSpan, zone: ZoneInfo, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    first: date = days.start
    while first <= days.end:
        following = min(first + _CHUNK, days.end + _DAY)
        start, end = (datetime.combine(day, time(), zone) for day in (first, following))
        if start >= until:
            return
        yield start, min(end, until.astimezone(zone))
        first = following


def _pages(read: Callable[[str | None], tuple[Iterable[Item], str | None]]) -> Iterator[Item]:
    cursor: str | None = None
    while True:
        items, cursor = read(cursor)
        yield from items
        if cursor is None:
            return


def _feedback(user_id: str, users: UserStore) -> Iterator[Feedback]:
    return _pages(lambda cursor: users.feedback(user_id, _PAGE, cursor))


def _audit(user_id: str, audit: AuditLog) -> Iterator[AuditRecord]:
    return _pages(lambda cursor: audit.of_user(user_id, _PAGE, cursor))


def _analyses(user_id: str, analyses: AnalysisStore) -> Iterator[dict[str, Any]]:
    def read(head: AnalysisHead) -> dict[str, Any] | None:
        try:
            present, events = analyses.progress(head.analysis_id)
        except NotFoundError:
            return None  # it was erased a moment ago
        document: dict[str, Any] = {
            "analysis": present.model_dump(mode="json"),
            "events": [event.model_dump(mode="json", exclude_none=True) for event in events],
        }
        with suppress(NotFoundError):
            document["result"] = analyses.result(head.analysis_id).model_dump(mode="json", exclude_none=True)
        if "result" not in document:
            reports = analyses.reports(head.analysis_id)
            document["reports"] = {agent: report.model_dump(mode="json") for agent, report in reports.items()}
        return document

    with ThreadPoolExecutor(_READERS) as pool:
        heads = _pages(lambda cursor: analyses.of_user(user_id, _PAGE, cursor))
        yield from (document for document in pool.map(read, heads) if document is not None)


def _resources(user_id: str, health: HealthData) -> Iterator[fhir.Resource]:
    yield fhir.patient(user_id)
    for score in health.scores:
        yield fhir.score_observation(score, user_id)
    for record in health.biomarkers:
        yield fhir.biomarker_observation(record, user_id)
