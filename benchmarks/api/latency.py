"""How soon an event of an analysis is with a connected client: ``python -m benchmarks.api.latency [EVENTS]``.

Both ways of streaming, on a stack that is brought up for it: the long poll, through the emulator's gateway and the
`api` function, and the live stream, of the same application under uvicorn. Both read the stack's own DynamoDB and
check tokens of its user pool. Clients follow as an EventSource does: with the last id, after the pause that the stream
asked for. An event's time runs from before it is written until its whole message is with the client, whether or not
that one was connected in between; events are a tenth of a second to a second apart, by chance. Analyses of
``EVENTS_OF_ONE`` events follow each other, each of a user of its own, since all listeners count against one limit.

The exit code is 1 where the limit is missed.
"""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any, Final
from uuid import uuid4

import boto3
import httpx
from httpx_sse import aconnect_sse

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.events import EventType, NewEvent
from holisticos.contracts.names import AnalysisStatus, AnalysisType, Trigger
from local.accounts import Accounts
from local.emulator import CREDENTIALS
from local.endpoints import Endpoints
from local.llm import Llm
from local.processes import free_port
from local.stack import Stack
from local.state import PROJECT

LIMIT_MS: Final = 300.0
LISTENERS: Final = (1, 20)
EVENTS: Final = 200
EVENTS_OF_ONE: Final = 20
APART_SECONDS: Final = (0.1, 1.0)
START_SECONDS: Final = 30


@dataclass
class Scene:
    """A running stack, and who may write to it."""

    endpoints: Endpoints
    session: Any
    accounts: Accounts
    analyses: DynamoDbAnalysisStore

    @classmethod
    def of(cls, endpoints: Endpoints) -> "Scene":
        session: Any = boto3.Session(*CREDENTIALS, region_name=endpoints.region)
        where = {"endpoint_url": endpoints.emulator_url}
        cognito = session.client("cognito-idp", **where)
        dynamodb = session.client("dynamodb", **where)
        accounts = Accounts(cognito, endpoints.user_pool_id, endpoints.user_pool_client_id)
        return cls(endpoints, session, accounts, DynamoDbAnalysisStore(endpoints.tables["analyses"], dynamodb))


@dataclass
class Watch:
    """When each event of one analysis was written, and when it came to each listener."""

    written: dict[int, float] = field(default_factory=dict)
    arrived: list[tuple[int, float]] = field(default_factory=list)

    def delays(self) -> list[float]:
        """Milliseconds, of every event to every listener."""
        return [(at - self.written[number]) * 1000 for number, at in self.arrived]


def new_analysis(scene: Scene, user_id: str) -> str:
    now = datetime.now(UTC)
    head = AnalysisHead(
        analysis_id=f"an-{uuid4().hex}",
        user_id=user_id,
        analysis_type=AnalysisType.AUTO,
        trigger=Trigger.USER,
        status=AnalysisStatus.QUEUED,
        as_of=now,
        requested_at=now,
        deadline_at=now + timedelta(minutes=10),
        correlation_id="benchmark",
    )
    scene.analyses.create(head, an_event(EventType.QUEUED, 1))
    return head.analysis_id


def an_event(kind: EventType, number: int) -> NewEvent:
    return NewEvent(at=datetime.now(UTC), type=kind, progress=number, message=f"Event {number} of a measurement")


async def follow(base: str, token: str, analysis_id: str, watch: Watch, ready: asyncio.Event) -> None:
    """Follow to the end, and say when the first event was there."""
    last, pause = "0", 0.0
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False) as client:
        while True:
            headers = {"Last-Event-ID": last}
            async with aconnect_sse(
                client, "GET", f"{base}/api/v1/analysis/{analysis_id}/stream", headers=headers
            ) as sse:
                if sse.response.status_code == httpx.codes.NO_CONTENT:
                    return
                sse.response.raise_for_status()
                async for message in sse.aiter_sse():
                    now = time.perf_counter()
                    if message.retry is not None:
                        pause = message.retry / 1000
                    if message.data:
                        last = message.id
                        watch.arrived.append((int(last), now))
                        ready.set()
            await asyncio.sleep(pause)


