"""Workflows on Step Functions."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel

from holisticos.adapters import aws
from holisticos.contracts.workflow import AnalysisInput, ErasureInput

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

Payload = Callable[[str, str], BaseModel]
"""Makes the input of an execution from its id and the correlation id."""


def analysis_input(analysis_id: str, correlation_id: str) -> AnalysisInput:
    return AnalysisInput(analysis_id=analysis_id, correlation_id=correlation_id)


def erasure_input(erasure_id: str, correlation_id: str) -> ErasureInput:
    return ErasureInput(erasure_id=erasure_id, correlation_id=correlation_id)


class StepFunctionsStarter:
    """``WorkflowStarter``: an execution is named by the id it is started for, and names are unique for 90 days."""

    def __init__(
        self, state_machine_arn: str, client: "SFNClient | None" = None, payload: Payload = analysis_input
    ) -> None:
        self._arn = state_machine_arn
        self._given_client = client
        self._payload = payload

    def start(self, id_: str, correlation_id: str, /) -> None:
        client = self._given_client or aws.step_functions()
        task = self._payload(id_, correlation_id)
        with aws.translated("start workflow"):
            try:
                client.start_execution(stateMachineArn=self._arn, name=id_, input=task.model_dump_json())
            except Exception as error:
                # It was started before, which is what was asked for.
                if aws.error_code(error) != "ExecutionAlreadyExists":
                    raise
