"""Each user once a local day, however late and often the schedule fires."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.daily.due import SLOT, _morning, all_zones, daily_requests, mornings, position, slot_of
from functions.daily.register import DailyRegistration
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import InputError, StoreUnavailableError
from holisticos.contracts.events import NewEvent
from holisticos.contracts.names import AnalysisStatus, Trigger
from holisticos.contracts.workflow import DailyTask
from holisticos.health.profile import Profile
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.user_store import InMemoryUserStore

SIX_IN_BERLIN = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
SIX = time(6)
TASK = DailyTask(scheduled_for=SIX_IN_BERLIN, correlation_id="daily-1")


class Morning:
    """The use case with its surroundings."""

    def __init__(self, users: int, page_size: int = 50) -> None:
        self.analyses = InMemoryAnalysisStore()
        self.audit = InMemoryAuditLog()
        self.clock = FixedClock(SIX_IN_BERLIN + timedelta(minutes=2))
        self.users = InMemoryUserStore(
            *(
                Profile(user_id=f"user-{number}", timezone="Europe/Berlin", daily_analysis=True)
                for number in range(users)
            ),
            page_size=page_size,
        )
        self.registration = DailyRegistration(
            analyses=self.analyses, users=self.users, audit=self.audit, clock=self.clock, daily_at=SIX
        )

    def every_page(self, task: DailyTask = TASK) -> list[str]:
        ids: list[str] = []
        while True:
            outcome = self.registration.register(task)
            ids += outcome.analysis_ids
            if outcome.cursor is None:
                return ids
            task = task.model_copy(update={"cursor": outcome.cursor})


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(minutes=14, seconds=59)])
def test_a_run_stands_for_its_quarter_of_an_hour(late: timedelta) -> None:
    assert slot_of(SIX_IN_BERLIN + late) == SIX_IN_BERLIN


@pytest.mark.parametrize(
    ("slot", "due", "not_due"),
    [
        (datetime(2026, 3, 14, 5, 0, tzinfo=UTC), "Europe/Berlin", "Europe/London"),
        (datetime(2026, 3, 14, 0, 15, tzinfo=UTC), "Asia/Kathmandu", "Asia/Kolkata"),
        (datetime(2026, 3, 14, 0, 30, tzinfo=UTC), "Asia/Kolkata", "Asia/Kathmandu"),
        (datetime(2026, 3, 14, 16, 15, tzinfo=UTC), "Pacific/Chatham", "Pacific/Auckland"),
        (datetime(2026, 7, 14, 4, 0, tzinfo=UTC), "Europe/Berlin", "Africa/Lagos"),
        (datetime(2026, 3, 14, 16, 0, tzinfo=UTC), "Etc/GMT-14", "Etc/GMT+12"),
    ],
)
def test_a_zone_is_due_when_its_own_clock_says_so(slot: datetime, due: str, not_due: str) -> None:
    found = mornings(slot, SIX)

    assert found[due] == slot.astimezone(ZoneInfo(due)).date()
    assert not_due not in found


QUARTERS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@given(zone=st.sampled_from(all_zones()), day=st.dates(date(2024, 1, 2), date(2031, 12, 30)), at=QUARTERS)
# Clocks that jump over the hour, over midnight, by half an hour; that are put back over it, and at midnight.
@example("Europe/Berlin", date(2026, 3, 29), time(2, 30))
@example("America/Scoresbysund", date(2026, 3, 28), time(23, 45))
@example("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15))
@example("Antarctica/Troll", date(2026, 3, 29), time(1, 45))
@example("Europe/Berlin", date(2026, 10, 25), time(2, 30))
@example("America/Havana", date(2026, 11, 1), time(0, 15))
def test_every_zone_has_one_morning_every_day(zone: str, day: date, at: time) -> None:
    """Put back it may have two, of which the second finds everything done."""
    start = datetime.combine(day - timedelta(days=1), time(), UTC)

    found = [_morning(start + number * SLOT, at, zone) for number in range(3 * 96)]

    assert found.count(day) in {1, 2}
    if found.count(day) == 2:
        first = found.index(day)
        assert found.index(day, first + 1) - first <= 8


def test_the_zones_of_a_slot_are_all_that_come_to_it() -> None:
    slot = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)

    assert set(mornings(slot, SIX)) == {zone for zone in all_zones() if _morning(slot, SIX, zone)}


@pytest.mark.parametrize("cursor", ["", "Europe/Berlin", "x"])
def test_a_cursor_that_is_not_ours_is_an_error_of_the_caller(cursor: str) -> None:
    with pytest.raises(InputError):
        position(cursor)


@given(st.lists(st.text(alphabet="abc_-", min_size=1), unique=True))
def test_every_user_has_an_analysis_of_their_own(users: list[str]) -> None:
    requests = daily_requests(users, day=date(2026, 3, 14), scheduled_for=SIX_IN_BERLIN, correlation_id="daily-1")

    assert [request.user_id for request in requests.values()] == users


def test_the_due_are_registered_and_not_named() -> None:
    morning = Morning(users=2)

    outcome = morning.registration.register(TASK)

    assert outcome.cursor is None
    assert len(outcome.analysis_ids) == 2
    assert "user-" not in outcome.model_dump_json()
    heads = [morning.analyses.head(analysis_id) for analysis_id in outcome.analysis_ids]
    assert {head.user_id for head in heads} == {"user-0", "user-1"}
    for head in heads:
        assert (head.trigger, head.status) == (Trigger.DAILY, AnalysisStatus.QUEUED)
        assert (head.as_of, head.correlation_id) == (SIX_IN_BERLIN, "daily-1")
        assert head.requested_at == morning.clock.now()
        assert head.deadline_at > head.requested_at + timedelta(minutes=30)
    assert {(record.user_id, record.action, record.actor) for record in morning.audit.records} == {
        (f"user-{number}", AuditAction.ANALYSIS_REQUESTED, "function:daily") for number in range(2)
    }


def test_every_page_is_asked_for_and_nobody_twice() -> None:
    ids = Morning(users=7, page_size=3).every_page()

    assert len(ids) == len(set(ids)) == 7


def test_a_second_run_of_the_day_creates_nothing_and_gives_the_same_ids() -> None:
    morning = Morning(users=5, page_size=2)
    first = morning.every_page()
    before = [morning.analyses.progress(analysis_id) for analysis_id in first]
    morning.clock.advance(timedelta(hours=3))

    again = morning.every_page(TASK.model_copy(update={"correlation_id": "daily-2"}))

    assert again == first
    assert [morning.analyses.progress(analysis_id) for analysis_id in first] == before


def test_the_next_day_has_other_analyses() -> None:
    morning = Morning(users=3)

    today = morning.every_page()
    tomorrow = morning.every_page(TASK.model_copy(update={"scheduled_for": SIX_IN_BERLIN + timedelta(days=1)}))

    assert not set(today) & set(tomorrow)


class DyingStore(InMemoryAnalysisStore):
    """Dies once, before the third analysis is stored."""

    calls = 0

    def create(
        self, head: AnalysisHead, event: NewEvent, *, alone: bool = False, instead_of: str | None = None
    ) -> None:
        self.calls += 1
        if self.calls == 3:
            raise StoreUnavailableError("create analysis: ThrottlingException")
        super().create(head, event, alone=alone, instead_of=instead_of)


def test_a_run_that_dies_midway_is_completed_by_the_next() -> None:
    morning = Morning(users=5)
    registration = DailyRegistration(
        analyses=DyingStore(), users=morning.users, audit=morning.audit, clock=morning.clock, daily_at=SIX
    )
    with pytest.raises(StoreUnavailableError):
        registration.register(TASK)

    outcome = registration.register(TASK)

    assert list(outcome.analysis_ids) == morning.every_page()
    assert {registration.analyses.head(id_).user_id for id_ in outcome.analysis_ids} == {
        f"user-{number}" for number in range(5)
    }


def test_all_zones_of_a_morning_are_gone_through_and_nobody_is_left_out_or_taken_twice() -> None:
    morning = Morning(users=0, page_size=20)
    zones = ["Africa/Lagos", "Europe/Berlin", "Europe/Kyiv", "Europe/Paris", "Etc/GMT-1", "Mexico/General"]
    for zone in zones:
        for number in range(45):
            user = f"{zone.replace('/', '-')}-{number}"
            morning.users.put_profile(Profile(user_id=user, timezone=zone, daily_analysis=True))

    ids = morning.every_page()

    owners = [morning.analyses.head(id_).user_id for id_ in ids]
    assert len(owners) == len(set(owners)) == 4 * 45
    assert not [owner for owner in owners if owner.startswith(("Europe-Kyiv", "Mexico"))]
