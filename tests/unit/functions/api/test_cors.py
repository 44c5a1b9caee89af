"""What web pages may do, by the origins of the stage."""

import pytest

from tests.unit.functions.api.served import Served

APP = "https://app.example"


@pytest.fixture
def web() -> Served:
    return Served(cors_origins=(APP, "https://other.example"))


@pytest.mark.parametrize(
    ("path", "user", "status"),
    [
        ("/api/v1/users/ana/profile", "ana", 200),
        ("/api/v1/users/bob/profile", "ana", 403),
        ("/api/v1/users/ana/profile", None, 401),
        ("/api/v1/nothing", "ana", 404),
    ],
)
def test_a_page_of_the_stage_may_read_every_answer(web: Served, path: str, user: str | None, status: int) -> None:
    answer = web.get(path, user=user, headers={"Origin": APP})
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert "Origin" in answer.headers["Vary"]
    assert "X-Correlation-Id" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_failure_can_be_read_too(web: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_user_id: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(web.users, "profile", fail)
    answer = web.get("/api/v1/users/ana/profile", headers={"Origin": APP})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (500, APP)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{APP}.evil.example", "null", f"{APP}:8443", "http://app.example"]
)
def test_any_other_page_may_not(web: Served, origin: str) -> None:
    answer = web.get("/api/v1/users/ana/profile", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_may_ask_before_it_calls(web: Served) -> None:
    asked = {
        "Origin": APP,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization, idempotency-key",
    }
    answer = web.request("OPTIONS", "/api/v1/users/ana", user=None, headers=asked)
    assert answer.status_code == 200
    assert "DELETE" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Max-Age"] == "3600"


def test_without_origins_no_page_may_read_anything() -> None:
    answer = Served().get("/api/v1/users/ana/profile", headers={"Origin": APP})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
