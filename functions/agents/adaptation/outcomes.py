"""What came of one past recommendation: was it followed, and did anything change?"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from functions.agents.adaptation.input import AdaptationInput
from functions.agents.adaptation.judged import Judged
from functions.agents.adaptation.smaller_step import smaller_step
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.claims import Claims, family
from holisticos.agents.formatting import MINUTES_A_DAY, Said, plural
from holisticos.agents.metrics import Role, measure
from holisticos.agents.sleep_times import ANCHOR
from holisticos.agents.spec import Analysis
from holisticos.agents.targets import as_given
from holisticos.analytics.before_after import before_after, more_often
from holisticos.analytics.comparison import LEAST_BASELINE
from holisticos.analytics.families import FALSE_FINDING_RATE
from holisticos.analytics.numeric.circular import difference
from holisticos.analytics.usual import days_beyond
from holisticos.contracts.feedback import Adherence
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import DateSpan, Evidence, Finding, Target
from holisticos.health.adherence import LOOKS
from holisticos.health.memory import PastRecommendation
from holisticos.health.series import DailySeries

ME: Final = AgentName.ADAPTATION
EFFECT_RATE: Final = FALSE_FINDING_RATE / 2
"""The other half of the before/after tests is the memory agent's."""
LEAST_DAYS: Final = 3
"""Days before adherence is spoken of."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``seen`` is what the data show of it, ``None`` while it is too early."""

    past: PastRecommendation
    analysis: Analysis
    seen: Adherence | None = None

    @property
    def can_tell(self) -> bool:
        """Whether the data say yes or no; else it is for the person to say."""
        return self.seen in {Adherence.FOLLOWED, Adherence.NOT}

    @property
    def followed(self) -> bool:
        return self.seen is Adherence.FOLLOWED

    @property
    def hardly_followed(self) -> bool:
        return self.seen is Adherence.NOT

    @property
    def asked_for_more(self) -> bool:
        """Whether it asked more of the body."""
        target = self.past.recommendation.target
        return target is not None and measure(target.metric).role is Role.LOAD

    @property
    def smaller(self) -> bool:
        """Whether a smaller step is advised in its place."""
        return bool(self.analysis.recommendations)


def outcomes(data: AdaptationInput) -> tuple[Outcome, ...]:
    """The outcome of each recommendation whose target can be seen in the data; of several on one metric the last."""
    last: dict[str, tuple[PastRecommendation, Target]] = {}
    for item in sorted(data.past, key=lambda item: item.given_on):
        target = item.recommendation.target
        # Holding back has no target that more of something would reach.
        if target and target.metric in data.series and _since(item) <= data.window.end and not _is_hold(item):
            last[target.metric] = item, target
    seen = {metric: _seen(data.daily(metric), target) for metric, (_, target) in last.items()}
    effects = family(
        (before_after(seen[metric], _since(item), data.window, data.history) for metric, (item, _) in last.items()),
        rate=EFFECT_RATE,
    )
    of_metric = {item.metric: item for item in effects.evidence}
    return tuple(
        _judge(data, item, target, seen[metric], effects, of_metric[seen[metric].metric])
        for metric, (item, target) in last.items()
    )


def _since(past: PastRecommendation) -> date:
    return past.given_on + timedelta(days=1)


def _is_hold(past: PastRecommendation) -> bool:
    return past.recommendation.id == ids.HOLD


def _seen(series: DailySeries, target: Target) -> DailySeries:
    """What tells whether the target was reached: of a steady wake time how far off it was, else the series itself."""
    if target.metric != metrics.WAKE_TIME:
        return series
    off = {day: abs(difference(value, target.value)) for day, value in series.values.items()}
    return DailySeries(metric=metrics.WAKE_TIME_OFF, unit="minute", values=off)


