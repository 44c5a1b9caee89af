"""The figures as text for people: a table in Markdown, and curves as a drawing."""

from pathlib import Path
from typing import Final

from benchmarks.insight_quality.courses import Told
from benchmarks.insight_quality.curves import drawing
from benchmarks.insight_quality.summary import (
    RATE,
    Curve,
    FollowUp,
    Results,
    curves,
    false_findings,
    follow_ups,
    share_of,
)
from holisticos.health.adherence import LOOKS

COMMAND: Final = "make quality"
_GOAL: Final = 0.9
_CAPTION: Final = (
    "Share of at least {people} people in whom the truth is told, by its size in within-person standard deviations, "
    "and of people in whom nothing happens. Under ours: the oracle that searches as many series, and the one that is "
    "told which."
)
_PROMISED: Final = 0.9


def text(results: Results) -> str:
    """Everything that was measured."""
    found = curves(results)
    parts = [
        "# Insight quality, measured",
        f"Written by `{COMMAND}`; what the words mean stands in [quality.md](../quality.md).",
        *(["## Recall", _recall(found), "![Recall against size of the truth](recall.svg)"] if found else []),
        *(["## What is promised in absolute terms", _promises(found)] if found else []),
        *(["## False findings", *_false(results)] if false_findings(results) else []),
        *(["## What is told of it later", _later(follow_ups(results))] if follow_ups(results) else []),
    ]
    return "\n\n".join(parts) + "\n"


def write(folder: Path, results: Results) -> None:
    """``measured.md`` and ``recall.svg``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "measured.md").write_text(text(results), encoding="utf-8")
    (folder / "recall.svg").write_text(drawing(curves(results)), encoding="utf-8")


def _recall(found: list[Curve]) -> str:
    sizes = [point.size for point in found[0].points]
    lines = [
        _CAPTION.format(people=min(point.people for curve in found for point in curve.points)),
        "",
        "| truth | days | | nobody | " + " | ".join(f"{size:g}" for size in sizes) + " | ours / oracle |",
        "|---|---|---|---|" + "---|" * (len(sizes) + 1),
    ]
    for curve in found:
        p = curve.points
        rows = (
            (f"**{curve.truth.title}**", str(curve.days), "ours", [x.ours for x in p], _chance(curve), ""),
            ("", "", f"searching {curve.tests}", [x.searching for x in p], "", _ratio(curve, "searching")),
            ("", "", "told", [x.told for x in p], "", _ratio(curve, "told")),
        )
        for title, days, who, shares, chance, ratio in rows:
            told = " | ".join(f"{share:.2f}" for share in shares)
            lines.append(f"| {title} | {days} | {who} | {chance} | {told} | {ratio} |")
    return "\n".join(lines)


def _chance(curve: Curve) -> str:
    return "" if curve.by_chance is None else f"{curve.by_chance:.2f}"


def _ratio(curve: Curve, oracle: str) -> str:
    share = share_of(curve, oracle)
    return f"{share:.2f}{'' if share >= _GOAL else ' (below 0.9)'}"


def _promises(found: list[Curve]) -> str:
    lines = [
        f"Nine of ten people: a shift of 2 deviations for a week, a trend of 3 over all days (goal {_PROMISED:g}).",
        "",
        "| truth | days | size | ours | oracle, searching | oracle, told | |",
        "|---|---|---|---|---|---|---|",
    ]
    for curve in found:
        for point in curve.points:
            if point.size == curve.truth.must:
                verdict = "met" if point.ours >= _PROMISED else "not met"
                lines.append(
                    f"| {curve.truth.title} | {curve.days} | {point.size:g} | {point.ours:.2f} | {point.searching:.2f} "
                    f"| {point.told:.2f} | {verdict} |"
                )
    return "\n".join(lines)


def _false(results: Results) -> list[str]:
    shown = false_findings(results)
    families = sorted({family for of_days in shown.values() for family in of_days.families})
    lines = [
        f"Findings a person in whom nothing happens, all six agents, after correction (at most {RATE:g}).",
        "",
        "| family | " + " | ".join(f"{of_days.people} people, {days} days" for days, of_days in shown.items()) + " |",
        "|---|" + "---|" * len(shown),
    ]
    for family in families:
        shares = (of_days.families[family] / of_days.people for of_days in shown.values())
        lines.append(f"| {family} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    most = [
        f"- {days} days: " + ", ".join(f"{series} {count}" for series, count in of_days.series.most_common(8))
        for days, of_days in shown.items()
    ]
    return ["\n".join(lines), "Where they come from:\n\n" + "\n".join(most)]


def _later(found: list[FollowUp]) -> str:
    looks = ", ".join(map(str, LOOKS))
    lines = [
        f"Of people of whom a truth was told: what analyses {looks} days later tell of it, as shares of them.",
        f"Wrong: over or turned where it lasts, still there or turned where it is over (at most {RATE:g}).",
        "",
        "| truth | days | | people | " + " | ".join(Told) + " | wrong |",
        "|---|---|---|---|" + "---|" * (len(Told) + 1),
    ]
    for one in found:
        shares = " | ".join(f"{one.told[told] / one.people:.2f}" for told in Told)
        lines.append(
            f"| {one.course.title}, {one.course.size:g} SD | {one.days} | {'lasts' if one.lasts else 'over'} "
            f"| {one.people} | {shares} | {one.wrong:.3f} |"
        )
    return "\n".join(lines)
