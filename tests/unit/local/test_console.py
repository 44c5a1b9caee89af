"""What a terminal and a pipe show."""

import io
import re

import pytest
from rich.console import Console

from holisticos.contracts.analysis import (
    AnalysisResult,
    LeftOut,
    MissingAgent,
    PreviousAnalysis,
)
from holisticos.contracts.events import Event, EventType
from holisticos.contracts.names import AgentName, AgentStatus, Archetype
from holisticos.contracts.report import AgentReport, DayBlock, Insight
from local.console.feed import feed_line
from local.console.progress import AnalysisProgress
from local.console.result import render_result
from tests.examples import NOON, WEEK, a_report, a_result
from tests.unit.local.results import full_result

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def piped(width: int = 80) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=width, force_terminal=False, highlight=False), out


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_result_in_a_pipe_has_no_control_codes_and_fits(width: int) -> None:
    console, out = piped(width)

    render_result(console, full_result(), notes=("the time zone is taken as UTC",))

    shown = out.getvalue()
    assert not CONTROL.search(shown)
    assert max(map(len, shown.splitlines())) <= width


def test_a_result_shows_what_it_rests_on() -> None:
    console, out = piped(120)

    render_result(console, full_result(), notes=("the time zone is taken as UTC",))

    shown = " ".join(out.getvalue().split())
    for fact in (
        "A good week.",
        "You walk more than usual",
        "mean: 8,120; 8-14 Mar 2026, n 7",
        "15 of 45 minutes a day",
        "Walk after lunch.",
        "120 records from the database, 3 not usable",
        "weight: no values",
        "agent memory: timed_out",
        "routine by rules",
        "records on 6 of 7 days",
        "the time zone is taken as UTC",
    ):
        assert fact in shown
    assert "ynthetic" not in shown


def test_methods_are_shown_on_demand() -> None:
    plain, brief = piped(120)
    detailed, long = piped(120)

    render_result(plain, full_result())
    render_result(detailed, full_result(), with_methods=True)

    assert "mean of days" not in brief.getvalue()
    assert "mean of days" in long.getvalue()


def test_a_synthetic_person_is_named_as_one() -> None:
    console, out = piped()

    render_result(console, a_result(synthetic=True))

    assert "synthetic person" in out.getvalue()
    assert "nobody measured these data" in out.getvalue()


def test_an_archetype_that_nobody_chose_is_named_as_the_default() -> None:
    assert "Peak Performer, as you chose none" in shown(a_result(archetype_chosen=False))
    assert "you chose none" not in shown(a_result())


def an_event(seq: int, type_: EventType, progress: int, agent: AgentName | None = None) -> Event:
    return Event(seq=seq, at=NOON, type=type_, progress=progress, message=f"message {seq}", agent=agent)


EVENTS = (
    an_event(1, EventType.QUEUED, 0),
    an_event(2, EventType.AGENT_STARTED, 20, AgentName.MEMORY),
    an_event(3, EventType.AGENT_DEGRADED, 30, AgentName.MEMORY),
    an_event(4, EventType.COMPLETED, 100),
)


def test_progress_in_a_pipe_is_one_line_an_event() -> None:
    console, out = piped()

    with AnalysisProgress(console) as progress:
        for event in EVENTS:
            progress.show(event)

    assert out.getvalue().splitlines() == ["  0% message 1", " 20% message 2", " 30% message 3", "100% message 4"]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_progress_in_a_terminal_shows_every_agent_within_the_width(width: int) -> None:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=None, legacy_windows=False)

    with AnalysisProgress(console) as progress:
        for event in EVENTS:
            progress.show(event)

    last_picture = out.getvalue().split("\x1b[2K")[-7:]
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", "".join(last_picture))
    assert all(agent in text for agent in AgentName)
    assert "degraded" in text
    assert "message 4" in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width


