"""Who words a report: the language model where it is there and allowed, the rules otherwise."""

from dataclasses import dataclass
from typing import Final

from holisticos.agents.archetypes import chosen
from holisticos.agents.grounding import GroundingCheck
from holisticos.agents.spec import Analysis
from holisticos.contracts.errors import LanguageModelError
from holisticos.contracts.names import AgentName, Engine
from holisticos.contracts.wording import Wording, WordingRequest
from holisticos.health.profile import Profile
from holisticos.ports import LanguageModel

OPTED_OUT: Final = "opted_out"
NOT_GROUNDED: Final = "grounding"


@dataclass(frozen=True, slots=True)
class Worded:
    """An analysis with its final words; ``reason`` says why a model that is there did not speak."""

    analysis: Analysis
    engine: Engine = Engine.RULES
    reason: str | None = None


class Narrator:
    """Words an analysis. Without a model, and on every failure of it, the rule texts stay as they are."""

    def __init__(self, model: LanguageModel | None, grounding: GroundingCheck) -> None:
        self._model = model
        self._grounding = grounding

    def word(self, agent: AgentName, analysis: Analysis, profile: Profile) -> Worded:
        if self._model is None or not analysis.findings:
            return Worded(analysis)
        if not profile.privacy.share_with_language_model:
            return Worded(analysis, reason=OPTED_OUT)
        request = WordingRequest(
            agent=agent,
            archetype=chosen(profile),
            language=profile.language,
            findings=analysis.findings,
            recommendations=analysis.recommendations,
            evidence=analysis.evidence,
        )
        try:
            wording = self._model.word(request)
        except LanguageModelError as error:
            return Worded(analysis, reason=error.cause)
        if self._grounding.complaints(wording, request):
            return Worded(analysis, reason=NOT_GROUNDED)
        return Worded(_reworded(analysis, wording), engine=Engine.MODEL)


def _reworded(analysis: Analysis, wording: Wording) -> Analysis:
    """The model's words in the model's order; what it passed over keeps the rules' words and comes last."""
    findings = {item.id: item for item in analysis.findings}
    recommendations = {item.id: item for item in analysis.recommendations}
    worded_findings = {
        item.finding_id: findings[item.finding_id].model_copy(update={"title": item.title, "text": item.text})
        for item in wording.findings
    }
    worded_recommendations = {
        item.recommendation_id: recommendations[item.recommendation_id].model_copy(
            update={"text": item.text, "why": item.why}
        )
        for item in wording.recommendations
    }
    return Analysis(
        evidence=analysis.evidence,
        findings=tuple({**worded_findings, **findings, **worded_findings}.values()),
        recommendations=tuple({**worded_recommendations, **recommendations, **worded_recommendations}.values()),
        day=analysis.day,
    )
