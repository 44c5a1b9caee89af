"""What API Gateway answers by itself, in the form of all errors of the API (RFC 9457)."""

import json
from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_apigateway as apigateway

from infra.config import StageConfig

REQUEST_HEADERS: Final = (
    *("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID"),
    "X-Correlation-Id",
)
EXPOSED_HEADERS: Final = (
    *("ETag", "Location", "Retry-After", "X-Correlation-Id"),
    *("RateLimit-Limit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset"),
)
"""What a web page may send, and read of an answer; the same as in the function's ``cors`` module."""

_Type = apigateway.ResponseType


@dataclass(frozen=True, slots=True)
class GatewayProblem:
    """A kind of problem, the cases in which the gateway has it, and headers that go with it.

    Kind, status and title are those of the function's catalogue where it has the kind too.
    """

    slug: str
    status: int
    title: str
    cases: tuple[apigateway.ResponseType, ...]
    headers: tuple[tuple[str, str], ...] = ()


PROBLEMS: Final = (
    GatewayProblem(
        "unauthenticated",
        401,
        "A valid access token is needed",
        (_Type.UNAUTHORIZED, _Type.EXPIRED_TOKEN, _Type.INVALID_SIGNATURE),
        (("WWW-Authenticate", "Bearer"),),
    ),
    GatewayProblem(
        "access-denied", 403, "The access token does not allow this", (_Type.ACCESS_DENIED, _Type.WAF_FILTERED)
    ),
    # It takes a path that it does not know for one that lacks a signature.
    GatewayProblem(
        "not-found",
        404,
        "There is no such resource",
        (_Type.MISSING_AUTHENTICATION_TOKEN, _Type.RESOURCE_NOT_FOUND),
    ),
    GatewayProblem("body-too-large", 413, "The body is too large", (_Type.REQUEST_TOO_LARGE,)),
    GatewayProblem("unsupported-media-type", 415, "The body must be application/json", (_Type.UNSUPPORTED_MEDIA_TYPE,)),
    GatewayProblem(
        "too-many-requests",
        429,
        "Too many requests in a short time",
        (_Type.THROTTLED, _Type.QUOTA_EXCEEDED),
        (("Retry-After", "1"),),
    ),
    GatewayProblem(
        "unavailable",
        503,
        "Try again in a moment",
        (_Type.INTEGRATION_FAILURE, _Type.INTEGRATION_TIMEOUT),
        (("Retry-After", "2"),),
    ),
    GatewayProblem("bad-request", 400, "The request cannot be understood", (_Type.DEFAULT_4_XX,)),
    GatewayProblem("internal", 500, "Something went wrong on our side", (_Type.DEFAULT_5_XX,)),
)


def answer_with_problems(rest: apigateway.RestApi, stage: StageConfig) -> None:
    """Give ``rest`` a gateway response for every case."""
    for problem in PROBLEMS:
        for case in problem.cases:
            rest.add_gateway_response(
                case.response_type,
                type=case,
                status_code=str(problem.status),
                response_headers=_headers(problem, stage),
                templates={"application/json": _body(problem)},
            )


def _headers(problem: GatewayProblem, stage: StageConfig) -> dict[str, str]:
    """Literals are quoted, the rest are variables of the request."""
    headers = {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        **dict(problem.headers),
    }
    if stage.cors_origins:
        # One header must do for all origins of the stage. These answers hold nothing that is anybody's.
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED_HEADERS)
    quoted = {name: f"'{value}'" for name, value in headers.items()}
    return {**quoted, "X-Correlation-Id": "context.requestId"}


def _body(problem: GatewayProblem) -> str:
    """Variables are replaced by API Gateway; the gateway's own words are left out, since they quote the request."""
    return json.dumps(
        {
            "type": f"/problems/{problem.slug}",
            "title": problem.title,
            "status": problem.status,
            "correlation_id": "$context.requestId",
        },
        separators=(",", ":"),
    )
