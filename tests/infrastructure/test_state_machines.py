"""The definitions in ``statemachines/``: valid, filled in whole, and in step with the contracts."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from holisticos.contracts import errors
from holisticos.contracts.base import Contract
from holisticos.contracts.events import EventType, NewEvent
from holisticos.contracts.names import FINAL_STATUSES, AgentName, AnalysisStatus, Source
from holisticos.contracts.workflow import (
    AgentOutcome,
    AgentTask,
    AggregateTask,
    AnalysisInput,
    DailyTask,
    FetchTask,
    ReconcileTask,
)
from holisticos.services.analysis_requests import TIME_ALLOWED
from infra.assets import ROOT
from infra.constructs.workflow import DEFINITIONS
from tests.infrastructure.conftest import Synthesis
from tests.infrastructure.granted import grants

NAMES = ["analysis", "daily", "erasure"]
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
AT_ONCE = "Lambda.TooManyRequestsException"
"""Refused without running: it costs the pause and not the time a state may take."""


def definition(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((DEFINITIONS / f"{name}.asl.json").read_text(encoding="utf-8"))
    return parsed


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All states, those in branches and iterators too."""
    for name, state in machine["States"].items():
        yield name, state
        inner = [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]
        for part in inner:
            yield from states(part)


def tasks(name: str) -> dict[str, dict[str, Any]]:
    return {key: state for key, state in states(definition(name)) if state["Type"] == "Task"}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def machine_of(synthesis: Synthesis, name: str) -> dict[str, Any]:
    comment = definition(name)["Comment"]
    (found,) = [
        properties
        for properties in synthesis.resources("AWS::StepFunctions::StateMachine").values()
        if json.loads(properties["DefinitionString"])["Comment"] == comment
    ]
    return found


