"""The Runtime API as an interface client sees it."""

import asyncio
from collections.abc import Awaitable, Callable

from local.lambda_runtime.runtime_api import MAX_RESULT_BYTES, Invocation, Outcome, RuntimeApi

INVOCATION = Invocation(
    request_id="id-1",
    event=b'{"a": 1}',
    headers={"lambda-runtime-invoked-function-arn": "arn:f", "lambda-runtime-deadline-ms": "1", "host": "emulator"},
)

Call = Callable[[str, str, bytes], Awaitable[tuple[int, dict[str, str], bytes]]]


def _with_client(scenario: Callable[[RuntimeApi, Call], Awaitable[None]]) -> None:
    async def main() -> None:
        api = RuntimeApi()
        host, _, port = (await api.start()).partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))

        async def call(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
            head = f"{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines)
            return int(status.split()[1]), headers, await reader.readexactly(int(headers["content-length"]))

        try:
            async with asyncio.timeout(10):
                await scenario(api, call)
        finally:
            writer.close()
            api.close()

    asyncio.run(main())


def test_an_event_goes_out_and_its_answer_comes_back() -> None:
    async def scenario(api: RuntimeApi, call: Call) -> None:
        asking = asyncio.ensure_future(call("GET", "invocation/next", b""))
        await api.initialized.wait()
        outcome = api.give(INVOCATION, deadline_ms=42)

        status, headers, body = await asking
        assert (status, body) == (200, b'{"a": 1}')
        assert headers["lambda-runtime-aws-request-id"] == "id-1"
        assert headers["lambda-runtime-deadline-ms"] == "42", "the true deadline, not the emulator's"
        assert headers["lambda-runtime-invoked-function-arn"] == "arn:f"
        assert "host" not in headers
        assert (await call("POST", "invocation/id-1/response", b'"done"'))[0] == 202
        assert await outcome == Outcome(is_error=False, body=b'"done"')

    _with_client(scenario)


def test_an_error_keeps_its_words() -> None:
    async def scenario(api: RuntimeApi, call: Call) -> None:
        outcome = api.give(INVOCATION, deadline_ms=42)
        await call("GET", "invocation/next", b"")
        await call("POST", "invocation/id-1/error", b'{"errorType": "OurError"}')

        assert await outcome == Outcome(is_error=True, body=b'{"errorType": "OurError"}')

    _with_client(scenario)


def test_only_the_event_being_served_can_be_answered_and_only_once() -> None:
    async def scenario(api: RuntimeApi, call: Call) -> None:
        assert (await call("POST", "invocation/id-1/response", b"{}"))[0] == 400
        outcome = api.give(INVOCATION, deadline_ms=42)
        await call("GET", "invocation/next", b"")
        assert (await call("POST", "invocation/other/response", b"{}"))[0] == 400
        assert (await call("POST", "invocation/id-1/response", b"1"))[0] == 202
        assert (await call("POST", "invocation/id-1/response", b"2"))[0] == 400
        assert (await outcome).body == b"1"

    _with_client(scenario)


def test_an_answer_above_lambdas_limit_is_an_error() -> None:
    async def scenario(api: RuntimeApi, call: Call) -> None:
        outcome = api.give(INVOCATION, deadline_ms=42)
        await call("GET", "invocation/next", b"")
        await call("POST", "invocation/id-1/response", b"x" * (MAX_RESULT_BYTES + 1))

        assert b"Function.ResponseSizeTooLarge" in (await outcome).body

    _with_client(scenario)


def test_an_error_of_initialisation_is_kept() -> None:
    async def scenario(api: RuntimeApi, call: Call) -> None:
        assert (await call("POST", "init/error", b'{"errorType": "Runtime.ImportModuleError"}'))[0] == 202

        assert api.initialized.is_set()
        assert api.init_error == Outcome(is_error=True, body=b'{"errorType": "Runtime.ImportModuleError"}')

    _with_client(scenario)


def test_what_is_not_part_of_the_interface_is_not_found() -> None:
    async def scenario(_: RuntimeApi, call: Call) -> None:
        assert (await call("GET", "elsewhere", b""))[0] == 404

    _with_client(scenario)
