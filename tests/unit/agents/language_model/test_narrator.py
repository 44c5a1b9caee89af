"""Who words a report, and what keeps a model's numbers honest."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from holisticos.agents.language_model.grounding import GroundedInEvidence
from holisticos.agents.language_model.model_desk import ModelDesk
from holisticos.agents.language_model.narrator import Narrator, Worded
from holisticos.agents.language_model.prompts import MOST_FINDINGS
from holisticos.agents.spec import Analysis
from holisticos.contracts.names import AgentName, Engine
from holisticos.contracts.usage import Fallback
from holisticos.health.profile import Profile
from local.language_model.wordings import Lie, faithful, untrue
from tests.examples import a_recommendation, a_report
from tests.fakes.language_model import USAGE, FakeLanguageModel, a_desk

SHARING = Profile.model_validate({"user_id": "u", "privacy": {"share_with_language_model": True}})
REPORT = a_report()
FOUND = Analysis(REPORT.evidence, REPORT.findings, (a_recommendation(),))
RULES = "8,124 steps a day."


def narrated(desk: ModelDesk | None, profile: Profile = SHARING, analysis: Analysis = FOUND) -> Worded:
    page = Path(__file__).parents[4] / "functions" / "agents" / "routine" / "prompt.md"
    return Narrator(AgentName.ROUTINE, page, desk, GroundedInEvidence()).word(analysis, profile, "an-1")


def word(model: FakeLanguageModel | None, profile: Profile = SHARING) -> tuple[str, ...]:
    worded = narrated(a_desk(model) if model else None, profile)
    return worded.engine, worded.reason or "", worded.analysis.findings[0].text


def saying(text: str, **changes: Any) -> FakeLanguageModel:
    def reply(sections: Mapping[str, Any]) -> dict[str, Any]:
        said = faithful(sections)
        said["findings"][0] |= {"text": text, **changes}
        return said

    return FakeLanguageModel(reply)


def test_without_a_model_the_rules_speak_and_say_so() -> None:
    assert word(None) == (Engine.RULES, "not_configured", RULES)


def test_without_a_key_the_rules_speak_and_say_so() -> None:
    model = FakeLanguageModel(key=False)
    assert word(model) == (Engine.RULES, "no_key", RULES)
    assert model.prompts == []


def test_a_faithful_model_may_speak() -> None:
    assert word(saying("You walked 8,124 steps a day.")) == (Engine.MODEL, "", "You walked 8,124 steps a day.")


def test_a_report_keeps_the_verdict_the_prompt_and_the_cost() -> None:
    worded = narrated(a_desk(FakeLanguageModel()))
    assert worded.prompt_version
    use = worded.language_model
    assert use is not None
    assert (use.model, use.repaired, use.reused, [call.outcome for call in use.calls]) == (
        "gpt-4.1-mini",
        False,
        False,
        ["accepted"],
    )
    # 60 tokens at 400, 40 cached ones at 100, 50 out at 1,600 nano-dollars.
    assert use.cost.model_dump() == {"tokens_in": 100, "tokens_cached": 40, "tokens_out": 50, "usd": 0.000108}


def test_a_model_is_not_asked_where_the_user_does_not_share() -> None:
    model = FakeLanguageModel()
    assert word(model, Profile(user_id="u")) == (Engine.RULES, "opted_out", RULES)
    assert model.prompts == []


def test_a_model_is_not_asked_in_a_language_that_cannot_be_checked() -> None:
    model = FakeLanguageModel()
    assert word(model, SHARING.model_copy(update={"language": "de"})) == (Engine.RULES, "language", RULES)
    assert model.prompts == []


def test_a_failing_model_leaves_the_rule_text_and_its_cause() -> None:
    assert word(FakeLanguageModel(fails_with=Fallback.TIMEOUT)) == (Engine.RULES, "timeout", RULES)


@pytest.mark.parametrize("lie", list(Lie))
def test_a_lie_is_not_shown_and_both_calls_are_in_the_books(lie: Lie) -> None:
    model = FakeLanguageModel(lambda sections: untrue(lie, sections))
    worded = narrated(a_desk(model))
    assert (worded.engine, worded.reason) == (Engine.RULES, Fallback.GROUNDING)
    assert worded.analysis == FOUND
    assert worded.language_model is not None
    assert [(call.outcome, call.repair) for call in worded.language_model.calls] == [
        ("grounding", False),
        ("grounding", True),
    ]
    assert worded.language_model.cost.tokens_in == 2 * USAGE.tokens_in


def test_a_lie_is_repaired_once_with_the_exact_complaints() -> None:
    def reply(sections: Mapping[str, Any]) -> dict[str, Any]:
        return faithful(sections) if "rejected_answer" in sections else untrue(Lie.NUMBER, sections)

    model = FakeLanguageModel(reply)
    worded = narrated(a_desk(model))
    assert worded.engine is Engine.MODEL
    assert worded.language_model is not None
    assert worded.language_model.repaired
    assert [call.outcome for call in worded.language_model.calls] == ["grounding", "accepted"]
    (complaint,) = model.sections()["what_is_wrong_with_it"]
    assert "78124" in complaint
    assert model.sections()["rejected_answer"]["findings"][0]["text"] == "78,124 steps a day."


def test_where_the_repair_fails_what_was_wrong_stays_the_reason() -> None:
    model = FakeLanguageModel(lambda sections: untrue(Lie.NUMBER, sections))
    answer = model.answer

    def once(prompt: Any, seconds: float) -> Any:
        first = answer(prompt, seconds)
        model.fails_with = Fallback.TIMEOUT
        return first

    model.answer = once if not model.prompts else answer  # type: ignore[method-assign]  # fails from then on
    worded = narrated(a_desk(model))
    assert (worded.engine, worded.reason) == (Engine.RULES, "grounding")


@pytest.mark.parametrize("changes", [{"finding_id": "f9"}, {"evidence_ids": ["e9"]}])
def test_an_invented_citation_is_not_shown(changes: dict[str, Any]) -> None:
    assert word(saying(RULES, **changes))[:2] == (Engine.RULES, "grounding")


@pytest.mark.parametrize("changes", [{"recommendation_id": "r9"}, {"text": "Walk 99 minutes."}])
def test_invented_advice_is_not_shown(changes: dict[str, Any]) -> None:
    def reply(sections: Mapping[str, Any]) -> dict[str, Any]:
        said = faithful(sections)
        said["recommendations"][0] |= changes
        return said

    assert word(FakeLanguageModel(reply))[:2] == (Engine.RULES, "grounding")


def test_a_text_that_is_too_long_is_not_of_the_form() -> None:
    assert word(saying("You walk. " * 60))[:2] == (Engine.RULES, "schema")


def test_what_the_model_passes_over_keeps_the_words_of_the_rules() -> None:
    silent = FakeLanguageModel(lambda sections: {**faithful(sections), "findings": []})
    assert word(silent) == (Engine.MODEL, "", RULES)


def test_what_matters_most_is_worded_and_the_rest_follows_in_the_words_of_the_rules() -> None:
    (finding,) = FOUND.findings
    many = tuple(
        finding.model_copy(update={"id": f"f{place}", "importance": place / 10, "red_flag": place == 0})
        for place in range(8)
    )
    model = FakeLanguageModel()
    worded = narrated(a_desk(model), analysis=Analysis(FOUND.evidence, many))
    sent = [item["id"] for item in model.sections()["findings"]]
    assert sent == ["f0", "f7", "f6", "f5", "f4"]
    assert len(sent) == MOST_FINDINGS
    assert {item.id for item in worded.analysis.findings} == {item.id for item in many}


def test_nothing_leaves_that_names_the_person() -> None:
    model = FakeLanguageModel()
    narrated(a_desk(model), SHARING.model_copy(update={"user_id": "somebody-42"}))
    assert "somebody-42" not in model.everything_sent()
    assert "an-1" not in model.everything_sent()
