"""The peer computes what the agents compute: else its time would say nothing."""

import pytest

from benchmarks.analysis import analyses
from benchmarks.engine_speed.__main__ import person
from benchmarks.engine_speed.peer import features
from functions.agents.insights.input import prepare
from holisticos.analytics.rhythm import rest_activity_rhythm
from holisticos.contracts.names import AgentName


def test_the_peer_finds_the_same_figures() -> None:
    context = person(90)
    data, hourly = prepare(context), context.hourly["steps"]
    peer = features(data, hourly, context.nights)
    evidence = {item.id: item for item in analyses(context)[AgentName.INSIGHTS].evidence}
    for metric in ("steps", "sleep_duration", "respiratory_rate_sleep"):
        level, trend = evidence[f"{metric}.median.window"], evidence[f"{metric}.trend.42d"]
        assert level.baseline is not None
        assert peer[metric]["level"] == pytest.approx(level.value)
        assert peer[metric]["usual"] == pytest.approx(level.baseline.value)
        assert peer[metric]["slope"] == pytest.approx(trend.value)
    rho = evidence["late_steps~heart_rate_variability_rmssd.spearman.lag1"].value
    assert peer["late_steps~heart_rate_variability_rmssd.1"]["rho"] == pytest.approx(rho, abs=0.05)
    rhythm = {item.statistic: item.value for item in rest_activity_rhythm(hourly, data.window, data.history)}
    assert peer["rhythm"]["stability"] == pytest.approx(rhythm["interdaily_stability"])
    assert peer["rhythm"]["most"] == pytest.approx(rhythm["m10"])
