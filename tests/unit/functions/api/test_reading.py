"""GET /api/v1/analysis/{analysis_id}"""

from datetime import timedelta

import pytest

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName, AnalysisStatus
from tests.examples import a_result, an_event
from tests.unit.functions.api.served import ANALYSIS, Served

URL = f"/api/v1/analysis/{ANALYSIS}"


def test_a_running_analysis_shows_how_far_it_is(api: Served) -> None:
    api.given_analysis(
        an_event(EventType.AGENT_COMPLETED, agent=AgentName.ROUTINE, progress=60, message="Routine has finished"),
        an_event(EventType.AGENT_STARTED, agent=AgentName.INSIGHTS, progress=40, message="Insights has started"),
    )
    view = api.get(URL).json()
    assert view["status"] == "queued"
    assert view["progress"] == 60
    assert view["message"] == "Insights has started"
    assert view["last_event_id"] == 3
    assert view["result"] is None
    assert view["links"]["stream"] == f"{URL}/stream"


def test_a_completed_analysis_has_its_result(api: Served) -> None:
    api.given_analysis()
    result = a_result(ANALYSIS, user_id="ana")
    api.analyses.finish(result, an_event(EventType.COMPLETED, progress=100))
    view = api.get(URL).json()
    assert (view["status"], view["progress"]) == ("completed", 100)
    assert view["result"] == result.model_dump(mode="json")
    assert view["completed_at"] == "2026-03-14T12:00:03Z"


def test_a_failed_analysis_has_a_reason_and_no_result(api: Served) -> None:
    api.given_analysis()
    api.analyses.append(ANALYSIS, an_event(EventType.FAILED, progress=100), AnalysisStatus.FAILED, "no_source_answered")
    view = api.get(URL).json()
    assert (view["status"], view["reason"], view["result"]) == ("failed", "no_source_answered", None)


def test_an_analysis_past_its_deadline_has_failed(api: Served) -> None:
    head = api.given_analysis()
    api.clock.advance(timedelta(minutes=5))
    assert api.get(URL).json()["status"] == "queued"
    api.clock.advance(timedelta(seconds=1))
    view = api.get(URL).json()
    assert (view["status"], view["reason"]) == ("failed", "timed_out")
    stored, events = api.analyses.progress(head.analysis_id)
    assert stored.status is AnalysisStatus.FAILED
    assert stored.completed_at == api.clock.now()
    assert [event.type for event in events] == [EventType.QUEUED, EventType.FAILED]


def test_what_is_internal_is_not_shown(api: Served) -> None:
    api.given_analysis(correlation_id="internal-4711")
    assert "internal-4711" not in api.get(URL).text


@pytest.mark.parametrize("path", [URL, f"{URL}/stream"])
def test_reading_is_on_the_audit_trail(api: Served, path: str) -> None:
    api.given_analysis()
    api.get(path)
    (record,) = api.records()
    assert record.action in {AuditAction.ANALYSIS_READ, AuditAction.PROGRESS_READ}
    assert (record.user_id, record.actor, record.resource, record.success) == ("ana", "ana", ANALYSIS, True)


def test_the_receipt_and_the_view_agree(api: Served) -> None:
    receipt = api.analyze().json()
    view = api.get(receipt["links"]["self"]).json()
    assert {name: view[name] for name in receipt} == receipt
