"""Sahha's requests and its account token: fetched once, renewed in time, and seen by nobody."""

import asyncio
import json
import threading
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest

from holisticos.adapters.http_json import HttpLimits
from holisticos.adapters.sahha import CATEGORIES, SCORES, SahhaHealthSource
from holisticos.adapters.sahha_token import PATH
from holisticos.adapters.secrets import SahhaCredentials
from holisticos.contracts.errors import (
    ConfigurationError,
    HealthSourceError,
    HealthSourceInvalidError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
    StoreUnavailableError,
)
from holisticos.contracts.names import Source
from tests.wire import AUCKLAND, BERLIN, daily

START = datetime(2025, 7, 1, tzinfo=BERLIN)
END = datetime(2025, 7, 12, tzinfo=BERLIN)
RECORDS = [daily("steps", date(2025, 7, 11), 100)]
QUICK = HttpLimits(backoff=0.001)
DAY = 86_400

Result = TypeVar("Result")


@dataclass
class Sahha:
    """The provider's side: counts tokens, and accepts those it has not withdrawn."""

    records: list[Any] = field(default_factory=lambda: RECORDS)
    life: Any = DAY
    tokens: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    asked: list[httpx.Request] = field(default_factory=list)
    secret: str = "s3cr3t"
    token_answer: Callable[[], httpx.Response] | None = None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        # Others get their turn, as they do on a network.
        await asyncio.sleep(0)
        if request.url.path == f"/{PATH}":
            return self._token(json.loads(request.content))
        self.asked.append(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        good = scheme == "account" and token in self.tokens and token not in self.refuses
        return httpx.Response(200, json=self.records) if good else httpx.Response(401, json={"title": "Unauthorized"})

    def _token(self, given: dict[str, str]) -> httpx.Response:
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        if self.token_answer is not None:
            return self.token_answer()
        if given != {"clientId": "me", "clientSecret": self.secret}:
            return httpx.Response(401, json={"title": "Unauthorized", "statusCode": 401})
        return httpx.Response(200, json={"accountToken": self.tokens[-1], "expiresIn": self.life})


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


def run(
    sahha: Sahha,
    work: Callable[[SahhaHealthSource], Awaitable[Result]],
    credentials: Callable[[], SahhaCredentials] = lambda: SahhaCredentials("me", "s3cr3t"),
    *,
    limits: HttpLimits = QUICK,
    clock: Callable[[], float] | None = None,
    on_refused: Callable[[], None] = lambda: None,
) -> Result:
    async def go() -> Result:
        transport = httpx.MockTransport(sahha)
        source = SahhaHealthSource(
            "http://sahha.test/", credentials, limits=limits, transport=transport, on_refused_credentials=on_refused
        )
        if clock is not None:
            source._token._now = clock
        async with source:
            return await work(source)

    return asyncio.run(go())


async def read(source: SahhaHealthSource) -> int:
    return len((await source.biomarkers("ada", START, END)).kept)


async def read_all(source: SahhaHealthSource) -> None:
    await asyncio.gather(*(ask("ada", START, END) for ask in (source.scores, source.biomarkers, source.archetypes)))


def test_asks_for_everything_of_the_users_local_days_and_the_evening_before() -> None:
    async def work(source: SahhaHealthSource) -> None:
        assert source.source is Source.HEALTH_API
        start = datetime(2025, 7, 1, tzinfo=AUCKLAND)
        for ask in (source.scores, source.biomarkers, source.archetypes):
            await ask("ada", start, datetime(2025, 7, 12, tzinfo=AUCKLAND))

    sahha = Sahha(records=[])
    run(sahha, work)
    scores, biomarkers, archetypes = (request.url for request in sahha.asked)
    span = [("startDateTime", "2025-06-30T00:00:00+12:00"), ("endDateTime", "2025-07-11T23:59:59+12:00")]
    assert scores.path == "/api/v1/profile/score/ada"
    assert scores.params.multi_items() == [*(("types", name) for name in SCORES), *span]
    assert biomarkers.path == "/api/v1/profile/biomarker/ada"
    assert biomarkers.params.multi_items() == [*(("categories", name) for name in CATEGORIES), *span]
    assert archetypes.path == "/api/v1/profile/archetypes/ada"
    assert archetypes.params.multi_items() == span


def test_three_requests_side_by_side_fetch_one_token() -> None:
    sahha = Sahha(records=[])
    run(sahha, read_all)
    assert len(sahha.asked) == 3
    assert len(sahha.tokens) == 1


def test_a_token_is_kept_until_shortly_before_it_expires() -> None:
    sahha, clock = Sahha(), Clock()

    async def work(source: SahhaHealthSource) -> list[int]:
        counts = []
        for seconds in (0, DAY - 301, 2):
            clock.seconds += seconds
            await read(source)
            counts.append(len(sahha.tokens))
        return counts

    assert run(sahha, work, clock=clock) == [1, 1, 2]
    assert not any(request.headers["authorization"] == "account token-1" for request in sahha.asked[2:])


def test_a_short_lived_token_is_used_for_most_of_its_life() -> None:
    sahha, clock = Sahha(life=60), Clock()

    async def work(source: SahhaHealthSource) -> list[int]:
        counts = []
        for seconds in (0, 53, 2):
            clock.seconds += seconds
            await read(source)
            counts.append(len(sahha.tokens))
        return counts

    assert run(sahha, work, clock=clock) == [1, 1, 2]


def test_a_token_that_is_refused_is_renewed_once_for_all() -> None:
    sahha = Sahha(records=[])

    async def work(source: SahhaHealthSource) -> None:
        await read_all(source)
        sahha.refuses.add("token-1")
        await read_all(source)

    run(sahha, work)
    assert sahha.tokens == ["token-1", "token-2"]
    assert len(sahha.asked) == 3 + 6


def test_a_new_token_that_is_refused_too_is_the_answer() -> None:
    sahha = Sahha(refuses={f"token-{n}" for n in range(9)})
    with pytest.raises(HealthSourceUnauthorizedError):
        run(sahha, read)
    assert (len(sahha.tokens), len(sahha.asked)) == (2, 2)


def test_refused_credentials_are_read_anew_the_next_time() -> None:
    kept = ["old", "s3cr3t"]
    sahha = Sahha()

    async def work(source: SahhaHealthSource) -> int:
        with pytest.raises(HealthSourceUnauthorizedError):
            await read(source)
        return await read(source)

    assert run(sahha, work, lambda: SahhaCredentials("me", kept[0]), on_refused=lambda: kept.remove("old")) == 1


@pytest.mark.parametrize("status", [400, 401, 403])
def test_one_refusal_is_the_answer_of_all_who_wait(status: int) -> None:
    sahha = Sahha(token_answer=lambda: httpx.Response(status, json={"title": "no"}))

    async def work(source: SahhaHealthSource) -> list[type]:
        asks = (source.scores, source.biomarkers, source.archetypes)
        answers = await asyncio.gather(*(ask("ada", START, END) for ask in asks), return_exceptions=True)
        return [type(answer) for answer in answers]

    assert run(sahha, work) == [HealthSourceUnauthorizedError] * 3
    assert len(sahha.tokens) == 1
    assert sahha.asked == []


def test_a_token_endpoint_that_is_down_is_unavailable_and_tried_again() -> None:
    sahha = Sahha(token_answer=lambda: httpx.Response(503, headers={"retry-after": "7"}))
    with pytest.raises(HealthSourceUnavailableError) as caught:
        run(sahha, read, limits=HttpLimits(backoff=0.001, deadline=1))
    assert caught.value.retry_after == 7

    sahha = Sahha(token_answer=lambda: httpx.Response(500))
    with pytest.raises(HealthSourceUnavailableError):
        run(sahha, read)
    assert len(sahha.tokens) == 4


def test_token_and_records_have_one_deadline() -> None:
    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def work(source: SahhaHealthSource) -> float:
        source._client._transport = httpx.MockTransport(hang)
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(HealthSourceUnavailableError):
            await read_all(source)
        return loop.time() - began

    assert run(Sahha(), work, limits=HttpLimits(deadline=0.2)) < 1.5


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "token",
        {},
        {"accountToken": "x"},
        {"accountToken": "", "expiresIn": DAY},
        {"accountToken": None, "expiresIn": DAY},
        {"accountToken": "two words", "expiresIn": DAY},
        {"accountToken": "line\r\nx-y: 1", "expiresIn": DAY},
        {"accountToken": "tökén", "expiresIn": DAY},
        *({"accountToken": "x", "expiresIn": life} for life in ("86400", True, 0, -1, None, float("nan"))),
    ],
)
def test_what_is_no_token_is_an_invalid_answer(answer: Any) -> None:
    sahha = Sahha(token_answer=lambda: httpx.Response(200, content=json.dumps(answer)))
    with pytest.raises(HealthSourceInvalidError, match=r"no token|is null"):
        run(sahha, read)


