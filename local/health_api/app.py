"""The HTTP interface: the paths of hos-fapi and of Sahha, and what operates the simulation (``/_...``)."""

import asyncio
import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from local.health_api import sahha
from local.health_api.faults import Endpoint, Fault, Mode
from local.health_api.simulation import Envelope, Simulation, TheSimulation, bound
from local.health_api.storage import InvalidRecordError, Part


class EnvelopeChoice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    envelope: Envelope


class PersonData(BaseModel):
    """All records of one user, in the wire format."""

    model_config = ConfigDict(extra="forbid")

    scores: list[dict[str, Any]] = []
    biomarkers: list[dict[str, Any]] = []
    archetypes: list[dict[str, Any]] = []


class TokenLife(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: int = Field(ge=0, description="of tokens that are issued from now on")


def create_app(simulation: Simulation) -> FastAPI:
    """The application over one simulation."""
    app = FastAPI(title="Simulated upstream health API", docs_url=None, redoc_url=None)
    app.state.simulation = simulation
    app.include_router(_router)
    app.include_router(sahha.router)
    return app


_router = APIRouter()
_UserId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@_router.get("/api/v1/sahha/{part}")
async def get_records(
    request: Request,
    simulation: TheSimulation,
    part: Part,
    user_id: Annotated[str, Query(min_length=1)],
    start_date: str | None = None,
    end_date: str | None = None,
    limit: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Records of one kind that touch the span, newest first; 404 where the user has no data at all."""
    span = bound("start_date", start_date), bound("end_date", end_date)
    found = await asyncio.to_thread(simulation.storage.find, user_id, part, *span, limit)
    right = (
        JSONResponse({"detail": f"no data for user {user_id}"}, 404)
        if found is None
        else Response(simulation.envelope.around(found), media_type="application/json")
    )
    return await simulation.answer(Endpoint(part), request, right)


@_router.get("/live")
async def get_live() -> dict[str, str]:
    return {"status": "ok"}


@_router.put("/_faults")
async def put_fault(simulation: TheSimulation, fault: Fault) -> dict[Endpoint, Mode]:
    """Switch a fault on for one endpoint or all; mode ``ok`` switches it off."""
    simulation.faults.set(fault)
    return simulation.faults.modes()


@_router.get("/_faults")
async def get_faults(simulation: TheSimulation) -> dict[Endpoint, Mode]:
    return simulation.faults.modes()


@_router.put("/_envelope")
async def put_envelope(simulation: TheSimulation, choice: EnvelopeChoice) -> EnvelopeChoice:
    simulation.envelope = choice.envelope
    return choice


@_router.put("/_token")
async def put_token_life(simulation: TheSimulation, life: TokenLife) -> TokenLife:
    simulation.tokens.life_seconds = life.seconds
    return life


@_router.delete("/_token", status_code=204)
async def delete_tokens(simulation: TheSimulation) -> None:
    """Accept none of the tokens that were issued."""
    simulation.tokens.withdraw()


@_router.get("/_requests")
async def get_requests(simulation: TheSimulation) -> dict[Endpoint, dict[str, int]]:
    """Requests received since the start or the last reset, by endpoint and by the mode of the answer."""
    return {each: {"total": counts.total(), **counts} for each, counts in simulation.requests.items()}


@_router.delete("/_requests", status_code=204)
async def delete_requests(simulation: TheSimulation) -> None:
    for counts in simulation.requests.values():
        counts.clear()


@_router.get("/_data")
def get_users(simulation: TheSimulation) -> dict[str, dict[str, int]]:
    """Number of records by user and kind."""
    return simulation.storage.users()


@_router.put("/_data/{user_id}")
def put_data(simulation: TheSimulation, user_id: _UserId, data: PersonData) -> dict[Part, int]:
    """Make this everything there is of a user; doing it again changes nothing."""
    try:
        return simulation.storage.replace(user_id, {part: getattr(data, part) for part in Part})
    except InvalidRecordError as error:
        raise HTTPException(422, str(error)) from error
    except sqlite3.Error as error:
        raise HTTPException(507, f"the records cannot be written: {error}") from error


@_router.delete("/_data/{user_id}", status_code=204)
def delete_data(simulation: TheSimulation, user_id: _UserId) -> None:
    simulation.storage.delete(user_id)
