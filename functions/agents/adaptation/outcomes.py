"""What came of one past recommendation: was it followed, and did anything change?"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from functions.agents.adaptation.input import AdaptationInput
from holisticos.agents import judgement, metrics, phrases
from holisticos.agents.claims import Claims, family
from holisticos.agents.metrics import Role, measure
from holisticos.agents.narration import MINUTES_A_DAY, Said, first_sentence, quantity, short_date
from holisticos.agents.spec import Analysis
from holisticos.analytics.before_after import before_after
from holisticos.analytics.families import FALSE_FINDING_RATE
from holisticos.analytics.numeric.circular import difference
from holisticos.analytics.usual import days_beyond
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import AgentName, Area, Direction, PartOfDay
from holisticos.contracts.report import DateSpan, Evidence, Finding, Recommendation, Target
from holisticos.health.memory import FOLLOWED, HARDLY, PastRecommendation
from holisticos.health.series import DailySeries

ME: Final = AgentName.ADAPTATION
EFFECT_RATE: Final = FALSE_FINDING_RATE / 2
"""The other half of the before/after tests is the memory agent's."""
LEAST_DAYS: Final = 3
"""Days before adherence is spoken of."""
HOLD: Final = f"{ME}.hold"
ANCHOR_MINUTES: Final = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """``adherence`` is the share of days on which the target was reached, ``None`` while it is too early."""

    past: PastRecommendation
    analysis: Analysis
    adherence: float | None = None

    @property
    def followed(self) -> bool:
        return self.adherence is not None and self.adherence >= FOLLOWED

    @property
    def hardly_followed(self) -> bool:
        return self.adherence is not None and self.adherence < HARDLY

    @property
    def asked_for_more(self) -> bool:
        """Whether it asked more of the body."""
        target = self.past.recommendation.target
        return target is not None and measure(target.metric).role is Role.LOAD


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
    return past.recommendation.id == HOLD


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
    reached = _reached(series, target, since)
    reached = reached.model_copy(update={"id": f"{reached.id.rpartition('.')[0]}.{since.start.isoformat()}"})
    known = (reached, effect)
    if reached.value is None or reached.n < LEAST_DAYS:
        return Outcome(past, Analysis(known))
    share = reached.value / reached.n
    changed = effects.claimed(effect)
    answer = data.answer_to(past)
    found = _told(past, target, reached, effect, Judged(share, changed=changed, answer=answer))
    # What did not help is not asked for again, be it half of it.
    helps = answer is None or answer.helpful is not False
    smaller = _smaller(past, target, found, effect, data.move_in_the) if share < HARDLY and helps else None
    return Outcome(past, Analysis(known, (found,), (smaller,) if smaller else ()), adherence=share)


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

    share: float
    changed: bool
    answer: Answer | None

    @property
    def seen(self) -> Adherence:
        if self.share >= FOLLOWED:
            return Adherence.FOLLOWED
        return Adherence.NOT if self.share < HARDLY else Adherence.PARTLY

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
        f"that was reached on {Said(reached).count} of {Said(reached).days} since."
    )
    cited = [reached]
    if effect.value is None or effect.baseline is None:
        seen = " Whether it changes anything cannot be told yet."
    else:
        cited.append(effect)
        said = Said(effect)
        verdict = "a clear change" if judged.changed else "no clear change"
        seen = (
            f" Since then your {measure(effect.metric).name} was {said.size} {said.side} than the {said.usual} before: "
            f"{verdict} (permutation test)."
        )
    return phrases.finding(
        ME,
        f"outcome_{past.recommendation.id}",
        judged.title(words.name),
        fact + seen + judged.said,
        cited,
        importance=judgement.importance(effect) if judged.changed else 0.4,
        direction=effect.direction if judged.changed else Direction.STABLE,
    )


def _smaller(
    past: PastRecommendation, target: Target, found: Finding, effect: Evidence, move_in_the: PartOfDay | None
) -> Recommendation | None:
    """Half the distance, where the target was one of doing more."""
    if effect.baseline is None or measure(target.metric).role is not Role.LOAD:
        return None
    half = (effect.baseline.value + target.value) / 2
    if half >= target.value:
        return None
    aim = quantity(half, target.unit)
    return Recommendation(
        id=f"{ME}.smaller_step_{target.metric}",
        text=f"Aim lower first: {aim} {measure(target.metric).name} a day, half the step that was asked.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=found.evidence_ids,
        effort_minutes=max(1, past.recommendation.effort_minutes // 2),
        time_of_day=move_in_the or past.recommendation.time_of_day,
        target=Target(metric=target.metric, value=round(half), unit=target.unit),
        measure=f"{aim} is reached on 4 of the next 7 days.",
        adds_load=True,
    )
