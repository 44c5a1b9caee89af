"""What every ``WorkflowStarter`` keeps to."""

import json
from collections.abc import Callable, Iterator

import pytest

from holisticos.adapters.step_functions import StepFunctionsStarter
from holisticos.contracts.errors import StoreError
from holisticos.ports import WorkflowStarter
from tests.contract.conftest import EMULATOR, MOTO, Backend
from tests.fakes.workflow_starter import RecordingWorkflowStarter

WAITING = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
DONE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

Started = Callable[[], dict[str, object]]


@pytest.fixture(params=[WAITING, DONE], ids=["running", "closed"])
def machine(request: pytest.FixtureRequest, backend: Backend) -> Iterator[str]:
    """A state machine whose executions stay open, or end at once."""
    client = backend.step_functions
    if client is None or backend.iam is None:
        yield "memory"
        return
    role = backend.iam.create_role(RoleName=backend.new_name(), AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    arn = client.create_state_machine(
        name=backend.new_name(), definition=json.dumps(request.param), roleArn=role["Arn"]
    )["stateMachineArn"]
    yield arn
    if request.param is WAITING:
        for execution in client.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]:
            client.stop_execution(executionArn=execution["executionArn"])


@pytest.fixture
def workflow(backend: Backend, machine: str) -> WorkflowStarter:
    client = backend.step_functions
    return StepFunctionsStarter(machine, client) if client else RecordingWorkflowStarter()


@pytest.fixture
def started(backend: Backend, machine: str, workflow: WorkflowStarter) -> Started:
    """The input of every execution by its name."""

    def executions() -> dict[str, object]:
        client = backend.step_functions
        if client is None:
            assert isinstance(workflow, RecordingWorkflowStarter)
            return {
                name: {"analysis_id": name, "correlation_id": correlation}
                for name, correlation in workflow.started.items()
            }
        found = client.list_executions(stateMachineArn=machine)["executions"]
        return {
            execution["name"]: json.loads(client.describe_execution(executionArn=execution["executionArn"])["input"])
            for execution in found
        }

    return executions


def test_an_analysis_is_started_under_its_id(workflow: WorkflowStarter, started: Started) -> None:
    workflow.start("an-1", "corr-1")
    workflow.start("an-2", "corr-2")

    assert started() == {
        "an-1": {"analysis_id": "an-1", "correlation_id": "corr-1"},
        "an-2": {"analysis_id": "an-2", "correlation_id": "corr-2"},
    }


@pytest.mark.parametrize("again", ["corr-1", "corr-other"])
def test_starting_it_twice_starts_it_once(workflow: WorkflowStarter, started: Started, again: str) -> None:
    workflow.start("an-1", "corr-1")
    workflow.start("an-1", again)

    assert started() == {"an-1": {"analysis_id": "an-1", "correlation_id": "corr-1"}}


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_a_workflow_that_is_not_there_is_an_error(backend: Backend, machine: str) -> None:
    with pytest.raises(StoreError, match="StateMachineDoesNotExist"):
        StepFunctionsStarter(f"{machine}-none", backend.step_functions).start("an-1", "corr-1")
