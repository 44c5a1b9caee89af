"""Language models that answer without a network."""

from collections.abc import Callable

from holisticos.contracts.errors import LanguageModelError
from holisticos.contracts.wording import WordedFinding, WordedRecommendation, Wording, WordingRequest


def faithful(request: WordingRequest) -> Wording:
    """Says the same in other words, the last finding first."""
    return Wording(
        findings=tuple(
            WordedFinding(
                finding_id=item.id, title=item.title, text=f"In short: {item.text}", evidence_ids=item.evidence_ids
            )
            for item in reversed(request.findings)
        ),
        recommendations=tuple(
            WordedRecommendation(
                recommendation_id=item.id, text=f"Try this: {item.text}", why=item.why, evidence_ids=item.evidence_ids
            )
            for item in request.recommendations
        ),
        model="fake",
        tokens_in=100,
        tokens_out=50,
    )


class FakeLanguageModel:
    """``LanguageModel`` for tests; ``requests`` are what it was asked."""

    def __init__(
        self, answer: Callable[[WordingRequest], Wording] = faithful, *, fails_with: str | None = None
    ) -> None:
        self.requests: list[WordingRequest] = []
        self._answer = answer
        self._fails_with = fails_with

    def word(self, request: WordingRequest) -> Wording:
        self.requests.append(request)
        if self._fails_with:
            raise LanguageModelError(self._fails_with, "the model was made to fail")
        return self._answer(request)
