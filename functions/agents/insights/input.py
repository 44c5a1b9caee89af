"""What the insights agent may see: every series the user consented to."""

from typing import Final

from holisticos.agents import metrics
from holisticos.agents.input import AgentInput, daily_series, day_span, late_steps
from holisticos.analytics.sleep_timing import bedtimes
from holisticos.contracts.names import PartOfDay
from holisticos.health.context import UserHealthContext

NOT_TOLD_OF: Final = frozenset({metrics.AGE, "height", "biological_sex", "date_of_birth"})


class InsightsInput(AgentInput):
    """Scores are called ``score.{type}``, because a score and a biomarker may share a name."""

    move_in_the: PartOfDay | None = None


def prepare(context: UserHealthContext) -> InsightsInput:
    series = daily_series(context, (name for name in context.biomarkers if name not in NOT_TOLD_OF))
    for name, score in sorted(context.scores.items()):
        series[f"score.{name}"] = score.model_copy(update={"metric": f"score.{name}"})
    if context.nights:
        series[metrics.BEDTIME] = bedtimes(context.nights)
    series |= late_steps(context)
    return InsightsInput(
        window=day_span(context.window),
        history=context.history,
        series={name: series[name] for name in sorted(series)},
        move_in_the=context.profile.preferences.move_in_the,
    )
