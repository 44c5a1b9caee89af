"""Who words a report: the language model where it is there and allowed, the rules otherwise."""

from dataclasses import dataclass
from pathlib import Path

from holisticos.agents.archetypes import chosen
from holisticos.agents.language_model.grounding import GroundingCheck
from holisticos.agents.language_model.model_desk import Asker, ModelDesk, Visit, tell
from holisticos.agents.language_model.prompts import cut, prompt_for, version_of
from holisticos.agents.spec import Analysis
from holisticos.contracts.errors import LanguageModelError
from holisticos.contracts.names import AgentName, Engine
from holisticos.contracts.usage import Fallback, ModelUse
from holisticos.contracts.wording import Wording, WordingRequest
from holisticos.health.profile import Profile

_NOTHING = Wording(findings=(), recommendations=())


@dataclass(frozen=True, slots=True)
class Worded:
    """An analysis with its final words; ``reason`` says why the rules and not a model spoke."""

    analysis: Analysis
    engine: Engine = Engine.RULES
    reason: str | None = None
    prompt_version: str | None = None
    language_model: ModelUse | None = None


class Narrator:
    """Words the analyses of one agent. Without a model, and on every failure of it, the rule texts stay as they are.

    ``page`` is what the model is told about the agent; an agent without one is never worded by a model.
    """

    def __init__(self, agent: AgentName, page: Path | None, desk: ModelDesk | None, grounding: GroundingCheck) -> None:
        self._agent = agent
        self._page = page
        self._desk = desk
        self._grounding = grounding

    def word(self, analysis: Analysis, profile: Profile, analysis_id: str) -> Worded:
        worded = self._word(analysis, profile, analysis_id)
        if self._desk is not None:
            tell(self._agent, worded.language_model, worded.reason)
        return worded

    def _word(self, analysis: Analysis, profile: Profile, analysis_id: str) -> Worded:
        if self._desk is None or self._page is None:
            return Worded(analysis, reason=Fallback.NOT_CONFIGURED)
        if not profile.privacy.share_with_language_model:
            return Worded(analysis, reason=Fallback.OPTED_OUT)
        request = _request(self._agent, analysis, profile)
        # The check says what it can read: that it has no complaint about nothing means that it knows the language.
        if self._grounding.complaints(_NOTHING, request):
            return Worded(analysis, reason=Fallback.LANGUAGE)
        visit = self._desk.open(Asker(profile.user_id, analysis_id, self._agent))
        wording, reason, repaired = self._grounded(visit, request, self._page)
        return Worded(
            analysis if wording is None else _reworded(analysis, wording),
            engine=Engine.RULES if wording is None else Engine.MODEL,
            reason=reason,
            prompt_version=version_of(self._page),
            language_model=visit.use(repaired=repaired),
        )

    def _grounded(self, visit: Visit, request: WordingRequest, page: Path) -> tuple[Wording | None, str | None, bool]:
        """A wording that holds, or the reason why there is none; and whether it had to be repaired."""
        try:
            wording = visit.ask(prompt_for(request, page))
        except LanguageModelError as error:
            return None, error.cause, False
        complaints = self._grounding.complaints(wording, request)
        if not complaints:
            return wording, None, False
        visit.reject()
        try:
            repaired = visit.ask(prompt_for(request, page, wording, complaints), repair=True)
        except LanguageModelError:
            return None, Fallback.GROUNDING, False
        if self._grounding.complaints(repaired, request):
            visit.reject()
            return None, Fallback.GROUNDING, False
        return repaired, None, True


def _request(agent: AgentName, analysis: Analysis, profile: Profile) -> WordingRequest:
    return cut(
        WordingRequest(
            agent=agent,
            archetype=chosen(profile),
            language=profile.language,
            findings=analysis.findings,
            recommendations=analysis.recommendations,
            evidence=analysis.evidence,
            not_wanted=tuple(sorted(profile.preferences.not_wanted)),
            move_in_the=profile.preferences.move_in_the,
        )
    )


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
