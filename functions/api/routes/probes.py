"""Liveness and readiness, for whoever watches the service; neither needs a sign-in nor says what is inside."""

import asyncio
from time import perf_counter
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from functions.api.dependencies import Deps, Probe
from functions.api.problems import UNAVAILABLE, responses, unavailable
from holisticos.runtime.logging import LogCategory, describe, log

router = APIRouter(tags=["service"])

PROBE_TIMEOUT = 2.0
"""Seconds; what takes longer is as good as down."""


class Live(BaseModel):
    status: Literal["live"] = "live"


class Dependency(BaseModel):
    status: Literal["up", "down"]
    latency_ms: float


class Ready(BaseModel):
    status: Literal["ready"] = "ready"
    dependencies: dict[str, Dependency]


@router.get("/live", summary="Whether the process answers")
async def live() -> Live:
    return Live()


@router.get("/ready", summary="Whether what the service relies on answers", responses=responses(UNAVAILABLE))
async def ready(deps: Deps) -> Ready:
    """A service that is not ready answers with the problem `unavailable`, and the same `dependencies`."""
    checked = await asyncio.gather(*(_check(name, probe) for name, probe in deps.probes.items()))
    dependencies = dict(zip(deps.probes, checked, strict=True))
    down = [name for name, state in dependencies.items() if state.status == "down"]
    if down:
        raise unavailable(
            f"Down: {', '.join(down)}.",
            extensions={"dependencies": {name: state.model_dump() for name, state in dependencies.items()}},
        )
    return Ready(dependencies=dependencies)


async def _check(name: str, probe: Probe) -> Dependency:
    started = perf_counter()
    try:
        await asyncio.wait_for(asyncio.to_thread(probe), PROBE_TIMEOUT)
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not usable
        log(LogCategory.API_ERROR, "dependency down", dependency=name, error=describe(error))
        return Dependency(status="down", latency_ms=_since(started))
    return Dependency(status="up", latency_ms=_since(started))


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)
