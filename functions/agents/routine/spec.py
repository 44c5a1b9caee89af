"""The routine agent."""

from pathlib import Path

from functions.agents.routine.findings import analyse
from functions.agents.routine.input import RoutineInput, prepare
from holisticos.agents.spec import AgentSpec
from holisticos.contracts.names import AgentName

SPEC: AgentSpec[RoutineInput] = AgentSpec(
    name=AgentName.ROUTINE,
    prepare=prepare,
    analyse=analyse,
    prompt=Path(__file__).with_name("prompt.md"),
)
