"""What the template promises: where data lie, who gets in, what is watched, and what stages change."""

import json
import re
from typing import Any

import pytest
from aws_cdk.assertions import Match, Template

from functions.api import cors, problems
from functions.api.problems import Problem, ProblemKind
from functions.ingest.batch import pause
from holisticos.contracts.names import AgentName, HealthProvider
from infra.assets import ROOT
from tests.infrastructure.conftest import Synthesis
from tests.infrastructure.methods import methods

OUTPUTS = {
    *("ApiUrl", "UserPoolId", "UserPoolClientId", "AnalysesTable", "UsersTable", "AuditTable", "EphemeralTable"),
    *(
        "SnapshotBucket",
        "AnalysisStateMachineArn",
        "DailyStateMachineArn",
        "ErasureStateMachineArn",
        "DatabaseSecretArn",
        "HealthApiSecretArn",
        "RedisSecretArn",
        "WebhookSecretArn",
        "LanguageModelSecretArn",
        "DeliveryQueueUrl",
        "FailedDeliveriesUrl",
    ),
}


@pytest.fixture(scope="module")
def template(dev: Synthesis) -> Template:
    return Template.from_json(dev.template)


def tables(synthesis: Synthesis) -> dict[str, dict[str, Any]]:
    """Properties of the tables by their short name."""
    return {
        re.sub(r"^Storage([A-Z][a-z]+).*$", r"\1", name): properties
        for name, properties in synthesis.resources("AWS::DynamoDB::GlobalTable").items()
    }


def test_the_stack_has_the_outputs_clients_and_tools_read(dev: Synthesis) -> None:
    assert set(dev.template["Outputs"]) == OUTPUTS


def test_without_a_word_about_it_a_stage_has_no_language_model(dev: Synthesis) -> None:
    parameter = dev.template["Parameters"]["LanguageModelBaseUrl"]

    assert parameter["Default"] == "none"
    pattern = re.compile(parameter["AllowedPattern"])
    assert pattern.fullmatch("https://provider.example.com/v1")
    assert not pattern.fullmatch("provider.example.com")


def test_the_health_api_is_the_only_parameter_that_must_be_given(dev: Synthesis) -> None:
    required = {name: each for name, each in dev.template["Parameters"].items() if "Default" not in each}

    assert set(required) == {"HealthApiBaseUrl"}
    pattern = re.compile(required["HealthApiBaseUrl"]["AllowedPattern"])
    for good in ("https://api.example.com", "http://127.0.0.1:8080", "https://example.com/base/path"):
        assert pattern.fullmatch(good)
    for bad in ("", "api.example.com", "ftp://example.com", "https://example.com/", "https://", "https://a b"):
        assert not pattern.fullmatch(bad)


def test_without_a_word_about_it_the_health_api_is_hos_fapi(dev: Synthesis) -> None:
    parameter = dev.template["Parameters"]["HealthProvider"]

    assert parameter["Default"] == HealthProvider.HOS_FAPI
    assert parameter["AllowedValues"] == list(HealthProvider)


def test_no_resource_belongs_to_an_account_or_region(dev: Synthesis) -> None:
    assert not re.search(r"\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b", json.dumps(dev.template))


def test_durable_tables_can_be_restored_and_ephemeral_ones_expire(dev: Synthesis) -> None:
    found = tables(dev)

    assert set(found) == {"Analyses", "Users", "Audit", "Ephemeral"}
    for name, properties in found.items():
        (replica,) = properties["Replicas"]
        durable = name != "Ephemeral"
        assert replica["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is durable, name
        assert properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}, name
        assert properties["BillingMode"] == "PAY_PER_REQUEST", name
    expiring = {name for name, table in found.items() if "TimeToLiveSpecification" in table}
    assert expiring == {"Users", "Ephemeral"}
    for name in expiring:
        assert found[name]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize("name", ["Analyses", "Users"])
def test_analyses_and_users_have_their_index(dev: Synthesis, name: str) -> None:
    (index,) = tables(dev)[name]["GlobalSecondaryIndexes"]

    assert index["IndexName"] == "GSI1"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["gsi1pk", "gsi1sk"]


