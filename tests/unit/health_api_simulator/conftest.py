"""A simulated upstream on a loopback port, with one person in it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.health_api.faults import FaultSwitch
from local.health_api.server import running
from local.health_api.simulation import Envelope, Simulation
from local.health_api.storage import Storage
from local.health_api.tokens import Tokens

ANA: dict[str, list[dict[str, Any]]] = {
    "scores": [
        {"id": "s1", "type": "sleep", "score": 0.79, "state": "medium", "scoreDateTime": "2025-07-10T00:00:00+12:00"},
        {"id": "s2", "type": "sleep", "score": 0.81, "state": "high", "scoreDateTime": "2025-07-11T00:00:00+12:00"},
    ],
    "biomarkers": [
        {
            "id": f"b{day}",
            "type": "steps",
            "periodicity": "daily",
            "value": f"{day}00.",
            "startDateTime": f"2025-07-{day}T00:00:00+12:00",
            "endDateTime": f"2025-07-{day}T23:59:59+12:00",
        }
        for day in range(10, 15)
    ],
    "archetypes": [],
}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulation, str]]:
    """One simulation for all tests, and its URL; starting one for each would take most of their time."""
    simulation = Simulation(Storage(tmp_path_factory.mktemp("upstream") / "records.sqlite"), seconds_per_byte=0)
    with running(simulation) as url:
        yield simulation, url


@pytest.fixture
def upstream(server: tuple[Simulation, str]) -> Iterator[httpx.Client]:
    """A client of the running simulation, which is as after a start, with one person in it."""
    simulation, url = server
    for user_id in simulation.storage.users():
        simulation.storage.delete(user_id)
    simulation.faults = FaultSwitch()
    simulation.tokens = Tokens()
    simulation.envelope = Envelope.LIST
    with httpx.Client(base_url=url, timeout=20, trust_env=False) as client:
        client.put("/_data/ana", json=ANA).raise_for_status()
        client.delete("/_requests").raise_for_status()
        yield client
