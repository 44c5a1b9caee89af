"""Whether a changed text is false, decided without the checker: by its own reading of numbers and by the evidence.

A rule text is true. Where one number of it is replaced, the result is false as soon as the new number is no rounding
of the old one; ``FAR`` is wider than any rounding that is allowed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from holisticos.contracts.report import Evidence

FAR: Final = 0.12
_DURATION: Final = r"(?<![\d,.:])(\d[\d,]*(?:\.\d+)?) h(?:ours?)?(?:(?: and)? (\d+) min(?:utes?)?)?\b"
_PATTERN: Final = re.compile(
    rf"(?P<clock>(?<![\d:])\d\d:\d\d(?![\d:]))|(?P<duration>{_DURATION})"
    r"|(?P<minutes>(?<![\d,.:-])(\d+) min(?:utes?)?\b)"
    r"|(?P<number>(?<![\d,.:/-])\d[\d,]*(?:\.\d+)?"
    r"(?! ?-\d|\d| (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)))"
)
_A_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Number:
    """``kind`` is clock or minutes (both in minutes), or number (as written)."""

    kind: str
    value: float
    start: int
    end: int


def numbers(text: str) -> Iterator[Number]:
    for found in _PATTERN.finditer(text):
        kind, said = str(found.lastgroup), found.group()
        if kind == "clock":
            yield Number("clock", int(said[:2]) * 60 + int(said[3:]), *found.span())
        elif kind == "number":
            yield Number(
                "number", float(said.rstrip(",").replace(",", "")), found.start(), found.end() - said.endswith(",")
            )
        else:
            hours, minutes = _parts(said)
            yield Number("minutes", 60 * hours + minutes, *found.span())


def _parts(said: str) -> tuple[float, float]:
    figures = [float(figure.replace(",", "")) for figure in re.findall(r"\d[\d,]*(?:\.\d+)?", said)]
    if " h" not in said:
        return 0.0, figures[0]
    return figures[0], figures[1] if len(figures) > 1 else 0.0


def apart(kind: str, new: float, old: float) -> bool:
    """Whether no rounding could make ``new`` of ``old``."""
    if kind == "clock":
        off = abs((new - old + _A_DAY / 2) % _A_DAY - _A_DAY / 2)
        return off > 15
    least = {"minutes": 4.0}.get(kind, 0.99 if old == round(old) else 0.6)
    return abs(new - old) > max(FAR * abs(old), least)


def known(kind: str, value: float, text: str) -> bool:
    """Whether the text says about that number anywhere."""
    return any(item.kind == kind and not apart(kind, value, item.value) for item in numbers(text))


def ratios(evidence: list[Evidence]) -> list[float]:
    """How often the usual value goes into the value, and every ratio that was computed as such."""
    found = [item.value for item in evidence if item.unit == "ratio" and item.value is not None]
    for item in evidence:
        if item.value and item.baseline and item.baseline.value:
            found += [item.value / item.baseline.value, item.baseline.value / item.value]
    return found


def shares(evidence: list[Evidence], text: str) -> list[float]:
    """Everything that is some share of something, from 0 to 1."""
    found = [item.value / 100 for item in evidence if item.unit == "percent" and item.value is not None]
    found += [int(part) / int(whole) for part, whole in re.findall(r"(\d+) of (?:the )?(\d+)", text) if int(whole)]
    return found