def test_production_data_outlive_the_stack(dev: Synthesis, prod: Synthesis) -> None:
    kinds = {"AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::SecretsManager::Secret"}
    for synthesis, policy in ((dev, "Delete"), (prod, "Retain")):
        policies = {
            name: resource["DeletionPolicy"]
            for name, resource in synthesis.template["Resources"].items()
            if resource["Type"] in kinds
        }
        assert set(policies.values()) == {policy}, policies
    for name, properties in tables(prod).items():
        assert properties["Replicas"][0].get("DeletionProtectionEnabled", False) is (name != "Ephemeral")
    (pool,) = prod.resources("AWS::Cognito::UserPool").values()
    assert pool["DeletionProtection"] == "ACTIVE"


def test_snapshots_are_private_encrypted_and_expire(template: Template) -> None:
    template.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "BucketEncryption": Match.any_value(),
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "LifecycleConfiguration": {
                "Rules": [
                    Match.object_like({"Prefix": "snapshots/", "ExpirationInDays": 30, "Status": "Enabled"}),
                    Match.object_like({"Prefix": "exports/", "ExpirationInDays": 1, "Status": "Enabled"}),
                ]
            },
            "VersioningConfiguration": Match.absent(),
        },
    )
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Effect": "Deny",
                                "Action": "s3:*",
                                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                            }
                        )
                    ]
                )
            }
        },
    )


def test_nothing_of_the_cdk_runs_in_the_stack(template: Template) -> None:
    # Custom resources, such as those that empty a bucket, are functions nobody here has read.
    for type_ in ("Custom::S3AutoDeleteObjects", "AWS::CloudFormation::CustomResource", "Custom::LogRetention"):
        template.resource_count_is(type_, 0)


def test_the_secret_is_not_in_the_template(template: Template) -> None:
    template.has_resource_properties("AWS::SecretsManager::Secret", {"SecretString": Match.absent()})


def test_everything_but_the_probes_the_reference_and_what_has_a_ticket_asks_for_an_access_token(dev: Synthesis) -> None:
    by_path = {key: value for key, value in methods(dev).items() if key[0] != "OPTIONS"}

    probes, reference = {("GET", "/live"), ("GET", "/ready")}, {("GET", "/docs"), ("GET", "/openapi.json")}
    open_ = {*probes, *reference, ("GET", "/api/v1/ticketed/{proxy+}")}
    webhook = ("POST", "/webhooks/health-data")
    assert set(by_path) == {*open_, webhook, ("ANY", "/api/v1/{proxy+}")}
    guarded = by_path["ANY", "/api/v1/{proxy+}"]
    assert guarded["AuthorizationType"] == "COGNITO_USER_POOLS"
    # Without a scope the authorizer would take id tokens, and no access token.
    assert guarded["AuthorizationScopes"] == ["aws.cognito.signin.user.admin"]
    for key in open_:
        assert by_path[key]["AuthorizationType"] == "NONE"
    # It is signed, which its own function verifies.
    assert by_path[webhook]["AuthorizationType"] == "NONE"
    assert by_path[webhook]["Integration"] != guarded["Integration"]


def test_the_gateway_traces_nothing_by_itself(prod: Synthesis) -> None:
    """Its segments hold whole URLs: users' ids stand in paths, tickets in queries."""
    for stage in prod.resources("AWS::ApiGateway::Stage").values():
        assert stage["TracingEnabled"] is False


def test_web_pages_may_call_where_the_stage_names_them(dev: Synthesis, prod: Synthesis) -> None:
    assert ("OPTIONS", "/api/v1/{proxy+}") in methods(dev)
    assert not [key for key in methods(prod) if key[0] == "OPTIONS"]


def gateway_responses(synthesis: Synthesis) -> dict[str, dict[str, Any]]:
    return {
        properties["ResponseType"]: properties
        for properties in synthesis.resources("AWS::ApiGateway::GatewayResponse").values()
    }


