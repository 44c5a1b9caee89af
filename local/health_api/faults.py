"""What the simulated upstream can be told to do wrong."""

import asyncio
from collections.abc import AsyncIterator
from enum import StrEnum
from http import HTTPStatus
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from local.serving import drip, left_alone

HUGE_BYTES: Final = 100 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_JSON: Final = "application/json"
_GARBAGE: Final = b"<!doctype html>\x00\xff\xfe{]: NaN,,\n" * 40


class Endpoint(StrEnum):
    """What can go wrong by itself: the records of one kind, or Sahha's tokens."""

    SCORES = "scores"
    BIOMARKERS = "biomarkers"
    ARCHETYPES = "archetypes"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint


class Mode(StrEnum):
    """How an endpoint answers."""

    OK = "ok"
    ERROR = "500"
    """An error of the server."""
    BUSY = "429"
    """Too many requests, with ``Retry-After``."""
    HANG = "hang"
    """Takes the request and never answers."""
    SLOW = "slow"
    """The right answer, a byte at a time."""
    GARBAGE = "garbage"
    """Status 200 and bytes that are no JSON."""
    TRUNCATED = "truncated"
    """The right answer, cut in the middle."""
    EMPTY = "empty"
    """Status 200 and not one byte: not the same as having no data, which is an empty list or 404."""
    HUGE = "huge"
    """Status 200 and 100 MB of valid JSON."""


class Fault(BaseModel):
    """A switch as it is set through ``PUT /_faults``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Mode
    for_: Endpoint | Literal["all"] = Field(default="all", alias="for")
    retry_after: int = Field(default=1, ge=0, description="seconds; for 429")
    times: int | None = Field(default=None, ge=1, description="requests it lasts for; without it until it is changed")


class FaultSwitch:
    """The present mode of each endpoint."""

    def __init__(self) -> None:
        self._faults: dict[Endpoint, Fault] = {}
        self._left: dict[Endpoint, int | None] = {}

    def set(self, fault: Fault) -> None:
        for endpoint in Endpoint if fault.for_ == "all" else (fault.for_,):
            self._faults[endpoint] = fault
            self._left[endpoint] = fault.times

    def modes(self) -> dict[Endpoint, Mode]:
        return {each: self._faults[each].mode if each in self._faults else Mode.OK for each in Endpoint}

    def take(self, endpoint: Endpoint) -> Fault | None:
        """The fault the next answer shall have; one that was set for some requests wears off."""
        fault, left = self._faults.get(endpoint), self._left.get(endpoint)
        if left is not None:
            self._left[endpoint] = left - 1
            if left == 1:
                del self._faults[endpoint], self._left[endpoint]
        return fault if fault and fault.mode is not Mode.OK else None


async def faulty_response(
    fault: Fault, body: bytes, request: Request, stopping: asyncio.Event, seconds_per_byte: float
) -> Response:
    """The answer with the fault in it; ``body`` is what the right answer would hold."""
    match fault.mode:
        case Mode.ERROR | Mode.BUSY:
            status = int(fault.mode)
            headers = {"Retry-After": str(fault.retry_after)} if fault.mode is Mode.BUSY else None
            return JSONResponse({"title": HTTPStatus(status).phrase, "statusCode": status}, status, headers)
        case Mode.HANG:
            await left_alone(request, stopping)
            # Nobody is there to read it any more, or the server is stopping.
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        case Mode.SLOW | Mode.HUGE:
            stream = _huge(stopping) if fault.mode is Mode.HUGE else drip(body, stopping, seconds_per_byte)
            return StreamingResponse(stream, media_type=_JSON)
        case _:
            wrong = {
                Mode.GARBAGE: _GARBAGE,
                Mode.TRUNCATED: body[: max(1, len(body) // 2)],
                Mode.EMPTY: b"",
            }
            return Response(wrong.get(fault.mode, body), media_type=_JSON)


async def _huge(stopping: asyncio.Event) -> AsyncIterator[bytes]:
    """A list with one very long string: valid to its last byte, and useless."""
    yield b'["'
    filler = b"x" * _CHUNK
    for _ in range(HUGE_BYTES // _CHUNK):
        if stopping.is_set():
            return
        yield filler
    yield b'"]'
