"""What the rules say themselves must always pass: otherwise a model that repeats them would be refused."""

import pytest

from benchmarks.grounding.people import real_requests
from benchmarks.grounding.texts import as_ruled
from holisticos.agents.language_model.grounding import GroundedInEvidence
from holisticos.contracts.wording import WordingRequest
from tests.unit.agents.language_model.grounding.people import synthetic

# A simulation: it runs what other tests cover, thousands of times.
pytestmark = pytest.mark.no_cover


CHECK = GroundedInEvidence()


def complaints(request: WordingRequest) -> list[str]:
    return list(CHECK.complaints(as_ruled(request), request))


def test_all_rule_texts_about_synthetic_people_pass() -> None:
    assert [complaint for request in synthetic() for complaint in complaints(request)] == []


def test_all_rule_texts_about_real_people_pass() -> None:
    found = list(real_requests(most=3))
    if not found:
        pytest.skip("the real data are not on this machine (../shared/data or HOLISTICOS_SHARED_DATA)")
    assert [complaint for request in found for complaint in complaints(request)] == []
