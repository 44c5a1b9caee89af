import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from holisticos.adapters.health_api import HttpHealthSource
from holisticos.contracts.errors import HealthSourceInvalidError, HealthSourceUnavailableError
from holisticos.contracts.names import Source
from holisticos.health.records import Biomarker, DropReason, Records
from tests.wire import AUCKLAND, BERLIN, archetype, biomarker, daily, score

START = datetime(2025, 7, 1, tzinfo=BERLIN)
END = datetime(2025, 7, 12, tzinfo=BERLIN)
LAST = date(2025, 7, 11)

Respond = Callable[[httpx.Request], httpx.Response]


def read(respond: Respond, *, start: datetime = START, end: datetime = END, page_size: int = 100) -> Records[Biomarker]:
    async def run() -> Records[Biomarker]:
        async with HttpHealthSource(
            "http://upstream.test/base/", page_size=page_size, transport=httpx.MockTransport(respond)
        ) as source:
            return await source.biomarkers("ada", start, end)

    return asyncio.run(run())


def answering(body: Any) -> Respond:
    return lambda _request: httpx.Response(200, json=body)


RECORDS = [daily("steps", LAST, 100), daily("steps", LAST - timedelta(days=1), 200)]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda records: records,
        lambda records: {"data": records},
        lambda records: {"items": records, "count": 2},
        lambda records: {"results": records},
        lambda records: {"data": {"items": records}},
    ],
)
def test_reads_every_envelope(wrap: Callable[[Any], Any]) -> None:
    assert [record.value for record in read(answering(wrap(RECORDS))).kept] == [100, 200]


def test_asks_for_the_users_local_days() -> None:
    asked: list[httpx.URL] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json=[])

    read(respond, start=datetime(2025, 7, 1, tzinfo=AUCKLAND), end=datetime(2025, 7, 11, 23, 59, 59, tzinfo=AUCKLAND))
    assert asked[0].path == "/base/api/v1/sahha/biomarkers"
    assert dict(asked[0].params) == {
        "user_id": "ada",
        "start_date": "2025-07-01",
        "end_date": "2025-07-11",
        "limit": "100",
    }


def test_the_end_is_excluded() -> None:
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["end_date"])
        return httpx.Response(200, json=[])

    read(respond, end=END.astimezone(UTC))
    assert asked == ["2025-07-11"]


@pytest.mark.parametrize("code", [204, 404])
def test_no_data_is_an_empty_answer(code: int) -> None:
    assert read(lambda _request: httpx.Response(code)) == Records()
    assert read(answering([])) == Records()


@pytest.mark.parametrize("body", [{"detail": "oops"}, "text", 5, None, {}, {"data": None}, {"data": {"x": 1}}])
def test_anything_but_records_is_invalid_and_never_no_data(body: Any) -> None:
    with pytest.raises(HealthSourceInvalidError):
        read(answering(body))


def test_bad_records_are_counted_and_the_rest_is_used() -> None:
    bad = [daily("steps", LAST, "NaN"), "junk", daily("steps", LAST, None)]
    answer = read(answering([*RECORDS, *bad]))
    assert len(answer.kept) == 2
    assert answer.dropped == {
        DropReason.NOT_FINITE: 1,
        DropReason.NOT_AN_OBJECT: 1,
        DropReason.MISSING_FIELD: 1,
    }


def test_where_nothing_can_be_used_the_answer_is_invalid() -> None:
    with pytest.raises(HealthSourceInvalidError, match="none of the 2 biomarkers"):
        read(answering(["junk", daily("steps", LAST, -5)]))


def test_sound_records_of_another_time_are_no_failure() -> None:
    answer = read(answering([daily("steps", LAST + timedelta(days=9), 100)]))
    assert (answer.kept, answer.dropped) == ((), {DropReason.FUTURE: 1})


class Paged:
    """A server that cuts off at ``limit``, newest first, and knows 40 records over ten days and one week."""

    def __init__(self, *, announces: bool) -> None:
        self._announces = announces
        self.records = [
            biomarker(
                "weight", 70 + n / 10, datetime(2025, 7, 1 + n // 4, 6 + n % 4, tzinfo=BERLIN), unit="kg", id=str(n)
            )
            for n in range(40)
        ]
        week: dict[str, Any] = {
            "startDateTime": "2025-07-01T18:00:00+02:00",
            "endDateTime": "2025-07-08T17:59:59+02:00",
        }
        self.records.append(daily("sleep_debt", LAST, 5, unit="hour", periodicity="weekly", **week))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        found = [
            record
            for record in sorted(self.records, key=lambda one: one["startDateTime"], reverse=True)
            if record["startDateTime"][:10] <= asked["end_date"] and record["endDateTime"][:10] >= asked["start_date"]
        ]
        page = found[: 7 if self._announces else int(asked["limit"])]
        return httpx.Response(200, json={"items": page, "total": len(found)} if self._announces else page)


@pytest.mark.parametrize("announces", [True, False])
def test_an_answer_that_is_cut_off_is_asked_for_in_parts(announces: bool) -> None:
    server = Paged(announces=announces)
    answer = read(server, page_size=100 if announces else 8)
    assert len(answer.kept) == 41
    assert {record.id for record in answer.kept} >= {str(n) for n in range(40)}


def test_more_records_of_one_day_than_a_page_holds_is_no_silent_loss() -> None:
    with pytest.raises(HealthSourceInvalidError, match="for one day"):
        read(Paged(announces=False), page_size=3)


def test_reads_all_three_parts() -> None:
    bodies = {
        "scores": [score("sleep", LAST, 0.7)],
        "biomarkers": RECORDS,
        "archetypes": [archetype("bed_schedule", "early_sleeper", LAST)],
    }

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=bodies[request.url.path.rsplit("/", 1)[1]])

    async def run() -> list[int]:
        async with HttpHealthSource("http://upstream.test", transport=httpx.MockTransport(respond)) as source:
            assert source.source is Source.HEALTH_API
            answers = await asyncio.gather(
                source.scores("ada", START, END),
                source.biomarkers("ada", START, END),
                source.archetypes("ada", START, END),
            )
            return [len(answer.kept) for answer in answers]

    assert asyncio.run(run()) == [1, 2, 1]


def test_a_failing_half_of_a_split_is_the_failure() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.params["start_date"] != "2025-07-01":
            raise httpx.ConnectError("refused")
        is_whole_span = request.url.params["end_date"] == "2025-07-11"
        return httpx.Response(200, json=[daily("steps", LAST, n) for n in range(100)] if is_whole_span else [])

    with pytest.raises(HealthSourceUnavailableError):
        read(respond)