def test_what_the_gateway_answers_by_itself_is_a_problem_too(dev: Synthesis) -> None:
    answers = gateway_responses(dev)

    assert answers.keys() >= {"UNAUTHORIZED", "ACCESS_DENIED", "MISSING_AUTHENTICATION_TOKEN", "REQUEST_TOO_LARGE"}
    assert answers.keys() >= {"THROTTLED", "INTEGRATION_TIMEOUT", "DEFAULT_4XX", "DEFAULT_5XX"}
    for answer in answers.values():
        headers = {name.rpartition(".")[2]: value for name, value in answer["ResponseParameters"].items()}
        assert headers["Content-Type"] == "'application/problem+json'"
        assert headers["X-Correlation-Id"] == "context.requestId"
        body = json.loads(answer["ResponseTemplates"]["application/json"])
        assert str(body["status"]) == answer["StatusCode"]
        assert body["correlation_id"] == "$context.requestId"
        Problem.model_validate(body)


def test_kinds_of_problems_mean_the_same_in_gateway_and_function(dev: Synthesis) -> None:
    known = {kind.type: kind for kind in vars(problems).values() if isinstance(kind, ProblemKind)}
    shared = 0
    for answer in gateway_responses(dev).values():
        body = json.loads(answer["ResponseTemplates"]["application/json"])
        if kind := known.get(body["type"]):
            shared += 1
            assert (body["title"], body["status"]) == (kind.title, kind.status)
    assert shared >= 10


def test_web_pages_may_read_the_gateways_answers_where_the_stage_names_them(dev: Synthesis, prod: Synthesis) -> None:
    name = "gatewayresponse.header.Access-Control-Allow-Origin"

    assert {answer["ResponseParameters"].get(name) for answer in gateway_responses(dev).values()} == {"'*'"}
    assert {answer["ResponseParameters"].get(name) for answer in gateway_responses(prod).values()} == {None}


def test_gateway_and_function_tell_web_pages_the_same(dev: Synthesis) -> None:
    preflight = methods(dev)["OPTIONS", "/api/v1/{proxy+}"]["Integration"]["IntegrationResponses"][0]
    told = {name.rpartition(".")[2]: value for name, value in preflight["ResponseParameters"].items()}

    assert told["Access-Control-Allow-Headers"] == f"'{','.join(cors.REQUEST_HEADERS)}'"
    assert told["Access-Control-Expose-Headers"] == f"'{','.join(cors.EXPOSED_HEADERS)}'"
    assert told["Access-Control-Allow-Methods"] == f"'{','.join(cors.METHODS)}'"
    assert told["Access-Control-Max-Age"] == f"'{cors.MAX_AGE}'"
    assert (
        gateway_responses(dev)["THROTTLED"]["ResponseParameters"][
            "gatewayresponse.header.Access-Control-Expose-Headers"
        ]
        == f"'{', '.join(cors.EXPOSED_HEADERS)}'"
    )


def test_the_api_is_throttled_and_its_log_names_nobody(dev: Synthesis) -> None:
    (stage,) = dev.resources("AWS::ApiGateway::Stage").values()
    settings = {f"{each['ResourcePath']} {each['HttpMethod']}": each for each in stage["MethodSettings"]}

    everything, webhooks = settings["/* *"], settings["/~1webhooks~1health-data POST"]
    assert (everything["ThrottlingRateLimit"], everything["ThrottlingBurstLimit"]) == (50, 100)
    assert (webhooks["ThrottlingRateLimit"], webhooks["ThrottlingBurstLimit"]) == (50, 100)
    for each in settings.values():
        assert each["MetricsEnabled"]
        assert "LoggingLevel" not in each
    logged = set(json.loads(stage["AccessLogSetting"]["Format"]).values())
    identifying = r"\$context\.(identity|authorizer|path$|requestOverride|customDomain)|sourceIp|queryString"
    assert not [field for field in logged if re.search(identifying, field)]


def test_users_are_made_by_operators_and_sign_in_by_name(template: Template) -> None:
    template.has_resource_properties(
        "AWS::Cognito::UserPool",
        {
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "UsernameConfiguration": {"CaseSensitive": True},
            "AliasAttributes": Match.absent(),
            "UsernameAttributes": Match.absent(),
            "Policies": {"PasswordPolicy": Match.object_like({"MinimumLength": 12, "RequireSymbols": True})},
        },
    )
    template.has_resource_properties(
        "AWS::Cognito::UserPoolClient",
        {
            "ExplicitAuthFlows": Match.array_with(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]),
            "PreventUserExistenceErrors": "ENABLED",
            "GenerateSecret": False,
        },
    )
    template.has_resource_properties("AWS::Cognito::UserPoolGroup", {"GroupName": "ops"})


