"""How evidence is put in words: the only place where a number becomes text.

Rounding, the same everywhere: counts and kilocalories from 1,000 on to the nearest ten, heart rate and
HRV to whole numbers from 20 on, times of day and durations to the minute, percentages and body weight to
one decimal, ratios and indices to two (indices from 10 on to one). Slopes are told per week, logarithms of
milliseconds as milliseconds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Final

from holisticos.contracts.names import Direction
from holisticos.contracts.report import WEEK, DateSpan, Evidence

MINUTES_A_DAY: Final = 24 * 60
PER_DAY: Final = "_per_day"
_MINUS: Final = "-"
_NOT_ZERO: Final = frozenset("123456789")
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plural(count: int, noun: str) -> str:
    """``1 night``, ``2 nights``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _decimals(value: float, places: int) -> str:
    text = f"{value:,.{places}f}"
    return text.removeprefix(_MINUS) if float(text.replace(",", "")) == 0 else text


def _whole(value: float) -> str:
    return _decimals(value, 0)


def _tens_from_a_thousand(value: float) -> str:
    return _whole(round(value, -1) if abs(value) >= 1000 else value)


def _whole_from_twenty(value: float) -> str:
    return _decimals(value, 0 if abs(value) >= 20 else 1)


def _one(value: float) -> str:
    return _decimals(value, 1)


def _hours(value: float) -> str:
    """Of what is counted by the hour no tenths are told."""
    return _one(value).removesuffix(".0")


def _two(value: float) -> str:
    return _decimals(value, 2)


def _duration(value: float) -> str:
    minutes = round(abs(value))
    sign = _MINUS if value < 0 and minutes else ""
    if minutes < 60:
        return f"{sign}{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{sign}{hours} h {rest:02d} min" if rest else f"{sign}{hours} h"


def clock(value: float) -> str:
    """``value`` minutes after local midnight, also before it or past the next one, as ``HH:MM``."""
    hours, minutes = divmod(round(value) % MINUTES_A_DAY, 60)
    return f"{hours:02d}:{minutes:02d}"


_FORMS: Final[dict[str, tuple[Callable[[float], str], str]]] = {
    "count": (_tens_from_a_thousand, ""),
    "minute": (_duration, ""),
    "hour": (_hours, " h"),
    "clock": (clock, ""),
    "bpm": (_whole_from_twenty, " bpm"),
    "ms": (_whole_from_twenty, " ms"),
    "percent": (_one, " %"),
    "kcal": (_tens_from_a_thousand, " kcal"),
    "kg": (_one, " kg"),
    "index": (lambda value: _decimals(value, 1 if abs(value) >= 10 else 2), ""),
    "ratio": (_two, ""),
    "day": (lambda value: plural(round(value), "day"), ""),
    "year": (lambda value: plural(round(value), "year"), ""),
    "ln_ms": (lambda value: _whole_from_twenty(exp(value)), " ms"),
    "breaths_per_minute": (_one, " breaths a minute"),
    "celsius": (_one, " °C"),
    "mg/dl": (_whole, " mg/dl"),
    "mmol/l": (_one, " mmol/l"),
}


def quantity(value: float, unit: str) -> str:
    """A number with its unit; a slope in ``<unit>_per_day`` is told for a week."""
    if unit.endswith(PER_DAY):
        base = unit.removesuffix(PER_DAY)
        # A slope of times of day is a duration, not a time of day.
        return f"{quantity(value * WEEK, 'minute' if base == 'clock' else base)} a week"
    form, suffix = _FORMS.get(unit, (_two, f" {unit.replace('_', ' ')}"))
    return f"{form(value)}{suffix}"


def distance(value: float, unit: str) -> str:
    """The size of a difference between two values of ``unit``: of clock times in minutes, of logarithms in percent."""
    if unit == "ln_ms":
        return quantity(100 * (exp(abs(value)) - 1), "percent")
    return quantity(abs(value), "minute" if unit == "clock" else unit)


