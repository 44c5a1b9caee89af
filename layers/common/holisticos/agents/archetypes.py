"""How much a plan may ask for, by the archetype that the user chose."""

from dataclasses import dataclass

from holisticos.contracts.names import Archetype
from holisticos.health.profile import DEFAULT_ARCHETYPE, Profile


@dataclass(frozen=True, slots=True)
class Budget:
    """Minutes a day, and how many new habits at once."""

    minutes: int
    new_habits: int


BUDGETS: dict[Archetype, Budget] = {
    Archetype.FOUNDATION_BUILDER: Budget(minutes=45, new_habits=2),
    Archetype.RESILIENCE_REBUILDER: Budget(minutes=60, new_habits=3),
    Archetype.CONNECTED_EXPLORER: Budget(minutes=60, new_habits=5),
    Archetype.SYSTEMATIC_IMPROVER: Budget(minutes=75, new_habits=6),
    Archetype.TRANSFORMATION_SEEKER: Budget(minutes=90, new_habits=8),
    Archetype.PEAK_PERFORMER: Budget(minutes=120, new_habits=9),
}


def chosen(profile: Profile) -> Archetype:
    """The user's archetype; the default where none was chosen."""
    return profile.archetype or DEFAULT_ARCHETYPE
