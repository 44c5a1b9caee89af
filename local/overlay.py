"""Everything that differs between the synthesized stack and the one deployed on this machine.

Each difference has a name and a reason, and nothing else is changed. They are applied to a copy of
the template in memory; the assembly on disk stays as it is. A test holds the list.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from local.assembly import Assembly, Template
from local.lambda_runtime.function import VARIABLE, LocalFunction

WORKERS = 2
API_WORKERS = 16
"""Each progress stream that waits occupies a worker of the API, as it does on AWS."""

QUEUE_SECONDS = 300
"""How long an event may wait for a worker before the emulator gives it up: as long as an analysis may take."""

_MAX_TIMEOUT = 900
_NOTHING = Path(__file__).parent / "lambda_runtime" / "empty_layer"
_BOOTSTRAP = b'#!/bin/sh\nexec "$HOLISTICOS_PYTHON" -I -S "$HOLISTICOS_POLLER"\n'
_FUNCTION = "AWS::Lambda::Function"
_RESOURCE_POLICIES = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
_LAYER = "AWS::Lambda::LayerVersion"


@dataclass(frozen=True)
class Overlaid:
    """A stack while differences are applied to it; ``layer`` is the layer as built for this machine."""

    assembly: Assembly
    layer: Path | None
    layer_digest: str


@dataclass(frozen=True)
class Difference:
    """One way in which the local stack is not the synthesized one, and why that must be."""

    name: str
    reason: str
    apply: Callable[[Overlaid], Overlaid]


def _resources(template: Template, *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template["Resources"].items():
        if resource["Type"] in types:
            yield name, resource.setdefault("Properties", {})


def _run_functions_under_awslambdaric(stack: Overlaid) -> Overlaid:
    assembly = stack.assembly
    layers = dict(_resources(assembly.template, _LAYER))
    for _, function in _resources(assembly.template, _FUNCTION):
        if not str(function.get("Runtime", "")).startswith("python"):
            continue
        code = assembly.asset(function["Code"]["S3Key"])
        folders = [
            stack.layer or assembly.asset(layers[ref["Ref"]]["Content"]["S3Key"]).source
            for ref in function.get("Layers", ())
        ]
        digest = hashlib.sha256("\n".join([code.key, stack.layer_digest, *map(str, folders)]).encode()).hexdigest()
        environment = function.setdefault("Environment", {}).setdefault("Variables", {})
        logging = function.get("LoggingConfig", {})
        if "LogGroup" in logging:
            environment["AWS_LAMBDA_LOG_GROUP_NAME"] = logging["LogGroup"]
        local = LocalFunction(
            runtime=function["Runtime"],
            timeout=float(function.get("Timeout", 3)),
            workers=API_WORKERS if function["Handler"].startswith("functions.api.") else WORKERS,
            variables=tuple(sorted(environment)),
            layers=tuple(_import_folders(folders, function["Runtime"])),
            logging={
                variable: logging[name]
                for name, variable in (
                    ("LogFormat", "AWS_LAMBDA_LOG_FORMAT"),
                    ("ApplicationLogLevel", "AWS_LAMBDA_LOG_LEVEL"),
                )
                if name in logging
            },
            code=digest,
        )
        environment[VARIABLE] = local.dump()
        key = f"{hashlib.sha256(code.key.encode() + _BOOTSTRAP).hexdigest()}.zip"
        assembly = assembly.with_asset(replace(code, key=key, added={"bootstrap": _BOOTSTRAP}))
        function["Code"]["S3Key"] = key
        function["Runtime"] = "provided.al2023"
    return replace(stack, assembly=assembly)


def _import_folders(layers: list[Path], runtime: str) -> Iterator[str]:
    """The folders of a layer that Lambda puts into the path of a Python function."""
    for layer in layers:
        for folder in (layer / "python" / "lib" / runtime / "site-packages", layer / "python"):
            if folder.is_dir():
                yield str(folder)


def _let_events_queue(stack: Overlaid) -> Overlaid:
    for _, function in _resources(stack.assembly.template, _FUNCTION):
        function["Timeout"] = min(_MAX_TIMEOUT, int(function.get("Timeout", 3)) + QUEUE_SECONDS)
    for _, machine in _resources(stack.assembly.template, "AWS::StepFunctions::StateMachine"):
        definition = json.loads(machine["DefinitionString"])
        for task in _tasks(definition):
            if task["Resource"] == "arn:aws:states:::lambda:invoke" and "TimeoutSeconds" in task:
                task["TimeoutSeconds"] += QUEUE_SECONDS
        machine["DefinitionString"] = json.dumps(definition)
    return stack


def _tasks(value: Any) -> Iterator[dict[str, Any]]:
    """Every Task of a state machine, however deep in branches and iterations."""
    if isinstance(value, dict):
        if value.get("Type") == "Task":
            yield value
        for part in value.values():
            yield from _tasks(part)
    elif isinstance(value, list):
        for part in value:
            yield from _tasks(part)


def _leave_layers_out(stack: Overlaid) -> Overlaid:
    assembly = stack.assembly
    for _, layer in _resources(assembly.template, _LAYER):
        assembly = assembly.with_asset(replace(assembly.asset(layer["Content"]["S3Key"]), source=_NOTHING))
    return replace(stack, assembly=assembly)


def _allow_plain_http(stack: Overlaid) -> Overlaid:
    resources = stack.assembly.template["Resources"]
    for name, policy in list(_resources(stack.assembly.template, *_RESOURCE_POLICIES)):
        statements = policy["PolicyDocument"]["Statement"]
        policy["PolicyDocument"]["Statement"] = kept = [each for each in statements if not _denies_plain_http(each)]
        if not kept:
            del resources[name]
    for resource in resources.values():
        if "DependsOn" in resource:
            named = resource["DependsOn"]
            named = [named] if isinstance(named, str) else named
            resource["DependsOn"] = [name for name in named if name in resources]
    return stack


def _denies_plain_http(statement: dict[str, Any]) -> bool:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    return statement["Effect"] == "Deny" and statement.get("Condition") == condition


def _name_secrets_by_arn(stack: Overlaid) -> Overlaid:
    secrets = {name for name, _ in _resources(stack.assembly.template, "AWS::SecretsManager::Secret")}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"Ref"} and value["Ref"] in secrets:
                return {"Fn::GetAtt": [value["Ref"], "Id"]}
            return {key: renamed(part) for key, part in value.items()}
        return [renamed(part) for part in value] if isinstance(value, list) else value

    return replace(stack, assembly=replace(stack.assembly, template=renamed(stack.assembly.template)))


def _set_ttl_after_deploy(stack: Overlaid) -> Overlaid:
    return stack  # nothing in the template: the deployment reads it there and sets it on the tables


def _leave_the_scheduled_time_out(stack: Overlaid) -> Overlaid:
    for _, schedule in _resources(stack.assembly.template, "AWS::Scheduler::Schedule"):
        given = json.loads(schedule["Target"].get("Input", "{}"))
        schedule["Target"]["Input"] = json.dumps(
            {name: value for name, value in given.items() if value != "<aws.scheduler.scheduled-time>"}
        )
    return stack


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "functions run under awslambdaric on this machine's Python",
        "The emulator's own Python executor calls every exception Runtime.HandlerError, so Retry and Catch by name"
        " would never match. Functions become provided.al2023 with a bootstrap that hands events to real"
        " awslambdaric workers; one variable tells how. Layers, built for this machine, are found by their path.",
        _run_functions_under_awslambdaric,
    ),
    Difference(
        "timeouts are enforced by the function host",
        "The emulator starts a process for every concurrent event; here events queue before a few workers instead,"
        " and the time in the queue is not the function's. The deployed timeouts, of functions and of the tasks that"
        " call them, are longer; the function's true one is kept by the host.",
        _let_events_queue,
    ),
    Difference(
        "layer archives are empty",
        "The emulator shows layers to no provided function, but would store and load them at each start.",
        _leave_layers_out,
    ),
    Difference(
        "plain HTTP is allowed",
        "The emulator listens without TLS, on loopback alone, and obeys policies that deny requests without it.",
        _allow_plain_http,
    ),
    Difference(
        "secrets are referred to by their attribute Id",
        "In the emulator Ref of a secret gives its name, not its ARN, so that no permission on it would match."
        " The attribute Id is the ARN in both.",
        _name_secrets_by_arn,
    ),
    Difference(
        "schedules do not say when they were due",
        "The emulator's scheduler hands its context attributes on as they stand in the template. Without one the daily"
        " workflow takes the time at which it was started, which here is no later.",
        _leave_the_scheduled_time_out,
    ),
    Difference(
        "time to live is set after the deployment",
        "The emulator ignores TimeToLiveSpecification in templates.",
        _set_ttl_after_deploy,
    ),
)


def overlay(assembly: Assembly, *, layer: Path | None = None, layer_digest: str = "") -> Assembly:
    """The stack as it is deployed here; ``assembly`` is left unchanged.

    ``layer`` replaces the content of each layer by the build for this machine, named by ``layer_digest``.
    """
    stack = Overlaid(replace(assembly, template=copy.deepcopy(assembly.template)), layer, layer_digest)
    for difference in DIFFERENCES:
        stack = difference.apply(stack)
    return stack.assembly


def expiring_tables(template: Template) -> dict[str, str]:
    """Logical ids of the tables with time to live, and the attribute that holds it."""
    return {
        name: table["TimeToLiveSpecification"]["AttributeName"]
        for name, table in _resources(template, "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
        if table.get("TimeToLiveSpecification", {}).get("Enabled")
    }
