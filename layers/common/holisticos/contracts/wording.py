"""What a language model is given and what it may answer."""

from pydantic import Field

from holisticos.contracts.base import Contract
from holisticos.contracts.names import AgentName, Archetype
from holisticos.contracts.report import Evidence, Finding, Recommendation


class WordingRequest(Contract):
    """Aggregates only: no identifiers, no raw series."""

    agent: AgentName
    archetype: Archetype
    language: str
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]
    evidence: tuple[Evidence, ...]


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
    model: str
    tokens_in: int = Field(ge=0)
    tokens_out: int = Field(ge=0)
