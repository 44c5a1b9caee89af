"""The peer computes what the agents return: else its time would say nothing."""

import pytest

from benchmarks.analysis import analyses
from benchmarks.engine_speed.__main__ import person
from benchmarks.engine_speed.peer import features
from functions.agents.insights.input import prepare


def test_the_peer_finds_the_figures_that_agents_return() -> None:
    context = person(90)
    peer = features(prepare(context), context.hourly["steps"], context.nights)
    evidence = {item.id: item for analysis in analyses(context).values() for item in analysis.evidence}
    for metric in ("steps", "sleep_duration", "respiratory_rate_sleep"):
        level, trend = evidence[f"{metric}.median.window"], evidence[f"{metric}.trend.42d"]
        assert level.baseline is not None
        assert peer[metric]["level"] == pytest.approx(level.value)
        assert peer[metric]["usual"] == pytest.approx(level.baseline.value)
        assert peer[metric]["slope"] == pytest.approx(trend.value)
    rho = evidence["late_steps~heart_rate_variability_rmssd.spearman.lag1"].value
    assert peer["late_steps~heart_rate_variability_rmssd.1"]["rho"] == pytest.approx(rho, abs=0.05)
    weekend = peer["steps"]["weekend"]
    assert weekend[True] - weekend[False] == pytest.approx(evidence["steps.weekend_contrast.42d"].value)
    assert 100 * peer["steps"]["variation"] == pytest.approx(evidence["steps.variation.window"].value)
    assert peer["hours"]["active"] == pytest.approx(evidence["steps.active_hours.28d"].value)
    assert 100 * peer["hours"]["parts"][1] == pytest.approx(evidence["steps.share_morning.28d"].value)
