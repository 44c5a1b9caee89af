"""Dates, stretches of days and weekdays in a text: ``9-15 Mar``, ``from 9 March to 15 March``, ``the last 7 days``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from holisticos.agents.language_model.grounding.numerals import may_begin, numeral
from holisticos.agents.language_model.grounding.text import Mark, Token

_FIRST_HALF: Final = ("january", "february", "march", "april", "may", "june")
_SECOND_HALF: Final = ("july", "august", "september", "october", "november", "december")
_MONTHS: Final = (*_FIRST_HALF, *_SECOND_HALF)
_MONTH_OF: Final = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | {
    "sept": 9
}
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_OF: Final = {name[:length]: day for day, name in enumerate(_WEEKDAYS) for length in (3, len(name))}
_PLURAL_WEEKDAYS: Final = frozenset(f"{name}s" for name in _WEEKDAYS)
_TO: Final = frozenset({"-", "to", "through", "until", "till", "and"})
_WHICH: Final = {
    "last": "last",
    "past": "last",
    "previous": "last",
    "next": "next",
    "coming": "next",
    "following": "next",
    "this": "this",
    "these": "this",
}
_DAYS_OF: Final = {
    "day": 1,
    "night": 1,
    "evening": 1,
    "morning": 1,
    "afternoon": 1,
    "week": 7,
    "weekend": 7,
    "month": 30,
    "year": 365,
}
_SINGLE: Final = {
    "today": "this 1 day",
    "tonight": "this 1 night",
    "tomorrow": "next 1 day",
    "yesterday": "last 1 day",
}


_FIRST_WORDS: Final = frozenset(
    {"from", "between", "the", "week", "weeks", *_MONTH_OF, *_WEEKDAY_OF, *_PLURAL_WEEKDAYS, *_WHICH, *_SINGLE}
)


class TimeKind(StrEnum):
    DATE = "date"
    SPAN = "span"
    WEEKDAY = "weekday"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A date of which the year may not have been said; ``weekday`` is what was said beside it, Monday is 0."""

    month: int
    day: int
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class TimeSaid:
    """``key`` names it whatever its writing; ``first`` and ``last`` are set for dates and spans.

    ``days`` is the length that was said beside a span.
    """

    kind: TimeKind
    key: str
    end: int
    first: DayOfYear | None = None
    last: DayOfYear | None = None
    weekday: int | None = None
    days: int | None = None
    text: str = ""


def time_said(tokens: Sequence[Token], at: int) -> TimeSaid | None:
    """The longest expression of time that begins with token ``at``."""
    if not (may_begin(tokens[at]) or tokens[at].kind is Mark.ISO_DATE or tokens[at].text in _FIRST_WORDS):
        return None
    found = (
        _week_of(tokens, at) or _span(tokens, at) or _date(tokens, at) or _relative(tokens, at) or _weekday(tokens, at)
    )
    if found is None:
        return None
    return replace(found, text=" ".join(token.text for token in tokens[at : found.end]))


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""


def _week_of(tokens: Sequence[Token], at: int) -> TimeSaid | None:
    """``week of 9-15 March``, ``4 weeks from 16 Feb to 15 Mar``: a span, and how many weeks it is said to have."""
    count = numeral(tokens, at) if at < len(tokens) else None
    place = count.end if count else at
    if _text(tokens, place) not in {"week", "weeks"}:
        return None
    place += 1
    if _text(tokens, place) == "of":
        place += 1
    span = _span(tokens, place)
    if span is None:
        return None
    return replace(span, days=round((count.value if count else 1) * _DAYS_OF["week"]))


def _span(tokens: Sequence[Token], at: int) -> TimeSaid | None:
    start = at + 1 if _text(tokens, at) in {"from", "between"} else at
    if _text(tokens, start) == "the":
        start += 1
    first = _day_and_month(tokens, start)
    if first is None:
        return None
    begin, place = first
    if _text(tokens, place) not in _TO or (_text(tokens, place) == "and" and _text(tokens, at) != "between"):
        return None
    place += 2 if _text(tokens, place + 1) == "the" else 1
    month_first = _text(tokens, start) in _MONTH_OF
    last = _day_and_month(tokens, place, month=begin.month if month_first else 0)
    if last is None or not last[0].month:
        return None
    end, place = last
    if end.year is None:
        year, place = _year(tokens, place)
        end = replace(end, year=year)
    if not begin.month:
        begin = DayOfYear(end.month, begin.day, end.year, begin.weekday)
    key = f"{begin.month}-{begin.day}..{end.month}-{end.day}"
    return TimeSaid(TimeKind.SPAN, key, place, begin, end)


