"""New data of a person, from the source's webhook to their client, on the running stack."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse
from rich.console import Console

from holisticos.contracts.feed import FeedEventType
from holisticos.contracts.names import Part
from local.console.feed import feed_line
from local.endpoints import Endpoints
from local.errors import LocalError
from local.people.persona import Persona
from local.people.registry import ImportedPerson
from local.people.synthetic import synthetic_person
from local.stack import Stack
from local.workbench import Workbench
from tests.integration.ingest.conftest import Source
from tests.sse import messages

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def bench(stack: Stack, endpoints: Endpoints) -> Workbench:
    return Workbench(endpoints, stack.state, Console(file=io.StringIO()))


@pytest.fixture(scope="module")
def listener(bench: Workbench) -> ImportedPerson:
    as_of = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)
    return bench.import_person(synthetic_person(Persona(name="listener"), seed=11, as_of=as_of, days=20))


def test_a_client_sees_new_data_as_they_arrive_and_the_analysis_of_them(
    bench: Workbench, listener: ImportedPerson
) -> None:
    def until_analysed() -> list[dict[str, Any]]:
        events = islice(bench.watch(listener.user_id), 200)
        return [*takewhile(lambda event: event["type"] != "analysis.started", events)]

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(until_analysed)
        sent = bench.announce(listener.user_id, days=3)
        events = watching.result(timeout=90)

    assert sent.records > 50
    assert events[0]["type"] == "snapshot"
    assert [event["seq"] for event in events] == list(range(events[0]["seq"], events[0]["seq"] + len(events)))
    assert {event["type"] for event in events[1:]} <= {"data.received"}
    assert all(feed_line(event) for event in events)


def test_announcing_the_same_again_is_no_news(bench: Workbench, listener: ImportedPerson, source: Source) -> None:
    source.user = listener.user_id

    def told() -> int:
        bench.announce(listener.user_id, days=1)
        source.settle()
        # Not the last number: an analysis may be told of at any time.
        return sum(event.type is FeedEventType.DATA_RECEIVED for event in source.feed())

    first = told()

    assert first > 0
    assert told() == first


def test_somebody_elses_feed_is_closed(bench: Workbench, listener: ImportedPerson) -> None:
    bench.accounts.ensure("stranger")
    headers = {"Authorization": f"Bearer {bench.accounts.token('stranger')}"}
    url = f"{bench.endpoints.api_url}/api/v1/users/{listener.user_id}/wearable-data/stream"

    assert httpx.get(url, headers=headers, timeout=30).status_code == 403
    assert httpx.get(url, timeout=30).status_code == 401


def test_a_ticket_opens_the_feed_for_who_sends_no_token(
    bench: Workbench, listener: ImportedPerson, source: Source
) -> None:
    bench.accounts.ensure(source.user)
    base, http = bench.endpoints.api_url, source.http
    asked = http.post(
        f"{base}/api/v1/users/{source.user}/wearable-data/stream-ticket",
        headers={"Authorization": f"Bearer {bench.accounts.token(source.user)}"},
    )
    assert asked.status_code == 201, asked.text
    stream = base + asked.json()["url"]

    def next_message(last: str) -> ServerSentEvent:
        while True:
            with connect_sse(http, "GET", stream, headers={"Last-Event-ID": last} if last else {}) as events:
                assert events.response.status_code == 200
                for message in messages(events):
                    return message

    snapshot = next_message("")
    assert source.send([source.steps(4711)]).status_code == 202
    received = next_message(snapshot.id)
    assert (snapshot.event, received.event) == ("snapshot", "data.received")
    assert int(received.id) == int(snapshot.id) + 1
    assert json.loads(received.data)["readings"][0]["value"] == 4711

    for closed in (stream.replace(source.user, listener.user_id), stream.partition("?")[0]):
        refused = http.get(closed)
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/unauthenticated")


def test_who_was_never_imported_cannot_be_announced(bench: Workbench) -> None:
    with pytest.raises(LocalError, match="never imported"):
        bench.announce("nobody", days=1)


def test_what_the_database_lacks_is_repaired_from_the_health_api(
    bench: Workbench, listener: ImportedPerson, source: Source
) -> None:
    source.user = listener.user_id
    bench.reconcile(listener.user_id, days=7)
    source.change("delete from biomarkers where profile_id = %s and type = 'steps'")

    outcome = bench.reconcile(listener.user_id, days=7)

    found = outcome.parts[Part.BIOMARKERS]
    assert found.missing == found.repaired > 0
    again = bench.reconcile(listener.user_id, days=7).parts[Part.BIOMARKERS]
    assert (again.missing, again.outdated, again.repaired) == (0, 0, 0)
