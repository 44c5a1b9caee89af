"""An analysis result as a person reads it, from 60 columns up, with or without colour."""

from collections.abc import Iterator

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from holisticos.agents import ids
from holisticos.agents.day import minutes_a_day
from holisticos.agents.formatting import first_sentence, period, plural, short_date
from holisticos.agents.metrics import measure
from holisticos.contracts.analysis import AnalysisResult, Plan
from holisticos.contracts.names import AgentStatus, AnalysisStatus, Part, Source
from holisticos.contracts.report import Evidence, Insight, Recommendation
from local.console.evidence import evidence_line
from local.console.wording import wording_lines

_SHOWN_INSIGHTS = 8
_SHOWN_GAPS = 6
_FETCHED = (Part.SCORES, Part.BIOMARKERS, Part.ARCHETYPES)
_SOURCES = {
    Source.HEALTH_API: "the health API",
    Source.DATABASE: "the database",
    Source.CACHE: "the cache",
    Source.STORE: "our own store",
}
_WIDTH = 100
"""Lines longer than this are hard to read, however wide the terminal."""


def render_result(
    console: Console, result: AnalysisResult, notes: tuple[str, ...] = (), *, with_methods: bool = False
) -> None:
    """Print brief, red flags, ranked insights with their evidence, the plan and what it all rests on.

    ``with_methods`` adds how each number was computed, and its source.
    """
    width = min(console.width, _WIDTH)
    evidence = {item.id: item for report in result.agents.values() for item in report.evidence}
    console.print()
    console.print(Panel(Text(result.brief), title=_title(result), title_align="left", width=width, padding=(1, 2)))
    for flag in result.red_flags:
        sources = dict.fromkeys(evidence[id_].reference for id_ in flag.evidence_ids if id_ in evidence)
        source = "; ".join(item for item in sources if item)
        console.print(
            Panel(
                Text(f"{flag.text}\nSource: {source}." if source else flag.text),
                title=f"Please note: {flag.title}",
                border_style="red",
                width=width,
            )
        )
    _show_insights(console, result, evidence, width, with_methods=with_methods)
    _show_what_became(console, result, width)
    _show_plan(console, result, width)
    _heading(console, "What this rests on", width)
    facts = Table.grid(padding=(0, 2))
    for name, fact in (*_provenance(result), *(("Note", note) for note in notes)):
        facts.add_row(name, Text(fact))
    console.print(Padding(facts, (0, 0, 0, 3)), width=width)


def _show_insights(
    console: Console, result: AnalysisResult, evidence: dict[str, Evidence], width: int, *, with_methods: bool
) -> None:
    """News one by one, the background as a list of what was looked at."""
    if not result.insights:
        return
    # What became of the time since the last analysis has a place of its own.
    told = [item for item in result.insights if result.previous is None or not item.id.startswith(ids.SINCE_LAST_TIME)]
    news = [insight for insight in told if not insight.background]
    _heading(console, "What stands out" if news else "Nothing stands out", width)
    for place, insight in enumerate(news[:_SHOWN_INSIGHTS], start=1):
        console.print(_insight(place, insight, evidence, with_methods=with_methods), width=width)
    rest = [*news[_SHOWN_INSIGHTS:], *(insight for insight in told if insight.background)]
    if rest:
        titles = "; ".join(insight.title for insight in rest)
        looked_at = Text(f"Also looked at (--json has it all): {titles}.", style="dim")
        console.print(Padding(looked_at, (0, 0, 1, 3)), width=width)


def _show_what_became(console: Console, result: AnalysisResult, width: int) -> None:
    """What memory and adaptation say of the time since the last analysis, be it news or not."""
    if result.previous is None or not result.insights:
        return
    told = [insight for insight in result.insights if insight.id.startswith(ids.SINCE_LAST_TIME)]
    # An archetype that was changed explains a plan of another size.
    then = result.previous.archetype
    changed = f", as {then}" if then and then is not result.archetype else ""
    _heading(console, f"Since your last analysis ({period(result.previous.window)}{changed})", width)
    for insight in told:
        console.print(Padding(Text(f"· {insight.text}"), (0, 0, 0, 3)), width=width)
    if not told:
        console.print(Padding(Text("There are too few days since to compare.", style="dim"), (0, 0, 0, 3)), width=width)


