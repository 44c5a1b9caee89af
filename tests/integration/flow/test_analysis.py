"""An analysis through API Gateway, the state machine and all functions, as a client sees it."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import httpx

from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, AnalysisType, Part, Source
from local.client import ApiClient
from local.endpoints import Endpoints
from local.people.persona import Persona
from local.people.registry import ImportedPerson
from local.people.synthetic import synthetic_person
from local.stack import Stack
from local.workbench import Workbench
from tests.integration.conftest import AwsClient
from tests.integration.flow.conftest import AS_OF
from tests.integration.flow.following import followed


def test_the_whole_way(client: ApiClient, person: ImportedPerson) -> None:
    analysis_id = client.analyze(person.user_id, analysis_type=AnalysisType.INITIAL, as_of=person.as_of)
    events, result = followed(client, analysis_id)

    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].type is EventType.QUEUED
    assert events[-1].type is EventType.COMPLETED
    assert events[-1].progress == 100
    for kind in (EventType.AGENT_STARTED, EventType.AGENT_COMPLETED):
        assert sorted(event.agent or "" for event in events if event.type is kind) == sorted(AgentName)

    assert result.status is AnalysisStatus.COMPLETED
    assert result.synthetic
    assert result.window.days == 7
    assert result.sources[Part.BIOMARKERS].source in {Source.HEALTH_API, Source.CACHE}
    assert all(len(report.findings) >= 2 for report in result.agents.values())
    assert result.brief
    assert result.plan.minutes_used <= result.plan.minutes_budget
    assert all(earlier.score >= later.score for earlier, later in pairwise(result.insights))
    evidence = {item.id for report in result.agents.values() for item in report.evidence}
    assert all(set(insight.evidence_ids) <= evidence for insight in result.insights)


def test_a_follow_up_looks_at_one_day(client: ApiClient, person: ImportedPerson) -> None:
    analysis_id = client.analyze(person.user_id, analysis_type=AnalysisType.FOLLOW_UP, as_of=person.as_of)
    _, result = followed(client, analysis_id)

    assert result.status is AnalysisStatus.COMPLETED
    assert result.window.days == 1
    assert result.window.end.isoformat() == "2026-03-14"


def test_fault_17_the_same_request_twice_runs_once(
    client: ApiClient, person: ImportedPerson, endpoints: Endpoints, aws: AwsClient
) -> None:
    first = client.analyze(person.user_id, as_of=person.as_of, idempotency_key="once")
    second = client.analyze(person.user_id, as_of=person.as_of, idempotency_key="once")
    followed(client, first)
    third = client.analyze(person.user_id, as_of=person.as_of, idempotency_key="once")

    assert first == second == third
    machine = endpoints.state_machines["analysis"]
    pages = aws("stepfunctions").get_paginator("list_executions").paginate(stateMachineArn=machine)
    names = [execution["name"] for page in pages for execution in page["executions"]]
    assert names.count(first) == 1


def test_fault_17_the_same_key_with_another_body_is_refused(
    client: ApiClient, workbench: Workbench, person: ImportedPerson
) -> None:
    url = f"{workbench.endpoints.api_url}/api/v1/users/{person.user_id}/analyze"
    headers = {
        "Authorization": f"Bearer {workbench.accounts.token(person.user_id)}",
        "Idempotency-Key": "once-as-asked",
    }
    body = {"as_of": person.as_of.isoformat()}

    def ask(**changes: str) -> httpx.Response:
        return httpx.post(url, json=body | changes, headers=headers, timeout=30)

    first = ask()
    while_it_runs = ask(analysis_type="follow_up")
    followed(client, first.json()["analysis_id"])
    after_it_ran = ask(archetype="Peak Performer")

    assert first.status_code == 202
    for answer in (while_it_runs, after_it_ran):
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
        assert "analysis_id" not in answer.json()
    again = ask()
    assert (again.status_code, again.json()) == (202, first.json())


def test_fault_18_of_two_at_once_the_second_is_told_the_running_ones_id(
    client: ApiClient, workbench: Workbench, person: ImportedPerson
) -> None:
    url = f"{workbench.endpoints.api_url}/api/v1/users/{person.user_id}/analyze"
    headers = {"Authorization": f"Bearer {workbench.accounts.token(person.user_id)}"}

    def ask(_: int) -> httpx.Response:
        return httpx.post(url, json={"as_of": person.as_of.isoformat()}, headers=headers, timeout=30)

    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(ask, range(2)), key=lambda answer: answer.status_code)

    assert (first.status_code, second.status_code) == (202, 409)
    assert second.json()["analysis_id"] == first.json()["analysis_id"]
    _, result = followed(client, second.json()["analysis_id"])
    assert result.status is AnalysisStatus.COMPLETED


def test_ten_people_at_once_all_come_to_an_end(workbench: Workbench) -> None:
    people = [
        workbench.import_person(synthetic_person(Persona(name=f"ten-{number}"), seed=number, as_of=AS_OF, days=30))
        for number in range(10)
    ]

    def run(person: ImportedPerson) -> AnalysisResult:
        with ApiClient(workbench.endpoints.api_url, workbench.accounts.token(person.user_id)) as client:
            return followed(client, client.analyze(person.user_id, as_of=person.as_of))[1]

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(run, people))

    assert {result.status for result in results} == {AnalysisStatus.COMPLETED}
    assert len({result.analysis_id for result in results}) == 10
    assert all(report.status is AgentStatus.COMPLETE for result in results for report in result.agents.values())


def test_nothing_personal_is_in_execution_histories_or_logs(
    client: ApiClient, person: ImportedPerson, endpoints: Endpoints, aws: AwsClient, stack: Stack
) -> None:
    analysis_id = client.analyze(person.user_id, as_of=person.as_of)
    _, result = followed(client, analysis_id)

    arn = endpoints.state_machines["analysis"].replace(":stateMachine:", ":execution:") + f":{analysis_id}"
    history = json.dumps(aws("stepfunctions").get_execution_history(executionArn=arn), default=str)
    logs = "\n".join(line for line in stack.logs() if not line.startswith(("emulator |", "database |", "health-api |")))
    heart_rate = next(
        item.value
        for report in result.agents.values()
        for item in report.evidence
        if item.metric == "heart_rate_resting" and item.value is not None
    )
    assert analysis_id in history
    assert analysis_id in logs
    for kept in (history, logs):
        assert person.user_id not in kept
        assert str(heart_rate) not in kept
        assert result.brief not in kept


def test_every_use_of_the_data_is_audited(
    client: ApiClient, person: ImportedPerson, endpoints: Endpoints, aws: AwsClient
) -> None:
    analysis_id = client.analyze(person.user_id, as_of=AS_OF)
    followed(client, analysis_id)

    items = (
        aws("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=endpoints.tables["audit"],
            KeyConditionExpression="pk = :user",
            ExpressionAttributeValues={":user": {"S": f"USER#{person.user_id}"}},
        )
    )
    actions = {item["action"]["S"] for page in items for item in page["Items"] if analysis_id in item["resource"]["S"]}
    assert {
        "analysis.requested",
        "analysis.read",
        "snapshot.written",
        "snapshot.read",
        "report.written",
        "result.written",
    } <= actions
