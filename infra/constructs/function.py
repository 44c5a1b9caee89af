"""A Lambda function of ours: the defaults in one place, the rest given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration, IgnoreMode
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.assets import ROOT, function_files
from infra.config import StageConfig
from infra.constructs.rules import accept

RUNTIME: Final = lambda_.Runtime.PYTHON_3_14
ARCHITECTURE: Final = lambda_.Architecture.ARM_64

# Processor time comes with memory, and cold starts are processor time.
MEMORY_MB: Final = 1024

METRICS_NAMESPACE: Final = "HolisticOS"


@dataclass(frozen=True, slots=True)
class FunctionDefaults:
    """What all functions of a stack share."""

    stage: StageConfig
    layer: lambda_.ILayerVersion


class ServiceFunction(Construct):
    """A function with its own log group, its own role that may do nothing else, and its own settings.

    ``package`` is its folder below ``functions``; ``settings`` are the variables its settings model asks
    for beyond the common ones. ``entry`` is the handler and ``service`` the name, where they are not the package's
    own; ``more_layers`` come after the shared one.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        defaults: FunctionDefaults,
        *,
        package: str,
        description: str,
        timeout_seconds: int,
        settings: Mapping[str, str],
        memory_mb: int = MEMORY_MB,
        service: str | None = None,
        entry: str | None = None,
        more_layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> None:
        super().__init__(scope, id_)
        stage = defaults.stage
        self.service = service or package.replace("/", "_").replace("agents_", "agent_")
        self.package = package
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/holisticos/{stage.name}/{self.service}",
            retention=stage.log_retention,
            removal_policy=stage.removal_policy,
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            code=lambda_.Code.from_asset(str(ROOT), exclude=function_files(package), ignore_mode=IgnoreMode.GIT),
            handler=entry or f"functions.{package.replace('/', '.')}.handler.lambda_handler",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            memory_size=memory_mb,
            timeout=Duration.seconds(timeout_seconds),
            layers=[defaults.layer, *more_layers],
            role=self.role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel[stage.log_level],
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            tracing=lambda_.Tracing.ACTIVE if stage.tracing else lambda_.Tracing.DISABLED,
            environment={
                "STAGE": stage.name,
                "POWERTOOLS_SERVICE_NAME": self.service,
                "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
                "POWERTOOLS_LOG_LEVEL": stage.log_level,
                "POWERTOOLS_TRACE_DISABLED": "false" if stage.tracing else "true",
                **settings,
            },
        )
        if stage.tracing:
            accept(self.role, "AwsSolutions-IAM5[Resource::*]", "X-Ray writes cannot be limited to a resource")

    def allow(self, *actions: str, on: str) -> None:
        """Let the function do ``actions`` on the resource ``on``, an ARN."""
        self.role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=[on]))
