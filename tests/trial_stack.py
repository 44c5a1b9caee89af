"""A small synthesized stack: a function with a layer, a table, and a state machine that calls the function."""

import json
from pathlib import Path
from typing import Any

NAME = "Trial"
TIMEOUT_SECONDS = 1
_BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"

_HANDLER = """
import importlib.util
import os
import signal
import sys
import time

from trial_layer import MayPassError, StaysError

served = 0


def lambda_handler(event, context):
    global served
    served += 1
    print("served", served)
    time.sleep(event.get("sleep", 0))
    match event.get("do"):
        case "fail":
            raise StaysError("it will fail again")
        case "recover":
            if not os.path.exists(event["marker"]):
                open(event["marker"], "w").close()
                raise MayPassError("not this time")
        case "exit":
            os._exit(3)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            if "marker" in event:
                with open(event["marker"], "w") as marker:
                    marker.write(str(os.getpid()))
            time.sleep(3600)
        case "grow":
            return "x" * 7_000_000
        case "look":
            return {
                "path": sys.path,
                "environment": dict(os.environ),
                "found": [name for name in event["names"] if importlib.util.find_spec(name)],
                "remaining": context.get_remaining_time_in_millis(),
                "arn": context.invoked_function_arn,
            }
    return {"pid": os.getpid(), "served": served}
"""

_LAYER = """
class MayPassError(Exception):
    pass


class StaysError(Exception):
    pass
"""


def _invoke(event: object, **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "${function}", "Payload": event},
        "Output": "{% $states.result.Payload %}",
        **more,
    }


_DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Call",
    "States": {
        "Call": _invoke(
            "{% $states.input %}",
            Retry=[{"ErrorEquals": ["MayPassError"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            Catch=[
                {"ErrorEquals": [name], "Next": "Caught", "Output": {"caught": "{% $states.errorOutput.Error %}"}}
                for name in ("StaysError", "Sandbox.Timedout", "Runtime.ExitError", "Function.ResponseSizeTooLarge")
            ],
            End=True,
        ),
        "Caught": {"Type": "Succeed"},
    },
}

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}

_TEMPLATE: dict[str, Any] = {
    "Parameters": {"Greeting": {"Type": "String"}},
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": _TRUST,
                "Policies": [
                    {
                        "PolicyName": "own",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": "dynamodb:PutItem",
                                    "Resource": {"Fn::GetAtt": ["Table", "Arn"]},
                                }
                            ],
                        },
                    }
                ],
            },
        },
        "Layer": {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"Content": {"S3Bucket": {"Fn::Sub": _BUCKET}, "S3Key": "layer.zip"}},
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"S3Bucket": {"Fn::Sub": _BUCKET}, "S3Key": "function.zip"},
                "Handler": "trial.handler.lambda_handler",
                "Runtime": "python3.14",
                "Timeout": TIMEOUT_SECONDS,
                "MemorySize": 256,
                "Layers": [{"Ref": "Layer"}],
                "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
                "Environment": {"Variables": {"GREETING": {"Ref": "Greeting"}}},
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "DefinitionString": json.dumps(_DEFINITION),
                "DefinitionSubstitutions": {"function": {"Fn::GetAtt": ["Function", "Arn"]}},
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        },
    },
    "Outputs": {
        "Function": {"Value": {"Ref": "Function"}},
        "Machine": {"Value": {"Ref": "Machine"}},
        "Table": {"Value": {"Ref": "Table"}},
    },
}


def write(folder: Path) -> Path:
    """Write the stack as the CDK would; returns the folder."""
    package = folder / "asset.function" / "trial"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "handler.py").write_text(_HANDLER)
    layer = folder / "asset.layer" / "python"
    layer.mkdir(parents=True)
    (layer / "trial_layer.py").write_text(_LAYER)
    template = f"{NAME}.template.json"
    (folder / template).write_text(json.dumps(_TEMPLATE))
    files = {"function": "asset.function", "layer": "asset.layer", "template": template}
    assets = {
        "files": {
            name: {
                "source": {"path": path, "packaging": "file" if name == "template" else "zip"},
                "destinations": {"here": {"bucketName": _BUCKET, "objectKey": f"{name}.zip"}},
            }
            for name, path in files.items()
        }
    }
    (folder / f"{NAME}.assets.json").write_text(json.dumps(assets))
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": template}}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {NAME: stack}}))
    return folder
