"""A small run of the benchmark: false texts over synthetic people, none of which may be accepted."""

import random

import pytest

from benchmarks.grounding.mutate import MUTATORS, mutations
from benchmarks.grounding.paraphrase import PARAPHRASERS
from benchmarks.grounding.texts import Text, rule_texts
from holisticos.agents.language_model.grounding import GroundedInEvidence
from holisticos.contracts.wording import WordingRequest
from tests.unit.agents.language_model.grounding.people import synthetic

# A simulation: it runs what other tests cover, thousands of times.
pytestmark = pytest.mark.no_cover


CHECK = GroundedInEvidence()


@pytest.fixture(scope="module")
def texts() -> list[tuple[Text, WordingRequest]]:
    return [(text, request) for request in synthetic() for text in rule_texts(request) if text.fits]


def test_no_false_text_is_accepted(texts: list[tuple[Text, WordingRequest]]) -> None:
    rng = random.Random(7)  # noqa: S311 - texts, not secrets
    made = list(mutations(rng, texts, 1000))
    assert {name for name, _, _ in made} == set(MUTATORS)
    accepted = [
        f"{name}: {text.first} | {text.second}"
        for name, text, request in made
        if not CHECK.complaints(text.wording(), request)
    ]
    assert accepted == []


@pytest.mark.parametrize("name", PARAPHRASERS)
def test_paraphrases_are_accepted(name: str, texts: list[tuple[Text, WordingRequest]]) -> None:
    rng = random.Random(7)  # noqa: S311 - texts, not secrets
    other = [
        (text.saying(PARAPHRASERS[name](rng, text.first), PARAPHRASERS[name](rng, text.second)), request)
        for text, request in texts[::5]
    ]
    refused = [text.second for text, request in other if text.fits and CHECK.complaints(text.wording(), request)]
    assert len(refused) <= 0.02 * len(other), refused
