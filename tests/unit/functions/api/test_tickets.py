"""POST .../stream-ticket of both kinds of streams, and the stream it opens"""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import StoreUnavailableError
from holisticos.contracts.events import EventType
from holisticos.contracts.ticket import StreamTicket
from holisticos.health.profile import PrivacyPreferences, Profile
from tests.examples import a_result, an_event
from tests.fakes.ticket_store import InMemoryTicketStore
from tests.unit.functions.api.feeds import given_events
from tests.unit.functions.api.served import ANALYSIS, Served

OTHER = f"an-{'0' * 31}2"
ANALYSIS_STREAM = f"/api/v1/analysis/{ANALYSIS}/stream"
FEED_STREAM = "/api/v1/users/ana/wearable-data/stream"

streams = pytest.mark.parametrize("stream", [ANALYSIS_STREAM, FEED_STREAM], ids=["analysis", "feed"])


def ticketed(stream: str) -> str:
    return stream.replace("/api/v1/", "/api/v1/ticketed/")


@pytest.fixture
def api() -> Served:
    served = Served()
    served.given_analysis()
    return served


def ticket_of(api: Served, stream: str = ANALYSIS_STREAM, user: str = "ana") -> dict[str, str]:
    answer = api.request("POST", f"{stream}-ticket", user=user)
    assert answer.status_code == 201
    body: dict[str, str] = answer.json()
    return body


def followed(api: Served, ticket: str | None, stream: str = ANALYSIS_STREAM, **headers: str) -> httpx.Response:
    """As somebody who is not signed in."""
    return api.get(ticketed(stream), user=None, params={} if ticket is None else {"ticket": ticket}, headers=headers)


@streams
def test_a_ticket_opens_the_stream_without_a_token(api: Served, stream: str) -> None:
    given = ticket_of(api, stream)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", given["ticket"])
    answer = api.get(given["url"], user=None)
    assert answer.status_code == 200
    assert answer.text.count("\nid: ") == 1
    assert answer.text == api.get(stream).text


def test_it_is_taken_up_with_the_last_id_and_ends_with_the_analysis(api: Served) -> None:
    given = ticket_of(api)["ticket"]
    api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))
    assert followed(api, given, **{"Last-Event-ID": "1"}).text.count("\nid: ") == 1
    assert followed(api, given, **{"Last-Event-ID": "2"}).status_code == 204


def test_the_feed_is_taken_up_with_the_last_id(api: Served) -> None:
    given = ticket_of(api, FEED_STREAM)["ticket"]
    assert "\nid: " not in followed(api, given, FEED_STREAM, **{"Last-Event-ID": "0"}).text


@streams
def test_it_holds_for_minutes_and_to_the_second(api: Served, stream: str) -> None:
    given = ticket_of(api, stream)
    assert datetime.fromisoformat(given["expires_at"]) == api.clock.now() + timedelta(minutes=5)
    api.clock.advance(timedelta(minutes=5) - timedelta(microseconds=1))
    assert followed(api, given["ticket"], stream).status_code == 200
    api.clock.advance(timedelta(microseconds=1))
    assert followed(api, given["ticket"], stream).status_code == 401


@streams
def test_it_opens_one_stream_alone(api: Served, stream: str) -> None:
    api.given_analysis(analysis_id=OTHER)
    given = ticket_of(api, stream)["ticket"]
    others = {
        ANALYSIS_STREAM,
        FEED_STREAM,
        f"/api/v1/analysis/{OTHER}/stream",
        "/api/v1/users/bob/wearable-data/stream",
    } - {stream}
    for other in others:
        assert followed(api, given, other).status_code == 401


@streams
def test_it_opens_nothing_but_the_stream(api: Served, stream: str) -> None:
    given = ticket_of(api, stream)["ticket"]
    for path in (f"/api/v1/analysis/{ANALYSIS}", stream, "/api/v1/users/ana/profile"):
        assert api.get(path, user=None, params={"ticket": given}).status_code == 401


@streams
@pytest.mark.parametrize("ticket", [None, "", "x", "A" * 43, "A" * 44, "a b", "%00", "é" * 43, "TICKET#" + "0" * 36])
def test_what_is_no_ticket_opens_nothing(api: Served, ticket: str | None, stream: str) -> None:
    answer = followed(api, ticket, stream)
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/unauthenticated"
    assert api.records() == []


@streams
def test_a_token_is_no_ticket(api: Served, stream: str) -> None:
    assert api.get(ticketed(stream), user="ana").status_code == 401


@streams
def test_nobody_gets_a_ticket_for_what_is_anothers(api: Served, stream: str) -> None:
    for path in (stream, f"/api/v1/analysis/{OTHER}/stream"):
        answer = api.request("POST", f"{path}-ticket", user="bob")
        assert answer.status_code in {403, 404}
    assert api.tickets.tickets == {}


@pytest.mark.parametrize(
    ("stream", "resource", "read"),
    [
        (ANALYSIS_STREAM, ANALYSIS, AuditAction.PROGRESS_READ),
        (FEED_STREAM, "wearable-feed", AuditAction.HEALTH_DATA_READ),
    ],
)
def test_both_ends_are_on_the_audit_trail(api: Served, stream: str, resource: str, read: AuditAction) -> None:
    followed(api, ticket_of(api, stream)["ticket"], stream)
    assert [(record.action, record.user_id, record.actor, record.resource) for record in api.records()] == [
        (AuditAction.STREAM_TICKET_ISSUED, "ana", "ana", resource),
        (read, "ana", "ana", resource),
    ]


@streams
def test_it_counts_against_its_owner(api: Served, stream: str) -> None:
    given = ticket_of(api, stream)["ticket"]
    assert followed(api, given, stream).headers["RateLimit-Limit"] == "600"
    assert {(bucket, user) for bucket, user, _ in api.rates.counts} == {("requests", "ana"), ("streams", "ana")}


@streams
def test_it_is_kept_as_a_digest_and_logged_nowhere(
    api: Served, stream: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ticket_of(api, stream)["ticket"]
    followed(api, given, stream)
    assert given not in repr(api.tickets.tickets)
    assert "ana" not in repr(api.tickets.tickets)
    assert given not in capsys.readouterr().out


def test_what_its_owner_withholds_is_not_in_the_feed(api: Served) -> None:
    given = ticket_of(api, FEED_STREAM)["ticket"]
    given_events(api.feed, 1)
    assert '"steps"' in followed(api, given, FEED_STREAM).text
    api.users.put_profile(
        Profile(user_id="ana", privacy=PrivacyPreferences(withheld_categories=frozenset({"activity"})))
    )
    assert '"steps"' not in followed(api, given, FEED_STREAM).text


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
