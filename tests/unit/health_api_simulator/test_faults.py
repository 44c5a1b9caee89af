"""The fault switch: each mode does what it says, and only where it was switched on."""

import json
import threading
from pathlib import Path

import httpx
import pytest

from local.health_api.faults import HUGE_BYTES
from local.health_api.server import running
from local.health_api.simulation import Simulation
from local.health_api.storage import Storage

QUERY = {"user_id": "ana"}
SCORES, BIOMARKERS = "/api/v1/sahha/scores", "/api/v1/sahha/biomarkers"


def switch(upstream: httpx.Client, mode: str, for_: str = "scores", **more: int) -> None:
    answer = upstream.put("/_faults", json={"mode": mode, "for": for_, **more})
    assert answer.status_code == 200, answer.text


def test_500_and_429_are_answers_of_a_server_in_trouble(upstream: httpx.Client) -> None:
    switch(upstream, "500")
    assert upstream.get(SCORES, params=QUERY).status_code == 500
    switch(upstream, "429", retry_after=7)
    response = upstream.get(SCORES, params=QUERY)
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")


@pytest.mark.parametrize("mode", ["garbage", "truncated", "empty"])
def test_a_broken_body_comes_with_a_good_status(upstream: httpx.Client, mode: str) -> None:
    switch(upstream, mode)
    response = upstream.get(SCORES, params=QUERY)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match=r".*"):
        json.loads(response.content)
    assert (response.content == b"") == (mode == "empty")


def test_truncated_is_the_beginning_of_the_right_answer(upstream: httpx.Client) -> None:
    whole = upstream.get(SCORES, params=QUERY).content
    switch(upstream, "truncated")
    part = upstream.get(SCORES, params=QUERY).content
    assert 0 < len(part) < len(whole)
    assert whole.startswith(part)


def test_slow_is_the_right_answer_byte_by_byte(upstream: httpx.Client) -> None:
    whole = upstream.get(SCORES, params=QUERY).content
    switch(upstream, "slow")
    with upstream.stream("GET", SCORES, params=QUERY) as response:
        assert response.headers["transfer-encoding"] == "chunked"
        assert b"".join(response.iter_raw()) == whole


def test_huge_is_100_megabytes_of_valid_json(upstream: httpx.Client) -> None:
    switch(upstream, "huge")
    received, ends = 0, b""
    with upstream.stream("GET", SCORES, params=QUERY) as response:
        for chunk in response.iter_raw():
            ends = (ends + chunk)[:2] if not received else ends
            received += len(chunk)
            last = chunk[-2:]
    assert (ends, last) == (b'["', b'"]')
    assert received == HUGE_BYTES + 4


def test_hang_never_answers_and_lets_go_of_clients_that_hang_up(upstream: httpx.Client) -> None:
    switch(upstream, "hang")
    with pytest.raises(httpx.ReadTimeout):
        upstream.get(SCORES, params=QUERY, timeout=0.2)
    assert upstream.get(BIOMARKERS, params=QUERY).status_code == 200


def test_a_hanging_request_does_not_keep_the_server_from_stopping(tmp_path: Path) -> None:
    simulation = Simulation(Storage(tmp_path / "records.sqlite"))
    ended = threading.Event()

    def wait(url: str) -> None:
        try:
            httpx.get(f"{url}{SCORES}", params=QUERY, timeout=30, trust_env=False)
        except httpx.HTTPError:
            pass
        finally:
            ended.set()

    with running(simulation) as url, httpx.Client(base_url=url, trust_env=False) as client:
        switch(client, "hang")
        threading.Thread(target=wait, args=(url,), daemon=True).start()
        while not client.get("/_requests").json()["scores"]["total"]:
            pass
    assert ended.wait(timeout=10)


@pytest.mark.parametrize(("for_", "failing"), [("scores", {SCORES}), ("all", {SCORES, BIOMARKERS})])
def test_a_fault_touches_what_it_is_for(upstream: httpx.Client, for_: str, failing: set[str]) -> None:
    switch(upstream, "500", for_)
    assert {path for path in (SCORES, BIOMARKERS) if upstream.get(path, params=QUERY).is_error} == failing
    switch(upstream, "ok", for_)
    assert not any(upstream.get(path, params=QUERY).is_error for path in (SCORES, BIOMARKERS))


def test_the_switch_tells_its_state(upstream: httpx.Client) -> None:
    assert upstream.get("/_faults").json() == {"scores": "ok", "biomarkers": "ok", "archetypes": "ok", "token": "ok"}
    switch(upstream, "slow", "archetypes")
    assert upstream.get("/_faults").json() == {"scores": "ok", "biomarkers": "ok", "archetypes": "slow", "token": "ok"}


def test_a_fault_can_wear_off(upstream: httpx.Client) -> None:
    switch(upstream, "500", times=2)
    assert [upstream.get(SCORES, params=QUERY).status_code for _ in range(3)] == [500, 500, 200]
    assert upstream.get("/_faults").json()["scores"] == "ok"


def test_liveness_and_operation_know_no_faults(upstream: httpx.Client) -> None:
    switch(upstream, "hang", "all")
    assert upstream.get("/live").json() == {"status": "ok"}
    assert upstream.get("/_data").status_code == 200


def test_requests_are_counted_by_the_mode_of_their_answer(upstream: httpx.Client) -> None:
    upstream.get(SCORES, params=QUERY)
    switch(upstream, "500")
    upstream.get(SCORES, params=QUERY)
    assert upstream.get("/_requests").json() == {
        "scores": {"total": 2, "ok": 1, "500": 1},
        "biomarkers": {"total": 0},
        "archetypes": {"total": 0},
        "token": {"total": 0},
    }
    assert upstream.delete("/_requests").status_code == 204
    assert upstream.get("/_requests").json()["scores"] == {"total": 0}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"mode": "explode", "for": "all"}, "'ok', '500', '429', 'hang'"),
        ({"mode": "500", "for": "insights"}, "'scores', 'biomarkers', 'archetypes' or 'token'"),
        ({"for": "all"}, "mode"),
        ({"mode": "ok", "why": "?"}, "why"),
        ({"mode": "429", "retry_after": -1}, "retry_after"),
        ({"mode": "500", "times": 0}, "times"),
        ([], "body"),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused_by_name(upstream: httpx.Client, body: object, named: str) -> None:
    response = upstream.put("/_faults", json=body)
    assert response.status_code == 422
    assert named in response.text
    assert set(upstream.get("/_faults").json().values()) == {"ok"}
