"""How much may be spent on the language model on one day (UTC), and what was."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from holisticos.contracts.usage import Usage


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """Nano-dollars a day."""

    user: int
    everybody: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Money put aside for one call: as much as it can cost at most. Limits count it as spent."""

    user_id: str
    day: date
    nano_usd: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls cost that came to their end; ``committed`` is that and what is put aside, in nano-dollars."""

    nano_usd: int = 0
    committed: int = 0
    calls: int = 0
    usage: Usage = field(default_factory=Usage)


def day_of(instant: datetime) -> date:
    return instant.astimezone(UTC).date()


KEPT_OF_USER = timedelta(days=2)
"""Counted from the beginning of the day: as long as it can be asked for, and clocks differ."""
KEPT_OF_ALL = timedelta(days=35)
"""What all users together cost on a day names nobody, and is looked at by the month."""
