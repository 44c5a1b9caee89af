"""The memory agent."""

from pathlib import Path

from functions.agents.memory.findings import analyse
from functions.agents.memory.input import MemoryInput, prepare
from holisticos.agents.spec import AgentSpec
from holisticos.contracts.names import AgentName

SPEC: AgentSpec[MemoryInput] = AgentSpec(
    name=AgentName.MEMORY,
    prepare=prepare,
    analyse=analyse,
    prompt=Path(__file__).with_name("prompt.md"),
)
