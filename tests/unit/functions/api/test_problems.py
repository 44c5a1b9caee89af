"""Every error is a problem."""

import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.middleware import MAX_BODY_BYTES
from functions.api.problems import Problem
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.errors import InputError, NotFoundError, StoreError, StoreUnavailableError
from holisticos.contracts.events import Event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.rate_limiter import InMemoryRateLimiter
from tests.unit.functions.api.served import ANALYSIS, Served

JSON = {"Content-Type": "application/json"}
ANALYZE = "/api/v1/users/ana/analyze"


def problem(answer: httpx.Response) -> Problem:
    assert answer.headers["Content-Type"] == "application/problem+json"
    parsed = Problem.model_validate(answer.json())
    assert parsed.status == answer.status_code
    assert parsed.correlation_id == answer.headers["X-Correlation-Id"]
    assert parsed.type.startswith("/problems/")
    return parsed


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/live/", "/api/v1", f"{ANALYZE}/", "/docs/", "/redoc", "/api/v1/users/ana/x/analyze"]
)
def test_an_unknown_path_is_a_problem(api: Served, path: str) -> None:
    assert problem(api.get(path)).type == "/problems/not-found"


def test_an_unknown_method_is_a_problem_that_names_the_known_ones(api: Served) -> None:
    answer = api.get(ANALYZE)
    assert problem(answer).type == "/problems/method-not-allowed"
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert api.request("PATCH", "/api/v1/users/ana/profile").headers["Allow"] == "GET, PUT"


@pytest.mark.parametrize(
    "content", [b"{", b"{'a': 1}", b"\xff\xfe", b"[" * 20_000, b'{"days": ' + b"9" * 5000 + b"}", b"\x00", b"nul"]
)
def test_a_body_that_is_no_json_is_a_problem(api: Served, content: bytes) -> None:
    answer = api.request("POST", ANALYZE, content=content, headers=JSON)
    assert problem(answer).type == "/problems/malformed-body"
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"]
)
def test_a_body_of_another_type_is_a_problem(api: Served, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = api.request("POST", ANALYZE, content=b"{}", headers=headers)
    assert problem(answer).type == "/problems/unsupported-media-type"
    assert answer.status_code == 415


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_a_problem(api: Served, *, declared: bool) -> None:
    content = b'"' + b"x" * MAX_BODY_BYTES + b'"'

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    answer = api.request("POST", ANALYZE, content=content if declared else in_pieces(), headers=JSON)
    assert problem(answer).type == "/problems/body-too-large"
    assert answer.status_code == 413


def test_a_body_that_just_fits_is_read(api: Served) -> None:
    content = b"{}".ljust(MAX_BODY_BYTES)
    assert api.request("POST", ANALYZE, content=content, headers=JSON).status_code == 202


@pytest.mark.parametrize("length", ["-1", "x", "9" * 400, "²"])
def test_a_lying_length_does_no_harm(api: Served, length: str) -> None:
    answer = api.request("POST", ANALYZE, content=b"{}", headers={**JSON, "Content-Length": length.encode()})
    assert answer.status_code in {202, 413}


def test_a_problem_names_every_wrong_field_and_repeats_no_value(api: Served) -> None:
    answer = api.analyze(json={"archetype": "s3cret", "as_of": "s3cret", "analysis_type": "s3cret", "x": "s3cret"})
    found = problem(answer)
    assert {error.field for error in found.errors or []} == {"archetype", "as_of", "analysis_type", "x"}
    assert "s3cret" not in answer.text


def test_names_of_unknown_fields_are_made_harmless(api: Served) -> None:
    body = json.dumps({"<script>\n\u2028" + "x" * 500: 1})
    answer = api.request("POST", ANALYZE, content=body, headers=JSON)
    (error,) = problem(answer).errors or []
    assert error.field == ("?script???" + "x" * 500)[:64]


def test_a_flood_of_errors_is_cut(api: Served) -> None:
    answer = api.analyze(json={f"field_{number}": 1 for number in range(1000)})
    assert len(problem(answer).errors or []) <= 20


class BrokenStore(InMemoryAnalysisStore):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def progress(self, *_: object) -> tuple[AnalysisHead, list[Event]]:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (StoreUnavailableError("read analysis: ThrottlingException"), 503, "/problems/unavailable"),
        (StoreError("read analysis: AccessDeniedException"), 500, "/problems/internal"),
        (RuntimeError("password=hunter2"), 500, "/problems/internal"),
        (InputError("days must be at least 1"), 422, "/problems/invalid-request"),
    ],
)
def test_an_error_from_below_is_a_problem_that_gives_nothing_away(error: Exception, status: int, kind: str) -> None:
    answer = Served(analyses=BrokenStore(error)).get(f"/api/v1/analysis/{ANALYSIS}")
    assert (answer.status_code, problem(answer).type) == (status, kind)
    assert not any(word in answer.text for word in ("Throttling", "AccessDenied", "hunter2"))
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_what_is_not_found_below_is_not_found() -> None:
    class EmptiedStore(InMemoryAnalysisStore):
        def of_user(self, *_: object) -> tuple[list[AnalysisHead], str | None]:
            raise NotFoundError("table analyses")

    answer = Served(analyses=EmptiedStore()).get("/api/v1/users/ana/analyses")
    assert problem(answer).type == "/problems/not-found"
    assert "table" not in answer.text


FUZZED = Served(rates=InMemoryRateLimiter(generous=True))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(
    st.sampled_from(["archetype", "analysis_type", "as_of", "days", "", "a.b"]), json_values, max_size=4
)


@given(body=bodies | json_values)
def test_whatever_json_is_sent_is_accepted_or_a_problem(body: object) -> None:
    started = len(FUZZED.workflow.started)
    answer = FUZZED.request("POST", ANALYZE, content=json.dumps(body).encode(), headers=JSON)
    if answer.status_code == 202:
        FUZZED.ended(answer.json()["analysis_id"])
    else:
        assert problem(answer).status == 422
        assert len(FUZZED.workflow.started) == started


@given(path=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40), key=st.binary(max_size=40))
def test_whatever_path_and_key_are_sent_there_is_an_answer(path: str, key: bytes) -> None:
    answer = FUZZED.request("POST", f"/api/v1/users/{quote(path, safe='')}/analyze", headers={b"Idempotency-Key": key})
    # A dot goes away on the way, and what is left is the path of a user called "analyze", which knows no POST.
    assert answer.status_code in {202, 403, 404, 405, 422}
    if answer.status_code == 202:
        FUZZED.ended(answer.json()["analysis_id"])
    else:
        problem(answer)