def _date(tokens: Sequence[Token], at: int) -> TimeSaid | None:
    start = at + 1 if _text(tokens, at) == "the" else at
    found = _day_and_month(tokens, start)
    if found is None or not found[0].month:
        return None
    day, end = found
    return TimeSaid(TimeKind.DATE, f"{day.month}-{day.day}", end, day, day)


def _day_and_month(tokens: Sequence[Token], at: int, month: int = 0) -> tuple[DayOfYear, int] | None:
    """``15 Mar``, ``March 15th``, ``Sunday, 15 March 2026``, ``2026-03-15``; a lone day where a month may follow."""
    if at < len(tokens) and tokens[at].kind is Mark.ISO_DATE:
        of_year, of_month, day = (int(part) for part in tokens[at].text.split("-"))
        return DayOfYear(of_month, day, of_year), at + 1
    weekday = _WEEKDAY_OF.get(_text(tokens, at))
    if weekday is not None:
        at += 1
        while _text(tokens, at) in {",", "the"}:
            at += 1
    named = _MONTH_OF.get(_text(tokens, at))
    number, end = _ordinal(tokens, at + 1 if named else at)
    if not number:
        return None
    if named is None:
        place = end + 1 if _text(tokens, end) == "of" else end
        named = _MONTH_OF.get(_text(tokens, place))
        end = end if named is None else place + 1
    if named is None:
        # "9-15 March" and "March 9-15": a lone number is a day only beside a date.
        return None if weekday is not None else (DayOfYear(month, number), end)
    year, end = _year(tokens, end)
    return DayOfYear(named, number, year, weekday), end


def _ordinal(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """A day of the month, or 0."""
    if at >= len(tokens) or tokens[at].kind is not Mark.NUMBER or not tokens[at].text.isdigit():
        return 0, at
    number = int(tokens[at].text)
    if number > 31:
        return 0, at
    return number, at + 2 if _text(tokens, at + 1) in {"st", "nd", "rd", "th"} else at + 1


def _year(tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
    place = at + 1 if _text(tokens, at) == "," else at
    text = _text(tokens, place)
    if len(text) == 4 and text.isdigit() and 1900 < int(text) < 2200:
        return int(text), place + 1
    return None, at


def _weekday(tokens: Sequence[Token], at: int) -> TimeSaid | None:
    day = _WEEKDAY_OF.get(_text(tokens, at)) if len(_text(tokens, at)) > 3 else None
    if day is not None:
        return TimeSaid(TimeKind.WEEKDAY, _WEEKDAYS[day], at + 1, weekday=day)
    # "On Sundays" is more than one of them.
    plural = _text(tokens, at) in _PLURAL_WEEKDAYS
    return TimeSaid(TimeKind.WEEKDAY, _text(tokens, at), at + 1) if plural else None


def _relative(tokens: Sequence[Token], at: int) -> TimeSaid | None:
    if (single := _SINGLE.get(_text(tokens, at))) is not None:
        return TimeSaid(TimeKind.RELATIVE, single, at + 1)
    place = at + 1 if _text(tokens, at) == "the" else at
    which = _WHICH.get(_text(tokens, place))
    if which is None:
        return None
    count = numeral(tokens, place + 1) if place + 1 < len(tokens) else None
    end = count.end if count else place + 1
    unit = _text(tokens, end).removesuffix("s")
    if unit not in _DAYS_OF:
        return None
    number = count.value if count else 1
    if unit == "week":
        number, unit = number * 7, "day"
    elif unit == "night" and count:
        unit = "day"  # seven nights are those of seven days
    return TimeSaid(TimeKind.RELATIVE, f"{which} {number:g} {unit}", end + 1)
