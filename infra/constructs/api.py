"""The HTTPS door."""

import json

from aws_cdk import Duration, Size
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.function import ServiceFunction
from infra.constructs.gateway_responses import EXPOSED_HEADERS, REQUEST_HEADERS, answer_with_problems
from infra.constructs.rules import accept

# What plain access tokens of a user's sign-in carry. Naming a scope is what makes the authorizer take them.
ACCESS_TOKEN_SCOPE = "aws.cognito.signin.user.admin"  # noqa: S105 - the name of a scope

WEBHOOK_PATH = "/webhooks/health-data"

# No address, user, path or query: paths hold ids. The resource is the template of the path.
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "response_bytes": "$context.responseLength",
    "error": "$context.error.responseType",
}


STREAMS = ("analysis/{analysis_id}/stream", "users/{user_id}/wearable-data/stream")
"""Below the version; those for tickets stand together elsewhere."""


OPEN = {
    "live": "Load balancers and monitors do not sign in; it tells nothing of users",
    "ready": "Load balancers and monitors do not sign in; it tells nothing of users",
    "docs": "The reference is for whoever wants to use the API; it tells nothing of users",
    "openapi.json": "The reference is for whoever wants to use the API; it tells nothing of users",
}
"""What needs no sign-in, and why."""


class Api(Construct):
    """A regional REST API in front of one function.

    What ``OPEN`` names is open. Everything under ``/api/v1`` asks for an access token of the pool, but what
    is under ``/api/v1/ticketed``, where the function asks for a ticket.

    Webhooks have a function, a signature and a throttle of their own, and streams one of their own where they are
    sent ``live``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        stage: StageConfig,
        *,
        function: ServiceFunction,
        live: ServiceFunction | None,
        webhook: ServiceFunction,
        pool: cognito.IUserPool,
    ) -> None:
        super().__init__(scope, id_)
        access_log = logs.LogGroup(
            self,
            "AccessLog",
            log_group_name=f"/holisticos/{stage.name}/api-access",
            retention=stage.log_retention,
            removal_policy=stage.removal_policy,
        )
        self.rest = apigateway.RestApi(
            self,
            "Rest",
            rest_api_name=f"HolisticOS {stage.name}",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            min_compression_size=Size.kibibytes(1),
            deploy_options=apigateway.StageOptions(
                stage_name=stage.name,
                access_log_destination=apigateway.LogGroupLogDestination(access_log),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
                throttling_rate_limit=stage.requests_per_second,
                throttling_burst_limit=stage.request_burst,
                # Its segments would hold whole URLs, with user ids and tickets; traces begin in the function.
                tracing_enabled=False,
                method_options={
                    f"{WEBHOOK_PATH}/POST": apigateway.MethodDeploymentOptions(
                        throttling_rate_limit=stage.webhooks_per_second,
                        throttling_burst_limit=2 * stage.webhooks_per_second,
                        metrics_enabled=True,
                    )
                },
                metrics_enabled=True,
            ),
            default_cors_preflight_options=_preflight(stage),
        )
        self.rest.node.try_remove_child("Endpoint")  # an output of its own, beside the stack's
        self.rest.node.add_dependency(self._log_writer())
        integration = apigateway.LambdaIntegration(function.function, allow_test_invoke=False)
        streams = _streaming(live) if live else integration
        for path, because in OPEN.items():
            method = self.rest.root.add_resource(path).add_method("GET", integration)
            for rule in ("AwsSolutions-APIG4", "AwsSolutions-COG4"):
                accept(method, rule, because)
        self._take_webhooks(webhook)
        authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self, "SignedIn", cognito_user_pools=[pool], results_cache_ttl=Duration.minutes(5)
        )
        version = self.rest.root.add_resource("api").add_resource("v1")
        guarded = apigateway.MethodOptions(authorizer=authorizer, authorization_scopes=[ACCESS_TOKEN_SCOPE])
        _everything_below(version, integration, guarded)
        if live:
            for path in STREAMS:
                _guarded_stream(version, path.split("/"), streams, integration, guarded)
        ticketed = version.add_resource("ticketed").add_resource("{proxy+}").add_method("GET", streams)
        accept(ticketed, "AwsSolutions-APIG4", "A browser's EventSource sends no token; the function checks the ticket")
        accept(ticketed, "AwsSolutions-COG4", "The same")
        answer_with_problems(self.rest, stage)
        self._accept_rules(firewall=stage.requests_per_address is not None)

    def _take_webhooks(self, webhook: ServiceFunction) -> None:
        method = self.rest.root.resource_for_path(WEBHOOK_PATH).add_method(
            "POST", apigateway.LambdaIntegration(webhook.function, allow_test_invoke=False)
        )
        for rule in ("AwsSolutions-APIG4", "AwsSolutions-COG4"):
            accept(method, rule, "The source signs what it sends; the function verifies it")

    def _log_writer(self) -> apigateway.CfnAccount:
        """The one role by which API Gateway writes logs, for all APIs of the account and region."""
        role = iam.Role(
            self,
            "LogWriter",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
            ],
        )
        accept(
            role,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
            "It serves all APIs of the account, and API Gateway accepts no narrower one",
        )
        return apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)

    def _accept_rules(self, *, firewall: bool) -> None:
        accept(self.rest, "AwsSolutions-APIG2", "The function validates requests, and answers what is wrong in full")
        if not firewall:
            accept(
                self.rest.deployment_stage,
                "AwsSolutions-APIG3",
                "Requests are throttled and signed in before they reach the function; this stage has nothing to lose",
            )
        accept(
            self.rest.deployment_stage,
            "AwsSolutions-APIG6",
            "Execution logs hold paths, and paths hold users' ids; access logs and the function's logs are enough",
        )


def _everything_below(
    resource: apigateway.IResource, integration: apigateway.Integration, options: apigateway.MethodOptions
) -> None:
    _method(resource.add_resource("{proxy+}"), "ANY", integration, options)


def _guarded_stream(
    root: apigateway.IResource,
    parts: list[str],
    streams: apigateway.Integration,
    others: apigateway.Integration,
    options: apigateway.MethodOptions,
) -> None:
    """A resource on the way hides what stands above it: whatever is no stream goes to ``others`` from there too."""
    *way, last = parts
    resource = root
    for part in way:
        resource = resource.add_resource(part)
        _method(resource, "ANY", others, options)
        _everything_below(resource, others, options)
    stream = resource.add_resource(last)
    _method(stream, "GET", streams, options)
    _method(stream, "ANY", others, options)


def _method(
    resource: apigateway.IResource,
    verb: str,
    integration: apigateway.Integration,
    options: apigateway.MethodOptions,
) -> None:
    resource.add_method(
        verb, integration, authorizer=options.authorizer, authorization_scopes=options.authorization_scopes
    )


def _streaming(function: ServiceFunction) -> apigateway.LambdaIntegration:
    return apigateway.LambdaIntegration(
        function.function,
        allow_test_invoke=False,
        response_transfer_mode=apigateway.ResponseTransferMode.STREAM,
        timeout=Duration.minutes(15),
    )


def _preflight(stage: StageConfig) -> apigateway.CorsOptions | None:
    if not stage.cors_origins:
        return None
    return apigateway.CorsOptions(
        allow_origins=list(stage.cors_origins),
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=list(REQUEST_HEADERS),
        expose_headers=list(EXPOSED_HEADERS),
        max_age=Duration.hours(1),
    )
