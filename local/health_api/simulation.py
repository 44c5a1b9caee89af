"""The state of the simulated upstream, and how any of its endpoints answers."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response

from local.health_api.faults import Endpoint, FaultSwitch, Mode, faulty_response
from local.health_api.storage import Bound, Storage
from local.health_api.tokens import Tokens

SECONDS_PER_BYTE = 1.0


class Envelope(StrEnum):
    """How a list of records is wrapped; real deployments do it in each of these ways."""

    LIST = "list"
    DATA = "data"
    ITEMS = "items"
    RESULTS = "results"

    def around(self, bodies: Sequence[str]) -> bytes:
        """Records are kept as they are served: joining them costs nothing and changes nothing in them."""
        joined = f"[{','.join(bodies)}]"
        return (joined if self is Envelope.LIST else f'{{"{self}":{joined}}}').encode()


class Simulation:
    """The state behind the interface: data, tokens, faults, counters."""

    def __init__(self, storage: Storage, seconds_per_byte: float = SECONDS_PER_BYTE) -> None:
        self.storage = storage
        self.tokens = Tokens()
        self.faults = FaultSwitch()
        self.envelope = Envelope.LIST
        self.requests: dict[Endpoint, Counter[str]] = {endpoint: Counter() for endpoint in Endpoint}
        self.stopping = asyncio.Event()
        self.seconds_per_byte = seconds_per_byte

    async def answer(self, endpoint: Endpoint, request: Request, right: Response) -> Response:
        """The ``right`` answer, or what the fault that is switched on makes of it; counted either way."""
        fault = self.faults.take(endpoint)
        self.requests[endpoint][fault.mode if fault else Mode.OK] += 1
        if fault is None:
            return right
        return await faulty_response(fault, bytes(right.body), request, self.stopping, self.seconds_per_byte)


def _simulation(request: Request) -> Simulation:
    simulation: Simulation = request.app.state.simulation
    return simulation


TheSimulation = Annotated[Simulation, Depends(_simulation)]


def bound(name: str, text: str | None) -> Bound | None:
    """One end of the asked span. Raises a 422."""
    if text is None:
        return None
    try:
        return Bound.parse(text)
    except ValueError as error:
        raise HTTPException(422, f"{name} is {text!r}; it must be a date or an ISO 8601 date-time") from error
