"""What is said to a language model: one frame for all agents, a page of each agent, and data between tags.

Nothing but what is listed here leaves: no id of a user, an analysis or a device, no series of values, no text that a
user wrote.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from holisticos.contracts.names import Archetype
from holisticos.contracts.report import Evidence, Finding, Recommendation
from holisticos.contracts.wording import Prompt, Wording, WordingRequest

_FRAME: Final = Path(__file__).parent / "frame.md"

MOST_FINDINGS: Final = 5
MOST_RECOMMENDATIONS: Final = 3
"""More than these cannot be worded within the seconds there are; the others keep the words of the rules."""

TONES: Final[Mapping[Archetype, str]] = {
    Archetype.FOUNDATION_BUILDER: "gentle and concrete; one small step at a time",
    Archetype.RESILIENCE_REBUILDER: "calm and patient; rest counts as progress",
    Archetype.CONNECTED_EXPLORER: "warm and curious",
    Archetype.SYSTEMATIC_IMPROVER: "orderly and exact",
    Archetype.TRANSFORMATION_SEEKER: "direct and energetic",
    Archetype.PEAK_PERFORMER: "terse and precise",
}

_PLAIN: Final = re.compile(r"[\w.~/:+-]+", re.ASCII)
_OF_FINDING: Final = {"id", "title", "text", "direction", "importance", "confidence", "evidence_ids", "red_flag"}
_OF_RECOMMENDATION: Final = {"id", "text", "why", "measure", "time_of_day", "effort_minutes", "evidence_ids"}
_OF_EVIDENCE: Final = {"id", "metric", "statistic", "value", "unit", "window", "n", "baseline", "direction"}


def cut(request: WordingRequest) -> WordingRequest:
    """The request with what is worded of it: what matters most, and the evidence that it cites and that has a value.

    Sources may name a measure as they like; what rests on one whose name is not a plain word stays here.
    """
    strange = {item.id for item in request.evidence if not _PLAIN.fullmatch(item.id + item.metric + item.unit)}
    plain = [item for item in request.findings if strange.isdisjoint(item.evidence_ids)]
    findings = sorted(plain, key=lambda item: (not item.red_flag, -item.importance))[:MOST_FINDINGS]
    recommendations = tuple(item for item in request.recommendations if strange.isdisjoint(item.evidence_ids))
    recommendations = recommendations[:MOST_RECOMMENDATIONS]
    cited = {id_ for item in findings for id_ in item.evidence_ids}
    cited |= {id_ for item in recommendations for id_ in item.evidence_ids}
    return request.model_copy(
        update={
            "findings": tuple(findings),
            "recommendations": recommendations,
            "evidence": tuple(item for item in request.evidence if item.id in cited and item.value is not None),
        }
    )


def prompt_for(
    request: WordingRequest, page: Path, rejected: Wording | None = None, complaints: Sequence[str] = ()
) -> Prompt:
    """The question; with ``rejected`` and ``complaints`` the request to repair an earlier answer."""
    instructions = _instructions(page)
    sections: dict[str, object] = {
        "reader": {
            "archetype": request.archetype,
            "tone": TONES[request.archetype],
            # The language alone: what may follow it is the user's.
            "language": request.language.partition("-")[0].lower(),
        },
        "preferences": {"not_wanted": request.not_wanted, "move_in_the": request.move_in_the},
        "findings": [_picked(item, _OF_FINDING) for item in request.findings],
        "recommendations": [_picked(item, _OF_RECOMMENDATION) for item in request.recommendations],
        "evidence": [_picked(item, _OF_EVIDENCE) for item in request.evidence],
    }
    if rejected:
        sections["rejected_answer"] = rejected.model_dump(mode="json")
        sections["what_is_wrong_with_it"] = list(complaints)
    return Prompt(
        instructions=instructions,
        data="\n".join(f"<{name}>\n{_data(value)}\n</{name}>" for name, value in sections.items()),
        version=version_of(page),
    )


def version_of(page: Path) -> str:
    """Twelve hexadecimal digits that change with every character of what the model is told to do."""
    return hashlib.sha256(_instructions(page).encode()).hexdigest()[:12]


@cache
def _instructions(page: Path) -> str:
    return f"{_FRAME.read_text(encoding='utf-8')}{page.read_text(encoding='utf-8')}"


def _picked(item: Finding | Recommendation | Evidence, fields: set[str]) -> dict[str, Any]:
    return item.model_dump(mode="json", include=fields, exclude_none=True)


def _data(value: object) -> str:
    """JSON in which nothing can look like the end of its section."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
