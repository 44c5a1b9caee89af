"""What was asked for before, as evidence: a text that names it has it from there."""

from holisticos.contracts.report import DateSpan, Evidence, Target
from holisticos.health.memory import PastRecommendation


def as_given(past: PastRecommendation, target: Target) -> Evidence:
    """``{metric}.target.{day}``: the ``target`` of ``past``, on the day on which it was given."""
    return Evidence(
        id=f"{target.metric}.target.{past.given_on.isoformat()}",
        metric=target.metric,
        statistic="target",
        value=target.value,
        unit=target.unit,
        window=DateSpan(start=past.given_on, end=past.given_on),
        n=1,
        method="target of the recommendation, as it was given on that day",
    )
