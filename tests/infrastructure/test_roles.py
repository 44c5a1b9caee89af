"""Nobody may do more than its task."""

import pytest

from tests.infrastructure.conftest import Synthesis
from tests.infrastructure.granted import grants

# Actions for which the service knows no resource: the policy has to say "*".
WITHOUT_RESOURCE = {
    "logs:CreateLogDelivery": "deliveries of Step Functions' logs",
    "logs:DeleteLogDelivery": "the same",
    "logs:DescribeLogGroups": "the same",
    "logs:DescribeResourcePolicies": "the same",
    "logs:GetLogDelivery": "the same",
    "logs:ListLogDeliveries": "the same",
    "logs:PutResourcePolicy": "the same",
    "logs:UpdateLogDelivery": "the same",
    "xray:PutTraceSegments": "traces",
    "xray:PutTelemetryRecords": "traces",
    "xray:GetSamplingRules": "traces",
    "xray:GetSamplingTargets": "traces",
}

# Objects of a prefix have no shorter name.
PREFIXES = ("/snapshots/*", "/exports/*")


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_no_role_has_a_wildcard_action(stage: str, request: pytest.FixtureRequest) -> None:
    assert [grant for grant in grants(request.getfixturevalue(stage)) if "*" in grant[1]] == []


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_no_role_has_a_wildcard_resource_where_one_can_be_named(stage: str, request: pytest.FixtureRequest) -> None:
    wild = [grant for grant in grants(request.getfixturevalue(stage)) if "*" in grant[2]]

    assert [
        (role, action, resource)
        for role, action, resource in wild
        if action not in WITHOUT_RESOURCE and not (action.startswith("s3:") and resource.endswith(PREFIXES))
    ] == []


def test_only_api_gateways_log_writer_has_a_managed_policy(dev: Synthesis) -> None:
    managed = {
        role for role, properties in dev.resources("AWS::IAM::Role").items() if properties.get("ManagedPolicyArns")
    }

    assert len(managed) == 1
    assert next(iter(managed)).startswith("ApiLogWriter")


def test_no_two_functions_share_a_role(dev: Synthesis) -> None:
    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in dev.resources("AWS::Lambda::Function").values()]

    assert len(set(roles)) == len(roles)


def test_the_audit_trail_is_append_only(dev: Synthesis) -> None:
    (audit,) = [name for name in dev.resources("AWS::DynamoDB::GlobalTable") if name.startswith("StorageAudit")]

    granted = {(role, action) for role, action, resource in grants(dev) if audit in resource}
    assert {action for _, action in granted} == {"dynamodb:PutItem", "dynamodb:Query"}
    (reader,) = [role for role, action in granted if action == "dynamodb:Query"]
    assert reader.startswith("ApiFunction")


def test_only_the_erasure_deletes(dev: Synthesis) -> None:
    deleting = {
        role
        for role, action, _ in grants(dev)
        # What was taken in leaves the queue.
        if "Delete" in action and not action.startswith("logs:") and action != "sqs:DeleteMessage"
    }

    assert len(deleting) == 1
    assert next(iter(deleting)).startswith("ErasureFunction")


def test_what_may_vanish_is_used_by_the_api_and_whoever_asks_somebody_elses_service(dev: Synthesis) -> None:
    (ephemeral,) = [name for name in dev.resources("AWS::DynamoDB::GlobalTable") if name.startswith("StorageEphemeral")]

    used: dict[str, set[str]] = {}
    for role, action, resource in grants(dev):
        if ephemeral in resource:
            used.setdefault(role, set()).add(action.removeprefix("dynamodb:"))
    shared = {"GetItem", "BatchGetItem", "PutItem"}
    expected = {
        "ApiFunction": {*shared, "UpdateItem"},
        "FetchData": shared,
        # They end what is cached.
        "Ingest": {"PutItem"},
        "Erasure": {"PutItem"},
    }
    agents = {role: used.pop(role) for role in list(used) if role.startswith("Agents")}
    assert len(agents) == 6
    assert all(actions == {"GetItem", "PutItem", "UpdateItem"} for actions in agents.values())
    assert len(used) == len(expected)
    for role, actions in used.items():
        (name,) = [name for name in expected if role.startswith(name)]
        assert actions == expected[name], role


def test_who_takes_webhooks_can_queue_them_and_nothing_else(dev: Synthesis) -> None:
    rights = {
        (action, resource.partition(".")[0].strip("<>"))
        for role, action, resource in grants(dev)
        if role.startswith("IngestWebhook") and not action.startswith("logs:")
    }

    assert {action for action, _ in rights} == {"sqs:SendMessage", "secretsmanager:GetSecretValue"}
    assert all(resource.startswith(("DeliveriesQueue", "IngestWebhookSecret")) for _, resource in rights)


def test_who_asks_the_health_api_can_read_its_credentials_and_nobody_else(dev: Synthesis) -> None:
    readers = {role: action for role, action, resource in grants(dev) if "HealthApiCredentials" in resource}

    assert set(readers.values()) == {"secretsmanager:GetSecretValue"}
    asking = {
        properties["Role"]["Fn::GetAtt"][0]
        for properties in dev.resources("AWS::Lambda::Function").values()
        if "HEALTH_API_SECRET_ARN" in properties["Environment"]["Variables"]
    }
    assert set(readers) == asking
    assert len(asking) == 3


def test_who_uses_the_cache_can_read_its_password_and_nobody_else(dev: Synthesis) -> None:
    readers = {role: action for role, action, resource in grants(dev) if "CachePassword" in resource}

    assert set(readers.values()) == {"secretsmanager:GetSecretValue"}
    using = {
        properties["Role"]["Fn::GetAtt"][0]
        for properties in dev.resources("AWS::Lambda::Function").values()
        if "REDIS_SECRET_ARN" in properties["Environment"]["Variables"]
    }
    assert set(readers) == using
    assert len(using) == 4


def test_a_function_logs_to_its_own_group(dev: Synthesis) -> None:
    for name, properties in dev.resources("AWS::Lambda::Function").items():
        role = properties["Role"]["Fn::GetAtt"][0]
        own = properties["LoggingConfig"]["LogGroup"]["Ref"]
        written = {resource for who, action, resource in grants(dev) if who == role and action.startswith("logs:")}
        assert written == {f"<{own}.Arn>"}, name


def test_agents_have_equal_rights(dev: Synthesis) -> None:
    rights: dict[str, set[tuple[str, str]]] = {}
    for role, action, resource in grants(dev):
        if role.startswith("Agents") and not action.startswith("logs:"):
            rights.setdefault(role, set()).add((action, resource))

    assert len(rights) == 6
    assert len({frozenset(right) for right in rights.values()}) == 1
