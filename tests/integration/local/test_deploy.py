"""Deployment into the emulator."""

import copy
from dataclasses import replace

import pytest

from local.deploy import Deployer
from local.state import LocalStackError
from tests.integration.local.conftest import Trial

pytestmark = pytest.mark.emulator


def test_what_is_there_already_is_not_deployed_again(trial: Trial) -> None:
    again = Deployer(trial.url).deploy(trial.assembly, {"Greeting": "hello"})

    assert not again.changed
    assert again.outputs == trial.deployment.outputs


def test_time_to_live_is_on(trial: Trial) -> None:
    about = trial.client("dynamodb").describe_time_to_live(TableName=trial.deployment.outputs["Table"])

    assert about["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_a_failure_names_the_resource(trial: Trial) -> None:
    template = copy.deepcopy(trial.assembly.template)
    template["Resources"] = {
        "Broken": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "m", "Namespace": "n"}}
    }
    template["Outputs"] = {}

    with pytest.raises(LocalStackError, match="Broken"):
        Deployer(trial.url).deploy(replace(trial.assembly, stack_name="Broken", template=template), {"Greeting": "x"})


def test_a_new_parameter_updates_the_stack_and_gets_new_workers(trial: Trial) -> None:
    before = trial.invoke({"do": "look", "names": []}).body["environment"]["GREETING"]

    try:
        changed = Deployer(trial.url).deploy(trial.assembly, {"Greeting": "good day"})
        after = trial.invoke({"do": "look", "names": []}).body["environment"]["GREETING"]
    finally:
        Deployer(trial.url).deploy(trial.assembly, {"Greeting": "hello"})

    assert (before, changed.changed, after) == ("hello", True, "good day")
