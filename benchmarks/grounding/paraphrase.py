"""Other words for a rule text that keep it true: units, dates, roundings, number words, order, sentence structure."""

import random
import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.grounding import oracle

Paraphraser = Callable[[random.Random, str], str]

_MONTHS: Final = {
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "May": "May", "Jun": "June", "Jul": "July",
    "Aug": "August", "Sep": "September", "Oct": "October", "Nov": "November", "Dec": "December",
}  # fmt: skip
_MONTH: Final = "|".join(_MONTHS)
_SMALL: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def spelled(rng: random.Random, text: str) -> str:
    """Units in full: hours, minutes, percent, beats per minute."""
    joint = rng.choice((" ", " and "))
    text = re.sub(
        r"(\d+) h (\d+) min", lambda m: f"{_many(m[1], 'hour')}{joint}{_many(str(int(m[2])), 'minute')}", text
    )
    text = re.sub(r"(?<![\d.])(\d+) h\b", lambda m: _many(m[1], "hour"), text)
    text = re.sub(r"(\d\.\d) h\b", r"\1 hours", text)
    text = re.sub(r"(?<![\d.])(\d+) min\b", lambda m: _many(m[1], "minute"), text)
    text = re.sub(r" ?%", rng.choice((" percent", "%")), text)
    return text.replace(" bpm", " beats per minute").replace(" a minute", " per minute")


def dated(rng: random.Random, text: str) -> str:
    """Dates in full, the month first or last."""
    form = rng.choice(("{d} {m}", "{m} {d}", "the {d}th of {m}"))

    def long(day: str, month: str) -> str:
        ordinal = form if day not in {"1", "2", "3", "21", "22", "23", "31"} else "{d} {m}"
        return ordinal.format(d=day, m=_MONTHS[month])

    def span(m: re.Match[str]) -> str:
        if "m} {d" in form:
            return f"{_MONTHS[m[3]]} {m[1]}-{m[2]}"
        return f"{m[1]} to {m[2]} {_MONTHS[m[3]]}"

    text = re.sub(
        rf"\b(\d+) ({_MONTH}) - (\d+) ({_MONTH})\b", lambda m: f"{long(m[1], m[2])} to {long(m[3], m[4])}", text
    )
    text = re.sub(rf"\b(\d+)-(\d+) ({_MONTH})\b", span, text)
    return re.sub(rf"\b(\d+) ({_MONTH})\b", lambda m: long(m[1], m[2]), text)


def rounded(rng: random.Random, text: str) -> str:
    """Coarser numbers, said to be so."""
    about = rng.choice(("about", "around", "roughly", "approximately"))
    for item in reversed(list(oracle.numbers(text))):
        said = text[item.start : item.end]
        before, after = text[: item.start], text[item.end :]
        if re.search(r"(about|at least|by|at most|less than|than|Up to|up to|of|correlation -?|\() ?$", before):
            continue
        if re.match(rf" (days|nights|of \d|{_MONTH})|[-:]|, (asleep|of)| to \d|\d", after):
            continue
        new = _coarse(item, said)
        if new:
            text = f"{before}{about} {new}{after}"
    return text


def _coarse(item: oracle.Number, said: str) -> str | None:
    if item.kind == "number" and item.value >= 2000 and "," in said:
        return f"{round(item.value, -2):,.0f}"
    if item.kind == "number" and "." in said and item.value >= 20:
        return f"{round(item.value)}"
    if item.kind == "minutes" and item.value >= 180:
        half = round(item.value / 30) * 30
        if abs(half - item.value) <= 0.04 * item.value:
            return f"{half / 60:g} hours"
        return f"{item.value / 60:.1f} h"
    if item.kind == "minutes" and 25 <= item.value < 60 and round(item.value, -1) != item.value:
        ten = round(item.value / 10) * 10
        return f"{ten} min" if abs(ten - item.value) <= 0.045 * item.value else None
    return None


def worded(rng: random.Random, text: str) -> str:  # noqa: ARG001
    """Small counts as words."""
    text = re.sub(
        r"\b(\d+)( of (?:the )?)(\d+)( days| nights)",
        lambda m: f"{_word(m[1])}{m[2]}{_word(m[3])}{m[4]}",
        text,
    )
    text = re.sub(r"(?<![\d,.-])(\d+)( nights| days in a row)", lambda m: f"{_word(m[1])}{m[2]}", text)
    return re.sub(r"(?<![\d,.])(\d) h(?! \d)\b", lambda m: f"{_word(m[1])} hour{'' if m[1] == '1' else 's'}", text)


def half_day(rng: random.Random, text: str) -> str:  # noqa: ARG001
    """Times of day with am and pm."""

    def twelve(m: re.Match[str]) -> str:
        hour = int(m[1])
        return f"{hour % 12 or 12}:{m[2]} {'pm' if hour >= 12 else 'am'}"

    return re.sub(r"(?<!after )(?<!before )\b(\d\d):(\d\d)\b(?!:)", twelve, text)


def contracted(rng: random.Random, text: str) -> str:  # noqa: ARG001
    for long, short in (
        ("cannot be", "can't be"), ("is not", "isn't"), ("You are", "You're"), ("What is", "What's"),
        ("there is", "there's"), ("it is", "it's"),
    ):  # fmt: skip
        text = text.replace(long, short)
    return text


def brief(rng: random.Random, text: str) -> str:  # noqa: ARG001
    """Without what stands in brackets at an end."""
    return re.sub(r" \((?!usual|100|hours)[^()]*\)(?=[.:,]| So| Now)", "", text)


@cache
def _structures() -> list[tuple[str, list[str]]]:
    found = tomllib.loads((Path(__file__).parent / "corpus" / "structures.toml").read_text(encoding="utf-8"))
    return [(one["pattern"], one["forms"]) for one in found["structure"]]


def restructured(rng: random.Random, text: str) -> str:
    """The same sentence built otherwise, where its form is known."""
    for pattern, forms in _structures():
        found = re.match(pattern, text)
        if found:
            parts = found.groupdict()
            if "w" in parts:
                parts["W"] = parts["w"][:1].upper() + parts["w"][1:]
            return rng.choice(forms).format(**parts)
    return text


def mixed(rng: random.Random, text: str) -> str:
    """Several at once."""
    text = restructured(rng, text)
    for paraphraser in rng.sample([spelled, dated, worded, half_day, contracted, brief], 3):
        text = paraphraser(rng, text)
    return text


PARAPHRASERS: Final[dict[str, Paraphraser]] = {
    "units in full": spelled,
    "dates in full": dated,
    "coarser rounding": rounded,
    "number words": worded,
    "am and pm": half_day,
    "contractions": contracted,
    "shortened": brief,
    "other sentences": restructured,
    "several at once": mixed,
}


def _many(count: str, noun: str) -> str:
    return f"{count} {noun}" if count == "1" else f"{count} {noun}s"


def _word(figure: str) -> str:
    return _SMALL[int(figure)] if int(figure) < len(_SMALL) else figure
