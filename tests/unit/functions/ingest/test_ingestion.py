"""Deliveries over fakes, as the queue brings them: again, in any order, at once, and half-way."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from functions.ingest.ingestion import Ingestion
from functions.ingest.trigger import NewDataTrigger
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.deliveries import CHECK_AGAIN, AsideReason, FetchedRecords, PointsCheck, WebhookEvent
from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.errors import InvalidPayloadError, StoreUnavailableError
from holisticos.contracts.events import EventType
from holisticos.contracts.feed import MAX_READINGS, FeedEventType
from holisticos.contracts.names import AnalysisStatus, Part, Trigger
from holisticos.health.profile import Profile
from holisticos.ports import AuditLog
from holisticos.services.packing import pack
from tests.examples import NOON, a_head, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.delivery_queue import InMemoryDeliveryQueue
from tests.fakes.erasure_store import InMemoryErasureStore
from tests.fakes.record_intake import InMemoryRecordIntake
from tests.fakes.user_store import InMemoryUserStore
from tests.fakes.wearable_feed import InMemoryWearableFeed
from tests.fakes.workflow_starter import RecordingWorkflowStarter
from tests.output import Output
from tests.unit.functions.ingest.deliveries import a_delivery
from tests.wire import BERLIN, Record, daily, hourly, score

DAY = date(2026, 3, 13)
THRESHOLD = 10


@dataclass
class House:
    """The use case and everything it writes to."""

    intake: InMemoryRecordIntake = field(default_factory=InMemoryRecordIntake)
    users: InMemoryUserStore = field(default_factory=InMemoryUserStore)
    erasures: InMemoryErasureStore = field(default_factory=InMemoryErasureStore)
    feed: InMemoryWearableFeed = field(default_factory=InMemoryWearableFeed)
    audit: InMemoryAuditLog = field(default_factory=InMemoryAuditLog)
    queue: InMemoryDeliveryQueue = field(default_factory=InMemoryDeliveryQueue)
    analyses: InMemoryAnalysisStore = field(default_factory=InMemoryAnalysisStore)
    workflow: RecordingWorkflowStarter = field(default_factory=RecordingWorkflowStarter)
    clock: FixedClock = field(default_factory=FixedClock)
    invalidated: list[tuple[str, datetime]] = field(default_factory=list)

    def ingestion(self, audit: AuditLog | None = None) -> Ingestion:
        return Ingestion(
            intake=self.intake,
            users=self.users,
            erasures=self.erasures,
            feed=self.feed,
            audit=audit or self.audit,
            trigger=NewDataTrigger(
                threshold=THRESHOLD,
                intake=self.intake,
                feed=self.feed,
                queue=self.queue,
                analyses=self.analyses,
                audit=self.audit,
                workflow=self.workflow,
                clock=self.clock,
            ),
            invalidate=lambda user_id, since: self.invalidated.append((user_id, since)),
            clock=self.clock,
        )

    def started(self) -> list[Any]:
        heads, _ = self.analyses.of_user("ada")
        return [head for head in heads if head.trigger is Trigger.NEW_DATA]


@pytest.fixture
def house() -> House:
    return House()


def steps(*hours: int) -> list[Record]:
    return [hourly("steps", datetime(2026, 3, 13, hour, tzinfo=BERLIN), 100 + hour) for hour in hours]


def test_a_delivery_is_stored_told_and_on_record(house: House) -> None:
    house.ingestion().handle(a_delivery(steps(8, 9)))

    assert len(house.intake.records("ada")) == 2
    assert house.invalidated == [("ada", datetime(2026, 3, 13, 8, tzinfo=BERLIN))]
    (event,) = house.feed.events("ada")
    assert (event.type, event.part, event.counts, event.changed) == (
        FeedEventType.DATA_RECEIVED,
        Part.BIOMARKERS,
        {"steps": 2},
        2,
    )
    assert [(one.type, one.value, one.unit) for one in event.readings] == [
        ("steps", 109.0, "count"),
        ("steps", 108.0, "count"),
    ]
    (record,), _ = house.audit.of_user("ada")
    assert (record.action, record.actor, record.resource, record.counts) == (
        AuditAction.HEALTH_DATA_WRITTEN,
        "function:ingest",
        "biomarkers",
        {"received": 2, "changed": 2},
    )


def test_again_and_in_any_order_it_comes_to_the_same() -> None:
    deliveries = [
        a_delivery(steps(8)),
        a_delivery(steps(8, 9)),
        a_delivery(score("sleep", DAY, 0.7), WebhookEvent.SCORE_CREATED),
    ]
    for order in permutations(deliveries):
        house = House()
        for delivery in (*order, *reversed(order)):
            house.ingestion().handle(delivery)

        assert len(house.intake.records("ada")) == 3
        assert house.intake.points("ada").total == 3
        assert sum(event.changed for event in house.feed.events("ada")) == 3


class FailingOnce:
    """An audit log that fails the first time: everything before it is done, and done again."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._failed = False

    def append(self, record: Any) -> None:
        if not self._failed:
            self._failed = True
            raise StoreUnavailableError("append audit record: x")
        self._log.append(record)

    def of_user(self, user_id: str, limit: int = 100, cursor: str | None = None) -> Any:
        return self._log.of_user(user_id, limit, cursor)


