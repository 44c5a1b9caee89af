import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest

from holisticos.contracts.errors import (
    HealthSourceInvalidError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
)
from holisticos.contracts.names import AnalysisType, Part, Source
from holisticos.contracts.report import DateSpan
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.profile import PrivacyPreferences, Profile
from holisticos.health.records import DropReason
from holisticos.services.hedging import Patience
from holisticos.services.profiles import profile_of
from holisticos.services.user_data import UserDataService
from tests.examples import a_memory
from tests.fakes.clock import FixedClock
from tests.fakes.health_source import InMemoryHealthSource
from tests.fakes.user_store import InMemoryUserStore
from tests.wire import BERLIN, archetype, daily, score

NOW = datetime(2025, 7, 12, 9, tzinfo=UTC)
LAST = date(2025, 7, 11)
ADA = Profile(user_id="ada", timezone="Europe/Berlin")
QUICK = Patience(hedge_after=0.01, deadline=0.2)


def filled(source: Source = Source.HEALTH_API, steps: int = 8000, **how: object) -> InMemoryHealthSource:
    return InMemoryHealthSource(source, **how).add(  # type: ignore[arg-type]  # passed on as they are
        "ada",
        scores=[score("sleep", LAST, 0.7)],
        biomarkers=[daily("steps", LAST - timedelta(days=n), steps) for n in range(20)],
        archetypes=[archetype("bed_schedule", "early_sleeper", LAST)],
    )


def read(*sources: InMemoryHealthSource, patience: Patience = QUICK, memory: Memory | None = None) -> UserHealthContext:
    service = UserDataService(sources, FixedClock(NOW), patience=patience)
    return asyncio.run(service.context(ADA, memory or Memory(), as_of=NOW))


def test_one_source_gives_a_context_with_its_provenance() -> None:
    found = read(filled())
    assert (found.user_id, found.as_of, found.window.end) == ("ada", NOW, LAST)
    assert found.biomarkers["steps"].values[LAST] == 8000
    assert {part: report.source for part, report in found.sources.items()} == {
        Part.SCORES: Source.HEALTH_API,
        Part.BIOMARKERS: Source.HEALTH_API,
        Part.ARCHETYPES: Source.HEALTH_API,
        Part.MEMORY: Source.STORE,
    }
    assert {report.fetched_at for report in found.sources.values()} == {NOW}


@pytest.mark.parametrize("error", [HealthSourceUnavailableError("down"), HealthSourceUnauthorizedError("no")])
def test_the_failure_of_the_only_source_is_the_failure(error: HealthSourceUnavailableError) -> None:
    with pytest.raises(type(error)):
        read(filled(failure=error))


@pytest.mark.parametrize("error", [HealthSourceUnavailableError("down"), HealthSourceInvalidError("garbage")])
def test_the_database_answers_where_the_health_api_fails(error: HealthSourceUnavailableError) -> None:
    found = read(filled(failure=error), filled(Source.DATABASE, steps=7000))
    assert found.biomarkers["steps"].values[LAST] == 7000
    assert found.sources[Part.BIOMARKERS].source is Source.DATABASE


def test_the_database_answers_where_the_health_api_hangs() -> None:
    async def run() -> UserHealthContext:
        hanging = filled(gate=asyncio.Event())
        service = UserDataService([hanging, filled(Source.DATABASE)], FixedClock(NOW), patience=QUICK)
        return await service.context(ADA, Memory(), as_of=NOW)

    assert asyncio.run(run()).sources[Part.SCORES].source is Source.DATABASE


def test_an_answer_without_data_is_an_answer() -> None:
    found = read(InMemoryHealthSource(), filled(Source.DATABASE))
    assert found.sources[Part.BIOMARKERS].source is Source.HEALTH_API
    assert found.biomarkers == {}


def test_what_could_not_be_reached_is_never_called_no_data() -> None:
    with pytest.raises(HealthSourceUnavailableError, match="nothing yet"):
        read(filled(failure=HealthSourceUnavailableError("down")), InMemoryHealthSource(Source.DATABASE))