@pytest.mark.parametrize("life", [10**400, float("inf"), 0.5])
def test_a_strange_life_is_believed_as_far_as_it_goes(life: float) -> None:
    text = json.dumps({"accountToken": "token-1", "expiresIn": life})
    assert run(Sahha(token_answer=lambda: httpx.Response(200, content=text)), read) == 1


@pytest.mark.parametrize("code", [204, 404])
def test_no_token_at_all_is_no_missing_data(code: int) -> None:
    with pytest.raises(HealthSourceInvalidError, match="no token"):
        run(Sahha(token_answer=lambda: httpx.Response(code)), read)


@pytest.mark.parametrize(
    ("failure", "typed"),
    [
        (ConfigurationError("HEALTH_API_SECRET_ARN: the secret holds no ... yet"), HealthSourceUnauthorizedError),
        (StoreUnavailableError("read the health API's credentials: Throttled"), HealthSourceUnavailableError),
    ],
)
def test_credentials_that_cannot_be_read_are_a_failure_of_the_source(
    failure: Exception, typed: type[HealthSourceError]
) -> None:
    def fail() -> SahhaCredentials:
        raise failure

    with pytest.raises(typed):
        run(Sahha(), read, fail)


def test_whoever_gives_up_does_not_take_the_token_from_the_others() -> None:
    sahha, reading = Sahha(records=[]), threading.Event()

    def credentials() -> SahhaCredentials:
        reading.wait(5)
        return SahhaCredentials("me", "s3cr3t")

    async def work(source: SahhaHealthSource) -> None:
        hurried, patient = (asyncio.create_task(read(source)) for _ in range(2))
        await asyncio.sleep(0)
        hurried.cancel()
        await asyncio.wait([hurried])
        reading.set()
        assert await patient == 0

    run(sahha, work, credentials)
    assert len(sahha.tokens) == 1


