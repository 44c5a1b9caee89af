"""The process that runs all functions of a stack: ``python -m local.lambda_runtime.host --help``."""

import argparse
import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Any

from local.lambda_runtime.framing import ERROR, RESPONSE, answer, receive_event
from local.lambda_runtime.function import LocalFunction
from local.lambda_runtime.pool import Pool
from local.lambda_runtime.runtime_api import Invocation, Outcome

IDLE_SECONDS = 90.0
_PER_POLLER = {"AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_LOG_STREAM_NAME"}


class FunctionHost:
    """Takes events from pollers and runs each in the pool of its function."""

    def __init__(self, packages: Path, logs: Path, idle_seconds: float = IDLE_SECONDS) -> None:
        self._packages = packages
        self._logs = logs
        self._idle_seconds = idle_seconds
        self._pools: dict[str, tuple[dict[str, str], Pool]] = {}
        self._retired: set[asyncio.Task[None]] = set()

    async def serve(self, socket: Path) -> None:
        """Listen on a Unix socket until cancelled, then end all workers."""
        # By a relative name: a path to a deep folder is longer than a socket's address may be.
        os.chdir(socket.parent)
        server = await asyncio.start_unix_server(self._connection, f"{socket.name}.new")
        # Who finds the socket finds it listening.
        os.rename(f"{socket.name}.new", socket.name)  # noqa: PTH104 - one call, at the start
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            for _, pool in self._pools.values():
                await pool.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            about, event = await receive_event(reader)
            work = asyncio.create_task(self._invoke(about, event))
            # The poller says nothing more: a read that ends means that it went away.
            gone = asyncio.create_task(reader.read(1))
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            if not work.done():
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work
                return
            outcome, output = work.result()
            writer.write(answer(ERROR if outcome.is_error else RESPONSE, output, outcome.body))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _invoke(self, about: dict[str, Any], event: bytes) -> tuple[Outcome, bytes]:
        environment, headers = about["environment"], about["headers"]
        try:
            function = LocalFunction.read(environment)
        except KeyError:
            return Outcome.error("Local.NotDeployedByOverlay", "the function was not deployed by `holisticos up`"), b""
        invocation = Invocation(headers["lambda-runtime-aws-request-id"], event, headers)
        try:
            outcome, output = await self._pool(function, environment).invoke(invocation)
        except OSError as error:
            return Outcome.error("Runtime.InvalidEntrypoint", f"the worker cannot be started: {error}"), b""
        name = environment["AWS_LAMBDA_FUNCTION_NAME"]
        with contextlib.suppress(OSError), (self._logs / f"{name}.log").open("ab") as log:
            log.write(output)
        return outcome, output

    def _pool(self, function: LocalFunction, environment: dict[str, str]) -> Pool:
        """The pool of a function as it is deployed now; the workers of an earlier deployment are ended."""
        name = f"{environment['AWS_LAMBDA_FUNCTION_NAME']}:{environment['AWS_LAMBDA_FUNCTION_VERSION']}"
        lasting = {key: value for key, value in environment.items() if key not in _PER_POLLER}
        known, pool = self._pools.get(name, (None, None))
        if pool is None or known != lasting:
            if pool is not None:
                closing = asyncio.create_task(pool.close())
                self._retired.add(closing)
                closing.add_done_callback(self._retired.discard)
            pool = Pool(function, environment, self._packages, self._idle_seconds)
            self._pools[name] = (lasting, pool)
        return pool


async def _main() -> None:
    parser = argparse.ArgumentParser(description="Run the functions of a local stack.")
    parser.add_argument("--socket", type=Path, required=True, help="Unix socket on which pollers hand over events")
    parser.add_argument("--packages", type=Path, required=True, help="folder with awslambdaric")
    parser.add_argument("--logs", type=Path, required=True, help="folder for the functions' output")
    options = parser.parse_args()
    options.logs.mkdir(parents=True, exist_ok=True)
    serving = asyncio.create_task(
        FunctionHost(options.packages.resolve(), options.logs.resolve()).serve(options.socket.absolute())
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    asyncio.run(_main())
