"""The daily workflow: everyone who wants it, once a day."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.contracts.names import Trigger
from local.client import ApiClient
from local.people.registry import ImportedPerson
from local.workbench import Workbench
from tests.integration.conftest import AwsClient
from tests.integration.flow.conftest import BrokenFunction

RunDaily = Callable[[str], dict[str, Any]]


@pytest.fixture
def run_daily(workbench: Workbench, aws: AwsClient) -> RunDaily:
    """Runs the daily workflow as the scheduler does, for the instant given."""

    def run(scheduled_for: str) -> dict[str, Any]:
        steps = aws("stepfunctions")
        started = steps.start_execution(
            stateMachineArn=workbench.endpoints.state_machines["daily"],
            input=json.dumps({"scheduled_for": scheduled_for}),
        )
        while (run := steps.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
            pass
        assert run["status"] == "SUCCEEDED", run
        output: dict[str, Any] = json.loads(run["output"])
        return output

    return run


def test_fault_23_each_user_is_analysed_once_a_day_however_often_or_late(
    workbench: Workbench, neighbour: ImportedPerson, aws: AwsClient, run_daily: RunDaily
) -> None:
    profile = workbench.users.profile(neighbour.user_id)
    workbench.users.put_profile(profile.model_copy(update={"daily_analysis": True}))
    store = DynamoDbAnalysisStore(workbench.endpoints.tables["analyses"], aws("dynamodb"))

    def daily() -> set[str]:
        heads, _ = store.of_user(neighbour.user_id)
        return {head.analysis_id for head in heads if head.trigger is Trigger.DAILY}

    before = daily()
    with ThreadPoolExecutor(2) as pool:
        assert len([*pool.map(run_daily, ["2026-03-15T05:00:00Z"] * 2)]) == 2
    run_daily("2026-03-15T05:09:59Z")

    (analysis_id,) = daily() - before
    with ApiClient(workbench.endpoints.api_url, workbench.accounts.token(neighbour.user_id)) as client:
        assert list(client.follow(analysis_id))[-1].type.is_final

    run_daily("2026-03-16T05:00:00Z")

    assert len(daily() - before) == 2


def test_the_database_of_a_sample_is_compared_with_the_health_api(
    workbench: Workbench, neighbour: ImportedPerson, run_daily: RunDaily, reconfigured: BrokenFunction, aws: AwsClient
) -> None:
    profile = workbench.users.profile(neighbour.user_id)
    workbench.users.put_profile(profile.model_copy(update={"daily_analysis": True}))

    with reconfigured("daily", RECONCILED_PERCENT="100"):
        outcome = run_daily("2026-03-17T05:00:00Z")

    assert outcome["reconciled"] >= 1
    records = DynamoDbAuditLog(workbench.endpoints.tables["audit"], aws("dynamodb")).of_user(neighbour.user_id)[0]
    assert ("function:reconcile", "reconciliation") in {(record.actor, record.resource) for record in records}