def test_one_that_was_killed_half_way_is_finished_by_the_next_try(house: House) -> None:
    ingestion = house.ingestion(FailingOnce(house.audit))
    delivery = a_delivery(steps(*range(THRESHOLD)))
    with pytest.raises(StoreUnavailableError):
        ingestion.handle(delivery)
    assert not house.started()

    ingestion.handle(delivery)

    assert [event.type for event in house.feed.events("ada")] == [
        FeedEventType.DATA_RECEIVED,
        FeedEventType.ANALYSIS_STARTED,
    ]
    assert house.intake.points("ada").total == THRESHOLD
    assert len(house.started()) == 1


def test_the_feed_shows_the_newest_and_counts_the_rest(house: House) -> None:
    house.ingestion().handle(a_delivery([daily("steps", DAY - timedelta(days=days), days) for days in range(30)]))

    (event, *_) = house.feed.events("ada")
    assert (event.counts, len(event.readings)) == ({"steps": 30}, MAX_READINGS)
    assert event.readings[0].value == 0


def test_raw_logs_are_told_and_leave_nothing_else(house: House) -> None:
    logs = {"logType": "activity", "dataLogs": [{}, {}]}
    for _ in range(2):
        house.ingestion().handle(a_delivery(logs, WebhookEvent.DATA_LOG_RECEIVED))

    (event,) = house.feed.events("ada")
    assert (event.type, event.counts) == (FeedEventType.DATA_LOGS_RECEIVED, {"activity": 2})
    assert house.intake.points("ada").total == 0


