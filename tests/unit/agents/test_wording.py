"""Who words a report, and what keeps a model's numbers honest."""

import pytest

from holisticos.agents.grounding import GroundedInEvidence
from holisticos.agents.spec import Analysis
from holisticos.agents.wording import NOT_GROUNDED, OPTED_OUT, Narrator
from holisticos.contracts.names import AgentName, Engine
from holisticos.contracts.wording import WordedFinding, WordedRecommendation, Wording, WordingRequest
from holisticos.health.profile import Profile
from tests.examples import a_recommendation, a_report
from tests.fakes.language_model import FakeLanguageModel, faithful

SHARING = Profile.model_validate({"user_id": "u", "privacy": {"share_with_language_model": True}})
REPORT = a_report()
FOUND = Analysis(REPORT.evidence, REPORT.findings, (a_recommendation(),))


def word(model: FakeLanguageModel | None, profile: Profile = SHARING, analysis: Analysis = FOUND) -> tuple[str, ...]:
    worded = Narrator(model, GroundedInEvidence()).word(AgentName.ROUTINE, analysis, profile)
    return worded.engine, worded.reason or "", worded.analysis.findings[0].text if worded.analysis.findings else ""


def lying(request: WordingRequest) -> Wording:
    return _saying(request, "You walk 9,000 steps a day.")


def _saying(request: WordingRequest, text: str, finding_id: str = "f1", evidence_id: str = "e1") -> Wording:
    worded = WordedFinding(finding_id=finding_id, title="You walk", text=text, evidence_ids=(evidence_id,))
    return faithful(request).model_copy(update={"findings": (worded,)})


def test_without_a_model_the_rules_speak_and_nothing_is_amiss() -> None:
    assert word(None) == (Engine.RULES, "", "8,124 steps a day.")


def test_a_faithful_model_may_speak() -> None:
    assert word(FakeLanguageModel()) == (Engine.MODEL, "", "In short: 8,124 steps a day.")


def test_a_model_is_not_asked_where_the_user_does_not_share() -> None:
    model = FakeLanguageModel()
    assert word(model, Profile(user_id="u")) == (Engine.RULES, OPTED_OUT, "8,124 steps a day.")
    assert model.requests == []


def test_a_model_is_not_asked_about_nothing() -> None:
    model = FakeLanguageModel()
    assert word(model, analysis=Analysis()) == (Engine.RULES, "", "")
    assert model.requests == []


def test_a_failing_model_leaves_the_rule_text_and_its_cause() -> None:
    assert word(FakeLanguageModel(fails_with="timeout")) == (Engine.RULES, "timeout", "8,124 steps a day.")


def test_an_invented_number_is_not_shown() -> None:
    assert word(FakeLanguageModel(lying)) == (Engine.RULES, NOT_GROUNDED, "8,124 steps a day.")


@pytest.mark.parametrize(("finding_id", "evidence_id"), [("f9", "e1"), ("f1", "e9")])
def test_an_invented_citation_is_not_shown(finding_id: str, evidence_id: str) -> None:
    model = FakeLanguageModel(lambda request: _saying(request, "You walk.", finding_id, evidence_id))
    assert word(model)[:2] == (Engine.RULES, NOT_GROUNDED)


@pytest.mark.parametrize(("recommendation_id", "text"), [("r9", "Walk."), ("r1", "Walk 99 minutes.")])
def test_invented_advice_is_not_shown(recommendation_id: str, text: str) -> None:
    def answer(request: WordingRequest) -> Wording:
        advised = WordedRecommendation(recommendation_id=recommendation_id, text=text, why="So.", evidence_ids=("e1",))
        return faithful(request).model_copy(update={"recommendations": (advised,)})

    assert word(FakeLanguageModel(answer))[:2] == (Engine.RULES, NOT_GROUNDED)


def test_what_the_model_passes_over_keeps_the_words_of_the_rules() -> None:
    silent = FakeLanguageModel(lambda request: faithful(request).model_copy(update={"findings": ()}))
    assert word(silent) == (Engine.MODEL, "", "8,124 steps a day.")


def test_a_request_holds_no_identifier() -> None:
    model = FakeLanguageModel()
    word(model, SHARING.model_copy(update={"user_id": "somebody-42"}))
    assert "somebody-42" not in model.requests[0].model_dump_json()
