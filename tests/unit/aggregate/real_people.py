"""Real people as the agents are given them.

Tests that need them are skipped where the data are absent; they are never part of the project.
"""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from holisticos.contracts.names import Archetype, Part, Source
from holisticos.health import windows
from holisticos.health.assembly import Fetched, Origin, assemble
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.profile import Profile
from local.people.fitabase import FitabaseReader
from local.people.lifesnaps import LifeSnapsReader
from local.people.records import PersonReader, PersonRecords

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


ARCHETYPE = Archetype.SYSTEMATIC_IMPROVER


def reader(name: str) -> PersonReader:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the real data ../shared/data/{name} are not on this machine")
    return LifeSnapsReader(folder) if name == "lifesnaps" else FitabaseReader(folder)


def context_of(records: PersonRecords, days_before_last: int = 0, memory: Memory | None = None) -> UserHealthContext:
    as_of = records.as_of - timedelta(days=days_before_last)
    zone = ZoneInfo(records.timezone)
    memory = memory or Memory()
    fetched = Fetched(
        parse_scores(records.scores, zone=zone, as_of=as_of),
        parse_biomarkers(records.biomarkers, zone=zone, as_of=as_of),
        parse_archetypes(records.archetypes, zone=zone, as_of=as_of),
        memory,
        {part: Origin(Source.HEALTH_API, as_of) for part in Part},
    )
    profile = Profile(user_id=records.person_id, timezone=records.timezone, archetype=ARCHETYPE)
    period = windows.period(as_of, records.timezone, last_window=memory.last_window)
    return assemble(profile, fetched, period, as_of)
