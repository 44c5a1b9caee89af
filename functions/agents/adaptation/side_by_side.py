"""What became of advice that no single day can reach: the figure that it was to change, then and since.

The two are told side by side and not tested. The rate of the before/after family goes to what a day can reach; with
more members, each change would have to be larger to be told (ADR 0014).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from functions.agents.adaptation.input import AdaptationInput
from holisticos.agents import ids, metrics, phrases, spans
from holisticos.agents.formatting import Said, quantity, short_date
from holisticos.agents.metrics import measure
from holisticos.agents.spec import Analysis, combine
from holisticos.agents.targets import as_given
from holisticos.analytics.activity import weekly_activity
from holisticos.analytics.daytime import sedentary_bouts
from holisticos.analytics.sleep_timing import social_jetlag
from holisticos.analytics.usual import level
from holisticos.analytics.weekly import FREE_WEEKDAYS, weekend_contrast
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import PAIR, WEEK, DateSpan, Evidence
from holisticos.health.memory import PastRecommendation

ME: Final = AgentName.ADAPTATION
IMPORTANCE: Final = 0.4
_WEEK: Final = timedelta(days=WEEK - 1)
_TRIED: Final = {
    metrics.LATE_STEPS: f"evenings without walks and training after {metrics.LATE}",
    metrics.BEDTIME: "an earlier bedtime",
    metrics.SLEEP_MINUTES: "more time in bed",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """``name`` of one statistic, its evidence before the advice and since; ``sides`` of what is a difference."""

    name: str
    then: Evidence
    now: Evidence
    subject: str = "your {name}"
    verb: str = "was {value}"
    sides: tuple[str, str] | None = None

    @property
    def evidence(self) -> tuple[Evidence, Evidence]:
        return self.now, self.then

    @property
    def title(self) -> str:
        """Without a side: none is established."""
        name = f"{self.name[:1].upper()}{self.name[1:]}"
        if self.sides:
            return f"{name}: before the advice and since"
        now, then = self._value(self.now), self._value(self.then)
        return f"{name}: {now}, as before the advice" if now == then else f"{name}: {now}, and {then} before the advice"

    @property
    def differs(self) -> bool:
        return self._value(self.now) != self._value(self.then)

    def told(self, evidence: Evidence, subject: str | None = None) -> str:
        """``subject`` takes the place of the name, and of what it is compared with."""
        if subject and self.sides:
            return f"{subject} was {self._value(evidence)}"
        than = "than" if Said(evidence).differs else "as"
        verb = self.verb.format(value=self._value(evidence), than=than)
        return f"{subject or self.subject.format(name=self.name)} {verb}"

    def _value(self, evidence: Evidence) -> str:
        said = Said(evidence)
        if self.sides is None:
            return said.value
        return said.off(*self.sides) if said.differs else "the same"


@dataclass(frozen=True, slots=True)
class Compared:
    """What was advised, and the figures that tell of it: the one it was to change first."""

    advice: str
    figures: tuple[Figure, ...]


def side_by_side(data: AdaptationInput) -> Analysis:
    """A finding for each recommendation of which that much is known."""
    return combine(*(_told(past, found) for past in data.past if (found := _compared(data, past))))


def _told(past: PastRecommendation, compared: Compared) -> Analysis:
    target = past.recommendation.target
    given = (as_given(past, target),) if target else ()
    evidence = [one for figure in compared.figures for one in figure.evidence]
    if any(one.value is None for one in evidence):
        return Analysis(tuple(evidence))
    first = compared.figures[0]
    since = " and ".join(figure.told(figure.now) for figure in compared.figures)
    again = "it" if len(compared.figures) == 1 else None
    before = " and ".join(figure.told(figure.then, again) for figure in compared.figures)
    doubt = " Chance alone may make such a difference." if first.differs else ""
    found = phrases.finding(
        ME,
        ids.outcome(past.recommendation.id),
        first.title,
        f"You were advised on {short_date(past.given_on)}: {compared.advice}; "
        f"in {Said(first.now).period} {since}, and in {Said(first.then).period} {before}.{doubt}",
        evidence,
        importance=IMPORTANCE,
    )
    cited = (*found.evidence_ids, *(one.id for one in given))
    return Analysis((*evidence, *given), (found.model_copy(update={"evidence_ids": cited}),))


def _compared(data: AdaptationInput, past: PastRecommendation) -> Compared | None:
    """By the statistic that the advice followed from; none in the first week."""
    if past.given_on + _WEEK >= data.window.end:
        return None
    metric, _, rest = past.recommendation.evidence_ids[0].partition(".")
    compare = _BY_STATISTIC.get(rest.partition(".")[0])
    return compare(data, past, metric) if compare else None


def _activity(data: AdaptationInput, past: PastRecommendation, _: str) -> Compared:
    moderate, vigorous = (data.series.get(name) for name in (metrics.MODERATE_MINUTES, metrics.VIGOROUS_MINUTES))
    then, now = (weekly_activity(moderate, vigorous, span) for span in (_until(past), data.window))
    # As it is told of the week: vigorous minutes count twice.
    figure = _figure(
        "weekly activity", then, now, subject="your activity", verb="counted as {value} of moderate activity"
    )
    return Compared(f"moderate activity of {_aim(past)} a week", (figure,))


def _jetlag(data: AdaptationInput, past: PastRecommendation, _: str) -> Compared:
    since = _since(data, past)
    then = social_jetlag(data.nights, _until(past), data.history)
    now = social_jetlag(data.nights, since, since, days=since.days, least_free=len(FREE_WEEKDAYS))
    figure = _figure(
        "shift of sleep",
        then,
        now,
        sides=("later", "earlier"),
        subject="the middle of sleep on free days",
        verb="was {value} {than} on work days",
    )
    return Compared(f"the middle of sleep on free days at most {_aim(past)} later than on work days", (figure,))


def _weekends(data: AdaptationInput, past: PastRecommendation, metric: str) -> Compared:
    series, since = data.daily(metric), _since(data, past)
    then = weekend_contrast(series, _until(past), data.history)
    now = weekend_contrast(series, since, since, days=since.days)
    figure = _figure(
        measure(metric).name,
        then,
        now,
        sides=("higher", "lower"),
        subject=f"your {measure(metric).name} on a typical weekend day",
        verb="was {value} {than} on a weekday",
    )
    return Compared("a walk on Saturday and one on Sunday", (figure,))


def _breaks(data: AdaptationInput, past: PastRecommendation, _: str) -> Compared | None:
    if data.hourly_steps is None:
        return None
    month = spans.recent(_until(past), data.history)
    then, now = (sedentary_bouts(data.hourly_steps, span, data.nights)[1] for span in (month, _week_to(data.window)))
    figure = _figure("longest stretch without a step", then, now, subject="the {name}")
    return Compared("a short walk in every hour you sit", (figure,))


def _trial(data: AdaptationInput, past: PastRecommendation, pair: str) -> Compared:
    """The week of the trial beside the one before it."""
    tried, _, outcome = pair.partition(PAIR)
    before = _week_to(_until(past))
    week = DateSpan(start=past.given_on + timedelta(days=1), end=past.given_on + timedelta(days=WEEK))

    def figure(metric: str) -> Figure:
        words, series = measure(metric), data.daily(metric)
        then, now = (level(series, span, spans.before(span, span), nightly=words.nightly) for span in (before, week))
        return _figure(words.name, then, now)

    return Compared(f"a week of {_TRIED.get(tried, measure(tried).more)}", (figure(outcome), figure(tried)))


_BY_STATISTIC: Final[Mapping[str, Callable[[AdaptationInput, PastRecommendation, str], Compared | None]]] = {
    "moderate_equivalent": _activity,
    "social_jetlag": _jetlag,
    "weekend_contrast": _weekends,
    "still_hours": _breaks,
    "spearman": _trial,
}


def _since(data: AdaptationInput, past: PastRecommendation) -> DateSpan:
    return DateSpan(start=past.given_on + timedelta(days=1), end=data.window.end)


def _figure(name: str, then: Evidence, now: Evidence, **told: Any) -> Figure:
    return Figure(name, _dated(then), _dated(now), **told)


def _dated(evidence: Evidence) -> Evidence:
    """Under an id that says since when: the same statistic is here of other days too."""
    stem = evidence.id.rpartition(".")[0]
    return evidence.model_copy(update={"id": f"{stem}.{evidence.window.start.isoformat()}"})


def _aim(past: PastRecommendation) -> str:
    target = past.recommendation.target
    return quantity(target.value, target.unit) if target else "more"


def _until(past: PastRecommendation) -> DateSpan:
    """The day of the advice: what was known then ends with it."""
    return DateSpan(start=past.given_on, end=past.given_on)


def _week_to(span: DateSpan) -> DateSpan:
    return DateSpan(start=span.end - _WEEK, end=span.end)
