"""What the person said of recommendations, counted; their own words are never read."""

from typing import Final

from functions.agents.adaptation.input import AdaptationInput
from holisticos.agents import ids, phrases
from holisticos.agents.formatting import Said
from holisticos.agents.spec import Analysis
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.memory import PastRecommendation

ME: Final = AgentName.ADAPTATION
METRIC: Final = "feedback"


def answered(data: AdaptationInput) -> tuple[tuple[PastRecommendation, Answer], ...]:
    """Every recommendation of late that was answered, with the newest answer."""
    pairs = ((past, data.answer_to(past)) for past in data.past)
    return tuple((past, answer) for past, answer in pairs if answer is not None)


def told(data: AdaptationInput) -> Analysis:
    """How many recommendations helped, of those of which the person said."""
    rated = [(past, answer) for past, answer in answered(data) if answer.helpful is not None]
    if not rated:
        return Analysis()
    first = min(past.given_on for past, _ in rated)
    span = DateSpan(start=min(first, data.window.end), end=data.window.end)
    counts = {name: sum(answer.helpful is wanted for _, answer in rated) for name, wanted in _ANSWERS.items()}
    helped, not_helped = (_count(name, count, len(rated), span) for name, count in counts.items())
    meaning = [
        *(["what helped counts for what comes next"] if counts["helped"] else []),
        *(["what did not is not offered again in the same form"] if counts["did_not_help"] else []),
    ]
    found = phrases.finding(
        ME,
        ids.ANSWERS,
        "What you said of earlier advice",
        f"Of the recommendations you rated since {Said(helped).start}, {Said(helped).count} helped you and "
        f"{Said(not_helped).count} did not: {' and '.join(meaning)}.",
        [helped, not_helped],
        importance=0.5,
    )
    # What somebody said, they said; nothing has to be inferred from it.
    return Analysis((helped, not_helped), (found.model_copy(update={"confidence": 1.0}),))


_ANSWERS: Final = {"helped": True, "did_not_help": False}


def _count(name: str, count: int, of: int, span: DateSpan) -> Evidence:
    return Evidence(
        id=f"{METRIC}.{name}.{span.start.isoformat()}",
        metric=METRIC,
        statistic=name,
        value=count,
        unit="count",
        window=span,
        n=of,
        method="count of recommendations of the last 30 days by what was last said of each",
    )


def said_not(data: AdaptationInput) -> bool:
    """Whether something was not followed, by what the person said."""
    return any(answer.adherence is Adherence.NOT for _, answer in answered(data))


def said_followed(data: AdaptationInput) -> bool:
    return any(answer.adherence is Adherence.FOLLOWED for _, answer in answered(data))


def did_not_help(data: AdaptationInput) -> bool:
    return any(answer.helpful is False for _, answer in answered(data))
