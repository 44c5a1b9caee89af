"""Curves of recall, drawn by hand: small, the same bytes from the same figures, and without a plotting package."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.insight_quality.summary import Curve, Point

_COLUMNS: Final = 4
_WIDTH, _HEIGHT = 150, 100
_LEFT, _TOP, _GAP_X, _GAP_Y = 40, 56, 34, 62
_LARGEST: Final = 3.0
_LINES: Final = {
    "told": ("#b9bec7", "3 3", "oracle, told which series"),
    "searching": ("#6b7280", "", "oracle, searching as many series"),
    "ours": ("#0f766e", "", "all six agents"),
}
_STYLE: Final = (
    "text{font:10px sans-serif;fill:#374151}.t{font-weight:bold}.a{stroke:#d1d5db;fill:none}"
    "@media(prefers-color-scheme:dark){text{fill:#d1d5db}.a{stroke:#4b5563}}"
)


def drawing(curves: Sequence[Curve]) -> str:
    """A panel for each truth and number of days: recall against size."""
    rows = -(-len(curves) // _COLUMNS)
    width = _LEFT + _COLUMNS * (_WIDTH + _GAP_X)
    height = _TOP + rows * (_HEIGHT + _GAP_Y)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">',
        f"<style>{_STYLE}</style>",
        *_legend(),
    ]
    for place, curve in enumerate(curves):
        x = _LEFT + place % _COLUMNS * (_WIDTH + _GAP_X)
        y = _TOP + place // _COLUMNS * (_HEIGHT + _GAP_Y)
        parts += _panel(curve, x, y)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend() -> list[str]:
    parts = []
    for place, (colour, dashes, words) in enumerate(_LINES.values()):
        x = _LEFT + 215 * place
        parts.append(f'<path d="M{x} 14h24" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        parts.append(f'<text x="{x + 30}" y="18">{words}</text>')
    return parts


def _panel(curve: Curve, x: int, y: int) -> list[str]:
    name = escape(f"{curve.truth.name.replace('-', ' ')}, {curve.days} days")
    parts = [
        f'<text class="t" x="{x}" y="{y - 8}">{name}</text>',
        f'<path class="a" d="M{x} {y}v{_HEIGHT}h{_WIDTH}M{x} {_up(y, 0.5)}h{_WIDTH}M{x} {_up(y, 0.9)}h{_WIDTH}"/>',
        *(f'<text x="{x - 22}" y="{_up(y, share) + 3}">{share:g}</text>' for share in (0, 0.5, 0.9)),
        *(f'<text x="{_along(x, size) - 3}" y="{y + _HEIGHT + 13}">{size}</text>' for size in (0, 1, 2, 3)),
        f'<text x="{x + _WIDTH - 18}" y="{y + _HEIGHT + 25}">SD</text>',
    ]
    for line, (colour, dashes, _) in _LINES.items():
        places = " ".join(f"{_along(x, point.size)},{_up(y, _share(point, line))}" for point in curve.points)
        parts.append(
            f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
    return parts


def _share(point: Point, line: str) -> float:
    return {"ours": point.ours, "searching": point.searching, "told": point.told}[line]


def _along(x: int, size: float) -> float:
    return round(x + _WIDTH * size / _LARGEST, 1)


def _up(y: int, share: float) -> float:
    return round(y + _HEIGHT * (1 - share), 1)
