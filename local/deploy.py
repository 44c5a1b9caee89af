"""Deploying a stack into the emulator as CloudFormation would, without the CDK's command line."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.assembly import Assembly
from local.emulator import CREDENTIALS, REGION
from local.overlay import expiring_tables
from local.state import LocalStackError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef

_DIGEST_TAG = "holisticos:digest"
_BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
"""A parameter that the CDK's templates look up; any recent number will do."""

_DEPLOY_SECONDS = 180


@dataclass(frozen=True)
class Deployment:
    """A stack as it stands: its outputs, and the physical names of its resources by their logical ids."""

    outputs: dict[str, str]
    resources: dict[str, str]
    changed: bool


class Deployer:
    """Brings a stack in the emulator to what an assembly says."""

    def __init__(self, emulator_url: str) -> None:
        self._url = emulator_url
        # Proxies of the environment are for other machines.
        self._config = Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 2}, read_timeout=60)
        self._session = boto3.Session(*CREDENTIALS, region_name=REGION)

    def deploy(self, assembly: Assembly, parameters: Mapping[str, str]) -> Deployment:
        """Create or update the stack; nothing is done when it has the same content already.

        Raises:
            LocalStackError: the emulator refused something; the message names the resource.
        """
        with _refusals(f"deploying {assembly.stack_name} failed"):
            return self._deploy(assembly, parameters)

    def set_secret(self, arn: str, value: str) -> None:
        """Give a secret its value, unless it has it. Raises ``LocalStackError``."""
        with _refusals("a secret cannot be set"):
            secrets = self._client("secretsmanager")
            if secrets.get_secret_value(SecretId=arn)["SecretString"] != value:
                secrets.put_secret_value(SecretId=arn, SecretString=value)

    def _deploy(self, assembly: Assembly, parameters: Mapping[str, str]) -> Deployment:
        cloudformation = self._client("cloudformation")
        digest = _digest(assembly, parameters)
        stack = _find(cloudformation, assembly.stack_name)
        changed = stack is None or not _stands(stack) or _tag(stack) != digest
        if changed:
            self._client("ssm").put_parameter(Name=_BOOTSTRAP_VERSION, Value="30", Type="String", Overwrite=True)
            template_url = self._upload(assembly, digest)
            stack = self._change(cloudformation, assembly.stack_name, stack, template_url, parameters, digest)
        assert stack is not None  # noqa: S101 - created above where there was none
        resources = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=assembly.stack_name)
            for resource in page["StackResourceSummaries"]
            if resource.get("PhysicalResourceId")
        }
        if changed:
            self._set_ttl(assembly, resources)
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        return Deployment(outputs, resources, changed)

    def _client(self, service: str) -> Any:
        create: Any = self._session.client  # its overloads want each service's name as a literal
        return create(service, endpoint_url=self._url, config=self._config)

    def _upload(self, assembly: Assembly, digest: str) -> str:
        s3 = self._client("s3")
        bucket = f"{assembly.stack_name.lower()}-templates"
        for name in {bucket, *(asset.bucket for asset in assembly.assets)}:
            with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
                s3.create_bucket(Bucket=name)
        for asset in assembly.assets:
            # Keys follow from contents: what is there already is right.
            if s3.list_objects_v2(Bucket=asset.bucket, Prefix=asset.key, MaxKeys=1)["KeyCount"] == 0:
                s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=asset.content())
        s3.put_object(Bucket=bucket, Key=digest, Body=json.dumps(assembly.template).encode())
        return f"{self._url}/{bucket}/{digest}"

    def _change(
        self,
        cloudformation: "CloudFormationClient",
        name: str,
        stack: "StackTypeDef | None",
        template_url: str,
        parameters: Mapping[str, str],
        digest: str,
    ) -> "StackTypeDef":
        if stack is not None and stack["StackStatus"].startswith(("ROLLBACK", "CREATE_FAILED")):
            cloudformation.delete_stack(StackName=name)
            _settled(cloudformation, name)
            stack = None
        change = cloudformation.update_stack if stack else cloudformation.create_stack
        change(
            StackName=name,
            TemplateURL=template_url,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Tags=[{"Key": _DIGEST_TAG, "Value": digest}],
        )
        changed = _settled(cloudformation, name)
        if changed is None or not _stands(changed):
            raise LocalStackError(f"deploying {name} failed: {_first_failure(cloudformation, name)}")
        return changed

    def _set_ttl(self, assembly: Assembly, resources: Mapping[str, str]) -> None:
        dynamodb = self._client("dynamodb")
        for logical_id, attribute in expiring_tables(assembly.template).items():
            table = resources[logical_id]
            known = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
            if known["TimeToLiveStatus"] != "ENABLED":
                dynamodb.update_time_to_live(
                    TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute}
                )


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise LocalStackError(f"{what}: {error}") from error


def _digest(assembly: Assembly, parameters: Mapping[str, str]) -> str:
    # Assets are named in the template by digests of their contents.
    text = json.dumps([assembly.template, dict(parameters)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _find(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    try:
        return cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise


def _settled(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    deadline = time.monotonic() + _DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = _find(cloudformation, name)
        if stack is None or not stack["StackStatus"].endswith("IN_PROGRESS"):
            return stack
        time.sleep(0.05)
    raise LocalStackError(f"the emulator did not finish deploying {name} within {_DEPLOY_SECONDS} s")


def _stands(stack: "StackTypeDef") -> bool:
    return stack["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def _tag(stack: "StackTypeDef") -> str | None:
    return next((tag["Value"] for tag in stack.get("Tags", []) if tag["Key"] == _DIGEST_TAG), None)


def _first_failure(cloudformation: "CloudFormationClient", name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    for event in reversed(events):
        if "FAILED" in event["ResourceStatus"]:
            resource = f"{event.get('LogicalResourceId')} ({event.get('ResourceType')})"
            return f"{resource}: {event.get('ResourceStatusReason', 'no reason given')}"
    return "the emulator gave no reason"
