"""What the description of the API (OpenAPI 3.1) has beyond what FastAPI derives from the routes.

Imported when the description is asked for, and by the tools that write it to ``docs/openapi.json``.
"""

from collections.abc import Iterator
from typing import Any, Final

from functions.api.examples import EXAMPLES
from functions.api.problems import Problem

Document = dict[str, Any]

ABOUT: Final = """\
Health data from wearables, and evidence-first analyses of them.

* **Sign-in**: an access token of the user pool as `Authorization: Bearer`; the `user_id` of a path is its `username`.
* **Errors** are problem details (RFC 9457) with a stable `type`, and a `correlation_id` that is also in the header
  `X-Correlation-Id`. A client may choose it.
* **Reads** have an `ETag`; with `If-None-Match` what has not changed is not sent again.
* **Days** are those of the time zone in the user's profile. Instants are ISO 8601 with offset.
* **Lists** come in pages: `next_cursor` asks for the next one, and is absent on the last.
* Unknown fields and parameters are refused. Answers may grow: clients ignore what they do not know.
"""

TAGS: Final = {
    "analyses": "Asking for an analysis, following it, and its result",
    "health data": "What was measured, with its source and freshness",
    "profile": "Settings, privacy preferences among them",
    "recommendations": "What became of the advice",
    "account": "A user's rights over their data: to see who used them, to take them along, to have them erased",
    "service": "For monitors; without sign-in",
}

_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch"})

_HEADERS: Final[dict[str, Document]] = {
    "X-Correlation-Id": {
        "description": "Names this request in our logs",
        "schema": {"type": "string"},
        "example": "6f1c0c1e-6a0b-4f0e-9d8c-2b7a51e0a9d3",
    },
    "ETag": {
        "description": "Of what was read; for `If-None-Match`",
        "schema": {"type": "string"},
        "example": 'W/"62c7bae02503baa1602cf52cb686e164"',
    },
    "Location": {
        "description": "Where to look next, relative to the URL of the request",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "../../../../api/v1/analysis/an-3f0c9a4e5b1d4c1f9a7e2b6d8c0e1f23",
    },
    "Retry-After": {
        "description": "Seconds after which to try again",
        "schema": {"type": "integer", "minimum": 0},
        "example": 2,
    },
    "WWW-Authenticate": {
        "description": "How to sign in",
        "schema": {"type": "string"},
        "example": "Bearer",
    },
}
_OF_RATE_LIMIT: Final[dict[str, Document]] = {
    "RateLimit-Policy": {
        "description": "How many requests are answered in how many seconds",
        "schema": {"type": "string"},
        "example": "100;w=60",
    },
    "RateLimit-Limit": {
        "description": "How many requests are answered in the present minute",
        "schema": {"type": "integer", "minimum": 0},
        "example": 100,
    },
    "RateLimit-Remaining": {
        "description": "How many of them are left",
        "schema": {"type": "integer", "minimum": 0},
        "example": 97,
    },
    "RateLimit-Reset": {
        "description": "Seconds until the next minute begins",
        "schema": {"type": "integer", "minimum": 0},
        "example": 41,
    },
}
"""Absent where the request could not be counted."""

_UNCOUNTED: Final = frozenset({"400", "401", "413", "500", "503"})
"""What may be answered before it is known who asks, or because that cannot be found out."""

_OF_STATUS: Final = {
    "202": ("Location",),
    "304": ("ETag",),
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}


def complete(document: Document) -> Document:
    """Fill in what is missing; filling in twice changes nothing."""
    document["info"]["description"] = ABOUT
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    _add_problem(document["components"]["schemas"])
    document["components"]["headers"] = _HEADERS | _OF_RATE_LIMIT
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            _without_null(parameter)
        _add_examples(operation)
        for status, answer in operation["responses"].items():
            with_tag = status == "200" and "304" in operation["responses"]
            _add_headers(status, answer, with_tag=with_tag, counted="security" in operation)
    return document


def _operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        for method, operation in item.items():
            if method in _METHODS:
                yield operation


def _add_problem(schemas: Document) -> None:
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {Problem.__name__: problem}


def _without_null(parameter: Document) -> None:
    """A parameter may be left out; there is no way to write null."""
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]


def _add_examples(operation: Document) -> None:
    for status, examples in EXAMPLES.get(operation["operationId"], {}).items():
        content = operation["responses"][status]["content"]["application/json"]
        content["examples"] = {
            name: {"summary": name.replace("_", " "), "value": value} for name, value in examples.items()
        }


def _add_headers(status: str, answer: Document, *, with_tag: bool, counted: bool) -> None:
    names = ["X-Correlation-Id", *_OF_STATUS.get(status, ()), *(("ETag",) if with_tag else ())]
    if counted and status not in _UNCOUNTED:
        names += _OF_RATE_LIMIT
    answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
