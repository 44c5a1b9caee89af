"""The insights agent."""

from pathlib import Path

from functions.agents.insights.findings import analyse
from functions.agents.insights.input import InsightsInput, prepare
from holisticos.agents.spec import AgentSpec
from holisticos.contracts.names import AgentName

SPEC: AgentSpec[InsightsInput] = AgentSpec(
    name=AgentName.INSIGHTS,
    prepare=prepare,
    analyse=analyse,
    prompt=Path(__file__).with_name("prompt.md"),
)
