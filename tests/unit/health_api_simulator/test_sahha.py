"""The paths of Sahha itself: under a token, by category, 204 for nothing, and with faults of their own."""

import httpx
import pytest

from local.health_api.tokens import CLIENT_ID, CLIENT_SECRET

TOKEN = "/api/v1/oauth/account/token"
CREDENTIALS = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET}
BIOMARKERS = "/api/v1/profile/biomarker/ana"


def signed(upstream: httpx.Client) -> dict[str, str]:
    answer = upstream.post(TOKEN, json=CREDENTIALS)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"account {answer.json()['accountToken']}"}


@pytest.fixture
def ana(upstream: httpx.Client) -> httpx.Client:
    """With records of two categories."""
    spans = {"startDateTime": "2025-07-10T00:00:00+12:00", "endDateTime": "2025-07-10T23:59:59+12:00"}
    records = [
        {"id": name, "type": name, "category": category, "periodicity": "daily", "value": "1", **spans}
        for name, category in (("steps", "activity"), ("sleep_debt", "sleep"))
    ]
    scores = [
        {"id": name, "type": name, "score": 0.5, "scoreDateTime": "2025-07-10T00:00:00+12:00"}
        for name in ("sleep", "activity")
    ]
    upstream.put("/_data/ana", json={"biomarkers": records, "scores": scores}).raise_for_status()
    return upstream


def ids(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {record["id"] for record in answer.json()}


def test_gives_what_is_chosen(ana: httpx.Client) -> None:
    headers = signed(ana)
    both = {"categories": ["activity", "sleep"]}
    assert ids(ana.get(BIOMARKERS, params=both, headers=headers)) == {"steps", "sleep_debt"}
    assert ids(ana.get(BIOMARKERS, params={"categories": ["sleep", "body"]}, headers=headers)) == {"sleep_debt"}
    assert ids(ana.get(BIOMARKERS, params={**both, "types": "steps"}, headers=headers)) == {"steps"}
    assert ids(ana.get("/api/v1/profile/score/ana", params={"types": "sleep"}, headers=headers)) == {"sleep"}


@pytest.mark.parametrize(
    "path", ["/api/v1/profile/archetypes/ana", "/api/v1/profile/archetypes/ben", f"{BIOMARKERS}?categories=body"]
)
def test_nothing_is_204(ana: httpx.Client, path: str) -> None:
    assert ana.get(path, headers=signed(ana)).status_code == 204


def test_a_choice_is_required(ana: httpx.Client) -> None:
    answer = ana.get(BIOMARKERS, headers=signed(ana))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["origin"] == "categories"


@pytest.mark.parametrize("header", [{}, {"Authorization": "account guessed"}])
def test_no_token_no_records(ana: httpx.Client, header: dict[str, str]) -> None:
    assert ana.get(BIOMARKERS, params={"categories": "sleep"}, headers=header).status_code == 401
    bearer = {"Authorization": signed(ana)["Authorization"].replace("account", "Bearer")}
    assert ana.get(BIOMARKERS, params={"categories": "sleep"}, headers=bearer).status_code == 401


def test_tokens_expire_and_can_be_withdrawn(ana: httpx.Client) -> None:
    ask = {"categories": "sleep"}
    old = signed(ana)
    assert ana.get(BIOMARKERS, params=ask, headers=old).status_code == 200
    ana.delete("/_token").raise_for_status()
    assert ana.get(BIOMARKERS, params=ask, headers=old).status_code == 401

    assert ana.put("/_token", json={"seconds": 0}).status_code == 200
    answer = ana.post(TOKEN, json=CREDENTIALS).json()
    assert answer["expiresIn"] == 0
    header = {"Authorization": f"account {answer['accountToken']}"}
    assert ana.get(BIOMARKERS, params=ask, headers=header).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{}", 401), (b'{"clientId": "me", "clientSecret": ["x"]}', 401), (b"[]", 400), (b"{", 400), (b"\xff", 400)],
)
def test_wrong_credentials_get_no_token(upstream: httpx.Client, body: bytes, status: int) -> None:
    answer = upstream.post(TOKEN, content=body)
    assert answer.status_code == answer.json()["statusCode"] == status


def test_the_switch_reaches_tokens_alone_and_records_by_kind(ana: httpx.Client) -> None:
    headers = signed(ana)
    ana.put("/_faults", json={"mode": "500", "for": "token"}).raise_for_status()
    assert ana.post(TOKEN, json=CREDENTIALS).status_code == 500
    assert ana.get(BIOMARKERS, params={"categories": "sleep"}, headers=headers).status_code == 200
    ana.put("/_faults", json={"mode": "500", "for": "biomarkers"}).raise_for_status()
    assert ana.get(BIOMARKERS, params={"categories": "sleep"}, headers=headers).status_code == 500
    assert ana.get("/_requests").json()["token"] == {"total": 2, "ok": 1, "500": 1}
