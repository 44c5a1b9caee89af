"""One suite over every source of health records: in memory, from both providers, in PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, TypeVar

import pytest

from database.migrate import migrate
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.contracts.names import HealthProvider
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.records import Biomarker, DropReason
from holisticos.ports import HealthRecordStore, HealthSource
from local.health_api.server import running
from local.health_api.simulation import Simulation
from local.health_api.storage import Part, Storage
from tests.fakes.health_source import InMemoryHealthSource
from tests.providers import source_at
from tests.wire import AUCKLAND, BERLIN, Record, archetype, daily, hourly, nightly, score

Result = TypeVar("Result")
Work = Callable[[HealthSource], Awaitable[Result]]

LAST = date(2025, 7, 11)
START = datetime(2025, 7, 1, tzinfo=BERLIN)
END = datetime(2025, 7, 12, tzinfo=BERLIN)
ONE_DAY = timedelta(days=1)
ALWAYS = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class Kept:
    """What a source is to hold, by user."""

    scores: dict[str, list[Record]] = field(default_factory=dict)
    biomarkers: dict[str, list[Record]] = field(default_factory=dict)
    archetypes: dict[str, list[Record]] = field(default_factory=dict)

    @property
    def users(self) -> set[str]:
        return {*self.scores, *self.biomarkers, *self.archetypes}


class Backend(Protocol):
    def run(self, kept: Kept, work: Work[Result]) -> Result: ...


class Memory:
    def run(self, kept: Kept, work: Work[Result]) -> Result:
        source = InMemoryHealthSource()
        for user in kept.users:
            source.add(
                user,
                scores=kept.scores.get(user, ()),
                biomarkers=kept.biomarkers.get(user, ()),
                archetypes=kept.archetypes.get(user, ()),
            )

        async def go() -> Result:
            return await work(source)

        return asyncio.run(go())


@dataclass
class Upstream:
    """A provider, as the simulated upstream speaks its part."""

    simulation: Simulation
    url: str
    provider: HealthProvider

    def run(self, kept: Kept, work: Work[Result]) -> Result:
        storage = self.simulation.storage
        for user in storage.users():
            storage.delete(user)
        for user in kept.users:
            storage.replace(user, {part: getattr(kept, part).get(user, ()) for part in Part})

        async def go() -> Result:
            async with source_at(self.provider, self.url) as source:
                return await work(source)

        return asyncio.run(go())


@dataclass
class Postgres:
    url: str

    def run(self, kept: Kept, work: Work[Result]) -> Result:
        migrate(self.url)
        source = PostgresHealthSource(self.url)

        async def go() -> Result:
            for user in kept.users:
                await source.upsert(
                    user,
                    scores=parse_scores(kept.scores.get(user, ()), zone=BERLIN, as_of=ALWAYS).kept,
                    biomarkers=parse_biomarkers(kept.biomarkers.get(user, ()), zone=BERLIN, as_of=ALWAYS).kept,
                    archetypes=parse_archetypes(kept.archetypes.get(user, ()), zone=BERLIN, as_of=ALWAYS).kept,
                )
            return await work(source)

        try:
            return asyncio.run(go())
        finally:
            source.close()


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulation, str]]:
    simulation = Simulation(Storage(tmp_path_factory.mktemp("upstream") / "records.sqlite"))
    with running(simulation) as url:
        yield simulation, url


@pytest.fixture(params=["memory", *HealthProvider, "postgres"])
def backend(request: pytest.FixtureRequest) -> Backend:
    if request.param == "memory":
        return Memory()
    if request.param == "postgres":
        return Postgres(request.getfixturevalue("empty_database"))
    simulation, url = request.getfixturevalue("upstream")
    return Upstream(simulation, url, HealthProvider(request.param))


def biomarkers(
    backend: Backend, *records: Record, user: str = "ada", start: datetime = START, end: datetime = END
) -> Any:
    async def work(source: HealthSource) -> Any:
        return await source.biomarkers(user, start, end)

    return backend.run(Kept(biomarkers={"ada": list(records)}), work)


def test_gives_what_it_holds_as_it_was_written(backend: Backend) -> None:
    written = [
        daily("steps", LAST, "3263"),
        nightly("sleep_duration", LAST, "420."),
        daily("novel", LAST, "a", unit="x", valueType="string"),
    ]
    answer = biomarkers(backend, *written)
    assert answer.dropped == {}
    assert sorted(answer.kept, key=lambda one: one.type) == sorted(
        parse_biomarkers(written, zone=BERLIN, as_of=END).kept, key=lambda one: one.type
    )


def test_a_user_it_does_not_know_has_no_data(backend: Backend) -> None:
    assert biomarkers(backend, daily("steps", LAST, 1), user="bob").received == 0


def test_gives_each_user_their_own(backend: Backend) -> None:
    async def work(source: HealthSource) -> list[float]:
        return [float((await source.scores(user, START, END)).kept[0].value) for user in ("ada", "bob")]

    kept = Kept(scores={"ada": [score("sleep", LAST, 0.1)], "bob": [score("sleep", LAST, 0.2)]})
    assert backend.run(kept, work) == [0.1, 0.2]


def test_nothing_after_the_end_is_kept(backend: Backend) -> None:
    answer = biomarkers(backend, *(daily("steps", LAST + n * ONE_DAY, n) for n in range(3)))
    assert [one.value for one in answer.kept] == [0]
    assert set(answer.dropped) <= {DropReason.FUTURE}


def test_everything_from_the_start_on_is_kept(backend: Backend) -> None:
    first = START.date()
    answer = biomarkers(
        backend, daily("steps", first, 1), nightly("sleep_duration", first, 400), daily("steps", LAST, 2)
    )
    assert len(answer.kept) == 3


def test_a_time_without_offset_is_read_in_the_zone_of_the_start(backend: Backend) -> None:
    naive = daily("steps", LAST, 5, startDateTime="2025-07-11T00:00:00", endDateTime="2025-07-11T23:59:59")
    # Stored records were read once, in the zone they were imported with; both zones agree that they are there.
    answer = biomarkers(backend, naive, start=START.astimezone(AUCKLAND), end=END + ONE_DAY)
    assert [(one.start.hour, one.start.minute) for one in answer.kept] == [(0, 0)]
    assert answer.kept[0].start.utcoffset() == timedelta(hours=12)


def test_reads_scores_and_archetypes(backend: Backend) -> None:
    async def work(source: HealthSource) -> tuple[Any, Any]:
        return await source.scores("ada", START, END), await source.archetypes("ada", START, END)

    kept = Kept(
        scores={"ada": [score("sleep", LAST, 0.7), score("sleep", LAST - 30 * ONE_DAY, 0.5)]},
        archetypes={"ada": [archetype("bed_schedule", "early_sleeper", LAST)]},
    )
    scores, archetypes = backend.run(kept, work)
    assert [one.value for one in scores.kept] == [0.7]
    assert [one.value for one in archetypes.kept] == ["early_sleeper"]


def test_reads_the_three_parts_at_once(backend: Backend) -> None:
    async def work(source: HealthSource) -> list[int]:
        answers = await asyncio.gather(
            *(ask("ada", START, END) for ask in (source.scores, source.biomarkers, source.archetypes) for _ in range(3))
        )
        return [answer.received for answer in answers]

    assert backend.run(Kept(scores={"ada": [score("sleep", LAST, 0.7)]}), work) == [1, 1, 1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("user", ["' or '1'='1", "ada'; drop table scores; --", "ädä/../x", "%s", "a b&c=d"])
def test_a_strange_user_id_is_only_a_strange_user(backend: Backend, user: str) -> None:
    assert biomarkers(backend, daily("steps", LAST, 1), user=user).received == 0


# What is also a store.


@pytest.fixture(params=["memory", "postgres"])
def stored(request: pytest.FixtureRequest) -> Backend:
    return Memory() if request.param == "memory" else Postgres(request.getfixturevalue("empty_database"))


def upserts(backend: Backend, *batches: list[Record]) -> tuple[list[int], list[Biomarker]]:
    """How many rows each batch changed, and what is there at the end."""

    async def work(source: Any) -> tuple[list[int], list[Biomarker]]:
        store: HealthRecordStore = source
        counts = [
            await store.upsert("ada", biomarkers=parse_biomarkers(batch, zone=BERLIN, as_of=END).kept)
            for batch in batches
        ]
        return counts, list((await source.biomarkers("ada", START, END)).kept)

    return backend.run(Kept(), work)


def test_storing_again_changes_nothing(stored: Backend) -> None:
    records = [daily("steps", LAST, 1), hourly("steps", datetime(2025, 7, 11, 9, tzinfo=BERLIN), 5)]
    counts, kept = upserts(stored, records, records)
    assert counts == [2, 0]
    assert len(kept) == 2


def test_a_new_version_takes_the_place_of_the_old(stored: Backend) -> None:
    counts, kept = upserts(stored, [daily("steps", LAST, 1)], [daily("steps", LAST, 2), daily("steps", LAST, 3)])
    assert counts == [1, 1]
    assert [one.value for one in kept] == [3]


@pytest.mark.parametrize("together", [True, False])
def test_a_day_that_is_over_is_not_put_back_in_progress(stored: Backend, together: bool) -> None:
    done, late = daily("steps", LAST, 900), daily("steps", LAST, 200, periodicity="intraday")
    _, kept = upserts(stored, [done, late]) if together else upserts(stored, [done], [late])
    assert [one.value for one in kept] == [900]
    _, finished = upserts(
        stored, [daily("steps", LAST - ONE_DAY, 1, periodicity="intraday")], [daily("steps", LAST, 2)]
    )
    assert {one.periodicity for one in finished} >= {"daily"}


def test_keeps_what_json_in_a_database_cannot(stored: Backend) -> None:
    odd = daily(
        "steps", LAST, 1, note="nul\x00byte, half \ud83d", factors=[{"score": float("nan")}], title="Ünïcödé 🚶"
    )
    _, kept = upserts(stored, [odd])
    assert kept[0].raw["title"] == "Ünïcödé 🚶"
    assert kept[0].value == 1


def test_erasing_leaves_nothing_of_the_user_and_everything_of_others(stored: Backend) -> None:
    mine = Kept(
        scores={"ada": [score("sleep", LAST, 0.5)], "bob": [score("sleep", LAST, 0.5)]},
        biomarkers={"ada": [daily("steps", LAST, 1), daily("steps", LAST - ONE_DAY, 2)]},
        archetypes={"ada": [archetype("bed_schedule", "early_sleeper", LAST)]},
    )

    async def work(source: Any) -> tuple[int, int, int, int]:
        store: HealthRecordStore = source
        counts = [await store.erase(user) for user in ("ada", "ada")]
        left = [len((await source.scores(user, START, END)).kept) for user in ("ada", "bob")]
        return counts[0], counts[1], left[0], left[1]

    assert stored.run(mine, work) == (4, 0, 0, 1)
