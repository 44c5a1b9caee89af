"""The small stack of ``trial_stack``, deployed once for all tests of the local runtime."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local import build, emulator
from local.assembly import Assembly
from local.deploy import Deployer, Deployment
from local.emulator import CREDENTIALS, REGION, Emulator
from local.functions import Functions
from local.overlay import overlay
from local.processes import Processes, free_port
from local.state import StateDirectory
from tests import trial_stack
from tests.waiting import eventually


@dataclass(frozen=True)
class Answer:
    """What an invocation gave."""

    error: str | None
    body: Any


@dataclass(frozen=True)
class Trial:
    """The deployed stack and the parts it runs on."""

    state: StateDirectory
    processes: Processes
    deployment: Deployment
    assembly: Assembly
    url: str
    session: boto3.Session

    def client(self, service: str, **options: str) -> Any:
        keys = {"aws_access_key_id": CREDENTIALS[0], "aws_secret_access_key": CREDENTIALS[1], **options}
        config = Config(proxies={}, read_timeout=60, retries={"total_max_attempts": 1}, max_pool_connections=20)
        create: Any = self.session.client
        return create(service, endpoint_url=self.url, config=config, **keys)

    @cached_property
    def functions(self) -> Any:
        return self.client("lambda")

    def invoke(self, event: dict[str, Any] | None = None) -> Answer:
        answer = self.functions.invoke(
            FunctionName=self.deployment.outputs["Function"], Payload=json.dumps(event or {})
        )
        return Answer(answer.get("FunctionError"), json.loads(answer["Payload"].read()))

    def invoke_many(self, count: int, event: dict[str, Any]) -> list[Answer]:
        """At the same time."""
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(lambda _: self.invoke(event), range(count)))

    def execute(self, event: dict[str, Any]) -> dict[str, Any]:
        """The end of an execution of the state machine."""
        machines = self.client("stepfunctions")
        arn = machines.start_execution(stateMachineArn=self.deployment.outputs["Machine"], input=json.dumps(event))[
            "executionArn"
        ]
        eventually(lambda: machines.describe_execution(executionArn=arn)["status"] != "RUNNING")
        return dict(machines.describe_execution(executionArn=arn))


@pytest.fixture(scope="session")
def trial() -> Iterator[Trial]:
    folder = Path(tempfile.mkdtemp(prefix="holisticos-trial-"))
    state = StateDirectory(folder / "state")
    state.create()
    processes = Processes(state)
    functions, cloud = Functions(state, processes), Emulator(state, processes)
    port = free_port()
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("OF_THE_DEVELOPER", "no function may see it")
            environment.setenv("AWS_PROFILE", "production")
            functions.start(build.function_runtime())
            cloud.start(port, functions.socket)
        assembly = overlay(Assembly.read(trial_stack.write(folder / "cdk.out"), REGION))
        url = emulator.url(port)
        deployment = Deployer(url).deploy(assembly, {"Greeting": "hello"})
        yield Trial(state, processes, deployment, assembly, url, boto3.Session(region_name=REGION))
    finally:
        functions.stop()
        cloud.stop()
        processes.sweep()
        shutil.rmtree(folder)