def _show_plan(console: Console, result: AnalysisResult, width: int) -> None:
    plan = result.plan
    if plan.items:
        budget = f"Your plan: {minutes_a_day(plan)}"
        _heading(console, f"{budget} ({result.archetype})", width)
        for place, item in enumerate(plan.items, start=1):
            console.print(_recommendation(place, item), width=width)
    if plan.day:
        _heading(console, "Your day", width)
        day = Table.grid(padding=(0, 2))
        for block in plan.day:
            day.add_row(f"{block.start}-{block.end}", Text(block.title))
        console.print(Padding(day, (0, 0, 1, 3)), width=width)
    if plan.left_out:
        console.print(Padding(Text(f"Left out: {_left_out(plan)}.", style="dim"), (0, 0, 0, 3)), width=width)


def _title(result: AnalysisResult) -> str:
    person = "synthetic person" if result.synthetic else "person"
    return f"{person} {result.user_id}"


def _heading(console: Console, title: str, width: int) -> None:
    console.print()
    console.print(Rule(Text(title, style="bold"), align="left", characters="─"), width=width)


def _insight(place: int, insight: Insight, evidence: dict[str, Evidence], *, with_methods: bool) -> Group:
    head = _numbered(place, "cyan", Text(insight.title, style="bold"))
    names = ", ".join(insight.agents)
    parts = insight.score_parts
    rank = (
        f"rank {insight.score:.2f} = impact {parts.impact:.2f} x confidence {parts.confidence:.2f}"
        f" x novelty {parts.novelty:.2f} x actionability {parts.actionability:.2f}; found by {names}"
    )
    cited = (evidence[id_] for id_ in insight.evidence_ids if id_ in evidence)
    notes = [f"· {evidence_line(item, with_method=with_methods)}" for item in cited]
    return Group(
        head,
        Padding(Text(insight.text), (0, 0, 0, 3)),
        *(Padding(Text(note, style="dim"), (0, 0, 0, 3)) for note in notes),
        Padding(Text(rank, style="dim"), (0, 0, 1, 3)),
    )


def _numbered(place: int, colour: str, text: Text) -> Table:
    """A number, and a text that keeps its left edge when it wraps."""
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_row(Text(f"{place:2d}", style=f"bold {colour}"), text)
    return line


def _recommendation(place: int, item: Recommendation) -> Group:
    when = f", {item.time_of_day}" if item.time_of_day else ""
    when += f", since {short_date(item.since)}" if item.since else ""
    effort = f"{item.effort_minutes} min a day" if item.effort_minutes else "no extra time"
    return Group(
        _numbered(place, "green", Text.assemble((item.text, "bold"), (f"  ({effort}{when})", "dim"))),
        Padding(Text(f"Why: {item.why}"), (0, 0, 0, 3)),
        Padding(Text(f"You will see it work when: {item.measure}", style="dim"), (0, 0, 1, 3)),
    )


def _left_out(plan: Plan) -> str:
    """What is not in the plan, by the rule that kept it out."""
    reasons: dict[str, list[str]] = {}
    for item in plan.left_out:
        reasons.setdefault(item.reason, []).append(first_sentence(item.text).rstrip("."))
    return "; ".join(f"{', '.join(texts)} ({reason})" for reason, texts in reasons.items())


def _provenance(result: AnalysisResult) -> Iterator[tuple[str, str]]:
    window, quality = result.window, result.data_quality
    span = f"{window.start} to {window.end}" if window.days > 1 else f"{window.start}"
    yield "Days", f"{span} ({plural(window.days, 'local day')}, {window.timezone}), as of {result.as_of:%Y-%m-%d %H:%M}"
    if not result.archetype_chosen:
        yield "Archetype", f"{result.archetype}, as you chose none"
    for part in _FETCHED:
        if report := result.sources.get(part):
            dropped = f", {report.dropped} not usable" if report.dropped else ""
            yield part.capitalize(), f"{report.kept:,} records from {_SOURCES[report.source]}{dropped}"
    yield "Quality", f"{quality.score:.2f} of 1; records on {quality.wear_days} of {plural(window.days, 'day')}"
    for gap in quality.gaps[:_SHOWN_GAPS]:
        yield "Missing", f"{measure(gap.metric).name}: {gap.reason}"
    if len(quality.gaps) > _SHOWN_GAPS:
        yield "", f"and {len(quality.gaps) - _SHOWN_GAPS} more (--json)"
    for missing in result.missing:
        said = result.agents.get(missing.agent)
        skipped = said is not None and said.status is AgentStatus.SKIPPED
        yield "Skipped" if skipped else "Missing", f"agent {missing.agent}: {missing.reason}"
    if result.status in {AnalysisStatus.COMPLETED, AnalysisStatus.PARTIAL}:
        yield from wording_lines(result)
    if result.synthetic:
        yield "Synthetic", "this person is generated, nobody measured these data"