def test_a_delivery_is_encrypted_tried_again_and_never_lost(dev: Synthesis) -> None:
    queues = dev.resources("AWS::SQS::Queue")
    (deliveries,) = [queue for name, queue in queues.items() if name.startswith("DeliveriesQueue")]
    (source,) = dev.resources("AWS::Lambda::EventSourceMapping").values()
    function = next(
        properties
        for name, properties in dev.resources("AWS::Lambda::Function").items()
        if name.startswith("IngestFunction")
    )

    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    failed = deliveries["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert queues[failed]["MessageRetentionPeriod"] == 14 * 86_400
    # The time until the dead-letter queue, of which the function's own pauses are the most.
    pauses = [pause(attempt).total_seconds() for attempt in range(1, deliveries["RedrivePolicy"]["maxReceiveCount"])]
    assert 1_800 < sum(pauses) < deliveries["MessageRetentionPeriod"] / 10
    assert deliveries["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_quarter_of_an_hour_it_is_asked_for_whom_it_is_morning(dev: Synthesis) -> None:
    (schedule,) = dev.resources("AWS::Scheduler::Schedule").values()
    (daily,) = [name for name in dev.resources("AWS::StepFunctions::StateMachine") if name.startswith("DailyWorkflow")]
    target = schedule["Target"]

    assert schedule["ScheduleExpression"] == "cron(0/15 * * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "Etc/UTC"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    # A late run must know which quarter of an hour it stands for.
    assert json.loads(target["Input"]) == {"scheduled_for": "<aws.scheduler.scheduled-time>"}
    assert target["Arn"] == {"Ref": daily}
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert "DeadLetterConfig" in target


def test_every_alarm_reaches_somebody_and_names_its_place_in_the_runbook(dev: Synthesis) -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9-]", "", line.lstrip("# ").lower()) for line in runbook.splitlines() if line[:1] == "#"
    }
    alarms = dev.resources("AWS::CloudWatch::Alarm").values()

    assert len(alarms) >= 3
    for alarm in alarms:
        assert alarm["AlarmActions"]
        page, _, anchor = alarm["AlarmDescription"].rpartition(" ")[2].partition("#")
        assert page == "docs/runbook.md"
        assert anchor in headings
        # The embedded cloud knows no metric math.
        assert "Metrics" not in alarm


def test_alarms_are_mailed_where_there_is_an_address(dev: Synthesis, prod: Synthesis) -> None:
    (subscription,) = prod.resources("AWS::SNS::Subscription").values()

    assert subscription["Endpoint"] == "ops@example.com"
    assert not dev.resources("AWS::SNS::Subscription")


def test_the_dashboard_shows_every_agent(dev: Synthesis) -> None:
    (dashboard,) = dev.resources("AWS::CloudWatch::Dashboard").values()

    for agent in AgentName:
        assert f"agent_{agent}" in json.dumps(dashboard)


def test_addresses_that_ask_too_often_are_turned_away_where_there_is_something_to_lose(
    dev: Synthesis, prod: Synthesis
) -> None:
    assert dev.resources("AWS::WAFv2::WebACL") == {}
    (acl,) = prod.resources("AWS::WAFv2::WebACL").values()
    (rule,) = acl["Rules"]
    limit = rule["Statement"]["RateBasedStatement"]
    assert (limit["AggregateKeyType"], limit["EvaluationWindowSec"], limit["Limit"]) == ("IP", 60, 2000)
    spared = limit["ScopeDownStatement"]["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert spared["SearchString"] == "/webhooks/health-data"
    # What is sampled shows paths, and paths hold users' ids.
    assert [each["VisibilityConfig"]["SampledRequestsEnabled"] for each in (acl, rule)] == [False, False]
    (guarded,) = prod.resources("AWS::WAFv2::WebACLAssociation").values()
    assert "/stages/" in str(guarded["ResourceArn"])
