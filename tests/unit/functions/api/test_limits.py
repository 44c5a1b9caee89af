"""How often one user may ask."""

import asyncio
import threading
from datetime import timedelta

import httpx
import pytest

from functions.api import limits
from functions.api.limits import REQUESTS, STREAMS
from functions.api.tickets import issue
from holisticos.contracts.errors import StoreUnavailableError
from tests.fakes.rate_limiter import InMemoryRateLimiter
from tests.output import Output
from tests.unit.functions.api.served import ANALYSIS, Served

PROFILE = "/api/v1/users/ana/profile"
STREAM = f"/api/v1/analysis/{ANALYSIS}/stream"


def exhausted(api: Served, user: str = "ana") -> None:
    now = api.clock.now()
    for limit in (REQUESTS, STREAMS):
        api.rates.counts[limit.bucket, user, limit.window_of(now)] = limit.requests


def said(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("ratelimit-")}


def test_each_answer_says_what_is_left(api: Served) -> None:
    assert [said(api.get(PROFILE)) for _ in range(2)] == [
        {
            "ratelimit-policy": "100;w=60",
            "ratelimit-limit": "100",
            "ratelimit-remaining": remaining,
            "ratelimit-reset": "60",
        }
        for remaining in ("99", "98")
    ]


def test_an_error_says_it_too(api: Served) -> None:
    assert said(api.get("/api/v1/users/bob/profile"))["ratelimit-remaining"] == "99"


def test_the_hundred_and_first_request_of_a_minute_is_refused(api: Served) -> None:
    statuses = [api.get(PROFILE).status_code for _ in range(REQUESTS.requests)]
    assert statuses == [200] * 100
    api.clock.advance(timedelta(seconds=18))
    refused = api.get(PROFILE)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "42"
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["type"] == "/problems/too-many-requests"
    api.clock.advance(timedelta(seconds=42))
    assert api.get(PROFILE).status_code == 200


def test_who_is_refused_has_touched_nothing(api: Served) -> None:
    exhausted(api)
    assert api.analyze().status_code == 429
    assert api.workflow.started == {}
    assert api.records() == []


def test_another_user_is_not_held_up(api: Served) -> None:
    exhausted(api)
    assert api.get("/api/v1/users/bob/profile", user="bob").status_code == 200


def test_streams_are_counted_apart(api: Served) -> None:
    api.given_analysis()
    answer = api.get(STREAM)
    assert said(answer)["ratelimit-limit"] == "600"
    assert {bucket for bucket, _, _ in api.rates.counts} == {"streams"}


def operations(api: Served) -> list[tuple[str, str, bool]]:
    """Method, path, and whether it is a stream, of all that ask for a sign-in."""
    return [
        (method, path, "text/event-stream" in operation["responses"]["200"].get("content", {}))
        for path, item in api.app.openapi()["paths"].items()
        for method, operation in item.items()
        if "security" in operation and "200" in operation["responses"]
    ]


@pytest.mark.parametrize(("method", "path", "is_stream"), operations(Served()))
def test_every_operation_is_counted_as_what_it_is(api: Served, method: str, path: str, *, is_stream: bool) -> None:
    exhausted(api)
    api.given_analysis()
    used = path.replace("{user_id}", "ana").replace("{analysis_id}", ANALYSIS)
    given = asyncio.run(issue(used.removeprefix("/api/v1/ticketed/"), api.deps))
    answer = api.request(method.upper(), used, json={}, params={"ticket": given.ticket})
    assert answer.status_code == 429
    assert answer.headers["RateLimit-Limit"] == str((STREAMS if is_stream else REQUESTS).requests)


@pytest.mark.parametrize("path", ["/live", "/ready", "/docs", "/openapi.json", "/api/v1/openapi.json", "/api/v1/nope"])
def test_what_needs_no_sign_in_is_not_counted(api: Served, path: str) -> None:
    assert said(api.get(path)) == {}
    assert not api.rates.counts


def test_what_cannot_be_counted_is_let_through_and_told(api: Served, capsys: pytest.CaptureFixture[str]) -> None:
    api.rates.failure = StoreUnavailableError("count request: ThrottlingException")
    answer = api.get(PROFILE)
    assert answer.status_code == 200
    assert said(answer) == {}
    output = Output.of(capsys)
    (logged,) = [line for line in output.logs if line["message"] == "request not counted"]
    assert (logged["level"], logged["category"]) == ("ERROR", "API-ERROR")
    assert [line["RequestsUncounted"] for line in output.metrics if "RequestsUncounted" in line] == [1]


def test_a_count_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    class HangingRateLimiter(InMemoryRateLimiter):
        def take(self, *_: object) -> None:  # type: ignore[override]  # it never returns in time
            answered.wait(10)

    monkeypatch.setattr(limits, "TIMEOUT", 0.01)
    api = Served(rates=HangingRateLimiter())
    # The thread is let go when the answer is on its way: what asks ends its threads at its own end.
    read = api.users.profile

    def profile(user_id: str):  # type: ignore[no-untyped-def]  # as the fake's own
        answered.set()
        return read(user_id)

    api.users.profile = profile  # type: ignore[method-assign]
    assert api.get(PROFILE).status_code == 200
    assert answered.is_set()


def test_strangers_use_up_nobodys_limit(api: Served) -> None:
    assert api.get(PROFILE, user=None).status_code == 401
    assert not api.rates.counts
