"""The network below the ``openai`` SDK, watched: how far an answer has come, and that it does not grow without end.

Imported with the SDK, when a model is first asked.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import httpx2

MOST_BYTES: Final = 1024 * 1024
"""Of an answer; a wording takes a few thousand."""


class TooLongError(ValueError):
    """The answer is longer than any that can be used."""


@dataclass(slots=True)
class Watch:
    """What the transport saw of the present call."""

    answering: bool = False
    """The head of an answer has come."""

    def begin(self) -> None:
        self.answering = False


class WatchedTransport(httpx2.AsyncBaseTransport):
    """Passes everything on to ``inner`` and keeps ``watch`` up to date."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        self._watch.answering = True
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101 - an asynchronous transport's is
        return httpx2.Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=_Bounded(response.stream),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > MOST_BYTES:
                raise TooLongError
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
