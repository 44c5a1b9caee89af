"""What came of one past recommendation: was it followed, and did anything change?"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

from functions.agents.adaptation.input import AdaptationInput
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.claims import Claims, family
from holisticos.agents.metrics import Role, measure
from holisticos.agents.narration import MINUTES_A_DAY, Said, first_sentence, plural, quantity, short_date
from holisticos.agents.spec import Analysis
from holisticos.analytics.before_after import before_after, more_often
from holisticos.analytics.comparison import LEAST_BASELINE
from holisticos.analytics.families import FALSE_FINDING_RATE
from holisticos.analytics.numeric.circular import difference
from holisticos.analytics.usual import days_beyond
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import AgentName, Area, Direction, PartOfDay
from holisticos.contracts.report import DateSpan, Evidence, Finding, Recommendation, Target
from holisticos.health.memory import FOLLOWED, LOOKS, PastRecommendation, as_seen, has_risen
from holisticos.health.series import DailySeries

ME: Final = AgentName.ADAPTATION
EFFECT_RATE: Final = FALSE_FINDING_RATE / 2
"""The other half of the before/after tests is the memory agent's."""
LEAST_DAYS: Final = 3
"""Days before adherence is spoken of."""
ANCHOR_MINUTES: Final = 30.0
STEPS_A_MINUTE: Final = 100
"""Cadence of a brisk walk (Tudor-Locke et al. 2018)."""
MOST_MORE_STEPS: Final = 30 * STEPS_A_MINUTE
"""A day, however far the way back is."""


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
    found = _told(past, target, reached, effect, judged)
    smaller = _smaller(past, target, found, effect, data.move_in_the) if judged.asks_for_less else None
    advised = (smaller,) if smaller and not data.rests(smaller) else ()
    return Outcome(past, Analysis(known, (found,), advised), judged.seen)


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
        return days_beyond(series, since, below=ANCHOR_MINUTES + 1)
    if target.unit == "clock":
        # Bedtimes before midnight are negative in the series.
        value = target.value - MINUTES_A_DAY if target.value > MINUTES_A_DAY / 2 else target.value
        return days_beyond(series, since, below=value + 1)
    return days_beyond(series, since, above=target.value - 1)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the data show of one recommendation, and what the person says of it."""

    seen: Adherence
    often: bool
    """On most days."""
    risen: bool | None
    changed: bool
    answer: Answer | None

    @classmethod
    def of(cls, reached: Evidence, *, changed: bool, answer: Answer | None) -> "Judged":
        share, risen = (reached.value or 0.0) / reached.n, has_risen(reached)
        return cls(as_seen(share, risen=risen), share > FOLLOWED, risen, changed, answer)

    @property
    def asks_for_less(self) -> bool:
        """What did not help is not asked for again, be it half of it."""
        return self.seen is Adherence.NOT and (self.answer is None or self.answer.helpful is not False)

    @property
    def disagree(self) -> bool:
        """One says followed, the other not; "partly" agrees with both."""
        said = self.answer.adherence if self.answer else self.seen
        return {said, self.seen} == {Adherence.FOLLOWED, Adherence.NOT}

    def title(self, subject: str) -> str:
        if self.disagree:
            said = "Followed, you say" if self.seen is Adherence.NOT else "Not followed, you say"
            return f"{said}; the data differ: {subject}"
        if self.seen is Adherence.FOLLOWED and self.changed:
            return f"Followed, and it shows: {subject}"
        if self.seen is Adherence.PARTLY and self.often and self.risen is False:
            return f"Reached, with no clear change: {subject}"
        if self.seen is Adherence.PARTLY and self.often:
            return f"Reached on most days: {subject}"
        return f"{_SEEN[self.seen]}: {subject}"

    @property
    def said(self) -> str:
        """A sentence on the answer, or nothing."""
        if self.answer is None:
            return ""
        helped = (
            "" if self.answer.helpful is None else f" and that it {'helped' if self.answer.helpful else 'did not help'}"
        )
        if self.disagree:
            differs = "the data show less" if self.seen is Adherence.NOT else "the data show that it was reached"
            return f" You said that {_SAID[self.answer.adherence]}{helped}; {differs}."
        return f" You said that {_SAID[self.answer.adherence]}{helped}."


_SEEN: Final = {
    Adherence.FOLLOWED: "Followed",
    Adherence.PARTLY: "Partly followed",
    Adherence.NOT: "Hardly followed",
}
_SAID: Final = {
    Adherence.FOLLOWED: "you followed it",
    Adherence.PARTLY: "you followed it in part",
    Adherence.NOT: "you did not follow it",
}


def _told(past: PastRecommendation, target: Target, reached: Evidence, effect: Evidence, judged: Judged) -> Finding:
    words = measure(target.metric)
    aim = quantity(target.value, target.unit)
    fact = (
        f"You were advised on {short_date(past.given_on)}: {words.name} {aim}; "
        f"that was reached on {Said(reached).count} of {Said(reached).days} since{_and_before(reached)}."
    )
    cited = [reached]
    if effect.value is None or effect.baseline is None:
        seen = " Whether it changes anything cannot be told yet."
    else:
        cited.append(effect)
        said = Said(effect)
        verdict = "a clear change" if judged.changed else "no clear change"
        seen = (
            f" Since then your {measure(effect.metric).name} was {said.compared} the {said.usual} before: "
            f"{verdict} (permutation test)."
        )
    found = phrases.finding(
        ME,
        ids.outcome(past.recommendation.id),
        judged.title(words.name),
        fact + seen + judged.said,
        cited,
        importance=judgement.importance(effect) if judged.changed else 0.4,
        direction=effect.direction if judged.changed else Direction.STABLE,
    )
    if not judged.changed:
        return found
    # The chance told with the count is that of more days, and not that of the change.
    sure = min(judgement.confidence(reached, claims=False), judgement.confidence(effect, claims=True))
    return found.model_copy(update={"confidence": sure})


def _and_before(reached: Evidence) -> str:
    if reached.baseline is None:
        return ""
    return f", and on {round(reached.baseline.value)} of the {plural(reached.baseline.n, 'day')} before"


def _smaller(
    past: PastRecommendation, target: Target, found: Finding, effect: Evidence, move_in_the: PartOfDay | None
) -> Recommendation | None:
    """Half the step that was asked; where clearly less is done than before, half of the way back."""
    if effect.value is None or effect.baseline is None or measure(target.metric).role is not Role.LOAD:
        return None
    before, now = effect.baseline.value, effect.baseline.value + effect.value
    asked = target.value - before
    dropped = before - now > asked / 2
    half = (now + before) / 2 if dropped else before + asked / 2
    effort = past.recommendation.effort_minutes // 2
    if target.metric == metrics.STEPS:
        half = min(half, now + MOST_MORE_STEPS)
        effort = ceil((half - now) / STEPS_A_MINUTE)
    if not now < half < target.value:
        return None
    aim = _amount(half, target)
    which = f"on the way back to the {Said(effect).usual} before" if dropped else "half the step that was asked"
    return Recommendation(
        id=ids.smaller_step(target.metric),
        text=f"Aim lower first: {aim} a day, {which}.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=found.evidence_ids,
        effort_minutes=max(1, effort),
        time_of_day=move_in_the or past.recommendation.time_of_day,
        target=Target(metric=target.metric, value=round(half), unit=target.unit),
        measure=f"You come to {aim} on 4 of the next 7 days.",
        adds_load=True,
    )


def _amount(value: float, target: Target) -> str:
    words, aim = measure(target.metric), quantity(value, target.unit)
    return f"{aim} {words.amount}" if words.amount else f"{aim} of {words.name}"
