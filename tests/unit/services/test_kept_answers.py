"""Health data through the cache: the same as without it, and labelled."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from holisticos.contracts.errors import HealthSourceUnavailableError, StoreUnavailableError
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import CacheUse, Part, Source
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.profile import PrivacyPreferences, Profile
from holisticos.health.records import Biomarker, DropReason
from holisticos.services.health_cache import HealthCache
from holisticos.services.hedging import Patience
from holisticos.services.user_data import PartRead, UserDataService
from tests.examples import a_memory
from tests.fakes.cache import InMemoryCache
from tests.fakes.clock import FixedClock
from tests.fakes.health_source import InMemoryHealthSource
from tests.wire import BERLIN, archetype, daily, hourly, night, score

NOW = datetime(2025, 7, 12, 9, tzinfo=UTC)
LAST = date(2025, 7, 11)
ONE_DAY = timedelta(days=1)
ADA = Profile(user_id="ada", timezone="Europe/Berlin")
WEEK = datetime(2025, 7, 5, tzinfo=BERLIN), datetime(2025, 7, 12, tzinfo=BERLIN)


class Trial:
    """A service with a cache over fakes; every question is asked in a loop of its own."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.store = InMemoryCache(self.clock)
        self.upstream = InMemoryHealthSource()
        self.database = InMemoryHealthSource(Source.DATABASE)
        for source in (self.upstream, self.database):
            bedtime = datetime(2025, 7, 10, 23, tzinfo=BERLIN)
            source.add(
                "ada",
                scores=[score("sleep", LAST, 0.7), score("sleep", LAST, 7)],
                biomarkers=[
                    *(daily("steps", LAST - n * ONE_DAY, 8000) for n in range(40)),
                    *night(LAST, bedtime, bedtime + timedelta(hours=8)),
                    hourly("steps", datetime(2025, 7, 11, 14, tzinfo=BERLIN), 900),
                    daily("steps", LAST, -1),
                ],
                archetypes=[archetype("bed_schedule", "early_sleeper", LAST)],
            )
        self.cache = HealthCache(self.store, self.clock)

    def service(self, *, cached: bool = True) -> UserDataService:
        sources, patience = [self.upstream, self.database], Patience(hedge_after=5, deadline=5)
        return UserDataService(sources, self.clock, patience=patience, cache=self.cache if cached else None)

    def context(
        self, profile: Profile = ADA, memory: Memory | None = None, *, cached: bool = True, days: int = 7
    ) -> UserHealthContext:
        service = self.service(cached=cached)
        reading = service.context(profile, memory or Memory(), as_of=self.clock.now(), days=days)
        return asyncio.run(reading)

    def biomarkers(self, profile: Profile = ADA, *, end: datetime = WEEK[1]) -> PartRead[Biomarker]:
        return asyncio.run(self.service().biomarkers(profile, WEEK[0], end))


@pytest.fixture
def trial() -> Trial:
    return Trial()


LABELS = {"as_of", "sources"}


def test_a_kept_context_is_the_same_and_says_where_it_comes_from(trial: Trial) -> None:
    first = trial.context()
    trial.clock.advance(timedelta(minutes=5))
    kept, anew = trial.context(), trial.context(cached=False)

    assert kept.model_dump(exclude=LABELS) == anew.model_dump(exclude=LABELS)
    assert kept.as_of == anew.as_of
    for part in (Part.SCORES, Part.BIOMARKERS, Part.ARCHETYPES):
        read, report = first.sources[part], kept.sources[part]
        assert (read.source, read.cache) == (Source.HEALTH_API, CacheUse.MISSED)
        assert (report.source, report.cache, report.fetched_at) == (Source.CACHE, CacheUse.FRESH, NOW)
        assert (report.kept, report.dropped, report.newest) == (read.kept, read.dropped, read.newest)
    assert kept.sources[Part.MEMORY] == anew.sources[Part.MEMORY]
    assert anew.sources[Part.SCORES].cache is None


def test_what_is_the_products_own_is_never_from_the_cache(trial: Trial) -> None:
    trial.context(memory=a_memory(analyses=1))
    said = [Answer(recommendation_id="r1", analysis_id="an-1", at=NOW, adherence=Adherence.FOLLOWED)]
    kept = asyncio.run(trial.service().context(ADA, a_memory(analyses=2), as_of=NOW, days=7, feedback=said))
    assert kept.memory.analyses == 2
    assert kept.sources[Part.MEMORY].kept == 2
    assert kept.feedback == tuple(said)
    stored = b"".join(value for value, _ in trial.store.values.values())
    assert b"ada" not in stored


