"""Parts that fail: the user gets a whole, labelled answer, or a clear end."""

import pytest

from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.events import Event, EventType
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, AnalysisType, Part, Source
from local.client import ApiClient
from local.people.registry import ImportedPerson
from tests.integration.flow.conftest import BrokenFunction, Faults
from tests.integration.flow.following import followed


@pytest.mark.parametrize("mode", ["500", "hang", "garbage"])
def test_a_failing_upstream_is_replaced_by_the_database(
    mode: str, client: ApiClient, person: ImportedPerson, faults: Faults
) -> None:
    def analysed() -> tuple[list[Event], AnalysisResult]:
        """Over the same window, whatever was analysed before."""
        asked = client.analyze(person.user_id, analysis_type=AnalysisType.INITIAL, as_of=person.as_of)
        return followed(client, asked)

    healthy = analysed()[1]
    faults(mode, "all")

    events, result = analysed()

    assert result.status is AnalysisStatus.COMPLETED
    for part in (Part.SCORES, Part.BIOMARKERS, Part.ARCHETYPES):
        assert result.sources[part].source is Source.DATABASE
    # The same data from another place say the same.
    assert result.data_quality == healthy.data_quality
    for agent in (AgentName.BEHAVIOR, AgentName.NUTRITION, AgentName.ROUTINE, AgentName.INSIGHTS):
        assert result.agents[agent].evidence == healthy.agents[agent].evidence
        assert result.agents[agent].findings == healthy.agents[agent].findings
    assert next(event for event in events if event.type is EventType.FETCHED).source is Source.DATABASE


def test_without_any_source_the_analysis_fails_with_the_reason(
    client: ApiClient, person: ImportedPerson, faults: Faults, reconfigured: BrokenFunction
) -> None:
    faults("500", "all")
    # Nothing is deployed under this name, so the address of the database cannot be read.
    with reconfigured("fetch_data", DATABASE_SECRET_ARN="no-such-secret"):
        analysis_id = client.analyze(person.user_id, as_of=person.as_of)
        events = list(client.follow(analysis_id))

    assert events[-1].type is EventType.FAILED
    assert "could not be read" in events[-1].message
    assert client.result(analysis_id) is None


def test_an_agent_that_raises_leaves_the_others_whole(
    client: ApiClient, person: ImportedPerson, reconfigured: BrokenFunction
) -> None:
    # Called with an event and a context, this raises a TypeError.
    with reconfigured("agent_nutrition", handler="os.abort"):
        events, result = followed(client, client.analyze(person.user_id, as_of=person.as_of))

    assert_only_nutrition_is_missing(result)
    assert [event.agent for event in events if event.type is EventType.AGENT_DEGRADED] == [AgentName.NUTRITION]


def test_an_agent_that_is_killed_leaves_the_others_whole(
    client: ApiClient, person: ImportedPerson, reconfigured: BrokenFunction
) -> None:
    suicide = "import os, signal\n\ndef lambda_handler(event, context):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    with reconfigured("agent_nutrition", code=suicide):
        _, result = followed(client, client.analyze(person.user_id, as_of=person.as_of))

    assert_only_nutrition_is_missing(result)


def assert_only_nutrition_is_missing(result: AnalysisResult) -> None:
    assert result.status is AnalysisStatus.PARTIAL
    assert [missing.agent for missing in result.missing] == [AgentName.NUTRITION]
    nutrition = result.agents[AgentName.NUTRITION]
    assert nutrition.status is AgentStatus.DEGRADED
    assert nutrition.reason
    assert not nutrition.findings
    others = [report for name, report in result.agents.items() if name is not AgentName.NUTRITION]
    assert len(others) == 5
    assert all(report.status is AgentStatus.COMPLETE and report.findings for report in others)