def _judge(
    data: AdaptationInput,
    past: PastRecommendation,
    target: Target,
    series: DailySeries,
    effects: Claims,
    effect: Evidence,
) -> Outcome:
    since = DateSpan(start=_since(past), end=data.window.end)
    reached = _beside_before(series, target, since, _before(since, data.history))
    reached = reached.model_copy(update={"id": f"{reached.id.rpartition('.')[0]}.{since.start.isoformat()}"})
    known = (reached, effect)
    if reached.value is None or reached.n < LEAST_DAYS:
        return Outcome(past, Analysis(known))
    # What rounds to nothing is told as the same.
    changed = effects.claimed(effect) and Said(effect).differs
    judged = Judged.of(reached, changed=changed, answer=data.answer_to(past))
    given = as_given(past, target)
    found = _told(past, given, reached, effect, judged)
    smaller = smaller_step(past, target, found, effect, data.move_in_the) if judged.asks_for_less else None
    advised = (smaller,) if smaller and not data.rests(smaller) else ()
    return Outcome(past, Analysis((*known, given), (found,), advised), judged.seen)


def _before(since: DateSpan, history: DateSpan) -> DateSpan:
    """Up to four weeks before; a single day without data where there are none."""
    weeks = spans.weeks_before(since)
    return DateSpan(start=min(max(weeks.start, history.start), weeks.end), end=weeks.end)


def _beside_before(series: DailySeries, target: Target, since: DateSpan, before: DateSpan) -> Evidence:
    """On how many days, beside those before where these are enough; the chance is that of the last of the looks.

    Whoever is analysed late is asked of the same days as whoever is analysed every day.
    """
    reached, earlier = _reached(series, target, since), _reached(series, target, before)
    if earlier.n < LEAST_BASELINE:
        return reached
    beside = more_often(reached, earlier)
    look = max((look for look in LOOKS if look <= since.days), default=None)
    if look is None:
        return beside.model_copy(update={"p_value": None})
    first = DateSpan(start=since.start, end=since.start + timedelta(days=look - 1))
    at_look = more_often(_reached(series, target, first), earlier)
    return beside.model_copy(
        update={"p_value": at_look.p_value, "method": f"{beside.method}; p of the first {look} days"}
    )


def _reached(series: DailySeries, target: Target, since: DateSpan) -> Evidence:
    """On how many days; a limit counts as reached itself, and targets are whole numbers."""
    if series.metric == metrics.WAKE_TIME_OFF:
        return days_beyond(series, since, below=ANCHOR + 1)
    if target.unit == "clock":
        # Bedtimes before midnight are negative in the series.
        value = target.value - MINUTES_A_DAY if target.value > MINUTES_A_DAY / 2 else target.value
        return days_beyond(series, since, below=value + 1)
    return days_beyond(series, since, above=target.value - 1)


def _told(past: PastRecommendation, given: Evidence, reached: Evidence, effect: Evidence, judged: Judged) -> Finding:
    words = measure(given.metric)
    fact = (
        f"You were advised on {Said(given).start}: {words.name} {Said(given).value}; "
        f"that was reached on {Said(reached).count} of {Said(reached).days} since{_and_before(reached)}."
    )
    cited = [reached]
    if effect.value is None or effect.baseline is None:
        seen = " Whether it changes anything cannot be told yet."
    else:
        cited.append(effect)
        said = Said(effect)
        verdict = "a clear change (permutation test)" if judged.changed else "no clear change"
        seen = f" Since then your {measure(effect.metric).name} was {said.compared} the {said.usual} before: {verdict}."
    found = phrases.finding(
        ME,
        ids.outcome(past.recommendation.id),
        judged.title(words.name),
        fact + seen + judged.said,
        cited,
        importance=judgement.importance(effect) if judged.changed else 0.4,
        direction=effect.direction if judged.changed else Direction.STABLE,
    )
    # What was asked for is known for sure: of the days that tell what came of it, it is none.
    found = found.model_copy(update={"evidence_ids": (*found.evidence_ids, given.id)})
    if not judged.changed:
        return found
    # The chance told with the count is that of more days, and not that of the change.
    sure = min(judgement.confidence(reached, claims=False), judgement.confidence(effect, claims=True))
    return found.model_copy(update={"confidence": sure})


def _and_before(reached: Evidence) -> str:
    if reached.baseline is None:
        return ""
    return f", and on {round(reached.baseline.value)} of the {plural(reached.baseline.n, 'day')} before"