def test_the_definitions_are_valid() -> None:
    validator = ROOT / "node_modules" / "asl-validator" / "dist" / "bin" / "asl-validator.js"
    node = ROOT / ".venv" / "bin" / "node"
    assert validator.exists(), "`npm ci` installs it; `make check` does that"

    done = subprocess.run(  # noqa: S603 - our own words only
        [str(node) if node.exists() else "node", str(validator)]
        + [word for name in NAMES for word in ("--json-path", str(DEFINITIONS / f"{name}.asl.json"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_placeholder_is_filled_in(dev: Synthesis, name: str) -> None:
    properties = machine_of(dev, name)

    assert set(PLACEHOLDER.findall(properties["DefinitionString"])) == set(properties["DefinitionSubstitutions"])


@pytest.mark.parametrize("name", NAMES)
def test_the_deployed_definition_is_the_file(dev: Synthesis, name: str) -> None:
    assert json.loads(machine_of(dev, name)["DefinitionString"]) == definition(name)


@pytest.mark.parametrize("name", NAMES)
def test_executions_are_logged_without_their_data(dev: Synthesis, name: str) -> None:
    logging = machine_of(dev, name)["LoggingConfiguration"]

    assert logging["Level"] == "ALL"
    assert logging["IncludeExecutionData"] is False
    assert machine_of(dev, name)["StateMachineType"] == "STANDARD"


def test_the_six_branches_differ_in_their_name_alone() -> None:
    branches = definition("analysis")["States"]["RunAgents"]["Branches"]
    neutral = set()
    for agent, branch in zip(AgentName, branches, strict=True):
        text = json.dumps(branch)
        assert agent in text
        neutral.add(text.replace(agent.capitalize(), "<Agent>").replace(f'"{agent}"', '"<agent>"'))

    assert len(neutral) == 1


def needed(synthesis: Synthesis, name: str) -> set[tuple[str, str]]:
    """Action and resource that the tasks of a definition need."""
    filled = machine_of(synthesis, name)["DefinitionSubstitutions"]

    def target(text: str) -> str:
        (placeholder,) = PLACEHOLDER.findall(text)
        match filled[placeholder]:
            case {"Fn::GetAtt": [resource, "Arn"]}:
                return f"<{resource}.Arn>"
            case {"Ref": resource}:
                return f"<{resource}>"
        raise AssertionError(f"unknown substitution {placeholder}")

    found = set()
    for state in tasks(name).values():
        arguments = state["Arguments"]
        match state["Resource"].removeprefix("arn:aws:states:::"):
            case "lambda:invoke":
                found.add(("lambda:InvokeFunction", target(arguments["FunctionName"])))
            case "dynamodb:updateItem":
                # The table is named in the definition, and its ARN in the policy.
                found.add(("dynamodb:UpdateItem", target(arguments["TableName"]).replace(">", ".Arn>")))
            case "states:startExecution":
                found.add(("states:StartExecution", target(arguments["StateMachineArn"])))
            case other:
                raise AssertionError(f"say here what {other} needs")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_role_may_do_exactly_what_the_tasks_need(dev: Synthesis, name: str) -> None:
    role = machine_of(dev, name)["RoleArn"]["Fn::GetAtt"][0]

    granted = {(action, resource) for who, action, resource in grants(dev) if who == role and resource != "*"}

    assert granted == needed(dev, name)


@pytest.mark.parametrize("name", NAMES)
def test_every_task_ends_in_time_and_is_tried_again_with_jitter(name: str) -> None:
    for key, state in tasks(name).items():
        assert "TimeoutSeconds" in state, key
        for retrier in state["Retry"]:
            assert retrier["MaxAttempts"] == 0 or retrier["JitterStrategy"] == "FULL", key


def longest(state: dict[str, Any]) -> float:
    """Seconds a task can take when every try runs to its timeout and every pause is the longest."""
    tries, pauses = 1, 0.0
    for retrier in state.get("Retry", []):
        attempts = retrier["MaxAttempts"]
        if AT_ONCE not in retrier["ErrorEquals"]:
            tries += attempts
        for attempt in range(attempts):
            pauses += min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** attempt, retrier["MaxDelaySeconds"])
    return float(tries * state["TimeoutSeconds"] + pauses)


def test_the_workflow_reaches_its_end_before_it_is_stopped() -> None:
    machine = definition("analysis")
    total = 0.0
    for state in machine["States"].values():
        if state["Type"] == "Task":
            total += longest(state)
        elif state["Type"] == "Parallel":
            total += max(
                sum(longest(inner) for inner in branch["States"].values() if inner["Type"] == "Task")
                for branch in state["Branches"]
            )

    # No path passes all states, so that some seconds remain for the service itself.
    assert total < machine["TimeoutSeconds"] < TIME_ALLOWED.total_seconds()


def test_every_failure_is_recorded() -> None:
    machine = definition("analysis")["States"]
    recording = machine["RecordFailure"]
    for name, state in machine.items():
        if state["Type"] not in {"Task", "Parallel"} or state is recording:
            continue
        caught = {error: catcher for catcher in state["Catch"] for error in catcher["ErrorEquals"]}
        if name == "FetchFromHealthApi":
            assert caught["States.ALL"]["Next"] == "FetchFromDatabase"
            continue
        assert caught["States.ALL"]["Next"] == "RecordFailure", name
        assert re.fullmatch(r"[a-z_]+", caught["States.ALL"]["Assign"]["reason"]), name
        assert "{%" not in caught["States.ALL"]["Assign"]["message"], name
    assert recording["Resource"] == "arn:aws:states:::dynamodb:updateItem"


def test_a_failed_agent_stops_no_other() -> None:
    for branch in definition("analysis")["States"]["RunAgents"]["Branches"]:
        agent = branch["States"][branch["StartAt"]]
        (catcher,) = agent["Catch"]
        assert catcher["ErrorEquals"] == ["States.ALL"]
        ending = branch["States"][catcher["Next"]]
        outcome = AgentOutcome.model_validate({**ending["Output"], "reason": "AnyError"})
        assert outcome.status == "failed"
        assert ending["Output"]["reason"] == "{% $states.input.Error %}"


def writes() -> dict[str, dict[str, Any]]:
    return {key: state for key, state in tasks("analysis").items() if "dynamodb" in state["Resource"]}


@pytest.mark.parametrize("name", sorted(writes()))
def test_nothing_is_written_to_a_final_analysis(name: str) -> None:
    arguments = writes()[name]["Arguments"]
    values = {key: value["S"] for key, value in arguments["ExpressionAttributeValues"].items() if "S" in value}

    assert arguments["Key"]["sk"] == {"S": "HEAD"}
    match = re.fullmatch(r"attribute_exists\(pk\) AND NOT \(#status IN \((.*)\)\)", arguments["ConditionExpression"])
    assert match
    assert {values[key.strip()] for key in match[1].split(",")} == FINAL_STATUSES
    assert arguments["ExpressionAttributeNames"]["#status"] == "status"


@pytest.mark.parametrize(
    ("name", "status", "event"),
    [
        ("MarkFetching", AnalysisStatus.FETCHING, EventType.FETCHING),
        ("MarkAnalyzing", AnalysisStatus.ANALYZING, None),
        ("RecordFailure", AnalysisStatus.FAILED, EventType.FAILED),
    ],
)
def test_written_states_and_events_are_those_of_the_contracts(
    name: str, status: AnalysisStatus, event: EventType | None
) -> None:
    arguments = writes()[name]["Arguments"]
    values = arguments["ExpressionAttributeValues"]
    assigned = dict(re.findall(r"#(\w+) = (:\w+)", arguments["UpdateExpression"]))

    assert values[assigned["status"]] == {"S": status}
    if event is None:
        assert ":events" not in values
        return
    (entry,) = values[":events"]["L"]
    fields = {key: next(iter(value.values())) for key, value in entry["M"].items()}
    evaluated = {"at": "2026-01-02T03:04:05.678Z", "message": "Something happened."}
    written = NewEvent.model_validate({**fields, **{key: evaluated[key] for key in fields if "{%" in fields[key]}})
    assert written.type is event


@pytest.mark.parametrize("name", NAMES)
def test_retried_and_caught_errors_exist(name: str) -> None:
    ours = {kind.__name__ for kind in vars(errors).values() if isinstance(kind, type)}
    foreign = re.compile(r"(States|Lambda|DynamoDB|StepFunctions|Runtime|Sandbox)\.\w+|ExecutionAlreadyExists")
    for _, state in states(definition(name)):
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]:
            for error in rule["ErrorEquals"]:
                assert error in ours or foreign.fullmatch(error), error


def test_payloads_have_the_fields_of_their_contracts() -> None:
    inputs: dict[str, type[Contract]] = {
        "FetchFromHealthApi": FetchTask,
        "FetchFromDatabase": FetchTask,
        "Aggregate": AggregateTask,
        **{f"{agent.capitalize()}Agent": AgentTask for agent in AgentName},
    }
    for name, model in inputs.items():
        assert set(tasks("analysis")[name]["Arguments"]["Payload"]) == set(model.model_fields), name
    assert set(tasks("daily")["ListDue"]["Arguments"]["Payload"]) == set(DailyTask.model_fields)
    assert set(tasks("daily")["Reconcile"]["Arguments"]["Payload"]) == set(ReconcileTask.model_fields)
    assert set(tasks("daily")["StartAnalysis"]["Arguments"]["Input"]) == set(AnalysisInput.model_fields)
    sources = [tasks("analysis")[name]["Arguments"]["Payload"]["source"] for name in inputs if "Fetch" in name]
    assert sources == [Source.HEALTH_API, Source.DATABASE]


@pytest.mark.parametrize("name", NAMES)
def test_no_state_speaks_of_a_user(name: str) -> None:
    for text in strings(definition(name)["States"]):
        assert "user_id" not in text
