"""The HTTP interface: the upstream's three endpoints, and what operates the simulation (``/_...``)."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from local.health_api.faults import Fault, FaultSwitch, Mode, faulty_response
from local.health_api.storage import Bound, InvalidRecordError, Part, Storage

SECONDS_PER_BYTE = 1.0


class Envelope(StrEnum):
    """How a list of records is wrapped; real deployments do it in each of these ways."""

    LIST = "list"
    DATA = "data"
    ITEMS = "items"
    RESULTS = "results"


class EnvelopeChoice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    envelope: Envelope


class PersonData(BaseModel):
    """All records of one user, in the wire format."""

    model_config = ConfigDict(extra="forbid")

    scores: list[dict[str, Any]] = []
    biomarkers: list[dict[str, Any]] = []
    archetypes: list[dict[str, Any]] = []


class Simulation:
    """The state behind the interface: data, faults, counters."""

    def __init__(self, storage: Storage, seconds_per_byte: float = SECONDS_PER_BYTE) -> None:
        self.storage = storage
        self.faults = FaultSwitch()
        self.envelope = Envelope.LIST
        self.requests: dict[Part, Counter[str]] = {part: Counter() for part in Part}
        self.stopping = asyncio.Event()
        self.seconds_per_byte = seconds_per_byte


def create_app(simulation: Simulation) -> FastAPI:
    """The application over one simulation."""
    app = FastAPI(title="Simulated upstream health API", docs_url=None, redoc_url=None)
    app.state.simulation = simulation
    app.include_router(_router)
    return app


def _simulation(request: Request) -> Simulation:
    simulation: Simulation = request.app.state.simulation
    return simulation


_router = APIRouter()
_Simulation = Annotated[Simulation, Depends(_simulation)]
_UserId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@_router.get("/api/v1/sahha/{part}")
async def get_records(
    request: Request,
    simulation: _Simulation,
    part: Part,
    user_id: Annotated[str, Query(min_length=1)],
    start_date: str | None = None,
    end_date: str | None = None,
    limit: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Records of one kind that touch the span, newest first; 404 where the user has no data at all."""
    fault = simulation.faults.take(part)
    simulation.requests[part][fault.mode if fault else Mode.OK] += 1
    start, end = _bound("start_date", start_date), _bound("end_date", end_date)
    found = await asyncio.to_thread(simulation.storage.find, user_id, part, start, end, limit)
    body = _wrapped(found or (), simulation.envelope)
    if fault:
        return await faulty_response(fault, body, request, simulation.stopping, simulation.seconds_per_byte)
    if found is None:
        raise HTTPException(404, f"no data for user {user_id}")
    return Response(body, media_type="application/json")


@_router.get("/live")
async def get_live() -> dict[str, str]:
    return {"status": "ok"}


@_router.put("/_faults")
async def put_fault(simulation: _Simulation, fault: Fault) -> dict[Part, Mode]:
    """Switch a fault on for one endpoint or all; mode ``ok`` switches it off."""
    simulation.faults.set(fault)
    return simulation.faults.modes()


@_router.get("/_faults")
async def get_faults(simulation: _Simulation) -> dict[Part, Mode]:
    return simulation.faults.modes()


@_router.put("/_envelope")
async def put_envelope(simulation: _Simulation, choice: EnvelopeChoice) -> EnvelopeChoice:
    simulation.envelope = choice.envelope
    return choice


@_router.get("/_requests")
async def get_requests(simulation: _Simulation) -> dict[Part, dict[str, int]]:
    """Requests received since the start or the last reset, by endpoint and by the mode of the answer."""
    return {part: {"total": counts.total(), **counts} for part, counts in simulation.requests.items()}


@_router.delete("/_requests", status_code=204)
async def delete_requests(simulation: _Simulation) -> None:
    for counts in simulation.requests.values():
        counts.clear()


@_router.get("/_data")
def get_users(simulation: _Simulation) -> dict[str, dict[str, int]]:
    """Number of records by user and kind."""
    return simulation.storage.users()


@_router.put("/_data/{user_id}")
def put_data(simulation: _Simulation, user_id: _UserId, data: PersonData) -> dict[Part, int]:
    """Make this everything there is of a user; doing it again changes nothing."""
    try:
        return simulation.storage.replace(user_id, {part: getattr(data, part) for part in Part})
    except InvalidRecordError as error:
        raise HTTPException(422, str(error)) from error
    except sqlite3.Error as error:
        raise HTTPException(507, f"the records cannot be written: {error}") from error


@_router.delete("/_data/{user_id}", status_code=204)
def delete_data(simulation: _Simulation, user_id: _UserId) -> None:
    simulation.storage.delete(user_id)


def _bound(name: str, text: str | None) -> Bound | None:
    if text is None:
        return None
    try:
        return Bound.parse(text)
    except ValueError as error:
        raise HTTPException(422, f"{name} is {text!r}; it must be a date or an ISO 8601 date-time") from error


def _wrapped(bodies: Sequence[str], envelope: Envelope) -> bytes:
    # Records are kept as they are served: joining them costs nothing and changes nothing in them.
    joined = f"[{','.join(bodies)}]"
    return (joined if envelope is Envelope.LIST else f'{{"{envelope}":{joined}}}').encode()
