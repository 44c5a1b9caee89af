"""Idempotency-Key on what is answered at once; asking for an analysis has a suite of its own."""

import asyncio
from datetime import date, timedelta
from typing import IO, Any

import httpx
import pytest

from functions.api import idempotency
from holisticos.contracts.errors import StoreUnavailableError
from holisticos.contracts.idempotency import LEASE
from holisticos.health.memory import PastRecommendation
from tests.examples import a_memory, a_recommendation
from tests.fakes.export_store import InMemoryExportStore
from tests.unit.functions.api.served import Served

FEEDBACK = "/api/v1/users/ana/recommendations/routine.walk/feedback"
EXPORT = "/api/v1/users/ana/export"
BODIES: dict[str, dict[str, Any]] = {
    FEEDBACK: {"adherence": "partly", "note": "zu früh am Morgen"},
    EXPORT: {"start_date": "2026-03-01"},
}
OTHER_BODIES: dict[str, dict[str, Any]] = {
    FEEDBACK: {"adherence": "partly", "note": "zu spät am Abend"},
    EXPORT: {"start_date": "2026-03-02"},
}
every = pytest.mark.parametrize("path", [FEEDBACK, EXPORT])


@pytest.fixture
def api() -> Served:
    served = Served()
    given = tuple(
        PastRecommendation(recommendation=a_recommendation(id=id_), given_on=date(2026, 3, 10), analysis_id="an-7")
        for id_ in ("routine.walk", "routine.sleep")
    )
    served.users.put_memory("ana", a_memory(analyses=1, recommendations=given), served.clock.now())
    return served


def post(api: Served, path: str, body: dict[str, Any], key: str | None = "k-1", user: str = "ana") -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return api.request("POST", path, user=user, json=body, headers=headers)


@every
def test_the_same_request_is_answered_once(api: Served, path: str) -> None:
    first = post(api, path, BODIES[path])
    assert first.status_code == 201
    api.clock.advance(timedelta(minutes=5))
    again = post(api, path, dict(reversed(BODIES[path].items())))
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(api.users.feedback("ana")[0]) == (path == FEEDBACK)
    assert len(api.exports.contents) == (path == EXPORT)


@every
def test_without_a_key_or_with_another_one_it_is_another_request(api: Served, path: str) -> None:
    answers = []
    for key in ("k-1", "k-2", None, None):
        api.clock.advance(timedelta(seconds=1))
        answers.append(post(api, path, BODIES[path], key).text)
    assert len(set(answers)) == 4


@every
def test_the_key_of_another_request_is_refused(api: Served, path: str) -> None:
    post(api, path, BODIES[path])
    answer = post(api, path, OTHER_BODIES[path])
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")


def test_what_it_is_about_is_part_of_the_request(api: Served) -> None:
    post(api, FEEDBACK, BODIES[FEEDBACK])
    answer = post(api, FEEDBACK.replace("walk", "sleep"), BODIES[FEEDBACK])
    assert answer.json()["type"] == "/problems/idempotency-key-reused"


def test_a_key_is_its_users_and_its_operations_own(api: Served) -> None:
    given = post(api, EXPORT, {})
    assert post(api, FEEDBACK, BODIES[FEEDBACK]).status_code == 201
    others = post(api, EXPORT.replace("ana", "bob"), {}, user="bob")
    assert others.status_code == 201
    assert others.json()["export_id"] != given.json()["export_id"]


def test_a_request_that_failed_may_be_sent_again() -> None:
    class Moody(InMemoryExportStore):
        down = True

        def put(self, owner: str, name: str, content: IO[bytes]) -> str:
            if self.down:
                raise StoreUnavailableError("down")
            return super().put(owner, name, content)

    exports = Moody()
    api = Served(exports=exports)
    assert post(api, EXPORT, {}).status_code == 503
    exports.down = False
    assert post(api, EXPORT, {}).status_code == 201


def test_one_that_is_being_answered_is_waited_for(api: Served) -> None:
    async def both() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=api.app)
        headers = {"Idempotency-Key": "k-1", "X-Test-User": "ana"}
        async with httpx.AsyncClient(transport=transport, base_url="https://api.test", headers=headers) as client:
            return await asyncio.gather(*(client.post(EXPORT, json={}) for _ in range(4)))

    answers = asyncio.run(both())
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(api.exports.contents) == 1


def test_whoever_waits_too_long_is_told_to_come_back(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "PATIENCE", 0.2)
    post(api, EXPORT, {})
    (digest, known), *_ = api.requests.requests.items()
    object.__setattr__(known, "answer", None)
    answer = post(api, EXPORT, {})
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert "Retry-After" in answer.headers
    api.clock.advance(LEASE)
    assert post(api, EXPORT, {}).status_code == 201
    assert list(api.requests.requests) == [digest]


def test_the_store_of_answers_has_neither_names_nor_words_of_the_user(api: Served) -> None:
    post(api, FEEDBACK, BODIES[FEEDBACK])
    kept = repr(api.requests.requests)
    for word in ("ana", "früh", "k-1", "routine.walk/"):
        assert word not in kept.replace("analysis_id", "")


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 129, "é"])
def test_a_key_that_is_none_is_refused(api: Served, key: str) -> None:
    answer = api.request("POST", EXPORT, json={}, headers={"Idempotency-Key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "idempotency-key")