def test_a_fetch_that_a_sleep_has_outlasted_is_not_waited_for() -> None:
    sahha, stuck = Sahha(), threading.Event()
    waits = iter([5, 0])

    def credentials() -> SahhaCredentials:
        stuck.wait(next(waits))
        return SahhaCredentials("me", "s3cr3t")

    async def work(source: SahhaHealthSource) -> int:
        with pytest.raises(HealthSourceUnavailableError, match="in time"):
            await source._token.current(asyncio.get_running_loop().time() + 0.01)
        try:
            return await read(source)
        finally:
            stuck.set()

    assert run(sahha, work, credentials) == 1


def test_one_source_serves_one_loop_after_another() -> None:
    sahha = Sahha()
    source = SahhaHealthSource(
        "http://sahha.test", lambda: SahhaCredentials("me", "s3cr3t"), transport=httpx.MockTransport(sahha)
    )
    for _ in range(2):
        assert asyncio.run(read(source)) == 1
    assert len(sahha.tokens) == 1


@pytest.mark.parametrize(
    "sahha",
    [
        Sahha(refuses={"token-1", "token-2"}),
        Sahha(secret="another"),
        Sahha(token_answer=lambda: httpx.Response(200, json={"accountToken": "token-1", "expiresIn": "x"})),
        Sahha(records=["junk"]),
    ],
)
def test_neither_token_nor_credentials_are_in_an_error_or_a_representation(
    sahha: Sahha, caplog: pytest.LogCaptureFixture
) -> None:
    said = []

    async def work(source: SahhaHealthSource) -> None:
        try:
            await read(source)
        except HealthSourceError as error:
            said.append("".join(traceback.format_exception(error)))
        said.extend([repr(source), repr(source._token._kept), repr(SahhaCredentials("me", "s3cr3t"))])

    with caplog.at_level("DEBUG"):
        run(sahha, work)
    for text in [*said, caplog.text]:
        assert "token-1" not in text
        assert "s3cr3t" not in text


def test_a_time_without_zone_is_utc() -> None:
    async def work(source: SahhaHealthSource) -> None:
        await source.biomarkers("ada", datetime(2025, 7, 1), datetime(2025, 7, 2, tzinfo=UTC))  # noqa: DTZ001

    sahha = Sahha(records=[])
    run(sahha, work)
    assert sahha.asked[0].url.params["startDateTime"] == str(datetime(2025, 6, 30, tzinfo=UTC)).replace(" ", "T")
    assert timedelta(0) == datetime.fromisoformat(sahha.asked[0].url.params["endDateTime"]).utcoffset()
