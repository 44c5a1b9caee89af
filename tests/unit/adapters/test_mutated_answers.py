"""Whatever an answer of a provider has become on its way: a typed error, or records that add up to what came."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import httpx
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.http_json import HttpLimits
from holisticos.adapters.json_health_source import JsonHealthSource
from holisticos.adapters.sahha import SahhaHealthSource
from holisticos.adapters.sahha_token import PATH
from holisticos.contracts.errors import HealthSourceError
from holisticos.contracts.names import HealthProvider, Part
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score
from holisticos.health.snapshot import decode, encode
from holisticos.health.versions import content_of, newest_of_each, storable
from holisticos.services.user_data import UserDataService
from tests.fakes.clock import FixedClock
from tests.fakes.health_source import InMemoryHealthSource
from tests.providers import BOTH, CREDENTIALS, TOKEN
from tests.wire import BERLIN, Record, archetype, daily, hourly, night, nightly, score

START = datetime(2025, 7, 1, tzinfo=BERLIN)
END = datetime(2025, 7, 12, tzinfo=BERLIN)
LAST = date(2025, 7, 11)
DAY = timedelta(days=1)

SOUND: Final[dict[Part, list[Record]]] = {
    Part.SCORES: [score(kind, LAST - n * DAY, 0.5) for n in range(3) for kind in ("sleep", "activity")],
    Part.BIOMARKERS: [
        *(daily("steps", LAST - n * DAY, f"{n}000.") for n in range(3)),
        *(nightly("sleep_duration", LAST - n * DAY, 400 + n) for n in range(3)),
        *night(LAST, datetime(2025, 7, 10, 23, tzinfo=BERLIN), datetime(2025, 7, 11, 7, tzinfo=BERLIN)),
        hourly("heart_rate_resting", datetime(2025, 7, 11, 9, tzinfo=BERLIN), 60, unit="bpm", category="vitals"),
        daily("novel", LAST, "1", note="ünïcode 🚶"),
    ],
    Part.ARCHETYPES: [archetype("bed_schedule", "early_sleeper", LAST - n * DAY) for n in range(3)],
}
FIELDS = sorted({name for records in SOUND.values() for record in records for name in record})

WRONG_TIMES = st.sampled_from(
    ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2025-02-30", "25:00", "now"]
) | st.datetimes().map(datetime.isoformat)
# Half a character and control characters are valid in JSON, as are numbers that no float can hold.
TEXT = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(["\ud83d", "n\udc00", "\x00", "٣"])
NUMBERS = st.sampled_from([float("nan"), float("inf"), -float("inf"), -1, 0, 1e308, 10**400, -(10**400), 2**63])
WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NUMBERS | TEXT | WRONG_TIMES,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXT, inside, max_size=3),
    max_leaves=5,
)


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


@st.composite
def damaged_records(draw: st.DrawFn, part: Part) -> Any:
    """A record with some of its fields changed, taken away, nested, or of another type; or no record at all."""
    record = dict(draw(st.sampled_from(SOUND[part])))
    for name in draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4)):
        match draw(st.sampled_from(["change", "change", "word", "remove", "nest", "sink", "swap", "move"])):
            case "change":
                record[name] = draw(WILD)
            case "word":
                record[name] = draw(TEXT)
            case "remove":
                record.pop(name, None)
            case "nest":
                record[name] = draw(st.sampled_from([[record.get(name)], {"value": record.get(name)}]))
            case "sink":
                record[name] = nested(record.get(name), draw(st.integers(10, 600)))
            case "swap":
                value = record.get(name)
                record[name] = len(value) if isinstance(value, str) else str(value)
            case "move":
                record[draw(st.sampled_from(FIELDS))] = record.get(name)
    return draw(st.sampled_from([record, record, record, [record], {"record": record}]) | WILD)


ENVELOPES = st.sampled_from(
    [
        lambda items: items,
        lambda items: {"data": items},
        lambda items: {"items": items, "total": len(items)},
        lambda items: {"results": items, "has_more": False},
        lambda items: {"data": {"items": items}, "count": 1},
        lambda items: {"data": {"data": {"results": items}}},
        lambda items: {"data": None, "items": items},
        lambda items: {"items": items, "total": "many"},
        lambda items: {"items": items, "total": len(items) + 1},
        lambda items: {"data": items, "has_more": True},
        lambda items: {"data": {"0": items}},
        lambda items: [items],
        lambda items: nested({"data": items}, 3),
        lambda _items: {},
        lambda _items: "data",
    ]
)
ENCODINGS = st.sampled_from(
    [("utf-8", "surrogatepass")] * 6
    + [("utf-8-sig", "replace"), ("utf-16", "surrogatepass"), ("utf-32-le", "replace"), ("latin-1", "replace")]
)


@st.composite
def bodies(draw: st.DrawFn, part: Part) -> bytes:
    records = draw(st.lists(st.sampled_from(SOUND[part]) | damaged_records(part), max_size=8))
    # The same again, as overlapping pages and impatient senders have it.
    for record in draw(st.lists(st.sampled_from(records), max_size=2)) if records else []:
        records.insert(draw(st.integers(0, len(records))), record)
    text = json.dumps(draw(ENVELOPES)(records), ensure_ascii=draw(st.booleans()))
    body = text.encode(*draw(ENCODINGS))
    at = draw(st.integers(0, len(body)))
    match draw(st.sampled_from(["whole"] * 6 + ["cut", "spliced", "overwritten", "twice", "other"])):
        case "cut":
            return body[:at]
        case "spliced":
            return body[:at] + body[draw(st.integers(at, len(body))) :]
        case "overwritten":
            noise = draw(st.binary(min_size=1, max_size=4) | st.sampled_from([b'"', b"}", b",", b"null", b"\x00"]))
            return body[:at] + noise + body[at + len(noise) :]
        case "twice":
            return body + body
        case "other":
            return draw(st.binary(max_size=40))
    return body


@dataclass
class Server:
    """Says of every kind of records what it is told to say."""

    body: bytes = b"[]"
    token: bytes = TOKEN
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        is_token = request.url.path == f"/{PATH}"
        body = self.token if is_token else self.body

        async def pieces() -> AsyncIterator[bytes]:
            for at in range(0, len(body), 97):
                yield body[at : at + 97]

        return httpx.Response(200, content=pieces(), headers={} if is_token else self.headers)


class Providers:
    """Both of them before one server, in one loop that is kept."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.server = Server()
        self._runner = runner
        self._source = {provider: self.fresh(provider) for provider in HealthProvider}

    def fresh(self, provider: HealthProvider) -> JsonHealthSource:
        transport, limits = httpx.MockTransport(self.server), HttpLimits(per_second=1e9, burst=10**9)
        if provider is HealthProvider.HOS_FAPI:
            return HttpHealthSource("http://upstream.test", limits=limits, transport=transport)
        return SahhaHealthSource("http://upstream.test", lambda: CREDENTIALS, limits=limits, transport=transport)

    def read(
        self, provider: HealthProvider, part: Part, source: JsonHealthSource | None = None
    ) -> Records[Score] | Records[Biomarker] | Records[ArchetypeRecord]:
        chosen = source or self._source[provider]
        ask = {Part.SCORES: chosen.scores, Part.BIOMARKERS: chosen.biomarkers, Part.ARCHETYPES: chosen.archetypes}

        async def reading() -> Any:
            return await ask[part]("ada", START, END)

        answer: Records[Score] | Records[Biomarker] | Records[ArchetypeRecord] = self._runner.run(reading())
        return answer

    def close(self) -> None:
        for source in self._source.values():
            self._runner.run(source.aclose())


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    with asyncio.Runner() as runner:
        both = Providers(runner)
        yield both
        both.close()


