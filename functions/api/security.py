"""Who is calling."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.datastructures import Headers
from starlette.types import Scope

from functions.api.problems import UNAUTHENTICATED, ProblemError
from functions.api.signing_keys import SigningKeys
from functions.api.tokens import InvalidTokenError, UnverifiedToken, check_claims
from holisticos.ports import Clock
from holisticos.runtime.logging import LogCategory, log

USER_ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"

OPERATORS = "ops"
"""The group of the user pool whose members may read the audit trail and administer."""

_SCHEME = re.compile(r"Bearer +([^\s,]+) *", re.IGNORECASE)

_EXPLAINED = {
    "expired": "The access token has expired.",
    "token_use": "An access token is needed, not another kind of token.",
}
"""What the caller can do something about. The rest helps only who tries to get in."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in user. The name in the user pool is the user's id everywhere in the product."""

    username: str
    groups: frozenset[str] = frozenset()

    @property
    def is_operator(self) -> bool:
        return OPERATORS in self.groups


class IdentityProvider(Protocol):
    """Knows who sent a request."""

    async def identify(self, scope: Scope) -> Principal:
        """Raises the problem ``unauthenticated``."""
        ...


class TokenIdentityProvider:
    """Believes access tokens that the user pool signed for our client, and nothing else.

    What the gateway says of a request is not asked: its authorizer is another lock on the same door.
    """

    def __init__(self, keys: SigningKeys, client_id: str, clock: Clock) -> None:
        self._keys = keys
        self._client_id = client_id
        self._clock = clock

    async def identify(self, scope: Scope) -> Principal:
        """Raises the problem ``unauthenticated``, and ``StoreUnavailableError`` without any keys."""
        token = _bearer_token(scope)
        try:
            return _principal(await self._claims(token))
        except InvalidTokenError as error:
            log(LogCategory.API, "access token refused", reason=error.reason)
            raise unauthenticated(
                _EXPLAINED.get(error.reason, "The access token is not valid."), challenge='Bearer error="invalid_token"'
            ) from None

    async def _claims(self, text: str) -> Mapping[str, Any]:
        token = UnverifiedToken.parse(text)
        key = self._keys.known(token.key_id) or await asyncio.to_thread(self._keys.find, token.key_id)
        if key is None:
            raise InvalidTokenError("kid")
        claims = token.verified(key)
        check_claims(claims, issuer=self._keys.issuer, client_id=self._client_id, now=self._clock.now())
        return claims


def unauthenticated(detail: str, *, challenge: str = "Bearer") -> ProblemError:
    """``challenge`` as of RFC 6750, section 3: it names an error only where there was a token."""
    return ProblemError(UNAUTHENTICATED, detail, headers={"WWW-Authenticate": challenge})


def _bearer_token(scope: Scope) -> str:
    given = Headers(scope=scope).getlist("authorization")
    scheme = _SCHEME.fullmatch(given[0]) if len(given) == 1 else None
    if scheme is None:
        raise unauthenticated("The request carries no access token.")
    return scheme[1]


def _principal(claims: Mapping[str, Any]) -> Principal:
    username, groups = claims.get("username"), claims.get("cognito:groups", [])
    if not (isinstance(username, str) and re.fullmatch(USER_ID_PATTERN, username)):
        raise InvalidTokenError("username")
    if not (isinstance(groups, list) and all(isinstance(group, str) for group in groups)):
        raise InvalidTokenError("groups")
    return Principal(username, frozenset(groups))
