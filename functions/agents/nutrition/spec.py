"""The nutrition agent."""

from pathlib import Path

from functions.agents.nutrition.findings import analyse
from functions.agents.nutrition.input import NutritionInput, prepare
from holisticos.agents.spec import AgentSpec
from holisticos.contracts.names import AgentName

SPEC: AgentSpec[NutritionInput] = AgentSpec(
    name=AgentName.NUTRITION,
    prepare=prepare,
    analyse=analyse,
    prompt=Path(__file__).with_name("prompt.md"),
)
