"""Texts over a request, as a language model would hand them in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from holisticos.contracts.report import Evidence, Finding, Recommendation
from holisticos.contracts.wording import WordedFinding, WordedRecommendation, Wording, WordingRequest


@dataclass(frozen=True, slots=True)
class Text:
    """One finding or recommendation in words: title and text, or text and why."""

    of: Finding | Recommendation
    first: str
    second: str

    @property
    def id(self) -> str:
        return self.of.id

    def evidence(self, request: WordingRequest) -> list[Evidence]:
        known = {item.id: item for item in request.evidence}
        return [known[id_] for id_ in self.of.evidence_ids]

    def saying(self, first: str, second: str) -> "Text":
        return replace(self, first=first, second=second)

    def wording(self) -> Wording:
        if isinstance(self.of, Finding):
            found = WordedFinding(
                finding_id=self.id, title=self.first, text=self.second, evidence_ids=self.of.evidence_ids
            )
            return Wording(findings=(found,), recommendations=(), model="benchmark", tokens_in=0, tokens_out=0)
        given = WordedRecommendation(
            recommendation_id=self.id, text=self.first, why=self.second, evidence_ids=self.of.evidence_ids
        )
        return Wording(findings=(), recommendations=(given,), model="benchmark", tokens_in=0, tokens_out=0)

    @property
    def fits(self) -> bool:
        """Whether the contract has room for it."""
        most = (80, 400) if isinstance(self.of, Finding) else (300, 300)
        return len(self.first) <= most[0] and len(self.second) <= most[1]


def rule_texts(request: WordingRequest) -> Iterator[Text]:
    yield from (Text(item, item.title, item.text) for item in request.findings)
    yield from (Text(item, item.text, item.why) for item in request.recommendations)


def as_ruled(request: WordingRequest) -> Wording:
    """The texts of the rules, all at once, as far as the contract has room for them."""
    wordings = [text.wording() for text in rule_texts(request) if text.fits]
    return Wording(
        findings=tuple(item for wording in wordings for item in wording.findings),
        recommendations=tuple(item for wording in wordings for item in wording.recommendations),
        model="benchmark",
        tokens_in=0,
        tokens_out=0,
    )
