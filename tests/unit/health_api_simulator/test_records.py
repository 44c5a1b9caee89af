"""What the simulated upstream serves, and how it is filled."""

import json
from pathlib import Path

import httpx
import pytest

from local.health_api.server import running
from local.health_api.simulation import Simulation
from local.health_api.storage import InvalidRecordError, Part, Storage
from tests.unit.health_api_simulator.conftest import ANA


def ids(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [record["id"] for record in response.json()]


def get(upstream: httpx.Client, part: str = "biomarkers", **query: str | int) -> httpx.Response:
    return upstream.get(f"/api/v1/sahha/{part}", params={"user_id": "ana", **query})


def test_records_come_back_as_they_were_given_newest_first(upstream: httpx.Client) -> None:
    assert get(upstream).json() == ANA["biomarkers"][::-1]
    assert get(upstream, "scores").json() == ANA["scores"][::-1]


def test_a_user_with_data_but_none_of_a_kind_gets_an_empty_list(upstream: httpx.Client) -> None:
    assert ids(get(upstream, "archetypes")) == []


@pytest.mark.parametrize("part", ["scores", "biomarkers", "archetypes"])
def test_a_user_without_data_gets_404(upstream: httpx.Client, part: str) -> None:
    assert upstream.get(f"/api/v1/sahha/{part}", params={"user_id": "ben"}).status_code == 404


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-07-11", "2025-07-12", ["b12", "b11"]),
        ("2025-07-14", "2025-07-14", ["b14"]),
        ("2025-07-15", "2025-07-20", []),
        # 12:00 UTC is midnight where the person lives.
        ("2025-07-11T12:00:00Z", "2025-07-12T12:00:00Z", ["b12"]),
        ("2025-07-11T11:59:59+00:00", "2025-07-12T12:00:00+00:00", ["b12", "b11"]),
        ("2025-07-12T00:00:00+12:00", "2025-07-13T00:00:01+12:00", ["b13", "b12"]),
        ("2025-07-11T12:00:00", "2025-07-12T12:00:00", ["b12"]),
    ],
)
def test_a_window_gives_what_touches_it(upstream: httpx.Client, start: str, end: str, expected: list[str]) -> None:
    assert ids(get(upstream, start_date=start, end_date=end)) == expected


def test_a_plus_sign_that_nobody_encoded_is_understood(upstream: httpx.Client) -> None:
    url = "/api/v1/sahha/biomarkers?user_id=ana&start_date=2025-07-14T00:00:00+12:00"
    assert ids(upstream.get(url)) == ["b14"]


def test_an_open_window_reaches_to_the_end(upstream: httpx.Client) -> None:
    assert ids(get(upstream, start_date="2025-07-13")) == ["b14", "b13"]
    assert ids(get(upstream, end_date="2025-07-11")) == ["b11", "b10"]


def test_a_limit_gives_the_newest(upstream: httpx.Client) -> None:
    assert ids(get(upstream, limit=2)) == ["b14", "b13"]
    assert ids(get(upstream, limit=2, end_date="2025-07-12")) == ["b12", "b11"]


@pytest.mark.parametrize(
    "query", [{"start_date": "yesterday"}, {"end_date": "2025-02-30"}, {"limit": 0}, {"limit": "many"}, {"user_id": ""}]
)
def test_a_query_that_makes_no_sense_is_refused(upstream: httpx.Client, query: dict[str, str]) -> None:
    response = get(upstream, **query)
    assert response.status_code == 422
    assert next(iter(query)) in response.text


def test_there_are_three_endpoints(upstream: httpx.Client) -> None:
    assert get(upstream, "insights").status_code == 422


@pytest.mark.parametrize("name", ["data", "items", "results"])
def test_the_envelope_can_be_switched(upstream: httpx.Client, name: str) -> None:
    plain = get(upstream).json()
    assert upstream.put("/_envelope", json={"envelope": name}).status_code == 200
    assert get(upstream).json() == {name: plain}
    assert upstream.put("/_envelope", json={"envelope": "list"}).status_code == 200
    assert get(upstream).json() == plain


def test_an_unknown_envelope_is_refused(upstream: httpx.Client) -> None:
    response = upstream.put("/_envelope", json={"envelope": "box"})
    assert response.status_code == 422
    assert "'list', 'data', 'items' or 'results'" in response.text


def test_putting_a_user_again_replaces_everything(upstream: httpx.Client) -> None:
    for _ in range(2):
        answer = upstream.put("/_data/ana", json={"biomarkers": ANA["biomarkers"][:2]})
        assert answer.json() == {"scores": 0, "biomarkers": 2, "archetypes": 0}
    assert ids(get(upstream)) == ["b11", "b10"]
    assert upstream.get("/_data").json() == {"ana": {"biomarkers": 2}}


def test_the_later_version_of_a_record_is_kept(upstream: httpx.Client) -> None:
    older, newer = ANA["biomarkers"][0], {**ANA["biomarkers"][0], "id": "new"}
    intraday = {**older, "id": "so far", "periodicity": "intraday"}
    upstream.put("/_data/ana", json={"biomarkers": [older, intraday, newer]}).raise_for_status()
    assert sorted(ids(get(upstream))) == ["new", "so far"]


def test_a_deleted_user_has_no_data(upstream: httpx.Client) -> None:
    assert upstream.delete("/_data/ana").status_code == 204
    assert get(upstream).status_code == 404
    assert upstream.get("/_data").json() == {}


@pytest.mark.parametrize("user_id", ["a b", "x" * 65, "ü"])
def test_an_id_that_cannot_be_a_users_is_refused(upstream: httpx.Client, user_id: str) -> None:
    assert upstream.put(f"/_data/{user_id}", json={}).status_code == 422


@pytest.mark.parametrize(
    "broken",
    [
        {"scores": [{"type": "sleep"}]},
        {"biomarkers": [{**ANA["biomarkers"][0], "endDateTime": "later"}]},
        {"archetypes": [{"name": "bed_schedule", "periodicity": "weekly", "startDateTime": "2025-07-07T00:00:00Z"}]},
        {"stories": []},
        {"scores": "none"},
    ],
)
def test_records_that_cannot_be_placed_change_nothing(upstream: httpx.Client, broken: dict[str, object]) -> None:
    assert upstream.put("/_data/ana", json=broken).status_code == 422
    assert len(ids(get(upstream))) == 5


def test_the_file_keeps_the_data(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    Storage(file).replace("ana", {Part.SCORES: ANA["scores"]})
    found = Storage(file).find("ana", Part.SCORES, None, None, None)
    assert [json.loads(body) for body in found or ()] == ANA["scores"][::-1]


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "records.sqlite")
    storage.replace("ana", {Part.SCORES: ANA["scores"]})
    with pytest.raises(InvalidRecordError, match="lacks 'scoreDateTime'"):
        storage.replace("ana", {Part.SCORES: [{"type": "sleep"}]})
    assert storage.users() == {"ana": {"scores": 2}}


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    storage = Storage(file)
    file.write_bytes(b"no database any more" * 100)
    with running(Simulation(storage)) as url:
        answer = httpx.put(f"{url}/_data/ana", json=ANA, trust_env=False)
    assert answer.status_code == 507
    assert "cannot be written" in answer.json()["detail"]
