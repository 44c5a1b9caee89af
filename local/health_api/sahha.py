"""The paths of Sahha itself: the same records under an account token."""

import asyncio
import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.responses import JSONResponse

from local.health_api.faults import Endpoint
from local.health_api.simulation import Simulation, TheSimulation, bound
from local.health_api.storage import Part

router = APIRouter(prefix="/api/v1")

_Instant = Annotated[str | None, Query()]
_Choices = Annotated[list[str] | None, Query()]
_Authorization = Annotated[str | None, Header()]

_REQUIRED: Final = {Part.SCORES: ("types",), Part.BIOMARKERS: ("categories",), Part.ARCHETYPES: ()}
_FIELDS: Final = {"types": "type", "categories": "category"}


@router.post("/oauth/account/token")
async def post_token(request: Request, simulation: TheSimulation) -> Response:
    """An account token, and its life in seconds; 401 for wrong credentials."""
    try:
        given = json.loads(await request.body())
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return _refusal(400, "request", "The body is not a JSON object.")
    token = simulation.tokens.issue(given.get("clientId"), given.get("clientSecret"))
    right = (
        JSONResponse({"accountToken": token, "expiresIn": simulation.tokens.life_seconds})
        if token
        else _refusal(401, "credentials", "Invalid client credentials.")
    )
    return await simulation.answer(Endpoint.TOKEN, request, right)


@router.get("/profile/score/{external_id}")
async def get_scores(
    request: Request,
    simulation: TheSimulation,
    external_id: str,
    authorization: _Authorization = None,
    types: _Choices = None,
    startDateTime: _Instant = None,  # noqa: N803 - Sahha's name
    endDateTime: _Instant = None,  # noqa: N803 - Sahha's name
) -> Response:
    """Scores of the types that are asked for."""
    right = await _found(
        simulation, Part.SCORES, external_id, authorization, startDateTime, endDateTime, {"types": types}
    )
    return await simulation.answer(Endpoint.SCORES, request, right)


@router.get("/profile/biomarker/{external_id}")
async def get_biomarkers(
    request: Request,
    simulation: TheSimulation,
    external_id: str,
    authorization: _Authorization = None,
    categories: _Choices = None,
    types: _Choices = None,
    startDateTime: _Instant = None,  # noqa: N803 - Sahha's name
    endDateTime: _Instant = None,  # noqa: N803 - Sahha's name
) -> Response:
    """Biomarkers of the categories, and where given the types, that are asked for."""
    choices = {"categories": categories, "types": types}
    right = await _found(simulation, Part.BIOMARKERS, external_id, authorization, startDateTime, endDateTime, choices)
    return await simulation.answer(Endpoint.BIOMARKERS, request, right)


@router.get("/profile/archetypes/{external_id}")
async def get_archetypes(
    request: Request,
    simulation: TheSimulation,
    external_id: str,
    authorization: _Authorization = None,
    startDateTime: _Instant = None,  # noqa: N803 - Sahha's name
    endDateTime: _Instant = None,  # noqa: N803 - Sahha's name
) -> Response:
    """All archetypes."""
    right = await _found(simulation, Part.ARCHETYPES, external_id, authorization, startDateTime, endDateTime, {})
    return await simulation.answer(Endpoint.ARCHETYPES, request, right)


async def _found(
    simulation: Simulation,
    part: Part,
    external_id: str,
    authorization: str | None,
    start: str | None,
    end: str | None,
    choices: dict[str, list[str] | None],
) -> Response:
    if not simulation.tokens.accepts(authorization):
        return _refusal(401, "authorization", "The account token is missing, unknown or expired.")
    if missing := [name for name in _REQUIRED[part] if not choices[name]]:
        return _refusal(400, missing[0], "At least one is required.")
    span = bound("startDateTime", start), bound("endDateTime", end)
    found = await asyncio.to_thread(simulation.storage.find, external_id, part, *span, None)
    kept = [body for body in found or () if _is_chosen(json.loads(body), choices)]
    if not kept:
        return Response(status_code=204)
    return Response(simulation.envelope.around(kept), media_type="application/json")


def _is_chosen(record: dict[str, Any], choices: dict[str, list[str] | None]) -> bool:
    return all(chosen is None or record.get(_FIELDS[name]) in chosen for name, chosen in choices.items())


def _refusal(status: int, origin: str, reason: str) -> JSONResponse:
    title = {400: "Bad Request", 401: "Unauthorized"}[status]
    body = {
        "title": title,
        "statusCode": status,
        "location": "request",
        "errors": [{"origin": origin, "errors": [reason]}],
    }
    return JSONResponse(body, status)
