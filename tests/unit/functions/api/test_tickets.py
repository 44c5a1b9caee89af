"""POST /api/v1/analysis/{analysis_id}/stream-ticket, and the stream it opens"""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import StoreUnavailableError
from holisticos.contracts.events import EventType
from holisticos.contracts.ticket import StreamTicket
from tests.examples import a_result, an_event
from tests.fakes.ticket_store import InMemoryTicketStore
from tests.unit.functions.api.served import ANALYSIS, Served

OTHER = f"an-{'0' * 31}2"
STREAM = f"/api/v1/ticketed/analysis/{ANALYSIS}/stream"


@pytest.fixture
def api() -> Served:
    served = Served()
    served.given_analysis()
    return served


def ticket_of(api: Served, analysis_id: str = ANALYSIS, user: str = "ana") -> dict[str, str]:
    answer = api.request("POST", f"/api/v1/analysis/{analysis_id}/stream-ticket", user=user)
    assert answer.status_code == 201
    body: dict[str, str] = answer.json()
    return body


def followed(api: Served, ticket: str | None, path: str = STREAM, **headers: str) -> httpx.Response:
    """As somebody who is not signed in."""
    return api.get(path, user=None, params={} if ticket is None else {"ticket": ticket}, headers=headers)


def test_a_ticket_opens_the_stream_without_a_token(api: Served) -> None:
    given = ticket_of(api)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", given["ticket"])
    answer = api.get(given["url"], user=None)
    assert answer.status_code == 200
    assert answer.text.count("\nid: ") == 1
    assert answer.text == api.get(f"/api/v1/analysis/{ANALYSIS}/stream").text


def test_it_is_taken_up_with_the_last_id_and_ends_with_the_analysis(api: Served) -> None:
    given = ticket_of(api)["ticket"]
    api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))
    assert followed(api, given, **{"Last-Event-ID": "1"}).text.count("\nid: ") == 1
    assert followed(api, given, **{"Last-Event-ID": "2"}).status_code == 204


def test_it_holds_for_minutes_and_to_the_second(api: Served) -> None:
    given = ticket_of(api)
    assert datetime.fromisoformat(given["expires_at"]) == api.clock.now() + timedelta(minutes=5)
    api.clock.advance(timedelta(minutes=5) - timedelta(microseconds=1))
    assert followed(api, given["ticket"]).status_code == 200
    api.clock.advance(timedelta(microseconds=1))
    assert followed(api, given["ticket"]).status_code == 401


def test_it_opens_one_analysis_alone(api: Served) -> None:
    api.given_analysis(analysis_id=OTHER)
    answer = followed(api, ticket_of(api)["ticket"], f"/api/v1/ticketed/analysis/{OTHER}/stream")
    assert answer.status_code == 401


def test_it_opens_nothing_but_the_stream(api: Served) -> None:
    given = ticket_of(api)["ticket"]
    for path in (f"/api/v1/analysis/{ANALYSIS}", f"/api/v1/analysis/{ANALYSIS}/stream", "/api/v1/users/ana/profile"):
        assert followed(api, given, path).status_code == 401


@pytest.mark.parametrize("ticket", [None, "", "x", "A" * 43, "A" * 44, "a b", "%00", "é" * 43, "TICKET#" + "0" * 36])
def test_what_is_no_ticket_opens_nothing(api: Served, ticket: str | None) -> None:
    answer = followed(api, ticket)
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/unauthenticated"
    assert api.records() == []


def test_a_token_is_no_ticket(api: Served) -> None:
    assert api.get(STREAM, user="ana").status_code == 401


def test_nobody_gets_a_ticket_for_anothers_analysis(api: Served) -> None:
    for analysis_id in (ANALYSIS, OTHER):
        answer = api.request("POST", f"/api/v1/analysis/{analysis_id}/stream-ticket", user="bob")
        assert answer.status_code == 404
    assert api.tickets.tickets == {}


def test_both_ends_are_on_the_audit_trail(api: Served) -> None:
    followed(api, ticket_of(api)["ticket"])
    assert [(record.action, record.user_id, record.actor, record.resource) for record in api.records()] == [
        (AuditAction.STREAM_TICKET_ISSUED, "ana", "ana", ANALYSIS),
        (AuditAction.PROGRESS_READ, "ana", "ana", ANALYSIS),
    ]


def test_it_counts_against_its_owner(api: Served) -> None:
    given = ticket_of(api)["ticket"]
    assert followed(api, given).headers["RateLimit-Limit"] == "600"
    assert {(bucket, user) for bucket, user, _ in api.rates.counts} == {("requests", "ana"), ("streams", "ana")}


def test_it_is_kept_as_a_digest_and_logged_nowhere(api: Served, capsys: pytest.CaptureFixture[str]) -> None:
    given = ticket_of(api)["ticket"]
    followed(api, given)
    assert given not in repr(api.tickets.tickets)
    assert given not in capsys.readouterr().out


def test_no_two_tickets_are_alike(api: Served) -> None:
    assert len({ticket_of(api)["ticket"] for _ in range(20)}) == 20


def test_an_erased_analysis_is_not_opened(api: Served) -> None:
    given = ticket_of(api)["ticket"]
    api.analyses.erase(ANALYSIS)
    assert followed(api, given).status_code == 401


def test_a_store_that_is_down_is_not_a_refusal() -> None:
    class DownStore(InMemoryTicketStore):
        def find(self, digest: str) -> StreamTicket:
            raise StoreUnavailableError("read stream ticket: ThrottlingException")

    api = Served(tickets=DownStore())
    assert followed(api, "A" * 43).status_code == 503
