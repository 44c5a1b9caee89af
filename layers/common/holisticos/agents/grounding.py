"""The gate between a language model's words and the user."""

import re
from collections.abc import Sequence
from typing import Final, Protocol

from holisticos.contracts.wording import Wording, WordingRequest

_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")


class GroundingCheck(Protocol):
    """Decides whether a wording says nothing but what was found."""

    def complaints(self, wording: Wording, request: WordingRequest) -> Sequence[str]:
        """What is wrong with ``wording``, precisely enough to be repaired; empty where it may be shown."""
        ...


class SameNumbers:
    """Accepts a text only where each of its numbers stands in the rule text that it replaces.

    Strict on purpose: a number that was rounded differently is refused as well. It sees digits alone,
    neither number words nor directions.
    """

    def complaints(self, wording: Wording, request: WordingRequest) -> Sequence[str]:
        problems: list[str] = []
        findings = {item.id: item for item in request.findings}
        for worded in wording.findings:
            found = findings.get(worded.finding_id)
            if found is None:
                problems.append(f"there is no finding {worded.finding_id}")
                continue
            problems += _citations(worded.finding_id, worded.evidence_ids, found.evidence_ids)
            problems += _numbers(found.id, f"{worded.title} {worded.text}", f"{found.title} {found.text}")
        recommendations = {item.id: item for item in request.recommendations}
        for advised in wording.recommendations:
            given = recommendations.get(advised.recommendation_id)
            if given is None:
                problems.append(f"there is no recommendation {advised.recommendation_id}")
                continue
            problems += _citations(given.id, advised.evidence_ids, given.evidence_ids)
            problems += _numbers(given.id, f"{advised.text} {advised.why}", f"{given.text} {given.why}")
        return problems


def _citations(about: str, cited: Sequence[str], known: Sequence[str]) -> list[str]:
    return [f"{about} does not rest on {id_}" for id_ in cited if id_ not in known]


def _numbers(about: str, text: str, source: str) -> list[str]:
    known = set(_NUMBER.findall(source))
    return [f"{about} says {number}, which was not found" for number in _NUMBER.findall(text) if number not in known]
