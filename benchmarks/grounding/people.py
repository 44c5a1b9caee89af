"""What the agents find about synthetic and real people: the requests over which texts are made."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.analysis import analyses, result
from functions.aggregate.memory import remember
from holisticos.agents.archetypes import chosen
from holisticos.contracts.names import Archetype, Part, Source
from holisticos.contracts.wording import WordingRequest
from holisticos.health import windows
from holisticos.health.assembly import Fetched, Origin, assemble
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.profile import Profile
from local.people.fitabase import FitabaseReader
from local.people.lifesnaps import LifeSnapsReader
from local.people.persona import DEMO, NULL, Persona
from local.people.records import PersonReader, PersonRecords
from local.people.synthetic import synthetic_person

REAL_DATA: Final = Path(os.environ.get("HOLISTICOS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
READERS: Final[dict[str, type[LifeSnapsReader] | type[FitabaseReader]]] = {
    "lifesnaps": LifeSnapsReader,
    "fitabase": FitabaseReader,
}
AS_OF: Final = datetime(2026, 3, 16, 12, tzinfo=UTC)
FOLLOW_UP_DAYS: Final = 12
PERSONAS: Final = (
    DEMO,
    NULL,
    Persona(name="ill", illness_sd=4.0, illness_days=6),
    Persona(name="tired", sleep_minutes=370, sleep_debt_minutes=45, bedtime=50, irregular_sleep_minutes=60),
    Persona(name="walker", steps=4200, steps_per_week=320, weight_per_week=-0.15),
    Persona(name="weekender", weekend_bedtime_minutes=130, late_activity_share=0.4, late_activity_hrv_sd=1.6),
    Persona(name="drawer", unworn_share=0.45, steps=11_500),
    Persona(name="upgrade", device_change_days_ago=10, device_change_factor=1.6, weight_per_week=0.2),
)


def requests(seeds: range) -> Iterator[WordingRequest]:
    """For each persona and seed what each agent would ask a model to word, at a first analysis and a later one."""
    for seed in seeds:
        for number, persona in enumerate(PERSONAS):
            archetype = list(Archetype)[(seed + number) % len(Archetype)]
            # Another season each time: months and weekdays vary with it.
            yield from _of_person(
                synthetic_person(persona, seed=seed, as_of=AS_OF + timedelta(days=37 * seed + 5 * number)), archetype
            )


def real_requests(most: int = 1000) -> Iterator[WordingRequest]:
    """The same for at most ``most`` persons of each folder of real data; nothing where there is none."""
    for name, reader in READERS.items():
        if (REAL_DATA / name).is_dir():
            source: PersonReader = reader(REAL_DATA / name)
            for number, summary in enumerate(source.persons()[:most]):
                archetype = list(Archetype)[number % len(Archetype)]
                yield from _of_person(source.records(summary.person_id), archetype)


def _of_person(person: PersonRecords, archetype: Archetype) -> Iterator[WordingRequest]:
    first = context_of(person, archetype, days_before_last=FOLLOW_UP_DAYS)
    yield from _asked(first)
    memory = remember(Memory(), result(first, analyses(first)), first.as_of.date())
    yield from _asked(context_of(person, archetype, memory=memory))


def context_of(
    person: PersonRecords, archetype: Archetype, *, days_before_last: int = 0, memory: Memory | None = None
) -> UserHealthContext:
    """The input of the agents, as it is assembled from what the upstream sends."""
    as_of = person.as_of - timedelta(days=days_before_last)
    zone, memory = ZoneInfo(person.timezone), memory or Memory()
    fetched = Fetched(
        parse_scores(person.scores, zone=zone, as_of=as_of),
        parse_biomarkers(person.biomarkers, zone=zone, as_of=as_of),
        parse_archetypes(person.archetypes, zone=zone, as_of=as_of),
        memory,
        {part: Origin(Source.HEALTH_API, as_of) for part in Part},
    )
    profile = Profile(user_id=person.person_id, timezone=person.timezone, archetype=archetype)
    return assemble(profile, fetched, windows.period(as_of, person.timezone, last_window=memory.last_window), as_of)


def _asked(context: UserHealthContext) -> Iterator[WordingRequest]:
    for agent, analysis in analyses(context).items():
        if analysis.findings:
            yield WordingRequest(
                agent=agent,
                archetype=chosen(context.profile),
                language="en",
                findings=analysis.findings,
                recommendations=analysis.recommendations,
                evidence=analysis.evidence,
            )