def test_both_down_is_a_typed_error_that_says_when_to_come_back() -> None:
    with pytest.raises(HealthSourceUnavailableError) as caught:
        read(
            filled(failure=HealthSourceUnavailableError("down", retry_after=30)),
            filled(Source.DATABASE, failure=HealthSourceUnavailableError("down too")),
        )
    assert caught.value.retry_after == 30


def test_the_window_follows_the_last_analysis() -> None:
    yesterday = LAST - timedelta(days=1)
    found = read(filled(), memory=a_memory(last_window=DateSpan(start=yesterday, end=yesterday)))
    assert (found.analysis_type, found.window.days) == (AnalysisType.FOLLOW_UP, 1)
    assert len(found.biomarkers["steps"].values) == 20


def test_a_user_is_looked_up_by_id() -> None:
    users = InMemoryUserStore(ADA)
    users.put_memory("ada", a_memory(analyses=3), NOW)
    service = UserDataService([filled()], FixedClock(NOW), users)
    found = asyncio.run(service.get_user_health_context("ada", days=14))
    assert (found.window.days, found.memory.analyses, found.profile) == (14, 3, ADA)
    assert found.as_of == NOW


def test_looking_up_needs_a_user_store() -> None:
    with pytest.raises(TypeError):
        asyncio.run(UserDataService([filled()], FixedClock(NOW)).get_user_health_context("ada"))


def test_a_user_without_a_profile_has_the_defaults() -> None:
    assert profile_of(InMemoryUserStore(), "bob") == Profile(user_id="bob", timezone="UTC")


def test_records_after_as_of_are_counted_and_not_used() -> None:
    as_of = datetime.combine(LAST - timedelta(days=3), time(23, 59, 59), BERLIN)
    service = UserDataService([filled()], FixedClock(NOW))
    found = asyncio.run(service.context(ADA, Memory(), as_of=as_of))
    assert max(found.biomarkers["steps"].values) == LAST - timedelta(days=3)
    assert found.quality.dropped["future"] == 4


SPAN = datetime(2025, 7, 10, tzinfo=BERLIN), datetime(2025, 7, 12, tzinfo=BERLIN)


def test_parts_are_read_alone_with_their_provenance() -> None:
    source = filled()
    service = UserDataService([source], FixedClock(NOW), patience=QUICK)
    scores = asyncio.run(service.scores(ADA, *SPAN))
    biomarkers = asyncio.run(service.biomarkers(ADA, *SPAN))
    archetypes = asyncio.run(service.archetypes(ADA, *SPAN))
    assert source.asked == 3
    assert ([one.type for one in scores.records.kept], len(biomarkers.records.kept)) == (["sleep"], 2)
    assert [one.name for one in archetypes.records.kept] == ["bed_schedule"]
    assert {read.origin.source for read in (scores, biomarkers, archetypes)} == {Source.HEALTH_API}
    assert biomarkers.origin.fetched_at == NOW


def test_a_part_that_is_withheld_is_dropped_and_counted() -> None:
    service = UserDataService([filled()], FixedClock(NOW), patience=QUICK)
    private = ADA.model_copy(
        update={"privacy": PrivacyPreferences(withheld_categories=frozenset({"activity", "sleep"}))}
    )
    scores = asyncio.run(service.scores(private, *SPAN)).records
    biomarkers = asyncio.run(service.biomarkers(private, *SPAN)).records
    archetypes = asyncio.run(service.archetypes(private, *SPAN)).records
    assert (scores.kept, biomarkers.kept, archetypes.kept) == ((), (), ())
    assert biomarkers.dropped == {DropReason.WITHHELD: 2}


def test_a_part_that_could_not_be_reached_is_never_called_no_data() -> None:
    service = UserDataService(
        [filled(failure=HealthSourceUnavailableError("down")), InMemoryHealthSource(Source.DATABASE)],
        FixedClock(NOW),
        patience=QUICK,
    )
    with pytest.raises(HealthSourceUnavailableError):
        asyncio.run(service.scores(ADA, *SPAN))
