"""The application behind API Gateway: one event in, one whole answer out."""

import logging
from collections.abc import Callable
from typing import Any

from mangum import Mangum
from mangum.handlers import APIGateway
from mangum.types import ASGI, LambdaConfig, LambdaContext

from functions.api import problems

Gateway = Callable[[dict[str, Any], Any], dict[str, Any]]
"""Event and Lambda context in, answer of a proxy integration out."""

_TEXT = ["text/", "application/json", problems.MEDIA_TYPE]
"""Mangum sends anything else as base64, and API Gateway hands that on as it is."""

_FORGEABLE = frozenset({"host", "x-forwarded-port"})
"""Mangum reads a port from these and fails on what is no number. Nothing here asks under which name it runs."""


def through_gateway(app: ASGI) -> Gateway:
    # It logs every path, and paths hold users' ids; our own records have what matters.
    logging.getLogger("mangum").setLevel(logging.CRITICAL)
    return Mangum(app, lifespan="off", text_mime_types=_TEXT, custom_handlers=[_RestApi])


class _RestApi(APIGateway):
    """Events of a REST API."""

    def __init__(self, event: dict[str, Any], context: LambdaContext, config: LambdaConfig) -> None:
        # It reads `headers` too, which say less: of several of one name only the last.
        super().__init__({**event, "headers": None, "multiValueHeaders": _sound(event)}, context, config)


def _sound(event: dict[str, Any]) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = event.get("multiValueHeaders") or {}
    return {name: values for name, values in headers.items() if name.lower() not in _FORGEABLE}
