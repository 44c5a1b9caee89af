"""How evidence is made: a question is named once, and answered with a number or the reason why not."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from holisticos.contracts.names import Direction
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

NOTICEABLE = 0.5
"""Standard deviations from which on a difference counts as one: half a person's own day-to-day scatter.

The smallest worthwhile change of Plews et al. 2014 for heart rate variability, used for all series.
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the data. ``period`` is the last part of the id."""

    metric: str
    statistic: str
    period: str
    unit: str
    window: DateSpan
    method: str
    reference: str | None = None

    @property
    def id(self) -> str:
        return f"{self.metric}.{self.statistic}.{self.period}"

    def answer(
        self,
        value: float,
        n: int,
        *,
        window: DateSpan | None = None,
        baseline: Baseline | None = None,
        direction: Direction | None = None,
        strength: float | None = None,
        p_value: float | None = None,
        rests_on: tuple[str, ...] = (),
    ) -> Evidence:
        return Evidence(
            id=self.id,
            metric=self.metric,
            statistic=self.statistic,
            value=value,
            unit=self.unit,
            window=_plain(window or self.window),
            n=n,
            baseline=baseline,
            direction=direction,
            strength=strength,
            p_value=p_value,
            method=self.method,
            reference=self.reference,
            rests_on=rests_on,
        )

    def missing(self, have: int, need: int, what: str = "valid days") -> Evidence:
        """Too few observations: "have 3 valid days, need 8"."""
        return self.unanswered(f"have {have} {what}, need {need}", have)

    def unanswered(self, reason: str, n: int = 0) -> Evidence:
        return Evidence(
            id=self.id,
            metric=self.metric,
            statistic=self.statistic,
            unit=self.unit,
            window=_plain(self.window),
            n=n,
            method=self.method,
            reference=self.reference,
            unavailable_because=reason,
        )

    def extended(self, remark: str) -> "Question":
        """The same question with more to say about the method."""
        return replace(self, method=f"{self.method}; {remark}")

    def uncompared(self, reason: str) -> "Question":
        """The same question where there is a value but nothing to compare it with."""
        return self.extended(f"not compared: {reason}")


def _plain(span: DateSpan) -> DateSpan:
    """Without what a subclass adds, so that evidence reads back from JSON as it was."""
    return span if type(span) is DateSpan else DateSpan(start=span.start, end=span.end)


@dataclass(frozen=True, slots=True)
class Days:
    """The values of a stretch of days; ``ordinals`` are proleptic day numbers, ascending."""

    ordinals: list[int]
    values: list[float]

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, series: DailySeries, span: DateSpan) -> "Days":
        start, end = span.start, span.end
        inside = [(day.toordinal(), value) for day, value in series.values.items() if start <= day <= end]
        return cls([day for day, _ in inside], [value for _, value in inside])

    @property
    def span(self) -> DateSpan:
        """From the first to the last day that has a value; there must be one."""
        return DateSpan(start=date.fromordinal(self.ordinals[0]), end=date.fromordinal(self.ordinals[-1]))

    def last(self, most: int) -> "Days":
        return Days(self.ordinals[-most:], self.values[-most:]) if most < len(self) else self

    def __add__(self, later: "Days") -> "Days":
        return Days(self.ordinals + later.ordinals, self.values + later.values)


def recent(window: DateSpan, history: DateSpan, days: int) -> DateSpan:
    """The last ``days`` days up to the end of the window, as far as history reaches back."""
    first = min(window.start, history.start)
    return DateSpan(start=max(first, window.end - timedelta(days=days - 1)), end=window.end)


def direction_of(difference: float, strength: float | None) -> Direction:
    """Up or down where the effect is noticeable; where nothing else varied (no strength), every difference is."""
    if difference == 0 or (strength is not None and abs(strength) < NOTICEABLE):
        return Direction.STABLE
    return Direction.UP if difference > 0 else Direction.DOWN
