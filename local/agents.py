"""The six agents by name, for what runs them in one process."""

from typing import Any, Final

from functions.agents.adaptation.spec import SPEC as ADAPTATION
from functions.agents.behavior.spec import SPEC as BEHAVIOR
from functions.agents.insights.spec import SPEC as INSIGHTS
from functions.agents.memory.spec import SPEC as MEMORY
from functions.agents.nutrition.spec import SPEC as NUTRITION
from functions.agents.routine.spec import SPEC as ROUTINE
from holisticos.agents.spec import AgentSpec
from holisticos.contracts.names import AgentName

SPECS: Final[dict[AgentName, AgentSpec[Any]]] = {
    spec.name: spec for spec in (BEHAVIOR, MEMORY, NUTRITION, ROUTINE, ADAPTATION, INSIGHTS)
}
