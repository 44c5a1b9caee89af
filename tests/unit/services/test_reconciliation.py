"""Our database against the health API."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from holisticos.contracts.errors import HealthSourceError, HealthSourceUnavailableError
from holisticos.contracts.names import Part, Source
from holisticos.contracts.workflow import ReconciledPart, ReconcileOutcome
from holisticos.health.profile import PrivacyPreferences, Profile
from holisticos.health.records import ArchetypeRecord, Biomarker, Score
from holisticos.health.versions import HealthRecord
from holisticos.services.reconciliation import reconcile
from tests.fakes.health_source import InMemoryHealthSource
from tests.wire import Record, archetype, daily, nightly, score

NOW = datetime(2025, 7, 12, 9, tzinfo=UTC)
LAST = date(2025, 7, 11)
DAY = timedelta(days=1)
ADA = Profile(user_id="ada", timezone="Europe/Berlin")


class Places:
    """Both places; what is stored goes where it is read."""

    def __init__(self) -> None:
        self.upstream = InMemoryHealthSource()
        self.database = InMemoryHealthSource(Source.DATABASE)

    def keep(self, source: InMemoryHealthSource, *biomarkers: Record, **parts: list[Record]) -> None:
        source.add("ada", biomarkers=biomarkers, **parts)

    def store(self, user_id: str, records: Sequence[HealthRecord], _at: datetime) -> int:
        return asyncio.run(
            self.database.upsert(
                user_id,
                scores=[one for one in records if isinstance(one, Score)],
                biomarkers=[one for one in records if isinstance(one, Biomarker)],
                archetypes=[one for one in records if isinstance(one, ArchetypeRecord)],
            )
        )

    def reconciled(self, profile: Profile = ADA, **how: Any) -> ReconcileOutcome:
        return asyncio.run(
            reconcile(profile, NOW, upstream=self.upstream, database=self.database, store=self.store, now=NOW, **how)
        )


@pytest.fixture
def places() -> Places:
    return Places()


def test_what_is_missing_and_what_is_outdated_is_repaired_and_counted(places: Places) -> None:
    same, older, newer, absent = (daily("steps", LAST - n * DAY, n) for n in range(4))
    places.keep(places.upstream, same, newer, absent, scores=[score("sleep", LAST, 0.5)])
    asyncio.run(_stored(places, same, {**newer, "value": 99}, older))

    outcome = places.reconciled()

    assert outcome.parts[Part.BIOMARKERS] == ReconciledPart(
        upstream=3, stored=3, missing=1, outdated=1, surplus=1, repaired=2
    )
    assert outcome.parts[Part.SCORES].missing == outcome.parts[Part.SCORES].repaired == 1
    assert outcome.parts[Part.ARCHETYPES].upstream == 0
    again = places.reconciled().parts[Part.BIOMARKERS]
    assert (again.missing, again.outdated, again.surplus, again.repaired) == (0, 0, 1, 0)


async def _stored(places: Places, *records: Record) -> None:
    from holisticos.health.parsing import parse_biomarkers

    parsed = parse_biomarkers(records, zone=UTC, as_of=NOW)
    await places.database.upsert("ada", biomarkers=parsed.kept)


def test_only_the_window_is_compared(places: Places) -> None:
    places.keep(places.upstream, *(daily("steps", LAST - n * DAY, n) for n in range(40)))

    assert places.reconciled(days=3).parts[Part.BIOMARKERS].missing == 3
    assert places.reconciled(days=30).parts[Part.BIOMARKERS].missing == 27


def test_of_a_day_in_progress_and_a_day_that_is_over_the_latter_is_wanted(places: Places) -> None:
    done = daily("steps", LAST, 900)
    places.keep(places.upstream, done, daily("steps", LAST, 200, periodicity="intraday"))
    asyncio.run(_stored(places, done))

    found = places.reconciled().parts[Part.BIOMARKERS]
    assert (found.upstream, found.outdated, found.repaired) == (1, 0, 0)


def test_what_is_withheld_is_left_alone(places: Places) -> None:
    places.keep(places.upstream, daily("steps", LAST, 1), nightly("sleep_duration", LAST, 400))
    withholding = ADA.model_copy(update={"privacy": PrivacyPreferences(withheld_categories=frozenset({"sleep"}))})

    assert places.reconciled(withholding).parts[Part.BIOMARKERS].missing == 1


def test_the_same_record_from_a_webhook_is_not_outdated(places: Places) -> None:
    plain = daily("steps", LAST, 1)
    places.keep(places.upstream, plain)
    asyncio.run(_stored(places, {**plain, "externalId": "ada", "createdAtUtc": "2025-07-12T01:00:00Z"}))

    assert places.reconciled().parts[Part.BIOMARKERS].outdated == 0


@pytest.mark.parametrize("broken", ["upstream", "database"])
def test_where_one_cannot_be_read_nothing_is_changed(places: Places, broken: str) -> None:
    places.keep(places.upstream, daily("steps", LAST, 1), archetypes=[archetype("bed_schedule", "early", LAST)])
    getattr(places, broken).failure = HealthSourceUnavailableError("down")

    with pytest.raises(HealthSourceError):
        places.reconciled()

    places.database.failure = None
    assert asyncio.run(places.database.biomarkers("ada", NOW - 30 * DAY, NOW)).received == 0
