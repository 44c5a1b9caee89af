"""Numbers as digits and as words: ``7,310``, ``twenty-three``, ``two and a half``, ``a third``, ``twice``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holisticos.agents.language_model.grounding.text import Mark, Token

_ONES: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL: Final = {word: value for value, word in enumerate((*_ONES, *_TEENS))} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12}
_PARTS: Final = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "sixths": 6,
    "eighth": 8,
    "eighths": 8,
    "tenth": 10,
    "tenths": 10,
}
_MULTIPLES: Final = {"once": 1, "twice": 2, "thrice": 3, "double": 2, "doubled": 2, "triple": 3, "tripled": 3}
_ARTICLES: Final = frozenset({"a", "an"})
_NONE: Final = "none"
_FIRST_WORDS: Final = frozenset({*_SMALL, *_SCALES, *_MULTIPLES, *_ARTICLES, _NONE, "half"})


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that ends before token ``end``.

    ``grain`` is the unit of its last digit that is not a rounding zero: 100 for 7,300. ``part`` marks a bare
    fraction (a third), ``multiple`` a word that means times (twice).
    """

    value: float
    grain: float
    end: int
    part: bool = False
    multiple: bool = False


def may_begin(token: Token) -> bool:
    """Whether a number can begin with ``token``: most words need not be looked at further."""
    return token.kind is Mark.NUMBER or token.text in _FIRST_WORDS


def numeral(tokens: Sequence[Token], at: int) -> Numeral | None:
    """The number that begins with token ``at``, as long as it goes."""
    if not may_begin(tokens[at]):
        return None
    found = _digits(tokens, at) or _multiple(tokens, at) or _fraction(tokens, at) or _cardinal(tokens, at)
    if found is None or found.part or found.multiple:
        return found
    return _mixed(tokens, found)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) and tokens[at].kind is Mark.WORD else ""


def _digits(tokens: Sequence[Token], at: int) -> Numeral | None:
    if tokens[at].kind is not Mark.NUMBER:
        return None
    text = tokens[at].text
    value, decimals = float(text), len(text.partition(".")[2])
    grain = 10.0**-decimals if decimals else grain_of(value)
    scale = _SCALES.get(_word(tokens, at + 1))
    return Numeral(value * scale, grain * scale, at + 2) if scale else Numeral(value, grain, at + 1)


def grain_of(value: float) -> float:
    """The largest power of ten that divides a whole number; 1 for zero."""
    whole, grain = abs(round(value)), 1
    while whole and whole % (grain * 10) == 0:
        grain *= 10
    return float(grain)


def _multiple(tokens: Sequence[Token], at: int) -> Numeral | None:
    value = _MULTIPLES.get(_word(tokens, at))
    return None if value is None else Numeral(value, 1, at + 1, multiple=True)


def _fraction(tokens: Sequence[Token], at: int) -> Numeral | None:
    """``half``, ``a third``, ``two thirds``. ``the third`` is a place in a row, and no fraction."""
    first = _word(tokens, at)
    if first == "half" and _word(tokens, at + 1) not in _ARTICLES:
        return Numeral(0.5, 0.5, at + 1, part=True)
    count = 1 if first in _ARTICLES else _SMALL.get(first)
    parts = _PARTS.get(_word(tokens, at + 1))
    if count is None or parts is None or not 0 < count < parts:
        return None
    return Numeral(count / parts, 1 / parts, at + 2, part=True)


def _cardinal(tokens: Sequence[Token], at: int) -> Numeral | None:
    if _word(tokens, at) == _NONE and _word(tokens, at + 1) == "of":
        return Numeral(0, 1, at + 1)
    if _word(tokens, at) == "half" and _word(tokens, at + 1) in _ARTICLES and _word(tokens, at + 2) == "dozen":
        return Numeral(6, 1, at + 3)
    total, group, end, seen = 0, 0, at, False
    while word := _word(tokens, end):
        if word in _SMALL and (not seen or _fits(total, group, _SMALL[word])):
            group += _SMALL[word]
        elif word in _SCALES and (seen or _word(tokens, end - 1) in _ARTICLES):
            scale = _SCALES[word]
            group = max(group, 1) * scale
            if scale >= 1000:
                total, group = total + group, 0
        elif word in _ARTICLES and not seen and _word(tokens, end + 1) in _SCALES:
            end += 1
            continue
        elif not (word == "and" and seen and _joins(total, group) and _word(tokens, end + 1) in _SMALL):
            break
        seen, end = True, end + 1
    return Numeral(total + group, grain_of(total + group), end) if seen else None


def _fits(total: int, group: int, value: int) -> bool:
    """Whether ``value`` can follow: units after tens, anything below a hundred after hundreds."""
    if group % 100 == 0:
        return total > 0 or group > 0
    return value < 10 and group % 10 == 0 and group % 100 >= 20


def _joins(total: int, group: int) -> bool:
    """Whether "and" can go on with it, as in "a hundred and five"."""
    return group % 100 == 0 and (total > 0 or group >= 100)


def _mixed(tokens: Sequence[Token], whole: Numeral) -> Numeral:
    """``two and a half``."""
    if _word(tokens, whole.end) != "and" or _word(tokens, whole.end + 1) not in _ARTICLES:
        return whole
    parts = _PARTS.get(_word(tokens, whole.end + 2))
    return whole if parts is None else Numeral(whole.value + 1 / parts, 1 / parts, whole.end + 3)
