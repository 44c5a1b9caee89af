"""Requests that a client may send again: with an ``Idempotency-Key`` the same request is answered once.

Who repeats a request gets the first one's answer, also while that is still being made. An analysis needs none of
this: its id follows from the key.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel

from functions.api.access import CurrentAccess
from functions.api.dependencies import Dependencies, Deps
from functions.api.problems import IDEMPOTENCY_KEY_REUSED, ProblemError, unavailable
from holisticos.contracts.idempotency import ClaimState, RequestKey

Answer = TypeVar("Answer", bound=BaseModel)

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[\x21-\x7e]{1,128}$",
        description="Chosen by the client: the same key and body give the same answer, however often they are sent",
        examples=["2f1d7c9e-0f3b-4f57-8f0a-7d2f0c6f5c11"],
    ),
]

PATIENCE: Final = 20.0
"""Seconds for which a repeated request waits for the first one; API Gateway gives up after 29."""
_PAUSE: Final = 0.2


class Repeatable:
    """A request of a signed-in user, by its key where it has one."""

    def __init__(self, key: str | None, operation: str, path: dict[str, str], user_id: str, deps: Dependencies) -> None:
        self._key = key
        self._scope = (user_id, operation)
        self._path = path
        self._deps = deps

    async def answered(
        self,
        content: BaseModel,
        work: Callable[[], Awaitable[Answer]],
        *,
        keep_for: timedelta,
        kept: Callable[[Answer], str],
        restored: Callable[[str], Answer],
    ) -> Answer:
        """The answer of ``work``, done at most once in ``keep_for`` for one key and ``content``.

        ``kept`` says what is stored of an answer, ``restored`` makes the answer of it again. Work that fails may be
        tried again with the same key. Raises the problems ``idempotency-key-reused`` and ``unavailable``.
        """
        if self._key is None:
            return await work()
        request = self._request(self._key, content)
        stored = await self._claimed(request, keep_for)
        if stored is not None:
            return restored(stored)
        try:
            answer = await work()
        except BaseException:
            await asyncio.to_thread(self._deps.requests.release, request)
            raise
        await asyncio.to_thread(self._deps.requests.answer, request, kept(answer))
        return answer

    async def _claimed(self, request: RequestKey, keep_for: timedelta) -> str | None:
        """The stored answer, or nothing where this request is the one to be answered."""
        for _ in range(round(PATIENCE / _PAUSE)):
            claim = await asyncio.to_thread(self._deps.requests.claim, request, self._deps.clock.now(), keep_for)
            match claim.state:
                case ClaimState.CLAIMED:
                    return None
                case ClaimState.ANSWERED:
                    return claim.answer
                case ClaimState.REUSED:
                    raise ProblemError(IDEMPOTENCY_KEY_REUSED, "Use a new key for a new request.")
            await asyncio.sleep(_PAUSE)
        raise unavailable("The same request is still being answered.")

    def _request(self, key: str, content: BaseModel) -> RequestKey:
        said = [self._path, content.model_dump(mode="json")]
        return RequestKey(digest=_digest([*self._scope, key]), content=_digest(said))


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


async def _repeatable(
    request: Request, access: CurrentAccess, deps: Deps, idempotency_key: IdempotencyKey = None
) -> Repeatable:
    name = request.scope["route"].name
    return Repeatable(idempotency_key, name, dict(request.path_params), access.principal.username, deps)


RepeatableRequest = Annotated[Repeatable, Depends(_repeatable)]
