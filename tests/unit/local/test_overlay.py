"""What differs between the synthesized stack and the local one."""

import copy
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from local.assembly import Assembly
from local.lambda_runtime.function import VARIABLE, LocalFunction
from local.overlay import DIFFERENCES, QUEUE_SECONDS, expiring_tables, overlay
from tests import trial_stack


@pytest.fixture
def synthesized(tmp_path: Path) -> Assembly:
    return Assembly.read(trial_stack.write(tmp_path), "eu-north-1")


def _with(assembly: Assembly, **resources: dict[str, Any]) -> Assembly:
    template = copy.deepcopy(assembly.template)
    template["Resources"].update(resources)
    return Assembly(assembly.stack_name, template, assembly.assets)


def _properties(assembly: Assembly, name: str) -> dict[str, Any]:
    properties: dict[str, Any] = assembly.template["Resources"][name]["Properties"]
    return properties


def test_the_list_of_differences_grows_only_on_purpose() -> None:
    assert [difference.name for difference in DIFFERENCES] == [
        "functions run under awslambdaric on this machine's Python",
        "timeouts are enforced by the function host",
        "layer archives are empty",
        "plain HTTP is allowed",
        "secrets are referred to by their attribute Id",
        "schedules do not say when they were due",
        "time to live is set after the deployment",
    ]
    assert all(len(difference.reason) > 50 for difference in DIFFERENCES)


def test_nothing_else_is_changed(synthesized: Assembly) -> None:
    local = overlay(synthesized)
    before, after = copy.deepcopy(synthesized.template), copy.deepcopy(local.template)

    for template in (before, after):
        function = template["Resources"]["Function"]["Properties"]
        del function["Code"]["S3Key"], function["Runtime"], function["Timeout"]
        function["Environment"]["Variables"].pop(VARIABLE, None)
        del template["Resources"]["Machine"]["Properties"]["DefinitionString"]

    assert after == before


def test_the_assembly_itself_stays_as_it_is(synthesized: Assembly) -> None:
    before = copy.deepcopy(synthesized)

    overlay(synthesized)

    assert synthesized == before


def test_a_python_function_gets_a_bootstrap_beside_its_code(synthesized: Assembly) -> None:
    local = overlay(synthesized)
    function = _properties(local, "Function")

    with zipfile.ZipFile(io.BytesIO(local.asset(function["Code"]["S3Key"]).content())) as archive:
        assert sorted(archive.namelist()) == ["bootstrap", "trial/__init__.py", "trial/handler.py"]
        assert archive.getinfo("bootstrap").external_attr >> 16 & 0o111
    assert function["Runtime"] == "provided.al2023"


def test_the_host_is_told_the_truth_about_the_function(synthesized: Assembly) -> None:
    function = _properties(overlay(synthesized), "Function")

    told = LocalFunction.read(function["Environment"]["Variables"])

    assert (told.runtime, told.timeout, told.workers) == ("python3.14", 1.0, 2)
    assert told.variables == ("GREETING",)
    assert told.logging == {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}
    assert [Path(layer).name for layer in told.layers] == ["python"]
    assert function["Timeout"] == 1 + QUEUE_SECONDS


def test_the_layer_of_this_machine_takes_the_place_of_the_synthesized_one(
    synthesized: Assembly, tmp_path: Path
) -> None:
    built = tmp_path / "built"
    (built / "python").mkdir(parents=True)

    told = [
        LocalFunction.read(
            _properties(overlay(synthesized, layer=built, layer_digest=digest), "Function")["Environment"]["Variables"]
        )
        for digest in ("one", "two")
    ]

    assert {each.layers for each in told} == {(str(built / "python"),)}
    assert told[0].code != told[1].code, "another build gets other workers"


def test_the_queue_counts_neither_in_functions_nor_in_the_tasks_that_call_them(synthesized: Assembly) -> None:
    def task(resource: str) -> dict[str, Any]:
        return {"Type": "Task", "Resource": resource, "TimeoutSeconds": 5}

    call, update = "arn:aws:states:::lambda:invoke", "arn:aws:states:::dynamodb:updateItem"
    branches = {"Type": "Parallel", "Branches": [{"States": {"A": task(call), "B": task(update)}}]}
    definition = {"States": {"Branches": branches, "Last": task(call)}}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": json.dumps(definition)}}

    local = overlay(_with(synthesized, Machine=machine))

    states = json.loads(_properties(local, "Machine")["DefinitionString"])["States"]
    branch = states["Branches"]["Branches"][0]["States"]
    assert [branch["A"]["TimeoutSeconds"], branch["B"]["TimeoutSeconds"]] == [5 + QUEUE_SECONDS, 5]
    assert states["Last"]["TimeoutSeconds"] == 5 + QUEUE_SECONDS


def test_only_what_denies_plain_http_is_taken_out_of_policies(synthesized: Assembly) -> None:
    plain = {
        "Effect": "Deny",
        "Action": "s3:*",
        "Principal": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    other = {"Effect": "Deny", "Action": "s3:*", "Principal": "*", "Condition": {"Bool": {"aws:Other": "false"}}}

    def policy(kind: str, *statements: dict[str, Any]) -> dict[str, Any]:
        return {"Type": kind, "Properties": {"PolicyDocument": {"Statement": list(statements)}}}

    waiting = {"Type": "AWS::SNS::Topic", "DependsOn": ["Queue", "Bucket"]}
    local = overlay(
        _with(
            synthesized,
            Bucket=policy("AWS::S3::BucketPolicy", plain, other),
            Queue=policy("AWS::SQS::QueuePolicy", plain),
            Waiting=waiting,
        )
    )

    assert _properties(local, "Bucket")["PolicyDocument"]["Statement"] == [other]
    assert "Queue" not in local.template["Resources"]
    assert local.template["Resources"]["Waiting"]["DependsOn"] == ["Bucket"]


def test_secrets_are_named_by_arn_wherever_they_are_referred_to(synthesized: Assembly) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {}}
    user = {"Type": "AWS::IAM::Policy", "Properties": {"Of": [{"Ref": "Secret"}, {"Ref": "Table"}]}}

    local = overlay(_with(synthesized, Secret=secret, User=user))

    assert _properties(local, "User")["Of"] == [{"Fn::GetAtt": ["Secret", "Id"]}, {"Ref": "Table"}]


def test_tables_with_time_to_live_are_found(synthesized: Assembly) -> None:
    off = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {"TimeToLiveSpecification": {"Enabled": False}}}

    assert expiring_tables(_with(synthesized, Off=off).template) == {"Table": "expires_at"}


def test_a_schedule_gives_no_placeholder_for_a_time(synthesized: Assembly) -> None:
    given = {"scheduled_for": "<aws.scheduler.scheduled-time>", "other": "kept"}
    schedule = {"Type": "AWS::Scheduler::Schedule", "Properties": {"Target": {"Input": json.dumps(given)}}}

    local = overlay(_with(synthesized, Schedule=schedule))

    assert json.loads(_properties(local, "Schedule")["Target"]["Input"]) == {"other": "kept"}
