"""Findings that say the same become one."""

from functions.aggregate.merge import merge
from holisticos.contracts.names import AgentName
from tests.unit.aggregate.reports import DOWN, finding, report

STEPS = "steps.median.window"
SLEEP = "sleep_duration.median.window"


def test_the_same_statistic_of_the_same_metric_is_told_once_by_who_had_most_to_say() -> None:
    plain = finding("behavior.steps", STEPS, importance=0.1)
    tested = finding("insights.steps", STEPS, importance=0.6, direction=DOWN)
    (one,) = merge(
        {
            AgentName.BEHAVIOR: report(AgentName.BEHAVIOR, (plain,)),
            AgentName.INSIGHTS: report(AgentName.INSIGHTS, (tested,)),
        }
    )
    assert one.finding == tested
    assert one.agents == (AgentName.BEHAVIOR, AgentName.INSIGHTS)
    assert one.ids == {"behavior.steps", "insights.steps"}


def test_a_tested_statement_goes_before_an_equal_description() -> None:
    plain = finding("behavior.steps", STEPS, importance=0.1)
    tested = finding("insights.steps", STEPS, importance=0.1, direction="stable", confidence=0.1)
    merged = merge(
        {
            AgentName.BEHAVIOR: report(AgentName.BEHAVIOR, (plain,)),
            AgentName.INSIGHTS: report(AgentName.INSIGHTS, (tested,)),
        }
    )
    assert [item.finding.id for item in merged] == ["insights.steps"]


def test_different_metrics_and_different_statistics_stay_apart() -> None:
    merged = merge(
        {
            AgentName.BEHAVIOR: report(
                AgentName.BEHAVIOR, (finding("a", STEPS), finding("b", "steps.trend.42d"), finding("c", STEPS, SLEEP))
            ),
            AgentName.ROUTINE: report(AgentName.ROUTINE, (finding("d", SLEEP), finding("e", STEPS, STEPS))),
        }
    )
    assert [item.finding.id for item in merged] == ["a", "b", "c", "d", "e"]


def test_a_red_flag_is_never_hidden_by_another_agent() -> None:
    calm = finding("nutrition.oxygen", "oxygen.days_below_90.7d", importance=0.9)
    flag = finding("routine.oxygen", "oxygen.days_below_90.7d", importance=0.2, red_flag=True)
    for order in ((AgentName.NUTRITION, AgentName.ROUTINE), (AgentName.ROUTINE, AgentName.NUTRITION)):
        reports = {AgentName.NUTRITION: report(AgentName.NUTRITION, (calm,))}
        reports[AgentName.ROUTINE] = report(AgentName.ROUTINE, (flag,))
        (one,) = merge({agent: reports[agent] for agent in order})
        assert one.finding.red_flag