async def write(scene: Scene, analysis_id: str, watch: Watch, chance: random.Random) -> None:
    for number in range(2, EVENTS_OF_ONE + 2):
        await asyncio.sleep(chance.uniform(*APART_SECONDS))
        is_last = number == EVENTS_OF_ONE + 1
        event = an_event(EventType.FAILED if is_last else EventType.AGENT_STARTED, number)
        watch.written[number] = time.perf_counter()
        status = AnalysisStatus.FAILED if is_last else None
        await asyncio.to_thread(scene.analyses.append, analysis_id, event, status)


async def followed(scene: Scene, base: str, listeners: int, chance: random.Random) -> list[float]:
    """The delays of one analysis with so many listeners, all of whom are there before it goes on."""
    user_id = f"listener-{uuid4().hex[:12]}"
    scene.accounts.ensure(user_id)
    token, analysis_id = scene.accounts.token(user_id), new_analysis(scene, user_id)
    watch, ready = Watch(), [asyncio.Event() for _ in range(listeners)]
    async with asyncio.TaskGroup() as group:
        for event in ready:
            group.create_task(follow(base, token, analysis_id, watch, event))
        async with asyncio.timeout(START_SECONDS):
            await asyncio.gather(*(event.wait() for event in ready))
        watch.arrived.clear()
        await write(scene, analysis_id, watch, chance)
    if len(watch.arrived) != listeners * EVENTS_OF_ONE:
        raise AssertionError(f"{len(watch.arrived)} arrivals of {listeners * EVENTS_OF_ONE}")
    return watch.delays()


def measured(scene: Scene, base: str, listeners: int, events: int) -> list[float]:
    chance = random.Random(listeners)  # noqa: S311 - for the gaps between events
    asyncio.run(followed(scene, base, listeners, chance))  # warms up processes and connections
    rounds = -(-events // EVENTS_OF_ONE)
    return [delay for _ in range(rounds) for delay in asyncio.run(followed(scene, base, listeners, chance))]


@contextmanager
def uvicorn(scene: Scene) -> Iterator[str]:
    """The URL of the live application in a process of its own, with what the `api` function is told."""
    functions: Any = scene.session.client("lambda", endpoint_url=scene.endpoints.emulator_url)
    told = functions.get_function_configuration(FunctionName=scene.endpoints.functions["api"])
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{PROJECT}:{PROJECT / 'layers/common'}",
        **told["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": scene.endpoints.emulator_url,
        "AWS_ACCESS_KEY_ID": CREDENTIALS[0],
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS[1],
        "AWS_DEFAULT_REGION": scene.endpoints.region,
    }
    command = ["-m", "uvicorn", "--factory", "functions.api.bootstrap:live_application", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--lifespan", "off", "--no-access-log", "--log-level", "warning"]
    base = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, *command], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _await_answer(f"{base}/live", lambda: process.poll() is None)
        yield base
    finally:
        process.terminate()
        process.wait(10)


def _await_answer(url: str, is_alive: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while is_alive() and time.monotonic() < deadline:
        try:
            httpx.get(url, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers at {url}")


def show(form: str, listeners: int, delays: list[float]) -> bool:
    """Print one row; whether it is within the limit."""
    cuts = quantiles(delays, n=100)
    print(
        f"{form:22s} {listeners:9d} {len(delays) // listeners:7d}"
        f" {cuts[49]:8.0f} {cuts[94]:8.0f} {max(delays):8.0f} {LIMIT_MS:8.0f}",
        flush=True,
    )
    return cuts[94] <= LIMIT_MS


def main(events: int) -> int:
    """Measure all there is to measure; 1 where the limit is missed."""
    folder = Path(tempfile.mkdtemp(prefix="holisticos-latency-"))
    folder.chmod(0o711)  # as root, the database runs as another user, who must get to its data
    stack = Stack(folder / "state")
    within = True
    try:
        scene = Scene.of(stack.up(lambda line: print(line, file=sys.stderr), Llm.NONE))
        print("form                   listeners  events   p50 ms   p95 ms   max ms    limit", flush=True)
        for listeners in LISTENERS:
            base = scene.endpoints.api_url
            within &= show("long poll, gateway", listeners, measured(scene, base, listeners, events))
        with uvicorn(scene) as base:
            for listeners in LISTENERS:
                within &= show("live stream, uvicorn", listeners, measured(scene, base, listeners, events))
    finally:
        stack.erase(lambda line: print(line, file=sys.stderr))
        folder.rmdir()
    return int(not within)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
