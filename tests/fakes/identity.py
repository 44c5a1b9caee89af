"""Sign-in without tokens."""

from starlette.datastructures import Headers
from starlette.types import Scope

from functions.api.security import OPERATORS, Principal, unauthenticated


class NamedIdentityProvider:
    """Believes the header ``X-Test-User``, and that those named in ``operators`` are in their group."""

    def __init__(self, *operators: str) -> None:
        self._operators = operators

    async def identify(self, scope: Scope) -> Principal:
        name = Headers(scope=scope).get("x-test-user")
        if name is None:
            raise unauthenticated("Nobody is signed in.")
        return Principal(name, frozenset({OPERATORS} if name in self._operators else ()))
