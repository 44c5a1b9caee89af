"""What the function gets from its surroundings: environment and events."""

from typing import Any

from tests.fakes.clock import FixedClock
from tests.tokens import CLIENT_ID, POOL_ID, TestPool

ENVIRONMENT = {
    "STAGE": "test",
    "POWERTOOLS_SERVICE_NAME": "api",
    "POWERTOOLS_METRICS_NAMESPACE": "HolisticOS",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "ANALYSES_TABLE": "analyses",
    "USERS_TABLE": "users",
    "AUDIT_TABLE": "audit",
    "EPHEMERAL_TABLE": "ephemeral",
    "USER_POOL_ID": POOL_ID,
    "USER_POOL_CLIENT_ID": CLIENT_ID,
    "SNAPSHOT_BUCKET": "snapshots",
    "ANALYSIS_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:analysis",
    "ERASURE_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:erasure",
    "HEALTH_PROVIDER": "hos-fapi",
    "HEALTH_API_BASE_URL": "https://health.example",
    "HEALTH_API_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:health-api",
    "DELIVERY_QUEUE_URL": "http://127.0.0.1:9/queue",
    "REDIS_URL": "",
    "REDIS_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:redis",
    "DATABASE_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:database",
    "CORS_ORIGINS": '["https://app.example"]',
}

CLAIMS = {"username": "ana", "sub": "7f1", "token_use": "access", "client_id": "mobile"}


def event(method: str, path: str, *, body: str | None = None, **headers: str) -> dict[str, Any]:
    """An event of a REST API's proxy integration, as the service sends it, of the user ``ana``."""
    given = {
        "Accept": "*/*",
        "Authorization": f"Bearer {TestPool().access_token(FixedClock().now())}",
        "Content-Type": "application/json",
        "Host": "abc.execute-api.example",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "resource": "/api/v1/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": given,
        "multiValueHeaders": {name: [value] for name, value in given.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.removeprefix("/api/v1/")},
        "stageVariables": None,
        "requestContext": {
            "authorizer": {"claims": CLAIMS},
            "requestId": "41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9",
            "stage": "dev",
            "path": f"/dev{path}",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }
