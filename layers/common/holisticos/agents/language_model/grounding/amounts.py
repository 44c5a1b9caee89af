"""Amounts: a number with its unit, brought to one scale, and how precisely it was said.

Durations are minutes, times of day minutes after midnight, shares percent. A bare ``7:22`` may be either a time of
day or a duration; with ``h`` behind it, or ``am`` or ``pm``, it is one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from holisticos.agents.language_model.grounding.lexicon import Lexicon
from holisticos.agents.language_model.grounding.numerals import Numeral, may_begin, numeral
from holisticos.agents.language_model.grounding.text import Mark, Token

NUMBER: Final = "number"
MINUTE: Final = "minute"
CLOCK: Final = "clock"
PERCENT: Final = "percent"
TIMES: Final = "times"
LOOSENED_BY_OVER: Final = frozenset({NUMBER, MINUTE, PERCENT})
"""Over 24 nights is during them; over 7 h is more than that."""

_HOUR: Final = 60
_HALF_DAY: Final = 12 * 60
_HOURS: Final = frozenset({"h", "hr", "hrs", "hour", "hours"})
_MINUTES: Final = frozenset({"min", "mins", "minute", "minutes"})
_OF_AN_HOUR: Final = (("of", "an", "hour"), ("an", "hour"), ("hour",))
_HALVES: Final = frozenset({"am", "pm"})
_DAY_TIMES: Final = {"midnight": 0, "noon": _HALF_DAY}


@dataclass(frozen=True, slots=True)
class Amount:
    """``value`` in the unit ``dim``; ``grain`` is the least step that was said, in the same unit.

    ``about`` is how far the words around it loosen it: ``"about"``, ``"nearly"`` (a little more than there is),
    ``"just over"``. ``part`` marks a fraction in words, which is always loose.
    """

    value: float
    dim: str
    grain: float
    end: int
    about: str | None = None
    part: bool = False
    also: str | None = None
    """A second reading of the unit, where the writing allows one."""
    text: str = ""


def amount(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Amount | None:
    """The amount that begins with token ``at``, with the words that loosen it."""
    loose, start = lexicon.approximator(tokens, at)
    if start >= len(tokens) or not (
        may_begin(tokens[start]) or tokens[start].kind is Mark.CLOCK or tokens[start].text in _DAY_TIMES
    ):
        return None
    found = _time_of_day(tokens, start) or _hours_in_words(tokens, start) or _counted(tokens, start, lexicon)
    if found is None:
        return None
    if _words(tokens, at, start - at) == ("over",) and found.dim not in LOOSENED_BY_OVER:
        loose = None
    if _words(tokens, found.end, 2) == ("or", "so"):
        loose, found = "about", replace(found, end=found.end + 2)
    said = " ".join(token.text for token in tokens[at : found.end])
    return replace(found, about=loose, text=said)


def _words(tokens: Sequence[Token], at: int, count: int) -> tuple[str, ...]:
    return tuple(token.text for token in tokens[at : at + count])


def _time_of_day(tokens: Sequence[Token], at: int) -> Amount | None:
    if at >= len(tokens):
        return None
    token, after = tokens[at], next(iter(_words(tokens, at + 1, 1)), "")
    if token.text in _DAY_TIMES:
        return Amount(_DAY_TIMES[token.text], CLOCK, 1, at + 1)
    if token.kind is Mark.NUMBER and after in _HALVES and token.text.isdigit():
        return _half_day(int(token.text), 0, after, at + 2, grain=_HOUR)
    return _with_minutes(token, after, at) if token.kind is Mark.CLOCK else None


def _with_minutes(token: Token, after: str, at: int) -> Amount | None:
    """``23:10``, ``11:10 pm``, ``7:22 h``."""
    hours, minutes = (int(part) for part in token.text.split(":"))
    if minutes >= _HOUR:
        return None
    if after in _HALVES:
        return _half_day(hours, minutes, after, at + 2, grain=1)
    value = hours * _HOUR + minutes
    if after in _HOURS:
        return Amount(value, MINUTE, 1, at + 2)
    return Amount(value, CLOCK, 1, at + 1, also=MINUTE) if hours <= 24 else None


def _half_day(hours: int, minutes: int, half: str, end: int, grain: float) -> Amount | None:
    if not 1 <= hours <= 12:
        return None
    value = hours % 12 * _HOUR + minutes + (_HALF_DAY if half == "pm" else 0)
    return Amount(value, CLOCK, grain, end)


def _hours_in_words(tokens: Sequence[Token], at: int) -> Amount | None:
    """``an hour``, ``an hour and a half``, ``half an hour``, ``three quarters of an hour``."""
    words = _words(tokens, at, 6)
    if words[:1] == ("half",) and words[1:3] == ("an", "hour"):
        return Amount(30, MINUTE, 30, at + 3)
    if words[:2] == ("an", "hour"):
        if words[2:5] == ("and", "a", "half"):
            return Amount(90, MINUTE, 30, at + 5)
        return Amount(_HOUR, MINUTE, _HOUR, at + 2)
    found = numeral(tokens, at) if at < len(tokens) else None
    if found is not None and found.part:
        for phrase in _OF_AN_HOUR:
            if _words(tokens, found.end, len(phrase)) == phrase:
                return Amount(found.value * _HOUR, MINUTE, 15, found.end + len(phrase))
    return None


def _counted(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Amount | None:
    found = numeral(tokens, at) if at < len(tokens) else None
    return _with_unit(tokens, found, lexicon) if found else None


def _with_unit(tokens: Sequence[Token], found: Numeral, lexicon: Lexicon) -> Amount:
    after = _words(tokens, found.end, 1)
    if after and after[0] in _HOURS:
        return _hours(tokens, found)
    if after and after[0] in _MINUTES and not found.part:
        return Amount(found.value, MINUTE, found.grain, found.end + 1)
    if found.multiple:
        return Amount(found.value, TIMES, 1, found.end)
    unit, end = lexicon.unit(tokens, found.end)
    if found.part:
        # "Half a kilogram" is nothing our texts need; a fraction is one of the whole that follows.
        return Amount(100 * found.value, PERCENT, 0, found.end, part=True)
    if unit == "week":
        return Amount(7 * found.value, "day", 7 * found.grain, end)
    return Amount(found.value, unit or NUMBER, found.grain, end)


def _hours(tokens: Sequence[Token], hours: Numeral) -> Amount:
    """``7 h``, ``7 h 22 min``, ``7 hours and 22 minutes``."""
    end = hours.end + 1
    rest_at = end + 1 if _words(tokens, end, 1) == ("and",) else end
    whole = hours.value == int(hours.value)
    rest = numeral(tokens, rest_at) if whole and rest_at < len(tokens) else None
    if rest is not None and not rest.part and not rest.multiple and rest.value < _HOUR:
        unit = _words(tokens, rest.end, 1)
        if unit and (unit[0] in _MINUTES or (unit == ("m",) and rest_at == end)):
            grain = rest.grain if rest.value else 1
            return Amount(hours.value * _HOUR + rest.value, MINUTE, min(grain, 10), rest.end + 1)
    return Amount(hours.value * _HOUR, MINUTE, _hour_grain(hours), end)


def _hour_grain(hours: Numeral) -> float:
    """Of two and a half hours and of 7.5 h half an hour, of 7.4 h six minutes, of 7 h an hour."""
    if hours.value != int(hours.value):
        return _HOUR / 2 if (2 * hours.value).is_integer() else hours.grain * _HOUR
    return min(hours.grain, 1) * _HOUR
