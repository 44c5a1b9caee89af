"""What a language model is given and what it may answer."""

import hashlib

from pydantic import Field

from holisticos.contracts.base import Contract
from holisticos.contracts.names import AgentName, Archetype, Area, PartOfDay
from holisticos.contracts.report import Evidence, Finding, Recommendation
from holisticos.contracts.usage import Fallback, Usage


class WordingRequest(Contract):
    """Aggregates only: no identifiers, no raw series."""

    agent: AgentName
    archetype: Archetype
    language: str
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]
    evidence: tuple[Evidence, ...]
    not_wanted: tuple[Area, ...] = ()
    move_in_the: PartOfDay | None = None


class WordedFinding(Contract):
    finding_id: str
    title: str = Field(max_length=80)
    text: str = Field(max_length=400)
    evidence_ids: tuple[str, ...]


class WordedRecommendation(Contract):
    recommendation_id: str
    text: str = Field(max_length=300)
    why: str = Field(max_length=300)
    evidence_ids: tuple[str, ...]


class Wording(Contract):
    """Other words and another order for what was found; ids must be those of the request."""

    findings: tuple[WordedFinding, ...]
    recommendations: tuple[WordedRecommendation, ...]


class Prompt(Contract):
    """Everything that leaves: what to do, and what to do it with."""

    instructions: str
    data: str
    version: str = Field(description="changes with every character of the instructions")

    def digest(self, model: str) -> str:
        """Names the question: the same one to the same model has the same digest."""
        parts = "\x00".join((model, self.instructions, self.data))
        return hashlib.sha256(parts.encode()).hexdigest()


class Answer(Contract):
    """A call that came to its end, and is paid for: either a wording or the cause why there is none."""

    usage: Usage
    model: str = ""
    nano_usd: int = Field(default=0, ge=0, description="what it cost, by the price of the day; 1e-9 USD")
    wording: Wording | None = None
    cause: Fallback | None = None
