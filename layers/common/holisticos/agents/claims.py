"""What may be claimed: only what stands out from chance, counted over everything that was looked at."""

from collections.abc import Iterable
from dataclasses import dataclass

from holisticos.analytics.families import FALSE_FINDING_RATE, LEADING, adjusted, established
from holisticos.contracts.report import Evidence


@dataclass(frozen=True, slots=True)
class Claims:
    """Evidence of one statistic, tested together; ``made`` holds the ids of what may be claimed."""

    evidence: tuple[Evidence, ...]
    made: frozenset[str]

    @property
    def claims(self) -> tuple[Evidence, ...]:
        """The evidence of which something may be claimed."""
        return tuple(item for item in self.evidence if self.claimed(item))

    def claimed(self, evidence: Evidence) -> bool:
        return evidence.id in self.made


def family(
    evidence: Iterable[Evidence], *, rate: float = FALSE_FINDING_RATE, leading: frozenset[str] = LEADING
) -> Claims:
    """Correct for all tests of one family at once.

    A family is told by one agent alone, or by several that test exactly the same; otherwise false
    findings would add up over agents. Where two agents share a statistic over different metrics they
    share its ``rate`` as well. ``leading`` are the metrics that have most of it.
    """
    return corrected_family(adjusted(evidence, leading=leading), rate=rate)


def corrected_family(evidence: Iterable[Evidence], *, rate: float = FALSE_FINDING_RATE) -> Claims:
    """The same for evidence whose p was corrected where it was computed."""
    items = tuple(evidence)
    return Claims(evidence=items, made=frozenset(item.id for item in established(items, rate=rate)))
