"""The adaptation agent."""

from pathlib import Path

from functions.agents.adaptation.findings import analyse
from functions.agents.adaptation.input import AdaptationInput, prepare
from holisticos.agents.spec import AgentSpec
from holisticos.contracts.names import AgentName

SPEC: AgentSpec[AdaptationInput] = AgentSpec(
    name=AgentName.ADAPTATION,
    prepare=prepare,
    analyse=analyse,
    prompt=Path(__file__).with_name("prompt.md"),
)
