"""What both providers keep to where the upstream fails, on the simulated one with its fault switch."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from holisticos.adapters.http_json import HttpLimits
from holisticos.contracts.errors import HealthSourceError, HealthSourceInvalidError, HealthSourceUnavailableError
from holisticos.contracts.names import HealthProvider
from holisticos.health.records import Biomarker, Records
from local.health_api.faults import Fault, FaultSwitch, Mode
from local.health_api.server import running
from local.health_api.simulation import Envelope, Simulation
from local.health_api.storage import Part, Storage
from tests.providers import BOTH, source_at
from tests.wire import BERLIN, daily

START = datetime(2025, 7, 1, tzinfo=BERLIN)
END = datetime(2025, 7, 12, tzinfo=BERLIN)
RECORDS = [daily("steps", date(2025, 7, 11) - timedelta(days=n), 8000 + n) for n in range(11)]
HURRIED = HttpLimits(attempt=0.3, deadline=0.6, retries=2, backoff=0.01)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulation, str]]:
    simulation = Simulation(Storage(tmp_path_factory.mktemp("upstream") / "records.sqlite"))
    simulation.storage.replace("ada", {Part.BIOMARKERS: RECORDS})
    with running(simulation) as url:
        yield simulation, url


@pytest.fixture
def simulation(served: tuple[Simulation, str]) -> Simulation:
    served[0].faults = FaultSwitch()
    served[0].envelope = Envelope.LIST
    return served[0]


def read(url: str, provider: HealthProvider, limits: HttpLimits = HURRIED) -> Records[Biomarker]:
    async def run() -> Records[Biomarker]:
        async with source_at(provider, url, limits) as source:
            return await source.biomarkers("ada", START, END)

    return asyncio.run(run())


@BOTH
@pytest.mark.parametrize("envelope", list(Envelope))
def test_every_envelope_is_read(
    simulation: Simulation, served: tuple[Simulation, str], provider: HealthProvider, envelope: Envelope
) -> None:
    simulation.envelope = envelope
    assert len(read(served[1], provider, HttpLimits()).kept) == len(RECORDS)


@BOTH
@pytest.mark.parametrize(
    ("mode", "error"),
    [
        (Mode.ERROR, HealthSourceUnavailableError),
        (Mode.BUSY, HealthSourceUnavailableError),
        (Mode.HANG, HealthSourceUnavailableError),
        (Mode.SLOW, HealthSourceUnavailableError),
        (Mode.GARBAGE, HealthSourceInvalidError),
        (Mode.TRUNCATED, HealthSourceInvalidError),
        (Mode.EMPTY, HealthSourceInvalidError),
        (Mode.HUGE, HealthSourceInvalidError),
    ],
)
def test_every_fault_is_a_typed_error_and_never_no_data(
    simulation: Simulation,
    served: tuple[Simulation, str],
    provider: HealthProvider,
    mode: Mode,
    error: type[HealthSourceError],
) -> None:
    simulation.faults.set(Fault.model_validate({"mode": mode, "for": "biomarkers"}))
    limits = HttpLimits() if error is HealthSourceInvalidError else HURRIED
    with pytest.raises(error):
        read(served[1], provider, limits)


@BOTH
def test_a_fault_that_passes_is_made_good_by_the_next_try(
    simulation: Simulation, served: tuple[Simulation, str], provider: HealthProvider
) -> None:
    simulation.faults.set(Fault.model_validate({"mode": Mode.ERROR, "for": "all", "times": 2}))
    assert len(read(served[1], provider, HttpLimits(backoff=0.001)).kept) == len(RECORDS)
