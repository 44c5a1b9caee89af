"""How far an analysis is, 0..100, as its events tell.

Fetching ends where the agents begin; the six agents share the middle; aggregation has the rest.
"""

from collections.abc import Sequence

from holisticos.contracts.events import Event, EventType
from holisticos.contracts.names import AgentName

AGENTS_BEGIN = 20
AGENTS_END = 80
AGGREGATING = 85
FINAL = 100

_ENDED = frozenset({EventType.AGENT_COMPLETED, EventType.AGENT_DEGRADED})


def seen(events: Sequence[Event], type_: EventType, agent: AgentName | None = None) -> bool:
    """Whether the log has this event already: a retried step writes none twice."""
    return any(event.type is type_ and event.agent is agent for event in events)


def ended_agents(events: Sequence[Event]) -> frozenset[AgentName]:
    return frozenset(event.agent for event in events if event.type in _ENDED and event.agent is not None)


def agents_progress(ended: int) -> int:
    """Progress once ``ended`` of the six agents have ended."""
    share = (AGENTS_END - AGENTS_BEGIN) / len(AgentName)
    return AGENTS_BEGIN + round(share * min(ended, len(AgentName)))
