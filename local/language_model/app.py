"""The HTTP interface: OpenAI's Responses and Chat Completions, and what operates the stand-in (``/_...``)."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from local.language_model.faults import Director, Fault, Mode, Script
from local.language_model.wordings import Lie, faithful, given, untrue
from local.serving import drip, left_alone

Protocol = Literal["responses", "chat"]

_BYTES_A_TOKEN: Final = 4
_HUGE: Final = 64 * 1024 * 1024
_JSON: Final = "application/json"


@dataclass(frozen=True)
class Usage:
    """Tokens of one call: four bytes each, and instructions that were seen before are cached."""

    tokens_in: int
    tokens_cached: int
    tokens_out: int


@dataclass(frozen=True)
class Call:
    """One request as it came, what it was answered with, and what was charged for it."""

    mode: str
    body: dict[str, Any]
    usage: Usage


@dataclass
class StandIn:
    """The state behind the interface. ``seconds_a_byte`` is the pace of slow answers."""

    seconds_a_byte: float = 1.0
    director: Director = field(default_factory=Director)
    calls: list[Call] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    seen: set[str] = field(default_factory=set)


def create_app(stand_in: StandIn) -> Starlette:
    """The application over one stand-in."""

    async def responses(request: Request) -> Response:
        return await _answer(stand_in, request, "responses")

    async def chat(request: Request) -> Response:
        return await _answer(stand_in, request, "chat")

    async def put_faults(request: Request) -> Response:
        try:
            stand_in.director.follow(Script.model_validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse({"detail": error.errors(include_url=False, include_context=False)}, 422)
        return await get_faults(request)

    async def get_faults(_: Request) -> Response:
        return JSONResponse(stand_in.director.script.model_dump(mode="json"))

    async def get_requests(_: Request) -> Response:
        return JSONResponse([asdict(call) for call in stand_in.calls])

    async def delete_requests(_: Request) -> Response:
        stand_in.calls.clear()
        stand_in.seen.clear()
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/v1/responses", responses, methods=["POST"]),
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/_faults", put_faults, methods=["PUT"]),
            Route("/_faults", get_faults, methods=["GET"]),
            Route("/_requests", get_requests, methods=["GET"]),
            Route("/_requests", delete_requests, methods=["DELETE"]),
        ]
    )


async def _answer(stand_in: StandIn, request: Request, protocol: Protocol) -> Response:
    body: dict[str, Any] = json.loads(await request.body())
    instructions, data = _asked(body, protocol)
    mode = stand_in.director.next()
    try:
        text = _text(mode, data)
    except (ValueError, KeyError, IndexError):
        text = "I do not know what you want of me."
    usage = Usage(0, 0, 0) if mode in _UNPAID else _usage(stand_in, instructions, data, text)
    stand_in.calls.append(Call(mode=mode or "ok", body=body, usage=usage))
    if mode in _STATUS:
        return _error(mode, stand_in.director.script.retry_after)
    answer = _BODIES[protocol](body["model"], mode, text, usage)
    return await _sent(stand_in, mode, json.dumps(answer).encode(), request)


def _asked(body: Mapping[str, Any], protocol: Protocol) -> tuple[str, str]:
    if protocol == "responses":
        return str(body.get("instructions", "")), str(body["input"])
    by_role = {message["role"]: str(message["content"]) for message in body["messages"]}
    return by_role.get("system", ""), by_role.get("user", "")


def _text(mode: Mode, data: str) -> str:
    match mode:
        case Lie():
            return json.dumps(untrue(mode, given(data)))
        case Fault.INVALID_JSON:
            return "Here is what I found: {findings"
        case Fault.SCHEMA:
            return json.dumps({"findings": "you walk enough", "mood": "good"})
        case Fault.REFUSAL:
            return "I cannot help with that."
        case _:
            text = json.dumps(faithful(given(data)))
            return text[: len(text) // 2] if mode is Fault.TRUNCATED else text


def _usage(stand_in: StandIn, instructions: str, data: str, text: str) -> Usage:
    cached = _tokens(instructions) if instructions in stand_in.seen else 0
    stand_in.seen.add(instructions)
    return Usage(_tokens(instructions) + _tokens(data), cached, _tokens(text))


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // _BYTES_A_TOKEN)


def _responses_body(model: str, mode: Mode, text: str, usage: Usage) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
    if mode is Fault.REFUSAL:
        part = {"type": "refusal", "refusal": text}
    truncated = mode is Fault.TRUNCATED
    status = "incomplete" if truncated else "completed"
    return {
        "id": "resp_stand_in",
        "object": "response",
        "created_at": 0,
        "model": model,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if truncated else None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": False,
        "tool_choice": "none",
        "tools": [],
        "output": [{"type": "message", "id": "msg_1", "role": "assistant", "status": status, "content": [part]}],
        "usage": {
            "input_tokens": usage.tokens_in,
            "input_tokens_details": {"cached_tokens": usage.tokens_cached, "cache_write_tokens": 0},
            "output_tokens": usage.tokens_out,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": usage.tokens_in + usage.tokens_out,
        },
    }


def _chat_body(model: str, mode: Mode, text: str, usage: Usage) -> dict[str, Any]:
    refused = mode is Fault.REFUSAL
    message = {"role": "assistant", "content": None if refused else text, "refusal": text if refused else None}
    finish = "length" if mode is Fault.TRUNCATED else "stop"
    return {
        "id": "chatcmpl_stand_in",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {
            "prompt_tokens": usage.tokens_in,
            "prompt_tokens_details": {"cached_tokens": usage.tokens_cached},
            "completion_tokens": usage.tokens_out,
            "total_tokens": usage.tokens_in + usage.tokens_out,
        },
    }


_BODIES: Final = {"responses": _responses_body, "chat": _chat_body}
_STATUS: Final[Mapping[object, tuple[int, str]]] = {
    Fault.RATE_LIMITED: (429, "rate_limit_exceeded"),
    Fault.QUOTA: (429, "insufficient_quota"),
    Fault.SERVER_ERROR: (500, "server_error"),
    Fault.UNAUTHORIZED: (401, "invalid_api_key"),
}
_UNPAID: Final = frozenset(
    {*_STATUS, Fault.TIMEOUT, Fault.STALL, Fault.SLOW, Fault.DROPPED, Fault.MALFORMED, Fault.HUGE}
)
"""Nothing that a caller can count."""


def _error(mode: object, retry_after: int) -> Response:
    status, code = _STATUS[mode]
    headers = {"Retry-After": str(retry_after)} if mode is Fault.RATE_LIMITED else None
    return JSONResponse({"error": {"message": code, "type": code, "param": None, "code": code}}, status, headers)


async def _sent(stand_in: StandIn, mode: Mode, body: bytes, request: Request) -> Response:
    match mode:
        case Fault.TIMEOUT:
            await left_alone(request, stand_in.stopping)
            return Response(status_code=503)
        case Fault.STALL | Fault.SLOW | Fault.HUGE:
            streams: dict[Mode, AsyncIterator[bytes]] = {
                Fault.STALL: _half(body, stand_in.stopping),
                Fault.SLOW: drip(body, stand_in.stopping, stand_in.seconds_a_byte),
                Fault.HUGE: _huge(stand_in.stopping),
            }
            return StreamingResponse(streams[mode], media_type=_JSON)
        case Fault.DROPPED:
            # Fewer bytes than announced: the server closes the connection after them.
            return Response(body[: len(body) // 2], media_type=_JSON, headers={"content-length": str(len(body))})
        case Fault.MALFORMED:
            return Response(b"<html>bad gateway", media_type=_JSON)
        case _:
            return Response(body, media_type=_JSON)


async def _half(body: bytes, stopping: asyncio.Event) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    await stopping.wait()


async def _huge(stopping: asyncio.Event) -> AsyncIterator[bytes]:
    chunk = b" " * 65_536
    for _ in range(_HUGE // len(chunk)):
        if stopping.is_set():
            return
        yield chunk
        # Else nobody hears that the client has gone.
        await asyncio.sleep(0)
