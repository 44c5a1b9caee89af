"""The function that reconciles, over fakes."""

import asyncio
from datetime import date, timedelta

import pytest

from functions.daily.due import sampled
from functions.reconcile.reconciler import Reconciler
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.names import Part, Source
from holisticos.contracts.workflow import ReconcileOutcome, ReconcileTask
from holisticos.services.analysis_requests import derive_analysis_id
from tests.examples import a_head, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.erasure_store import InMemoryErasureStore
from tests.fakes.health_source import InMemoryHealthSource
from tests.fakes.record_intake import InMemoryRecordIntake
from tests.fakes.user_store import InMemoryUserStore
from tests.output import Output
from tests.wire import daily

TASK = ReconcileTask(analysis_id="an-1", correlation_id="daily-1")


class House:
    def __init__(self) -> None:
        self.clock = FixedClock()
        self.analyses = InMemoryAnalysisStore()
        self.erasures = InMemoryErasureStore()
        self.audit = InMemoryAuditLog()
        self.intake = InMemoryRecordIntake()
        self.upstream = InMemoryHealthSource()
        self.reconciler = Reconciler(
            analyses=self.analyses,
            users=InMemoryUserStore(),
            erasures=self.erasures,
            audit=self.audit,
            upstream=self.upstream,
            database=InMemoryHealthSource(Source.DATABASE),
            store=self.intake.store,
            clock=self.clock,
            run=asyncio.run,
        )
        self.upstream.add("ada", biomarkers=[daily("steps", date(2026, 3, 13), 1)])
        self.analyses.create(a_head("an-1", user_id="ada", as_of=self.clock.now()), an_event())


@pytest.fixture
def house() -> House:
    return House()


def test_what_was_repaired_is_counted_and_on_record(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = house.reconciler.execute(TASK)

    assert outcome.parts[Part.BIOMARKERS].repaired == 1
    assert len(house.intake.records("ada")) == 1
    (record,) = house.audit.records
    assert (record.action, record.actor, record.resource, record.counts) == (
        AuditAction.HEALTH_DATA_WRITTEN,
        "function:reconcile",
        "reconciliation",
        {"biomarkers": 1},
    )
    output = Output.of(capsys)
    assert {(line["part"], line["RecordsMissing"]) for line in output.metrics if "RecordsMissing" in line} == {
        ("scores", 0),
        ("biomarkers", 1),
        ("archetypes", 0),
    }
    assert "ada" not in output.text


def test_a_look_that_finds_nothing_is_on_record_too(house: House) -> None:
    house.upstream.add("bob", biomarkers=[])
    house.analyses.create(a_head("an-2", user_id="bob", as_of=house.clock.now()), an_event())

    house.reconciler.execute(TASK.model_copy(update={"analysis_id": "an-2"}))

    assert [record.action for record in house.audit.records] == [AuditAction.HEALTH_DATA_READ]


def test_nobody_who_was_or_is_being_erased_is_looked_at(house: House) -> None:
    assert house.reconciler.execute(TASK.model_copy(update={"analysis_id": "gone"})) == ReconcileOutcome()
    house.erasures.create(
        Erasure(
            erasure_id="er-1",
            user_id="ada",
            status=ErasureStatus.REQUESTED,
            requested_at=house.clock.now(),
            correlation_id="c",
        )
    )

    assert house.reconciler.execute(TASK) == ReconcileOutcome()
    assert not house.intake.records("ada")


def test_the_sample_is_the_same_each_time_and_another_the_next_day() -> None:
    users = [f"user-{number}" for number in range(2_000)]
    today, tomorrow = (
        [derive_analysis_id(user, date(2026, 3, 14) + timedelta(days=day)) for user in users] for day in (0, 1)
    )

    sample = sampled(today, 5)

    assert sampled(today, 5) == sample
    assert 60 < len(sample) < 140
    assert {today.index(id_) for id_ in sample} != {tomorrow.index(id_) for id_ in sampled(tomorrow, 5)}
    assert (sampled(today, 0), sampled(today, 100)) == ((), tuple(today))
