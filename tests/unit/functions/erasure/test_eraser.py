"""An erasure over fakes, as its workflow runs it."""

import asyncio
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from functions.erasure.eraser import SETTLING, Eraser
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.errors import HealthSourceUnavailableError, NotFoundError
from holisticos.contracts.events import EventType
from holisticos.contracts.feedback import Adherence, Feedback
from holisticos.contracts.names import AnalysisStatus, Source
from holisticos.contracts.workflow import ErasureOutcome, ErasureStep, ErasureTask
from holisticos.health.profile import Profile
from tests.examples import a_head, a_memory, a_report, a_result, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.erasure_store import InMemoryErasureStore
from tests.fakes.export_store import InMemoryExportStore
from tests.fakes.health_source import InMemoryHealthSource
from tests.fakes.snapshot_store import InMemorySnapshotStore
from tests.fakes.user_store import InMemoryUserStore
from tests.wire import archetype, daily, score

DAY = date(2026, 3, 13)
NOTHING = ErasureOutcome()


@dataclass
class House:
    """Everything that is kept of users."""

    erasures: InMemoryErasureStore = field(default_factory=InMemoryErasureStore)
    analyses: InMemoryAnalysisStore = field(default_factory=InMemoryAnalysisStore)
    users: InMemoryUserStore = field(default_factory=InMemoryUserStore)
    snapshots: InMemorySnapshotStore = field(default_factory=InMemorySnapshotStore)
    exports: InMemoryExportStore = field(default_factory=InMemoryExportStore)
    records: InMemoryHealthSource = field(default_factory=lambda: InMemoryHealthSource(Source.DATABASE))
    audit: InMemoryAuditLog = field(default_factory=InMemoryAuditLog)
    clock: FixedClock = field(default_factory=FixedClock)
    invalidated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.eraser = Eraser(
            erasures=self.erasures,
            analyses=self.analyses,
            users=self.users,
            snapshots=self.snapshots,
            exports=self.exports,
            erase_records=lambda user_id: asyncio.run(self.records.erase(user_id)),
            invalidate=self.invalidated.append,
            audit=self.audit,
            clock=self.clock,
        )

    def move_in(self, user_id: str) -> None:
        self.users.put_profile(Profile(user_id=user_id, daily_analysis=True))
        self.users.put_memory(user_id, a_memory(analyses=2), self.clock.now())
        self.users.add_feedback(
            Feedback(
                user_id=user_id,
                recommendation_id="routine.walk",
                analysis_id=f"an-{user_id}-1",
                at=self.clock.now(),
                adherence=Adherence.FOLLOWED,
            )
        )
        self.snapshots.put(user_id, user_id.encode())
        self.exports.put(user_id, "ex-1.zip", io.BytesIO(b"archive"))
        self.records.add(
            user_id,
            scores=[score("sleep", DAY, 0.5)],
            biomarkers=[daily("steps", DAY, 1), daily("steps", DAY - timedelta(days=1), 2)],
            archetypes=[archetype("bed_schedule", "early_sleeper", DAY)],
        )
        self.analysis(user_id, 1)
        self.analyses.put_report(f"an-{user_id}-1", a_report())
        self.analyses.finish(a_result(f"an-{user_id}-1"), an_event(EventType.COMPLETED, progress=100))

    def analysis(self, user_id: str, number: int, **changes: Any) -> str:
        analysis_id = f"an-{user_id}-{number}"
        self.analyses.create(a_head(analysis_id, user_id=user_id, **changes), an_event())
        return analysis_id

    def ask(self, user_id: str = "ana", erasure_id: str = "er-1") -> None:
        self.erasures.create(
            Erasure(
                erasure_id=erasure_id,
                user_id=user_id,
                status=ErasureStatus.REQUESTED,
                requested_at=self.clock.now(),
                correlation_id="corr-1",
            )
        )

    def step(self, step: ErasureStep) -> ErasureOutcome:
        return self.eraser.execute(ErasureTask(erasure_id="er-1", correlation_id="corr-1", step=step))

    def run(self) -> None:
        """As the workflow does."""
        for _ in range(5):
            if self.step(ErasureStep.CLOSE).unsettled:
                self.clock.advance(SETTLING)
            outcome = self.step(ErasureStep.ERASE)
            while outcome.left:
                outcome = self.step(ErasureStep.ERASE)
            if outcome.unsettled:
                continue
            if self.step(ErasureStep.PROVE) == NOTHING:
                return
        raise AssertionError("it comes to no end")

    def holds(self, user_id: str) -> dict[str, int]:
        """How many of what are there; erasing tells, so that the house is empty afterwards."""
        return {
            "analyses": len(self.analyses.of_user(user_id)[0]),
            "snapshots": self.snapshots.erase(user_id),
            "exports": self.exports.erase(user_id),
            "records": asyncio.run(self.records.erase(user_id)),
            "user": self.users.erase(user_id),
        }


@pytest.fixture
def house() -> House:
    house = House()
    for user_id in ("ana", "bob"):
        house.move_in(user_id)
    return house


def test_nothing_of_the_user_is_left_and_everything_of_others_is(house: House) -> None:
    house.ask()
    house.run()
    assert set(house.invalidated) == {"ana"}

    assert set(house.holds("ana").values()) == {0}
    assert house.analyses.reports("an-ana-1") == {}
    assert house.holds("bob") == {"analyses": 1, "snapshots": 1, "exports": 1, "records": 4, "user": 6}


