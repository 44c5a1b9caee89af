"""What differs between two collections of the same person's records; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from holisticos.health.versions import HealthRecord, content_of, key_of, newest_of_each


@dataclass(frozen=True, slots=True)
class Comparison:
    """``missing`` are not stored at all, ``outdated`` otherwise; ``surplus`` counts what is stored alone."""

    upstream: int
    stored: int
    missing: tuple[HealthRecord, ...]
    outdated: tuple[HealthRecord, ...]
    surplus: int


def compare(upstream: Iterable[HealthRecord], stored: Iterable[HealthRecord]) -> Comparison:
    """Of several versions of a record the newest counts, as it would be stored."""
    wanted, present = ({key_of(one): one for one, _ in newest_of_each(records)} for records in (upstream, stored))
    return Comparison(
        upstream=len(wanted),
        stored=len(present),
        missing=tuple(one for key, one in wanted.items() if key not in present),
        outdated=tuple(
            one for key, one in wanted.items() if key in present and content_of(one) != content_of(present[key])
        ),
        surplus=sum(1 for key in present if key not in wanted),
    )