def test_an_unknown_kind_is_kept_aside_once_and_told_to_nobody(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        house.ingestion().handle(a_delivery({"secret": "value-1"}, "SomethingNew"))

    (aside,) = house.intake.asides("ada")
    assert aside.reason is AsideReason.UNKNOWN_EVENT
    assert not house.feed.events("ada")
    output = Output.of(capsys)
    assert [one["reason"] for one in output.metrics if "DeliveriesSetAside" in one] == ["unknown_event"] * 2
    assert "value-1" not in output.text


def test_bytes_delivered_for_another_user_are_kept_aside(house: House) -> None:
    house.ingestion().handle(a_delivery(steps(8)))
    house.ingestion().handle(a_delivery(steps(8), user_id="bob"))

    assert [one.reason for one in house.intake.asides("bob")] == [AsideReason.DELIVERED_FOR_ANOTHER_USER]
    assert not house.intake.records("bob")
    assert not house.feed.events("bob")


# Analyses of new data.


def test_enough_new_points_ask_for_one_analysis(house: House) -> None:
    for hour in range(THRESHOLD - 1):
        house.ingestion().handle(a_delivery(steps(hour)))
    assert not house.started()

    house.ingestion().handle(a_delivery(steps(23)))

    (head,) = house.started()
    assert house.workflow.started == {head.analysis_id: "corr-1"}
    last = house.feed.events("ada")[-1]
    assert (last.type, last.analysis_id) == (FeedEventType.ANALYSIS_STARTED, head.analysis_id)
    assert AuditAction.ANALYSIS_REQUESTED in [record.action for record in house.audit.of_user("ada")[0]]


def test_points_that_were_analysed_do_not_count_again(house: House) -> None:
    house.ingestion().handle(a_delivery(steps(*range(THRESHOLD + 3))))
    (first,) = house.started()
    house.analyses.append(first.analysis_id, an_event(EventType.COMPLETED), AnalysisStatus.COMPLETED)
    house.clock.advance(timedelta(minutes=1))

    house.ingestion().handle(
        a_delivery([daily("steps", DAY - timedelta(days=days), 1) for days in range(THRESHOLD - 1)])
    )
    assert len(house.started()) == 1
    house.ingestion().handle(a_delivery(score("sleep", DAY, 0.5), WebhookEvent.SCORE_CREATED))

    assert len(house.started()) == 2


def a_running_analysis(house: House) -> str:
    now = house.clock.now()
    head = a_head("an-other", user_id="ada", requested_at=now, deadline_at=now + timedelta(minutes=5))
    house.analyses.create(head, an_event(), alone=True)
    return head.analysis_id


def test_while_an_analysis_runs_one_look_is_taken_later(house: House) -> None:
    running = a_running_analysis(house)
    house.ingestion().handle(a_delivery(steps(*range(THRESHOLD))))
    house.ingestion().handle(a_delivery(steps(20, 21)))

    assert not house.started()
    ((check, delay),) = house.queue.sent
    assert (check, delay) == (PointsCheck(user_id="ada", correlation_id="corr-1"), CHECK_AGAIN)

    house.clock.advance(CHECK_AGAIN)
    house.ingestion().handle(check)  # it runs still
    assert len(house.queue.sent) == 2

    house.analyses.append(running, an_event(EventType.COMPLETED), AnalysisStatus.COMPLETED)
    house.clock.advance(CHECK_AGAIN)
    house.ingestion().handle(check)
    house.ingestion().handle(check)

    assert len(house.started()) == 1
    assert house.intake.points("ada").pending == 0
    assert len(house.queue.sent) == 2


# Users who had their data erased.


def erase(house: House, *, completed: bool) -> None:
    status = ErasureStatus.COMPLETED if completed else ErasureStatus.REQUESTED
    at = house.clock.now() if completed else None
    house.erasures.create(
        Erasure(
            erasure_id="er-1",
            user_id="ada",
            status=status,
            requested_at=house.clock.now(),
            completed_at=at,
            correlation_id="c",
        )
    )


def fetched(*records: Record, part: Part = Part.BIOMARKERS, **changes: Any) -> FetchedRecords:
    body = pack(json.dumps(records).encode())
    return FetchedRecords.model_validate(
        {"user_id": "ada", "part": part, "body": body, "read_at": NOON, "correlation_id": "corr-1", **changes}
    )


def test_what_was_read_is_stored_and_is_neither_news_nor_a_data_point(house: House) -> None:
    for _ in range(2):
        house.ingestion().handle(fetched(*steps(*range(THRESHOLD))))
    house.ingestion().handle(fetched(score("sleep", DAY, 0.5), part=Part.SCORES))

    assert len(house.intake.records("ada")) == THRESHOLD + 1
    assert (house.intake.points("ada").total, house.feed.last("ada"), house.invalidated) == (0, 0, [])
    assert not house.started()
    records, _ = house.audit.of_user("ada")
    assert [(record.resource, record.counts) for record in records] == [
        ("scores", {"received": 1, "changed": 1}),
        ("biomarkers", {"received": THRESHOLD, "changed": THRESHOLD}),
    ]


def test_what_was_read_long_ago_replaces_nothing_newer(house: House) -> None:
    (newer,) = steps(8)
    house.ingestion().handle(fetched(newer))
    house.ingestion().handle(fetched({**newer, "value": 1}, read_at=NOON - timedelta(hours=1)))

    assert [record.raw["value"] for record in house.intake.records("ada")] == [newer["value"]]


@pytest.mark.parametrize("body", [pack(b"no json"), "no base64!"])
def test_what_was_not_packed_by_us_is_refused(house: House, body: str) -> None:
    with pytest.raises(InvalidPayloadError):
        house.ingestion().handle(fetched(body=body))


def test_what_was_read_before_an_erasure_does_not_come_back_after_it(house: House) -> None:
    house.clock.advance(timedelta(hours=4))
    erase(house, completed=True)
    house.users.put_profile(Profile(user_id="ada"))

    house.ingestion().handle(fetched(*steps(8)))
    house.ingestion().handle(a_delivery(steps(9)))
    assert house.intake.records("ada") == []

    house.ingestion().handle(fetched(*steps(8), read_at=house.clock.now() + timedelta(seconds=1)))
    assert len(house.intake.records("ada")) == 1


@pytest.mark.parametrize("completed", [False, True])
@pytest.mark.parametrize("event", [WebhookEvent.BIOMARKER_CREATED, "SomethingNew"])
def test_nothing_of_a_user_who_was_erased_comes_back_to_life(house: House, completed: bool, event: str) -> None:
    erase(house, completed=completed)

    house.ingestion().handle(a_delivery(steps(*range(THRESHOLD)), event))
    house.ingestion().handle(PointsCheck(user_id="ada", correlation_id="c"))

    assert (house.intake.records("ada"), house.intake.asides("ada"), house.feed.last("ada")) == ([], [], 0)
    assert not house.started()


def test_who_comes_back_after_an_erasure_is_served_again(house: House) -> None:
    erase(house, completed=True)
    house.users.put_profile(Profile(user_id="ada"))

    house.ingestion().handle(a_delivery(steps(8), received_at=house.clock.now() + timedelta(minutes=1)))

    assert len(house.intake.records("ada")) == 1


def test_who_is_being_erased_is_not_served_with_a_profile_either(house: House) -> None:
    house.users.put_profile(Profile(user_id="ada"))
    erase(house, completed=False)

    house.ingestion().handle(a_delivery(steps(8)))

    assert not house.intake.records("ada")
