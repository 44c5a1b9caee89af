"""GET /api/v1/users/{user_id}/analyses"""

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.names import AnalysisStatus
from tests.unit.functions.api.served import Served

URL = "/api/v1/users/ana/analyses"


def given_analyses(api: Served, count: int, user_id: str = "ana") -> list[str]:
    """The ids, oldest first."""
    ids = []
    for number in range(count):
        api.clock.advance(timedelta(seconds=1))
        ids.append(api.given_analysis(user_id=user_id, analysis_id=f"an-{user_id}-{number}").analysis_id)
    return ids


def pages(api: Served, limit: int) -> list[list[str]]:
    found = []
    params: dict[str, Any] = {"limit": limit}
    while True:
        page = api.get(URL, params=params).json()
        found.append([item["analysis_id"] for item in page["items"]])
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


def test_a_user_without_analyses_has_an_empty_list(api: Served) -> None:
    assert api.get(URL).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_the_pages_together_have_each_of_the_users_analyses_once_newest_first(api: Served, limit: int) -> None:
    ids = given_analyses(api, 7)
    given_analyses(api, 2, "bob")
    found = pages(api, limit)
    assert [analysis_id for page in found for analysis_id in page] == ids[::-1]
    assert {len(page) for page in found[:-1]} <= {limit}


def test_an_item_says_what_it_is_and_where_there_is_more(api: Served) -> None:
    head = api.given_analysis()
    (item,) = api.get(URL).json()["items"]
    assert item["status"] == "queued"
    assert item["links"]["self"] == f"/api/v1/analysis/{head.analysis_id}"
    assert not {"user_id", "correlation_id"} & set(item)


def test_an_overdue_analysis_is_listed_as_failed(api: Served) -> None:
    head = api.given_analysis()
    api.clock.advance(timedelta(minutes=6))
    (item,) = api.get(URL).json()["items"]
    assert (item["status"], item["reason"]) == ("failed", "timed_out")
    assert api.analyses.head(head.analysis_id).status is AnalysisStatus.FAILED


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "1.5", ""])
def test_an_impossible_limit_is_refused(api: Served, limit: str) -> None:
    answer = api.get(URL, params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


@pytest.mark.parametrize(
    "cursor",
    ["", "a", "=", "ä", "x" * 201, *(urlsafe_b64encode(raw).decode().rstrip("=") for raw in (b"\xff", b"\x00"))],
)
def test_a_cursor_that_was_not_given_out_is_refused(api: Served, cursor: str) -> None:
    answer = api.get(URL, params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {"location": "query", "field": "cursor"} | {
        "detail": answer.json()["errors"][0]["detail"]
    }


def test_a_cursor_of_another_user_shows_nothing_of_theirs(api: Served) -> None:
    given_analyses(api, 3, "bob")
    given_analyses(api, 1)
    theirs = api.get("/api/v1/users/bob/analyses", user="bob", params={"limit": 1}).json()["next_cursor"]
    page = api.get(URL, params={"cursor": theirs}).json()
    assert page["items"] == []


def test_listing_is_on_the_audit_trail(api: Served) -> None:
    api.get(URL)
    (record,) = api.records()
    assert (record.action, record.user_id, record.resource) == (AuditAction.ANALYSIS_READ, "ana", "analyses")


@pytest.mark.parametrize("path", [URL, "/api/v1/analysis/an-" + "0" * 31 + "1", "/api/v1/users/ana/profile"])
def test_what_has_not_changed_is_not_sent_again(api: Served, path: str) -> None:
    api.given_analysis()
    first = api.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = api.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert api.get(path, headers={"If-None-Match": '"other"'}).json() == first.json()


def test_what_has_changed_is_sent_again(api: Served) -> None:
    tag = api.get(URL).headers["ETag"]
    api.given_analysis()
    assert api.get(URL, headers={"If-None-Match": tag}).status_code == 200
