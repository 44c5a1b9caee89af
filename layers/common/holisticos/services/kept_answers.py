"""What is kept of a user's health data in the cache, as bytes and back.

Only what the health API said is worth keeping, and only where it said something: the database is asked when the
health API cannot be, and "no data" may end with the first sync of a new device.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from holisticos.contracts.names import Part, Source
from holisticos.health.assembly import Origin
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.privacy import shared_biomarkers, shared_scores
from holisticos.health.profile import Profile
from holisticos.health.records import ArchetypeRecord, Biomarker, DropReason, Records, Score
from holisticos.health.windows import Period
from holisticos.services.health_cache import Companion, Question

Record = TypeVar("Record", Score, Biomarker, ArchetypeRecord)

_PARSERS: Final[dict[Part, Callable[..., Records[Any]]]] = {
    Part.SCORES: parse_scores,
    Part.BIOMARKERS: parse_biomarkers,
    Part.ARCHETYPES: parse_archetypes,
}


@dataclass(frozen=True, slots=True)
class PartRead(Generic[Record]):
    """The records of one part without what the user withholds, and where they were read."""

    records: Records[Record]
    origin: Origin


class ContextCodec:
    """A context, without what is the product's own: profile, memory and feedback are read each time."""

    def worth_keeping(self, answer: UserHealthContext) -> bool:
        parts = [report for part, report in answer.sources.items() if part is not Part.MEMORY]
        return all(part.source is Source.HEALTH_API for part in parts) and any(part.kept for part in parts)

    def encode(self, answer: UserHealthContext) -> bytes:
        bare = answer.model_copy(
            update={"user_id": "", "profile": Profile(user_id=""), "memory": Memory(), "feedback": ()}
        )
        return bare.model_dump_json().encode()

    def decode(self, content: bytes) -> UserHealthContext:
        return UserHealthContext.model_validate_json(content)


@dataclass(frozen=True, slots=True)
class PartCodec(Generic[Record]):
    """The records of one part, in the source's own words; they are read again by the rules of reading."""

    part: Part
    start: datetime
    end: datetime

    def worth_keeping(self, answer: PartRead[Record]) -> bool:
        return answer.origin.source is Source.HEALTH_API and bool(answer.records.kept)

    def encode(self, answer: PartRead[Record]) -> bytes:
        kept = {
            "fetched_at": answer.origin.fetched_at.isoformat(),
            "dropped": answer.records.dropped,
            "records": [record.raw for record in answer.records.kept],
        }
        return json.dumps(kept, separators=(",", ":")).encode()

    def decode(self, content: bytes) -> PartRead[Record]:
        kept = json.loads(content)
        parsed = _PARSERS[self.part](kept["records"], zone=self.start.tzinfo, as_of=self.end)
        dropped = dict(parsed.dropped)
        for reason, count in kept["dropped"].items():
            dropped[DropReason(reason)] = dropped.get(DropReason(reason), 0) + count
        origin = Origin(Source.CACHE, datetime.fromisoformat(kept["fetched_at"]))
        return PartRead(Records(parsed.kept, dropped), origin)


def question_of_context(profile: Profile, analysed: Period) -> Question:
    """What a context's data depend on: the days, and the user's time zone and privacy."""
    until = analysed.fetch_until.date()
    back = "" if analysed.back_to is None else f" back to {analysed.back_to}"
    return Question(
        profile.user_id,
        f"context {analysed.history.start} {analysed.window.start} {analysed.window.end}{back} {until} "
        f"{_manner(profile)}",
        analysed.window.end,
    )


def question_of_part(part: Part, profile: Profile, start: datetime, end: datetime) -> Question:
    """What the records of a part depend on; a day in progress goes on from the ones of an earlier instant of it."""
    last_day, is_over = _last_day(end)
    state = "whole" if is_over else "so far"
    return Question(profile.user_id, f"{part} {start.isoformat()} {last_day} {state} {_manner(profile)}", last_day)


def companions(
    profile: Profile, analysed: Period, scores: PartRead[Score], biomarkers: PartRead[Biomarker]
) -> list[Companion]:
    """What was read for a context, as the answers to what is asked next: the parts over the days of its window.

    They say ``dropped`` of the whole reading: a record whose time cannot be read belongs to no day.
    """
    zone = ZoneInfo(profile.timezone)
    start = datetime.combine(analysed.window.start - timedelta(days=1), time(), zone)
    end = datetime.combine(analysed.window.end + timedelta(days=1), time(), zone)
    if end > analysed.fetch_until:
        return []
    withheld = profile.privacy.withheld_categories
    shown_scores = shared_scores(scores.records, withheld)
    shown_biomarkers = shared_biomarkers(biomarkers.records, withheld)
    within_scores = tuple(one for one in shown_scores.kept if start <= one.at < end)
    within_biomarkers = tuple(one for one in shown_biomarkers.kept if start <= one.end and one.start < end)
    found: list[Companion] = []
    if within_scores:
        read = PartRead(Records(within_scores, shown_scores.dropped), scores.origin)
        question = question_of_part(Part.SCORES, profile, start, end)
        of_scores: PartCodec[Score] = PartCodec(Part.SCORES, start, end)
        found.append(Companion(question, of_scores.encode(read)))
    if within_biomarkers:
        read_too = PartRead(Records(within_biomarkers, shown_biomarkers.dropped), biomarkers.origin)
        question = question_of_part(Part.BIOMARKERS, profile, start, end)
        of_biomarkers: PartCodec[Biomarker] = PartCodec(Part.BIOMARKERS, start, end)
        found.append(Companion(question, of_biomarkers.encode(read_too)))
    return found


def _last_day(end: datetime) -> tuple[date, bool]:
    last = (end - timedelta(microseconds=1)).date()
    return last, last < end.date()


def _manner(profile: Profile) -> str:
    return " ".join([profile.timezone, *sorted(profile.privacy.withheld_categories)])
