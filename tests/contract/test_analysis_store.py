"""What every ``AnalysisStore`` keeps to."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.contracts.errors import AnalysisRunningError, ConflictError, NotFoundError
from holisticos.contracts.events import Event, EventType
from holisticos.contracts.names import FINAL_STATUSES, AgentName, AnalysisStatus, Archetype, Source
from holisticos.ports import AnalysisStore
from tests.contract.conftest import EMULATOR, MEMORY, Backend
from tests.examples import NOON, a_head, a_report, a_result, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.tables import HEAD_FIELDS, create_table


@pytest.fixture
def store(backend: Backend) -> AnalysisStore:
    if backend.dynamodb is None:
        return InMemoryAnalysisStore()
    table = backend.new_name()
    create_table(backend.dynamodb, table, HEAD_FIELDS)
    return DynamoDbAnalysisStore(table, backend.dynamodb)


def test_a_created_analysis_is_read_back_whole(store: AnalysisStore) -> None:
    head = a_head(archetype=Archetype.FOUNDATION_BUILDER, as_of=NOON - timedelta(days=400, microseconds=1))
    store.create(head, an_event())

    assert store.head("an-1") == head
    assert store.progress("an-1") == (head, [Event(**an_event().model_dump(), seq=1)])


def test_an_id_is_taken_once(store: AnalysisStore) -> None:
    store.create(a_head(correlation_id="first"), an_event())

    with pytest.raises(ConflictError):
        store.create(a_head(correlation_id="second"), an_event())

    assert store.head("an-1").correlation_id == "first"


def test_where_one_must_be_alone_the_running_one_is_named(store: AnalysisStore) -> None:
    store.create(a_head(), an_event(), alone=True)

    for at in (NOON, NOON + timedelta(minutes=5)):
        with pytest.raises(AnalysisRunningError) as refused:
            store.create(a_head("an-2", requested_at=at), an_event(), alone=True)
        assert refused.value.analysis_id == "an-1"
    with pytest.raises(NotFoundError):
        store.head("an-2")
    store.create(a_head("an-3", user_id="user-2"), an_event(), alone=True)


def test_an_id_that_is_taken_is_no_other_analysis(store: AnalysisStore) -> None:
    store.create(a_head(), an_event(), alone=True)

    with pytest.raises(ConflictError) as refused:
        store.create(a_head(), an_event(), alone=True)

    assert not isinstance(refused.value, AnalysisRunningError)


def test_what_has_ended_or_is_overdue_stands_in_nobodys_way(store: AnalysisStore) -> None:
    store.create(a_head(), an_event(), alone=True)

    store.create(a_head("an-2"), an_event(), alone=True, instead_of="an-1")
    with pytest.raises(AnalysisRunningError) as refused:
        store.create(a_head("an-3"), an_event(), alone=True, instead_of="an-1")
    assert refused.value.analysis_id == "an-2"
    late = NOON + timedelta(minutes=5, microseconds=1)
    store.create(a_head("an-4", requested_at=late, deadline_at=late), an_event(), alone=True)


def test_what_need_not_be_alone_is_never_refused_and_counts_all_the_same(store: AnalysisStore) -> None:
    store.create(a_head(), an_event(), alone=True)
    store.create(a_head("an-2"), an_event())

    with pytest.raises(AnalysisRunningError) as refused:
        store.create(a_head("an-3"), an_event(), alone=True)
    assert refused.value.analysis_id == "an-2"


def test_after_a_user_is_forgotten_nothing_stands_in_the_way(store: AnalysisStore) -> None:
    store.create(a_head(), an_event(), alone=True)
    store.erase("an-1")
    store.forget("user-1")
    store.forget("user-1")

    store.create(a_head("an-2"), an_event(), alone=True)


@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)
def test_of_many_at_once_one_is_alone_and_all_others_are_told_which(store: AnalysisStore) -> None:
    def create(number: int) -> str:
        try:
            store.create(a_head(f"an-{number}"), an_event(), alone=True)
        except AnalysisRunningError as running:
            return running.analysis_id
        return f"an-{number}"

    with ThreadPoolExecutor(8) as threads:
        told = set(threads.map(create, range(16)))

    (alone,) = told
    assert [head.analysis_id for head in store.of_user("user-1")[0]] == [alone]


READS_AND_WRITES: list[Callable[[AnalysisStore], object]] = [
    lambda store: store.head("an-none"),
    lambda store: store.progress("an-none"),
    lambda store: store.result("an-none"),
    lambda store: store.append("an-none", an_event()),
    lambda store: store.append("an-none", an_event(), AnalysisStatus.FETCHING),
    lambda store: store.finish(a_result("an-none"), an_event(EventType.COMPLETED)),
]


@pytest.mark.parametrize("use", READS_AND_WRITES)
def test_an_unknown_analysis_is_not_found(store: AnalysisStore, use: Callable[[AnalysisStore], object]) -> None:
    with pytest.raises(NotFoundError):
        use(store)
    with pytest.raises(NotFoundError):
        store.head("an-none")


def test_events_are_numbered_in_order_and_read_after_a_number(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    store.append("an-1", an_event(EventType.FETCHED, source=Source.DATABASE, progress=20))
    store.append("an-1", an_event(EventType.AGENT_STARTED, agent=AgentName.MEMORY, progress=30))

    _, events = store.progress("an-1", after=1)

    assert [(event.seq, event.type, event.source, event.agent) for event in events] == [
        (2, EventType.FETCHED, Source.DATABASE, None),
        (3, EventType.AGENT_STARTED, None, AgentName.MEMORY),
    ]
    assert store.progress("an-1", after=3)[1] == []
    assert store.progress("an-1", after=99)[1] == []


def test_status_and_event_are_one_write(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    store.append("an-1", an_event(EventType.FETCHING), AnalysisStatus.FETCHING)

    head, events = store.progress("an-1")

    assert head.status is AnalysisStatus.FETCHING
    assert events[-1].type is EventType.FETCHING


def test_a_status_never_goes_back(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    store.append("an-1", an_event(EventType.AGGREGATING), AnalysisStatus.AGGREGATING)
    store.append("an-1", an_event(EventType.FETCHED), AnalysisStatus.ANALYZING, "late")

    head, events = store.progress("an-1")

    assert head.status is AnalysisStatus.AGGREGATING
    assert head.reason is None
    assert [event.type for event in events] == [EventType.QUEUED, EventType.AGGREGATING, EventType.FETCHED]


def test_a_repeated_write_is_stored_once(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    for _ in range(2):
        store.append("an-1", an_event(EventType.FETCHING), AnalysisStatus.FETCHING)
    store.append("an-1", an_event(EventType.FETCHING, at=NOON + timedelta(microseconds=1)), AnalysisStatus.FETCHING)

    assert [event.seq for event in store.progress("an-1")[1]] == [1, 2, 3]


def test_a_failure_leaves_its_reason_and_instant(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    ended = NOON + timedelta(minutes=5)
    store.append("an-1", an_event(EventType.FAILED, at=ended), AnalysisStatus.FAILED, "timed_out")

    head = store.head("an-1")

    assert (head.status, head.reason, head.completed_at) == (AnalysisStatus.FAILED, "timed_out", ended)


@pytest.mark.parametrize("status", sorted(FINAL_STATUSES))
def test_nothing_follows_a_final_status(store: AnalysisStore, status: AnalysisStatus) -> None:
    store.create(a_head(), an_event())
    store.append("an-1", an_event(EventType.FAILED), status)
    before = store.progress("an-1")

    for next_status in (None, AnalysisStatus.ANALYZING, AnalysisStatus.FAILED, AnalysisStatus.COMPLETED):
        with pytest.raises(ConflictError):
            store.append("an-1", an_event(EventType.AGENT_STARTED), next_status)
    with pytest.raises(ConflictError):
        store.finish(a_result(), an_event(EventType.COMPLETED))

    assert store.progress("an-1") == before
    with pytest.raises(NotFoundError):
        store.result("an-1")


def test_a_repeated_final_event_is_the_same_write(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    for _ in range(2):
        store.append("an-1", an_event(EventType.FAILED), AnalysisStatus.FAILED, "timed_out")

    assert len(store.progress("an-1")[1]) == 2


def test_reports_are_kept_by_agent(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    store.put_report("an-1", a_report(AgentName.INSIGHTS))
    store.put_report("an-1", a_report(AgentName.BEHAVIOR, duration_ms=1))
    store.put_report("an-1", a_report(AgentName.BEHAVIOR, duration_ms=2))

    assert store.reports("an-1") == {
        AgentName.BEHAVIOR: a_report(AgentName.BEHAVIOR, duration_ms=2),
        AgentName.INSIGHTS: a_report(AgentName.INSIGHTS),
    }
    assert list(store.reports("an-1")) == [AgentName.BEHAVIOR, AgentName.INSIGHTS]
    assert store.reports("an-none") == {}


def test_a_finished_analysis_has_result_status_and_event(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    result = a_result(status=AnalysisStatus.PARTIAL)
    store.finish(result, an_event(EventType.PARTIAL, progress=100))

    head, events = store.progress("an-1")

    assert store.result("an-1") == result
    assert (head.status, head.completed_at) == (AnalysisStatus.PARTIAL, result.completed_at)
    assert (events[-1].seq, events[-1].type) == (2, EventType.PARTIAL)


def test_the_first_result_stays(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    store.finish(a_result(brief="first"), an_event(EventType.COMPLETED))

    for event in (an_event(EventType.COMPLETED), an_event(EventType.COMPLETED, message="Another")):
        with pytest.raises(ConflictError):
            store.finish(a_result(brief="second"), event)

    assert store.result("an-1").brief == "first"
    assert len(store.progress("an-1")[1]) == 2


def test_a_users_analyses_come_in_pages_newest_first(store: AnalysisStore) -> None:
    for number in range(5):
        # Instants with and without fractions of a second must not change the order.
        requested_at = NOON + timedelta(milliseconds=500 * number)
        store.create(a_head(f"an-{number}", requested_at=requested_at), an_event())
    store.create(a_head("an-other", user_id="user-2"), an_event())
    store.append("an-4", an_event(EventType.FETCHING), AnalysisStatus.FETCHING)

    first, cursor = store.of_user("user-1", limit=3)
    second, end = store.of_user("user-1", limit=3, cursor=cursor)

    assert [head.analysis_id for head in first] == ["an-4", "an-3", "an-2"]
    assert first[0] == store.head("an-4")
    assert [head.analysis_id for head in second] == ["an-1", "an-0"]
    assert cursor is not None
    assert end is None
    assert store.of_user("user-none") == ([], None)


@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)
def test_events_of_many_writers_are_gapless_and_none_is_lost(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    per_agent = 10

    def write(agent: AgentName) -> None:
        for number in range(per_agent):
            store.append("an-1", an_event(EventType.AGENT_STARTED, agent=agent, message=str(number)))

    with ThreadPoolExecutor(len(AgentName)) as pool:
        list(pool.map(write, AgentName))

    _, events = store.progress("an-1")
    assert [event.seq for event in events] == list(range(1, 2 + per_agent * len(AgentName)))
    for agent in AgentName:
        assert [event.message for event in events if event.agent is agent] == [str(n) for n in range(per_agent)]


@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)
def test_of_many_that_end_an_analysis_one_does(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())

    def end(number: int) -> bool:
        try:
            store.finish(a_result(brief=str(number)), an_event(EventType.COMPLETED, message=str(number)))
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        ended = list(pool.map(end, range(6)))

    _, events = store.progress("an-1")
    assert sum(ended) == 1
    assert [event.message for event in events[1:]] == [store.result("an-1").brief] == [str(ended.index(True))]


def test_erasing_leaves_nothing_of_an_analysis_and_everything_of_others(store: AnalysisStore) -> None:
    for analysis_id in ("an-1", "an-2"):
        store.create(a_head(analysis_id), an_event())
        store.put_report(analysis_id, a_report())
        store.finish(a_result(analysis_id), an_event(EventType.COMPLETED, progress=100))

    assert store.erase("an-1") == 3
    assert store.erase("an-1") == 0

    for read in (store.head, store.progress, store.result):
        with pytest.raises(NotFoundError):
            read("an-1")
    assert store.reports("an-1") == {}
    assert store.result("an-2") == a_result("an-2")
    assert store.reports("an-2") == {AgentName.ROUTINE: a_report()}


def test_nothing_can_be_added_to_what_was_erased(store: AnalysisStore) -> None:
    store.create(a_head(), an_event())
    store.erase("an-1")

    with pytest.raises(NotFoundError):
        store.append("an-1", an_event(EventType.FETCHING))
    with pytest.raises(NotFoundError):
        store.finish(a_result(), an_event(EventType.COMPLETED))
    with pytest.raises(NotFoundError):
        store.head("an-1")
