"""Streams that are sent as they come into being: the application under a web server, beside the API's function."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Fn
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import FunctionDefaults, ServiceFunction
from infra.constructs.storage import Storage

WEB_ADAPTER: Final = "arn:${AWS::Partition}:lambda:${AWS::Region}:753240598075:layer:LambdaAdapterLayerArm64:27"
"""AWS Lambda Web Adapter 1.0.0, as its makers publish it for every commercial region."""

PORT: Final = "8080"

TIMEOUT_SECONDS: Final = 660
"""A stream ends by itself after ten minutes; API Gateway lets one last fifteen."""


class LiveStreams(Construct):
    """The same code as the API's function, with what streams need of its settings and rights.

    Each open stream occupies one instance.
    """

    def __init__(
        self, scope: Construct, id_: str, defaults: FunctionDefaults, storage: Storage, settings: Mapping[str, str]
    ) -> None:
        super().__init__(scope, id_)
        adapter = lambda_.LayerVersion.from_layer_version_arn(self, "WebAdapter", Fn.sub(WEB_ADAPTER))
        self.function = ServiceFunction(
            self,
            "Function",
            defaults,
            package="api",
            service="api_live",
            entry="functions/api/serve.sh",
            description="The HTTPS API's streams, sent as they come into being",
            timeout_seconds=TIMEOUT_SECONDS,
            settings={
                **settings,
                "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
                "AWS_LWA_INVOKE_MODE": "response_stream",
                "AWS_LWA_PORT": PORT,
                "AWS_LWA_READINESS_CHECK_PATH": "/live",
            },
            more_layers=(adapter,),
        )
        # Whoever reads an analysis past its deadline ends it.
        self.function.allow("dynamodb:GetItem", "dynamodb:UpdateItem", on=storage.analyses.table_arn)
        self.function.allow("dynamodb:GetItem", "dynamodb:Query", on=storage.users.table_arn)
        self.function.allow("dynamodb:GetItem", "dynamodb:UpdateItem", on=storage.ephemeral.table_arn)
        storage.allow_audit(self.function)
