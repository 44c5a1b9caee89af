import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from holisticos.adapters.http_json import HttpLimits, JsonClient
from holisticos.adapters.retry_after import retry_after
from holisticos.contracts.errors import (
    ConfigurationError,
    HealthSourceInvalidError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
)

Respond = Callable[[httpx.Request], httpx.Response]


class Script:
    """A client whose server gives the scripted answers in turn, and whose waits are noted, not waited."""

    def __init__(self, *answers: httpx.Response | Exception, limits: HttpLimits | None = None) -> None:
        self._answers = list(answers)
        self.waits: list[float] = []
        self.asked = 0
        self.ceilings: list[float] = []
        self._limits = limits or HttpLimits(deadline=30)

    def _respond(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def _jitter(self, low: float, high: float) -> float:
        assert low == 0
        self.ceilings.append(high)
        return high / 2

    def get(self) -> object:
        async def run() -> object:
            client = JsonClient(
                "http://upstream.test",
                limits=self._limits,
                transport=httpx.MockTransport(self._respond),
                sleep=self._sleep,
                jitter=self._jitter,
            )
            async with client:
                return await client.get("records", {"user_id": "ada"})

        return asyncio.run(run())


def status(code: int, **headers: str) -> httpx.Response:
    return httpx.Response(code, headers={name.replace("_", "-"): value for name, value in headers.items()})


OK = httpx.Response(200, json=[1])


def test_gives_the_parsed_body() -> None:
    assert Script(httpx.Response(200, json={"data": []})).get() == {"data": []}


@pytest.mark.parametrize("code", [204, 404])
def test_nothing_is_nothing(code: int) -> None:
    assert Script(httpx.Response(code)).get() is None


def test_a_web_page_that_is_not_there_is_no_answer_about_a_user() -> None:
    with pytest.raises(HealthSourceRejectedError):
        Script(httpx.Response(404, html="<h1>no such host</h1>")).get()


@pytest.mark.parametrize("failure", [status(500), status(503), status(429), status(408), httpx.ConnectError("refused")])
def test_tries_again_where_that_may_help(failure: httpx.Response | Exception) -> None:
    script = Script(failure, failure, OK)
    assert script.get() == [1]
    assert script.asked == 3


def test_waits_longer_each_time_with_full_jitter_and_gives_up_after_three_retries() -> None:
    script = Script(status(503), limits=HttpLimits(deadline=30, backoff=1, longest_backoff=3))
    with pytest.raises(HealthSourceUnavailableError, match="503"):
        script.get()
    assert script.asked == 4
    assert script.ceilings[:3] == [1, 2, 3]
    assert script.waits == [0.5, 1, 1.5]


def test_waits_as_long_as_it_is_asked_to() -> None:
    script = Script(status(429, retry_after="2"), OK)
    assert script.get() == [1]
    assert script.waits == [2]


def test_does_not_wait_beyond_the_deadline_and_says_what_was_asked_for() -> None:
    script = Script(status(429, retry_after="120"), OK)
    with pytest.raises(HealthSourceUnavailableError) as caught:
        script.get()
    assert caught.value.retry_after == 120
    assert script.waits == []


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, HealthSourceRejectedError),
        (422, HealthSourceRejectedError),
        (302, HealthSourceRejectedError),
        (401, HealthSourceUnauthorizedError),
        (403, HealthSourceUnauthorizedError),
    ],
)
def test_does_not_try_again_what_will_be_refused_again(code: int, error: type[Exception]) -> None:
    script = Script(status(code))
    with pytest.raises(error):
        script.get()
    assert script.asked == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b'[{"id": 1', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_invalid_and_is_not_quoted(body: bytes) -> None:
    script = Script(httpx.Response(200, content=body))
    with pytest.raises(HealthSourceInvalidError, match="not JSON"):
        script.get()
    assert script.asked == 1


def test_null_is_no_answer() -> None:
    with pytest.raises(HealthSourceInvalidError, match="null"):
        Script(httpx.Response(200, content=b"null")).get()


def test_a_broken_compression_is_invalid() -> None:
    with pytest.raises(HealthSourceInvalidError):
        Script(httpx.Response(200, stream=httpx.ByteStream(b"no gzip"), headers={"content-encoding": "gzip"})).get()


def test_an_announced_size_beyond_the_limit_is_not_read() -> None:
    with pytest.raises(HealthSourceInvalidError, match="larger than 10"):
        Script(httpx.Response(200, content=b"[" + b" " * 20 + b"]"), limits=HttpLimits(body_bytes=10)).get()


def test_no_time_left_is_unavailable_without_asking() -> None:
    script = Script(OK, limits=HttpLimits(deadline=0))
    with pytest.raises(HealthSourceUnavailableError):
        script.get()
    assert script.asked == 0


@pytest.mark.parametrize("url", ["", "upstream.test", "ftp://upstream.test", "http://", "http://[::1"])
def test_a_wrong_base_url_is_a_mistake_of_configuration(url: str) -> None:
    with pytest.raises(ConfigurationError):
        JsonClient(url)


def test_serves_one_event_loop_after_another() -> None:
    client = JsonClient("http://upstream.test", transport=httpx.MockTransport(lambda _request: OK))

    async def ask() -> Any:
        return await client.get("records", {})

    assert [asyncio.run(ask()) for _ in range(3)] == [[1], [1], [1]]
    asyncio.run(client.aclose())
    assert asyncio.run(ask()) == [1]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("5", 5),
        (" 5 ", 5),
        ("soon", None),
        ("-1", None),
        ("Fri, 11 Jul 2025 12:00:30 GMT", 30),
        ("Fri, 11 Jul 2025 11:00:00 GMT", 0),
        ("Fri, 11 Jul 2025 12:00:30 -0000", 30),
    ],
)
def test_reads_both_forms_of_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, datetime(2025, 7, 11, 12, tzinfo=UTC)) == seconds
