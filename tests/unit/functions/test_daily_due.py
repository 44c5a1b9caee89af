"""Each user once a local day, however late and often the schedule fires."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.daily.due import daily_requests, local_day
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
TASK = DailyTask(timezone="Europe/Berlin", scheduled_for=SIX_IN_BERLIN, correlation_id="daily-1")


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
            analyses=self.analyses, users=self.users, audit=self.audit, clock=self.clock
        )

    def every_page(self, task: DailyTask = TASK) -> list[str]:
        ids: list[str] = []
        while True:
            outcome = self.registration.register(task)
            ids += outcome.analysis_ids
            if outcome.cursor is None:
                return ids
            task = task.model_copy(update={"cursor": outcome.cursor})


@pytest.mark.parametrize(
    ("instant", "timezone", "day"),
    [
        (datetime(2026, 3, 14, 17, 0, tzinfo=UTC), "Pacific/Auckland", date(2026, 3, 15)),
        (datetime(2026, 3, 14, 17, 0, tzinfo=UTC), "America/Los_Angeles", date(2026, 3, 14)),
        (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 26)),
    ],
)
def test_the_day_is_the_local_one(instant: datetime, timezone: str, day: date) -> None:
    assert local_day(instant, timezone) == day


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Europe"])
def test_an_unknown_zone_is_an_error_of_the_caller(timezone: str) -> None:
    with pytest.raises(InputError):
        local_day(SIX_IN_BERLIN, timezone)


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

    again = morning.every_page(
        TASK.model_copy(update={"scheduled_for": SIX_IN_BERLIN + timedelta(hours=3), "correlation_id": "daily-2"})
    )

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
        analyses=DyingStore(), users=morning.users, audit=morning.audit, clock=morning.clock
    )
    with pytest.raises(StoreUnavailableError):
        registration.register(TASK)

    outcome = registration.register(TASK)

    assert list(outcome.analysis_ids) == morning.every_page()
    assert {registration.analyses.head(id_).user_id for id_ in outcome.analysis_ids} == {
        f"user-{number}" for number in range(5)
    }
