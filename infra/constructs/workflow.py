"""A state machine from its definition in ``statemachines/``."""

from collections.abc import Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.assets import ROOT
from infra.config import StageConfig
from infra.constructs.function import ServiceFunction
from infra.constructs.rules import accept

DEFINITIONS = ROOT / "statemachines"


class Workflow(Construct):
    """A Standard state machine whose log has every step and no payload.

    ``substitutions`` fill the ``${...}`` places of the definition. The role may do nothing until told.
    """

    def __init__(
        self, scope: Construct, id_: str, stage: StageConfig, *, definition: str, substitutions: Mapping[str, str]
    ) -> None:
        super().__init__(scope, id_)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        self.machine = sfn.StateMachine(
            self,
            "StateMachine",
            # The text itself and not a file in S3, so that the template is whole and can be checked as it is.
            definition_body=sfn.DefinitionBody.from_string(
                (DEFINITIONS / f"{definition}.asl.json").read_text(encoding="utf-8")
            ),
            definition_substitutions=dict(substitutions),
            state_machine_type=sfn.StateMachineType.STANDARD,
            role=self.role,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "Logs",
                    # Under this prefix many log groups share one resource policy, whose size is limited.
                    log_group_name=f"/aws/vendedlogs/states/holisticos-{stage.name}-{definition}",
                    retention=stage.log_retention,
                    removal_policy=stage.removal_policy,
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
            tracing_enabled=stage.tracing,
            removal_policy=stage.removal_policy,
        )
        accept(
            self.role,
            "AwsSolutions-IAM5[Resource::*]",
            "Log deliveries belong to no resource, and neither do X-Ray's writes and sampling rules",
        )
        if not stage.tracing:
            accept(self.machine, "AwsSolutions-SF2", "This stage traces nothing")

    def may_invoke(self, *functions: ServiceFunction) -> None:
        """Let the workflow call ``functions``; not their versions, of which it uses none."""
        for function in functions:
            self.allow("lambda:InvokeFunction", on=function.function.function_arn)

    def allow(self, *actions: str, on: str) -> None:
        """Let the workflow do ``actions`` on the resource ``on``, an ARN."""
        self.role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=[on]))
