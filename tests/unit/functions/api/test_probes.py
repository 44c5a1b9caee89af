"""GET /live and GET /ready"""

from threading import Event

import pytest

from functions.api.routes import probes
from tests.unit.functions.api.served import Served


def up() -> None:
    return


def down() -> None:
    raise RuntimeError("arn:aws:dynamodb:eu-central-1:123456789012:table/analyses")


def test_live_needs_nothing(api: Served) -> None:
    answer = api.get("/live", user=None)
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


def test_ready_shows_each_dependency_with_its_latency() -> None:
    answer = Served(probes={"analyses": up, "users": up}).get("/ready", user=None)
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert list(answer.json()["dependencies"]) == ["analyses", "users"]
    assert all(state["status"] == "up" and state["latency_ms"] >= 0 for state in answer.json()["dependencies"].values())


def test_one_dependency_down_is_not_ready_and_says_no_more() -> None:
    answer = Served(probes={"analyses": up, "users": down}).get("/ready", user=None)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"]
    problem = answer.json()
    assert problem["type"] == "/problems/unavailable"
    assert problem["dependencies"]["users"]["status"] == "down"
    assert problem["dependencies"]["analyses"]["status"] == "up"
    assert "arn:" not in answer.text


def test_a_dependency_that_hangs_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "PROBE_TIMEOUT", 0.5)
    release = Event()
    timely = Served(probes={"analyses": lambda: bool(release.wait(1)), "users": up})  # type: ignore[dict-item]
    answer = timely.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["dependencies"]["analyses"]["status"] == "down"
    assert answer.json()["dependencies"]["users"]["status"] == "up"
