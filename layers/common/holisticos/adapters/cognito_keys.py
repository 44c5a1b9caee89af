"""The public keys of a Cognito user pool, as it publishes them."""

import http.client
import json
import os
import ssl
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from holisticos.contracts.errors import ConfigurationError, StoreUnavailableError

_TIMEOUT = 2.0
"""Seconds to connect, and between two pieces of the answer."""

_MAX_BYTES = 64 * 1024
"""A set of two keys takes one KiB."""

_ENDPOINTS = ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL")


class CognitoKeySet:
    """``KeySet`` of the pool ``user_pool_id``, which begins with its region.

    The keys are read where the SDK would find Cognito: at AWS, or where its variables lead. The tokens' issuer
    is the same in both cases. Raises ``ConfigurationError``.
    """

    def __init__(self, user_pool_id: str) -> None:
        region, _, rest = user_pool_id.partition("_")
        if not (region and rest):
            raise ConfigurationError("wrong environment: USER_POOL_ID (is no id of a user pool)")
        self.issuer = f"https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"
        endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), None)
        self._url = (f"{endpoint.rstrip('/')}/{user_pool_id}" if endpoint else self.issuer) + "/.well-known/jwks.json"

    def fetch(self) -> dict[str, Any]:
        # The plain client: it follows no redirection, asks no proxy of the environment, and is loaded anyway.
        url = urlsplit(self._url)
        secure = url.scheme == "https"
        connection = (
            http.client.HTTPSConnection(url.netloc, timeout=_TIMEOUT, context=ssl.create_default_context())
            if secure
            else http.client.HTTPConnection(url.netloc, timeout=_TIMEOUT)
        )
        try:
            connection.request("GET", url.path, headers={"Accept": "application/json"})
            answer = connection.getresponse()
            body = answer.read(_MAX_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise StoreUnavailableError(f"read signing keys: {type(error).__name__}") from error
        finally:
            connection.close()
        if answer.status != HTTPStatus.OK:
            raise StoreUnavailableError(f"read signing keys: status {answer.status}")
        try:
            keys = json.loads(body)
        except ValueError as error:
            raise StoreUnavailableError("read signing keys: no JSON") from error
        if not isinstance(keys, dict):
            raise StoreUnavailableError("read signing keys: no key set")
        return keys