_ASIDE: Final = re.compile(r"\s*\([^()]*\)")
"""In brackets stands how something is known; that is for the full text."""
_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def first_sentence(text: str) -> str:
    """Up to the first full stop that a new sentence follows, without what stands in brackets."""
    return _ASIDE.sub("", _END.split(text.strip(), maxsplit=1)[0])


def weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def short_date(day: date) -> str:
    """``3 May 2026``: with its year, because what is read today may be about data of years ago."""
    return f"{_day_of_year(day)} {day.year}"


def period(span: DateSpan) -> str:
    """``3 May 2026``, ``3-9 May 2026``, ``28 Apr - 4 May 2026`` or ``28 Dec 2025 - 3 Jan 2026``."""
    if span.start == span.end:
        return short_date(span.start)
    if span.start.year != span.end.year:
        return f"{short_date(span.start)} - {short_date(span.end)}"
    if span.start.month == span.end.month:
        return f"{span.start.day}-{short_date(span.end)}"
    return f"{_day_of_year(span.start)} - {short_date(span.end)}"


def when(span: DateSpan) -> str:
    """``on 3 May 2026`` or ``in 3-9 May 2026``."""
    return f"{'on' if span.start == span.end else 'in'} {period(span)}"


def _day_of_year(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


@dataclass(frozen=True, slots=True)
class Said:
    """The words for one piece of evidence that has a value.

    Asking for what the evidence does not hold raises ``ValueError``: a sentence is never built on a gap.
    """

    evidence: Evidence

    @property
    def number(self) -> float:
        if self.evidence.value is None:
            raise ValueError(f"{self.evidence.id} has no value: {self.evidence.unavailable_because}")
        return self.evidence.value

    @property
    def value(self) -> str:
        return quantity(self.number, self.evidence.unit)

    @property
    def count(self) -> str:
        """The value as a bare whole number, for what counts days or nights."""
        return f"{round(self.number):,}"

    @property
    def size(self) -> str:
        """The value without its sign."""
        return distance(self.number, self.evidence.unit)

    @property
    def differs(self) -> bool:
        """For a value that is a difference: whether any of it is left as it is told."""
        return any(digit in _NOT_ZERO for digit in self.size)

    def off(self, above: str, below: str) -> str:
        """For a value that is a difference, before what it differs from: ``3 bpm above``, or ``the same as``."""
        return f"{self.size} {above if self.number > 0 else below}" if self.differs else "the same as"

    @property
    def compared(self) -> str:
        """The same by ``side``: ``3 bpm more than``, or ``the same as``."""
        return self.off(f"{self.side} than", f"{self.side} than")

    @property
    def side(self) -> str:
        """For a value that is a difference: ``more`` or ``less``, of times of day ``later`` or ``earlier``."""
        later, earlier = ("later", "earlier") if self.evidence.unit == "clock" else ("more", "less")
        return later if self.number > 0 else earlier

    @property
    def usual_number(self) -> float:
        if self.evidence.baseline is None:
            raise ValueError(f"{self.evidence.id} has no baseline")
        return self.evidence.baseline.value

    @property
    def usual(self) -> str:
        return quantity(self.usual_number, self.evidence.unit)

    @property
    def usual_days(self) -> str:
        if self.evidence.baseline is None:
            raise ValueError(f"{self.evidence.id} has no baseline")
        return plural(self.evidence.baseline.n, "day")

    @property
    def days(self) -> str:
        return plural(self.evidence.n, "day")

    @property
    def nights(self) -> str:
        return plural(self.evidence.n, "night")

    @property
    def period(self) -> str:
        return period(self.evidence.window)

    @property
    def start(self) -> str:
        """The first day."""
        return short_date(self.evidence.window.start)

    @property
    def where(self) -> str:
        """``above`` or ``below``, of times of day ``later than`` or ``earlier than``."""
        above, below = ("later than", "earlier than") if self.evidence.unit == "clock" else ("above", "below")
        return above if self.evidence.direction is Direction.UP else below

    @property
    def standing(self) -> str:
        """``above your usual`` and the like, or ``in line with your usual``."""
        if self.evidence.direction in {None, Direction.STABLE}:
            return "in line with your usual"
        return f"{self.where} your usual"