@pytest.mark.parametrize(
    ("event", "line"),
    [
        ({"seq": 0, "type": "snapshot", "latest": {}}, "    0  snapshot           nothing yet"),
        ({"seq": 7, "type": "snapshot", "latest": {"steps": {}}}, "    7  snapshot           latest of 1 types"),
        (
            {"seq": 8, "type": "data.received", "counts": {"steps": 3, "weight": 1}, "changed": 2},
            "    8  data.received      3 steps, 1 weight (2 new)",
        ),
        ({"seq": 9, "type": "data_logs.received", "counts": {"sleep": 2}}, "    9  data_logs.received 2 sleep"),
        ({"seq": 10, "type": "analysis.started", "analysis_id": "an-1"}, "   10  analysis.started   an-1"),
    ],
)
def test_an_event_of_the_feed_is_one_line(event: dict[str, object], line: str) -> None:
    assert feed_line(event) == line


def an_insight(id_: str, **changes: object) -> Insight:
    insight = full_result().insights[0]
    return insight.model_copy(update={"id": id_, "title": f"Title of {id_}", "text": f"Text of {id_}.", **changes})


def shown(result: AnalysisResult, width: int = 100) -> str:
    console, out = piped(width)
    render_result(console, result)
    return " ".join(out.getvalue().split())


def test_what_is_in_the_background_is_one_line() -> None:
    result = full_result().model_copy(update={"insights": (an_insight("news"), an_insight("fact", background=True))})
    assert "1 Title of news Text of news." in shown(result)
    assert "Also looked at (--json has it all): Title of fact." in shown(result)
    assert "Text of fact." not in shown(result)
    calm = result.model_copy(update={"insights": result.insights[1:]})
    assert "Nothing stands out" in shown(calm)


def test_a_second_analysis_shows_what_became_of_the_time_since_the_first() -> None:
    became = an_insight("adaptation.outcome_routine.walk")
    result = full_result().model_copy(update={"insights": (an_insight("news"), became)})
    assert "Since your last analysis" not in shown(result)
    second = result.model_copy(update={"previous": PreviousAnalysis(analysis_id="an-0", window=WEEK)})
    assert "Since your last analysis (8-14 Mar 2026)" in shown(second)
    before = PreviousAnalysis(window=WEEK, archetype=Archetype.FOUNDATION_BUILDER)
    other = second.model_copy(update={"previous": before})
    assert "Since your last analysis (8-14 Mar 2026, as Foundation Builder)" in shown(other)
    assert shown(second).count(became.text) == 1
    nothing = second.model_copy(update={"insights": second.insights[:1]})
    assert "too few days since to compare" in shown(nothing)
    assert "Since your last analysis" not in shown(second.model_copy(update={"insights": ()}))


def test_a_plan_shows_its_day_and_what_it_left_out() -> None:
    day = (DayBlock(start="06:50", end="07:20", title="Get up"),)
    left_out = tuple(
        LeftOut(recommendation_id=id_, text=f"Do {id_}. And more.", reason="it did not help") for id_ in ("a", "b")
    )
    plan = full_result().plan.model_copy(update={"day": day, "left_out": left_out})
    said = shown(full_result().model_copy(update={"plan": plan}))
    assert "06:50-07:20 Get up" in said
    assert "Left out: Do a, Do b (it did not help)." in said


def test_a_red_flag_names_its_source() -> None:
    report = a_report()
    evidence = report.evidence[0].model_copy(update={"reference": "WHO 2011"})
    agents = {AgentName.ROUTINE: report.model_copy(update={"evidence": (evidence,)})}
    flag = an_insight("routine.low_oxygen", red_flag=True)
    assert "Source: WHO 2011." in shown(full_result().model_copy(update={"red_flags": (flag,), "agents": agents}))


def test_agents_with_too_few_data_are_skipped_and_not_missing() -> None:
    skipped = AgentReport(agent=AgentName.MEMORY, status=AgentStatus.SKIPPED, reason="needs 4 days")
    result = full_result().model_copy(
        update={
            "agents": {AgentName.MEMORY: skipped},
            "missing": (MissingAgent(agent=AgentName.MEMORY, reason="needs 4 days"),),
        }
    )
    assert "Skipped agent memory: needs 4 days" in shown(result)
