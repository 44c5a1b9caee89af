"""People on the running stack, and the means to break parts of it for one test."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from local.client import ApiClient
from local.endpoints import Endpoints
from local.lambda_runtime.function import VARIABLE, LocalFunction
from local.people.persona import DEMO, Persona
from local.people.registry import ImportedPerson
from local.people.synthetic import synthetic_person
from local.stack import Stack
from local.workbench import Workbench
from tests.integration.conftest import AwsClient

AS_OF = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)
"""After midnight in Berlin, where the synthetic people live: their last day is the 14th."""

Faults = Callable[[str, str], None]
BrokenFunction = Callable[..., AbstractContextManager[None]]


@pytest.fixture(scope="session")
def workbench(stack: Stack, endpoints: Endpoints) -> Workbench:
    return Workbench(endpoints, stack.state, Console(file=io.StringIO()))


@pytest.fixture(scope="session")
def person(workbench: Workbench) -> ImportedPerson:
    return workbench.import_person(synthetic_person(DEMO, seed=7, as_of=AS_OF, days=60))


@pytest.fixture(scope="session")
def neighbour(workbench: Workbench) -> ImportedPerson:
    """Somebody else."""
    return workbench.import_person(synthetic_person(Persona(name="neighbour"), seed=8, as_of=AS_OF, days=30))


@pytest.fixture
def client(workbench: Workbench, person: ImportedPerson) -> Iterator[ApiClient]:
    with ApiClient(workbench.endpoints.api_url, workbench.accounts.token(person.user_id)) as signed_in:
        yield signed_in


@pytest.fixture
def faults(health_api_url: str, endpoints: Endpoints, aws: AwsClient) -> Iterator[Faults]:
    """Switches a fault of the upstream on until the end of the test; nobody knows of the upstream what was before."""
    dynamodb: Any = aws("dynamodb")

    def switch(mode: str, part: str = "all") -> None:
        httpx.put(f"{health_api_url}/_faults", json={"mode": mode, "for": part}).raise_for_status()
        forget_upstream(dynamodb, endpoints.tables["ephemeral"])

    yield switch
    switch("ok", "all")


def forget_upstream(dynamodb: Any, table: str) -> None:
    """Delete what processes told each other of the upstream, and what it said."""
    for item in dynamodb.scan(TableName=table)["Items"]:
        if item["pk"]["S"].startswith(("CIRCUIT#", "CACHE#")):
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"]})


@pytest.fixture
def reconfigured(endpoints: Endpoints, aws: AwsClient, tmp_path: Path) -> BrokenFunction:
    """Changes the code, the handler or variables of a function for as long as the context lasts."""

    @contextmanager
    def change(name: str, *, code: str | None = None, handler: str | None = None, **variables: str) -> Iterator[None]:
        functions: Any = aws("lambda")
        function = endpoints.functions[name]
        before = functions.get_function(FunctionName=function)["Configuration"]
        environment = before["Environment"]["Variables"]
        if code:
            # Variables make a new environment; the path below is the worker's first place for modules.
            folder = tmp_path / name
            folder.mkdir()
            (folder / "trial.py").write_text(code)
            handler = "trial.lambda_handler"
            local = LocalFunction.read(environment)
            variables[VARIABLE] = replace(local, layers=(str(folder), *local.layers)).dump()
        functions.update_function_configuration(
            FunctionName=function,
            Handler=handler or before["Handler"],
            Environment={"Variables": environment | variables},
        )
        try:
            yield
        finally:
            functions.update_function_configuration(
                FunctionName=function, Handler=before["Handler"], Environment={"Variables": environment}
            )

    return change
