"""The behavior agent."""

from pathlib import Path

from functions.agents.behavior.findings import analyse
from functions.agents.behavior.input import BehaviorInput, prepare
from holisticos.agents.spec import AgentSpec
from holisticos.contracts.names import AgentName

SPEC: AgentSpec[BehaviorInput] = AgentSpec(
    name=AgentName.BEHAVIOR,
    prepare=prepare,
    analyse=analyse,
    prompt=Path(__file__).with_name("prompt.md"),
)
