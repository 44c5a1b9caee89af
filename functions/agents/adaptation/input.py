"""What the adaptation agent may see: past recommendations, and the series that show what came of them."""

from holisticos.agents import metrics
from holisticos.agents.input import AgentInput, daily_series, day_span, late_steps, night_times, sleep_times
from holisticos.contracts.feedback import Answer
from holisticos.contracts.names import Area, PartOfDay
from holisticos.contracts.report import Recommendation
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Experience, PastRecommendation
from holisticos.health.sameness import same_form
from holisticos.health.series import HourlySeries, Night

SERIES = (
    metrics.STEPS,
    metrics.ACTIVE_MINUTES,
    metrics.MODERATE_MINUTES,
    metrics.VIGOROUS_MINUTES,
    metrics.SEDENTARY_MINUTES,
    metrics.SLEEP_MINUTES,
    metrics.RESTING_HEART_RATE,
    metrics.HRV,
    metrics.WEIGHT,
)


class AdaptationInput(AgentInput):
    """Of what was said of a recommendation never the user's own words, of the nights only when they began and ended."""

    past: tuple[PastRecommendation, ...] = ()
    answers: tuple[Answer, ...] = ()
    experiences: tuple[Experience, ...] = ()
    move_in_the: PartOfDay | None = None
    not_wanted: frozenset[Area] = frozenset()
    hourly_steps: HourlySeries | None = None
    nights: tuple[Night, ...] = ()

    def answer_to(self, past: PastRecommendation) -> Answer | None:
        """The newest one to the recommendation as it was given then."""
        given = past.recommendation.id, past.analysis_id
        answers = (item for item in self.answers if (item.recommendation_id, item.analysis_id) == given)
        return max(answers, key=lambda item: item.at, default=None)

    def rests(self, item: Recommendation) -> bool:
        """Whether it gives way for a month or is declined: what is not asked for now need not change first."""
        if item.area in self.not_wanted:
            return True
        resting = (one.recommendation for one in self.experiences if one.rests(self.window.end))
        return any(same_form(one, item) for one in resting)


def prepare(context: UserHealthContext) -> AdaptationInput:
    return AdaptationInput(
        window=day_span(context.window),
        history=context.history,
        series=daily_series(context, SERIES) | sleep_times(context) | late_steps(context),
        past=context.memory.short_term.recommendations,
        answers=context.feedback,
        experiences=context.memory.experiences(context.feedback),
        move_in_the=context.profile.preferences.move_in_the,
        not_wanted=context.profile.preferences.not_wanted,
        hourly_steps=context.hourly.get(metrics.STEPS),
        nights=night_times(context),
    )