def test_other_days_and_other_privacy_are_other_questions(trial: Trial) -> None:
    trial.context()
    assert trial.context(days=14).sources[Part.SCORES].source is Source.HEALTH_API
    private = ADA.model_copy(update={"privacy": PrivacyPreferences(withheld_categories=frozenset({"activity"}))})
    assert "steps" not in trial.context(private).biomarkers
    assert "steps" not in trial.context(private).biomarkers
    assert "steps" in trial.context().biomarkers


def test_the_next_day_is_another_question(trial: Trial) -> None:
    trial.context()
    trial.clock.advance(ONE_DAY)
    assert trial.context().sources[Part.SCORES].cache is CacheUse.MISSED


def test_the_answer_of_the_database_is_not_kept(trial: Trial) -> None:
    trial.upstream.failure = HealthSourceUnavailableError("down")
    assert trial.context().sources[Part.SCORES].source is Source.DATABASE
    trial.upstream.failure = None
    assert trial.context().sources[Part.SCORES].source is Source.HEALTH_API


def test_no_data_is_not_kept(trial: Trial) -> None:
    nobody = Profile(user_id="bob")
    trial.context(nobody)
    trial.upstream.add("bob", biomarkers=[daily("steps", LAST, 1)])
    assert trial.context(nobody).sources[Part.BIOMARKERS].kept == 1


def test_a_kept_part_is_the_same_and_says_where_it_comes_from(trial: Trial) -> None:
    first, kept = trial.biomarkers(), trial.biomarkers()
    assert kept.records == first.records
    assert kept.records.received == first.records.received
    assert (first.origin.source, first.origin.cache) == (Source.HEALTH_API, CacheUse.MISSED)
    assert (kept.origin.source, kept.origin.cache) == (Source.CACHE, CacheUse.FRESH)
    assert kept.origin.fetched_at == NOW


def test_what_was_read_for_a_context_answers_what_is_asked_next(trial: Trial) -> None:
    trial.context()
    asked = trial.upstream.asked
    start = datetime(2025, 7, 4, tzinfo=BERLIN)

    async def run() -> list[PartRead[Any]]:
        service = trial.service()
        return [await service.scores(ADA, start, WEEK[1]), await service.biomarkers(ADA, start, WEEK[1])]

    kept = asyncio.run(run())
    anew = UserDataService([trial.upstream], trial.clock)
    assert [read.origin.cache for read in kept] == [CacheUse.FRESH] * 2
    assert trial.upstream.asked == asked
    assert kept[0].records == asyncio.run(anew.scores(ADA, start, WEEK[1])).records
    assert kept[1].records.kept == asyncio.run(anew.biomarkers(ADA, start, WEEK[1])).records.kept
    assert kept[1].records.dropped == {DropReason.NEGATIVE: 1}


def test_what_came_with_a_context_ends_with_new_data_too(trial: Trial) -> None:
    trial.context()
    trial.cache.invalidate("ada")
    service, start = trial.service(), datetime(2025, 7, 4, tzinfo=BERLIN)
    assert asyncio.run(service.scores(ADA, start, WEEK[1])).origin.cache is CacheUse.MISSED


def test_all_parts_can_be_kept(trial: Trial) -> None:
    async def run() -> list[CacheUse | None]:
        service = trial.service()
        reads = (service.scores, service.archetypes) * 2
        return [(await read(ADA, *WEEK)).origin.cache for read in reads]

    assert asyncio.run(run()) == [CacheUse.MISSED] * 2 + [CacheUse.FRESH] * 2


def test_a_withheld_part_is_not_kept_with_what_is_withheld(trial: Trial) -> None:
    private = ADA.model_copy(update={"privacy": PrivacyPreferences(withheld_categories=frozenset({"activity"}))})
    first, kept = trial.biomarkers(private), trial.biomarkers(private)
    assert kept.records == first.records
    assert all(record.category == "sleep" for record in kept.records.kept)


def test_a_day_in_progress_and_the_same_day_when_it_is_over_are_two_questions(trial: Trial) -> None:
    noon = datetime(2025, 7, 11, 12, tzinfo=BERLIN)
    trial.biomarkers(end=noon)
    assert trial.biomarkers(end=noon + timedelta(minutes=1)).origin.cache is CacheUse.FRESH
    assert trial.biomarkers().origin.cache is CacheUse.MISSED


def test_a_cache_that_is_away_is_named(trial: Trial) -> None:
    trial.store.failure = StoreUnavailableError("away")
    assert trial.context().sources[Part.SCORES].cache is CacheUse.UNAVAILABLE
    assert trial.biomarkers().origin.cache is CacheUse.UNAVAILABLE