def test_it_is_proven_on_the_audit_trail(house: House) -> None:
    house.ask()
    house.run()

    (record,) = house.audit.records
    assert (record.user_id, record.action, record.actor) == ("ana", AuditAction.DATA_ERASED, "function:erasure")
    assert record.resource == "er-1"
    assert record.counts == {
        "analyses": 1,
        "parts of analyses": 3,
        "snapshots": 1,
        "exports": 1,
        "health records": 4,
        "profile, memory and feedback": 6,
    }
    erasure = house.erasures.latest("ana")
    assert (erasure.status, erasure.erased) == (ErasureStatus.COMPLETED, record.counts)
    assert not house.erasures.is_being_erased("ana")


def test_a_running_analysis_is_ended_and_waited_for(house: House) -> None:
    running = house.analysis("ana", 2, status=AnalysisStatus.ANALYZING)
    house.ask()

    assert house.step(ErasureStep.CLOSE) == ErasureOutcome(unsettled=1)

    head, events = house.analyses.progress(running)
    assert (head.status, head.reason) == (AnalysisStatus.FAILED, "erased")
    assert events[-1].type is EventType.FAILED
    # Its functions may still write: nothing is deleted as long as what was deleted could come back.
    assert house.step(ErasureStep.ERASE) == ErasureOutcome(unsettled=1)
    assert house.users.memory("ana").analyses == 2
    house.clock.advance(SETTLING)
    assert house.step(ErasureStep.ERASE) == NOTHING
    with pytest.raises(NotFoundError):
        house.analyses.head(running)


def test_asking_again_does_not_shorten_the_wait(house: House) -> None:
    house.analysis("ana", 2, status=AnalysisStatus.FETCHING)
    house.ask()
    house.step(ErasureStep.CLOSE)

    assert house.step(ErasureStep.CLOSE) == ErasureOutcome(unsettled=1)


def test_an_analysis_that_ended_long_ago_is_not_waited_for(house: House) -> None:
    old = house.analysis("ana", 2)
    long_ago = house.clock.now() - timedelta(hours=1)
    house.analyses.append(old, an_event(EventType.FAILED, at=long_ago), AnalysisStatus.FAILED, "timed_out")
    house.ask()

    assert house.step(ErasureStep.CLOSE) == NOTHING


def test_what_comes_back_between_erasing_and_proving_is_erased_too(house: House) -> None:
    house.ask()
    house.step(ErasureStep.CLOSE)
    house.step(ErasureStep.ERASE)
    house.users.put_memory("ana", a_memory(analyses=3), house.clock.now())
    house.snapshots.put("ana", b"late")

    assert house.step(ErasureStep.PROVE) == ErasureOutcome(left=5)
    assert house.audit.records == []
    assert house.erasures.is_being_erased("ana")
    house.run()
    assert set(house.holds("ana").values()) == {0}
    assert house.audit.records[0].counts["snapshots"] == 2


def test_an_analysis_that_began_meanwhile_is_ended_too(house: House) -> None:
    house.ask()
    house.step(ErasureStep.CLOSE)
    late = house.analysis("ana", 3)

    assert house.step(ErasureStep.ERASE) == ErasureOutcome(unsettled=1)
    house.run()
    with pytest.raises(NotFoundError):
        house.analyses.head(late)


def test_many_analyses_are_erased_in_several_invocations(house: House) -> None:
    now = house.clock.now()
    for number in range(2, 450):
        analysis_id = house.analysis("ana", number, requested_at=now + timedelta(seconds=number))
        house.analyses.append(
            analysis_id, an_event(EventType.FAILED, at=now - timedelta(hours=1)), AnalysisStatus.FAILED, "timed_out"
        )
    house.ask()
    house.step(ErasureStep.CLOSE)

    assert house.step(ErasureStep.ERASE).left > 0
    house.run()
    assert house.holds("ana")["analyses"] == 0
    assert house.erasures.latest("ana").erased["analyses"] == 449


def test_a_database_that_is_away_leaves_it_unproven_and_a_retry_completes_it(house: House) -> None:
    house.ask()
    house.step(ErasureStep.CLOSE)
    house.records.failure = HealthSourceUnavailableError("down")
    with pytest.raises(HealthSourceUnavailableError):
        house.step(ErasureStep.ERASE)
    assert house.erasures.is_being_erased("ana")

    house.records.failure = None
    house.run()
    assert house.erasures.latest("ana").status is ErasureStatus.COMPLETED
    assert house.erasures.latest("ana").erased == {
        "analyses": 1,
        "parts of analyses": 3,
        "snapshots": 1,
        "exports": 1,
        "health records": 4,
        "profile, memory and feedback": 6,
    }


@pytest.mark.parametrize("step", ErasureStep)
def test_a_completed_one_does_nothing_again(house: House, step: ErasureStep) -> None:
    house.ask()
    house.run()
    house.users.put_profile(Profile(user_id="ana"))

    assert house.step(step) == NOTHING
    assert house.users.profile("ana") == Profile(user_id="ana")
    assert len(house.audit.records) == 1


def test_an_erasure_that_is_not_there_erases_nobody(house: House) -> None:
    with pytest.raises(NotFoundError):
        house.step(ErasureStep.ERASE)
    assert house.users.profile("ana").user_id == "ana"


def test_a_user_of_whom_nothing_is_kept_can_be_erased(house: House) -> None:
    house.ask("nobody")
    house.run()

    assert house.audit.records[0].counts == {}
