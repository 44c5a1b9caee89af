"""A day of traffic, and how much of it the cache answers.

The model, by person and local time; every number is an assumption, and a parameter:

- *Opens.* The app is opened ``opens`` times a day on average (Poisson), by the hour as in ``BY_HOUR``: mostly in
  the morning and the evening. Each open asks for the context, the scores and the biomarkers of seven days, and
  comes back to one of the three ``again`` times while it is open, a minute apart.
- *Analysis.* One each morning at six, which asks for the context.
- *Webhooks.* The phone hands over what it has ``syncs`` times between 7 and 23 h: data of the day in progress.
  The first after waking brings the night and the final values of the day before. Each is delivered in
  ``deliveries`` messages within two minutes, as sources send them by record or small batch.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from random import Random

from holisticos.contracts.names import CacheUse, Part
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile
from holisticos.services.health_cache import HealthCache
from holisticos.services.user_data import UserDataService
from tests.fakes.cache import InMemoryCache
from tests.fakes.clock import FixedClock
from tests.fakes.health_source import InMemoryHealthSource
from tests.wire import daily, score

MIDNIGHT = datetime(2026, 3, 14, tzinfo=UTC)
BY_HOUR = (1, 0, 0, 0, 0, 1, 4, 9, 8, 5, 4, 4, 5, 4, 4, 4, 5, 6, 7, 8, 8, 7, 5, 3)


@dataclass(frozen=True, slots=True)
class Model:
    persons: int = 100
    opens: float = 5.0
    again: int = 3
    syncs: int = 8
    deliveries: int = 4


class Kind(StrEnum):
    CONTEXT = "context"
    SCORES = "scores"
    BIOMARKERS = "biomarkers"
    NEW_DATA = "new data"


@dataclass(frozen=True, slots=True, order=True)
class Happening:
    at: datetime
    person: str
    kind: Kind
    changed_from: datetime | None = None


def day_of(model: Model, random: Random) -> list[Happening]:
    """Everything that happens on one day, in order."""
    return sorted(one for n in range(model.persons) for one in _person(f"person-{n}", model, random))


def _person(person: str, model: Model, random: Random) -> Iterator[Happening]:
    yield Happening(MIDNIGHT + timedelta(hours=6, seconds=random.uniform(0, 900)), person, Kind.CONTEXT)
    reads = (Kind.CONTEXT, Kind.SCORES, Kind.BIOMARKERS)
    for _ in range(_poisson(model.opens, random)):
        (hour,) = random.choices(range(24), BY_HOUR)
        at = MIDNIGHT + timedelta(hours=hour, seconds=random.uniform(0, 3600))
        for place, kind in enumerate(reads):
            yield Happening(at + timedelta(milliseconds=300 * place), person, kind)
        for n in range(model.again):
            yield Happening(at + timedelta(minutes=n + 1), person, random.choice(reads))
    syncs = sorted(MIDNIGHT + timedelta(hours=random.uniform(7, 23)) for _ in range(model.syncs))
    for place, at in enumerate(syncs):
        changed_from = MIDNIGHT if place else MIDNIGHT - timedelta(days=1)
        for _ in range(model.deliveries):
            yield Happening(at + timedelta(seconds=random.uniform(0, 120)), person, Kind.NEW_DATA, changed_from)


def _poisson(mean: float, random: Random) -> int:
    """By counting exponential gaps within one unit of time."""
    count, at = 0, random.expovariate(mean)
    while at < 1:
        count, at = count + 1, at + random.expovariate(mean)
    return count


def replay(model: Model, seed: int = 1) -> Counter[CacheUse]:
    """What the cache did to every read of the day."""
    return asyncio.run(_replay(day_of(model, Random(seed))))  # noqa: S311 - a simulation


async def _replay(happenings: list[Happening]) -> Counter[CacheUse]:
    clock = FixedClock(MIDNIGHT)
    upstream = InMemoryHealthSource()
    yesterday = date(2026, 3, 13)
    for person in {one.person for one in happenings}:
        upstream.add(person, scores=[score("sleep", yesterday, 0.7)], biomarkers=[daily("steps", yesterday, 8000)])
    cache = HealthCache(InMemoryCache(clock), clock)
    service = UserDataService([upstream], clock, cache=cache)
    uses: Counter[CacheUse] = Counter()
    for one in happenings:
        clock.advance(one.at - clock.now())
        profile = Profile(user_id=one.person)
        # As the API asks for the last seven complete days: from the evening before the first.
        span = MIDNIGHT - timedelta(days=8), MIDNIGHT
        match one.kind:
            case Kind.NEW_DATA:
                cache.invalidate(one.person, one.changed_from)
                continue
            case Kind.CONTEXT:
                context = await service.context(profile, Memory(), as_of=clock.now(), days=7)
                use = context.sources[Part.SCORES].cache
            case Kind.SCORES:
                use = (await service.scores(profile, *span)).origin.cache
            case Kind.BIOMARKERS:
                use = (await service.biomarkers(profile, *span)).origin.cache
        await cache.settled()
        if use is not None:
            uses[use] += 1
    return uses


def hit_rate(uses: Counter[CacheUse]) -> float:
    return (uses[CacheUse.FRESH] + uses[CacheUse.STALE]) / uses.total()
