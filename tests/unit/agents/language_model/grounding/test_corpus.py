"""Texts that were written by hand: what is false must be refused, what is faithful may be said."""

import pytest

from benchmarks.grounding.corpus import known_requests, written
from benchmarks.grounding.texts import Text, rule_texts
from holisticos.agents.language_model.grounding import GroundedInEvidence
from holisticos.contracts.wording import WordingRequest

CHECK = GroundedInEvidence()
REQUESTS = known_requests()


def text(name: str, first: str | None = None, second: str | None = None) -> tuple[Text, WordingRequest]:
    request = REQUESTS[name]
    ruled = list(rule_texts(request))[-1]
    return ruled.saying(first or ruled.first, second or ruled.second), request


def complaints(name: str, first: str | None = None, second: str | None = None) -> list[str]:
    changed, request = text(name, first, second)
    return list(CHECK.complaints(changed.wording(), request))


def test_no_attack_is_accepted() -> None:
    accepted = [
        f"{text.first} | {text.second}"
        for text, request in written("attacks.toml")
        if not CHECK.complaints(text.wording(), request)
    ]
    assert accepted == []


def test_few_faithful_rewordings_are_refused() -> None:
    texts = [*written("faithful.toml"), *written("plain.toml")]
    refused = [text.second for text, request in texts if CHECK.complaints(text.wording(), request)]
    assert len(texts) >= 150
    assert len(refused) / len(texts) <= 0.02, refused


@pytest.mark.parametrize("name", REQUESTS)
def test_rule_texts_are_their_own_rewording(name: str) -> None:
    assert complaints(name) == []


@pytest.mark.parametrize(
    ("name", "said", "complaint"),
    [
        (
            "sleep_level",
            "You slept 7.5 h on a typical night.",
            "routine.sleep_duration_level says '7.5 h' for sleep; the evidence says 7 h 05 min, 7 h 32 min as usual",
        ),
        (
            "hrv_low",
            "Your heart rate variability was above your usual 37 ms.",
            "routine.heart_rate_variability_rmssd_recovery says 'above' of hrv; the evidence says 'below'",
        ),
        (
            "steps_level",
            "Your deep sleep was short.",
            "behavior.steps_level says 'deep sleep', which the finding does not",
        ),
        (
            "steps_level",
            "You took 7,340 steps because of the weather.",
            "behavior.steps_level says 'because of': causes are not claimed",
        ),
        (
            "need_short",
            "You slept 47 min less a night than the 7 h adults need. Try melatonin.",
            "routine.sleep_need says 'melatonin': drugs, supplements and doses are not spoken of",
        ),
        (
            "weekend_unclear",
            "Your step count is 130 higher on a typical weekend day than on a weekday.",
            "behavior.steps_weekends says 'higher' as established; the finding does not",
        ),
        (
            "recheck",
            "Now, in 3-30 Apr: sleep 1 h 04 min less than needed.",
            "says '3 - 30 apr'; the evidence says 19 feb - 18 mar, 3 - 30 mar",
        ),
        (
            "steps_level",
            "Your step count was 7,340 📈.",
            "behavior.steps_level holds what is not plain text: '📈'",
        ),
    ],
)
def test_a_complaint_says_what_is_wrong_and_what_is_right(name: str, said: str, complaint: str) -> None:
    assert any(complaint in one for one in complaints(name, second=said))


def test_a_text_in_an_unknown_language_is_not_accepted() -> None:
    changed, request = text("steps_level")
    foreign = request.model_copy(update={"language": "de"})
    assert CHECK.complaints(changed.wording(), foreign) == ["texts in the language 'de' cannot be checked"]


def test_variants_of_english_are_english() -> None:
    changed, request = text("steps_level")
    assert CHECK.complaints(changed.wording(), request.model_copy(update={"language": "en-GB"})) == []


def test_what_is_cited_must_be_what_is_spoken_of() -> None:
    changed, request = text("usual_nights")
    (worded,) = changed.wording().findings
    cited = tuple(id_ for id_ in worded.evidence_ids if not id_.startswith("heart_rate_resting"))
    wording = changed.wording().model_copy(update={"findings": (worded.model_copy(update={"evidence_ids": cited}),)})
    assert any("'66 bpm'" in complaint for complaint in CHECK.complaints(wording, request))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"evidence_ids": ()}, "cites no evidence"),
        ({"evidence_ids": ("steps.made_up",)}, "does not rest on steps.made_up"),
        ({"finding_id": "behavior.made_up"}, "there is no finding behavior.made_up"),
    ],
)
def test_citations_must_exist(change: dict[str, object], complaint: str) -> None:
    changed, request = text("steps_level")
    (worded,) = changed.wording().findings
    wording = changed.wording().model_copy(update={"findings": (worded.model_copy(update=change),)})
    assert any(complaint in one for one in CHECK.complaints(wording, request))


def test_a_finding_is_worded_once() -> None:
    changed, request = text("steps_level")
    twice = changed.wording().model_copy(update={"findings": changed.wording().findings * 2})
    assert "finding behavior.steps_level is worded 2 times" in CHECK.complaints(twice, request)


def test_a_red_flag_keeps_its_advice() -> None:
    said = "Your resting heart rate has been far above your usual 61 bpm for 6 days in a row, up to 1 May."
    assert complaints("raised", second=said) == [
        "routine.resting_heart_rate_raised leaves out to talk to a health professional"
    ]
