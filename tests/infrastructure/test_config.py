"""Stages are validated before anything is built from them, and errors name the key."""

from datetime import time
from typing import Any

import pytest

from holisticos.contracts.names import AgentName
from infra.config import StageConfig, StageConfigError
from tests.infrastructure.conftest import context


def changed(stage: str = "prod", **values: Any) -> dict[str, Any]:
    given = context()
    return {**given, "stages": {**given["stages"], stage: {**given["stages"][stage], **values}}}


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_the_stages_of_the_project_are_valid(stage: str) -> None:
    assert StageConfig.from_context(stage, context()).name == stage


def test_what_holds_for_every_stage_can_be_replaced_by_one() -> None:
    own = StageConfig.from_context("prod", changed(daily_at="07:15"))

    assert own.daily_at == time(7, 15)
    assert StageConfig.from_context("dev", changed(daily_at="07:15")).daily_at == time(6)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"log_retention_days": 8}, "stages.prod.log_retention_days"),
        ({"snapshot_retention_days": 0}, "stages.prod.snapshot_retention_days"),
        ({"tracing": None}, "stages.prod.tracing"),
        ({"log_level": "ERROR"}, "stages.prod.log_level"),
        ({"cors_origins": ["*"]}, "stages.prod.cors_origins.0"),
        ({"daily_at": "06:10"}, "must be a quarter of an hour"),
        ({"analysis_after_points": 9}, "stages.prod.analysis_after_points"),
        ({"analysis_after_points": 101}, "stages.prod.analysis_after_points"),
        ({"daily_at": "25:00"}, "stages.prod.daily_at"),
        ({"alarm_email": "nobody"}, "stages.prod.alarm_email"),
        ({"request_burst": 1}, "request_burst is smaller"),
        ({"trcing": True}, "stages.prod.trcing"),
    ],
)
def test_an_error_names_its_key(values: dict[str, Any], named: str) -> None:
    with pytest.raises(StageConfigError, match=named.replace(".", r"\.")):
        StageConfig.from_context("prod", changed(**values))


def test_agents_may_have_models_of_their_own() -> None:
    stage = StageConfig.from_context("prod", changed(language_model={"model": "a", "by_agent": {"insights": "b"}}))

    assert [stage.language_model.of(agent) for agent in (AgentName.INSIGHTS, AgentName.MEMORY)] == ["b", "a"]
    with pytest.raises(StageConfigError, match=r"stages\.prod\.language_model\.by_agent\.chef"):
        StageConfig.from_context("prod", changed(language_model={"by_agent": {"chef": "b"}}))


def test_an_error_in_what_holds_for_every_stage_names_that() -> None:
    given = context() | {"every_stage": {**context()["every_stage"], "daily_at": "noon"}}

    with pytest.raises(StageConfigError, match=r"every_stage\.daily_at"):
        StageConfig.from_context("prod", given)


def test_all_errors_are_named_at_once() -> None:
    with pytest.raises(StageConfigError, match=r"stages\.prod\.tracing.*stages\.prod\.protected"):
        StageConfig.from_context("prod", changed(tracing="?", protected="?"))


def test_an_unknown_stage_is_answered_with_those_there_are() -> None:
    with pytest.raises(StageConfigError, match="'test' is not one of: dev, prod, staging"):
        StageConfig.from_context("test", context())


def test_an_empty_context_is_an_error() -> None:
    with pytest.raises(StageConfigError, match="none is configured"):
        StageConfig.from_context("dev", {})