def said(body: bytes) -> tuple[list[Any] | None, bool]:
    """The records in a body, None where it has no list of them; and whether it says that there are more."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None, False
    more = False
    while isinstance(answer, dict):
        found = [answer[name] for name in ("data", "items", "results") if isinstance(answer.get(name), list | dict)]
        if not found:
            return None, False
        total = answer.get("total")
        if isinstance(found[0], list):
            more = answer.get("has_more") is True or (isinstance(total, int) and total > len(found[0]))
        answer = found[0]
    return (answer if isinstance(answer, list) else None), more


@BOTH
@pytest.mark.parametrize("part", list(SOUND))
@given(data=st.data())
def test_kept_and_dropped_are_what_was_received_or_the_error_is_typed(
    providers: Providers, provider: HealthProvider, part: Part, data: st.DataObject
) -> None:
    body = data.draw(bodies(part))
    providers.server.body, providers.server.headers = body, {}
    items, more = said(body)
    sound = sum(item in SOUND[part] for item in items or [])
    try:
        records = providers.read(provider, part)
    except HealthSourceError:
        event("error")
        # A single sound record is enough for an answer, if all of it can be read and none is missing.
        assert items is None or more or not sound
        return
    event("records")
    assert items is not None
    assert not more
    assert records.received == len(records.kept) + sum(records.dropped.values()) == len(items)
    assert len(records.kept) >= sound
    for record in records.kept:
        for value in _words(record):
            value.encode()


def _words(record: Score | Biomarker | ArchetypeRecord) -> list[str]:
    """The texts of a record but for what is kept as it came."""
    names = record._fields if isinstance(record, Biomarker) else record.__slots__
    return [value for name in names if name != "raw" and isinstance(value := getattr(record, name), str)]


@BOTH
@given(
    body=st.binary(max_size=60) | bodies(Part.SCORES),
    encoding=st.sampled_from(["gzip", "deflate", "br", "zip", "gzip, gzip"]),
)
def test_a_body_that_is_not_compressed_as_it_says_is_a_typed_error_or_read(
    providers: Providers, provider: HealthProvider, body: bytes, encoding: str
) -> None:
    packed = gzip.compress(body)
    providers.server.headers = {"content-encoding": encoding}
    for sent in (body, packed, packed[:-9], packed[:12] + body):
        providers.server.body = sent
        try:
            records = providers.read(provider, Part.SCORES)
        except HealthSourceError:
            continue
        came = said(body)[0] if sent is packed and encoding == "gzip" else None
        assert came is None or records.received == len(came)


@given(data=st.data())
def test_whatever_has_become_of_a_token_there_are_records_or_a_typed_error(
    providers: Providers, data: st.DataObject
) -> None:
    fields = st.sampled_from(["accountToken", "expiresIn"])
    changes = data.draw(st.dictionaries(fields, WILD, max_size=2))
    content = json.dumps(data.draw(st.just({**json.loads(TOKEN), **changes}) | WILD)).encode()
    cut = data.draw(st.integers(0, len(content)))
    providers.server.body, providers.server.headers = b"[]", {}
    try:
        for token in (content, content[:cut]):
            providers.server.token = token
            try:
                answer = providers.read(HealthProvider.SAHHA, Part.SCORES, providers.fresh(HealthProvider.SAHHA))
            except HealthSourceError:
                continue
            assert answer.received == 0
    finally:
        providers.server.token = TOKEN


@given(data=st.data())
def test_what_is_accepted_can_be_told_kept_and_stored(data: st.DataObject) -> None:
    """No record that gets past the client stops the analysis of the others."""
    source = InMemoryHealthSource()
    for part in SOUND:
        source.add("ada", **{part.value: data.draw(st.lists(damaged_records(part), max_size=3))})
    source.add("ada", biomarkers=SOUND[Part.BIOMARKERS])
    now = datetime(2025, 7, 12, 9, tzinfo=UTC)

    async def work() -> list[Any]:
        service = UserDataService([source], FixedClock(now))
        context = await service.context(Profile(user_id="ada", timezone="Europe/Berlin"), Memory(), as_of=now)
        assert decode(encode(context)) == context
        return [
            record
            for ask in (source.scores, source.biomarkers, source.archetypes)
            for record in (await ask("ada", START, END)).kept
        ]

    kept = asyncio.run(work())
    for record, _ in newest_of_each(kept):
        assert len(content_of(record)) == 64
        json.dumps(storable(record.raw), ensure_ascii=False, allow_nan=False).encode()
