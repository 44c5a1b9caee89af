"""What is kept of a user between analyses, in four layers.

========== =============================================================== ======================
working    the last analysis as a whole                                    until the next one
short-term what was found and recommended, and what became of it is open   30 days
long-term  what stays: the person's usual, and for whom was planned        always
meta       what works for this person: what became of each recommendation  always
========== =============================================================== ======================

What a person prefers is in their profile.

Of a category that the user withholds nothing is kept, neither anew nor from before (``privacy.shared_memory``).

Version 1 kept one flat record; what was stored in it is read as version 2, in snapshots too.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from pydantic import Field, model_validator

from holisticos.contracts.base import Contract
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import Archetype, Direction
from holisticos.contracts.report import DateSpan, Evidence, Finding, Recommendation
from holisticos.health.adherence import as_seen

SCHEMA_VERSION: Final = 2
SHORT_TERM: Final = timedelta(days=30)
_WEEK: Final = timedelta(days=7)


class PastRecommendation(Contract):
    """A recommendation as it was given."""

    recommendation: Recommendation
    given_on: date
    analysis_id: str


class Told(Contract):
    """A finding that the person was shown: when first, when last, and how often."""

    finding_id: str
    direction: Direction | None = None
    first_on: date
    last_on: date
    times: int = Field(ge=1)
    metrics: tuple[str, ...] = Field(default=(), description="what it was about; empty where that was not kept yet")


class OpenFinding(Contract):
    """A change that was found, and the evidence it rested on, of which it is not known yet what became."""

    finding: Finding
    evidence: Evidence

    @property
    def kind(self) -> tuple[str, str]:
        """Metric and statistic."""
        return self.evidence.metric, self.evidence.statistic


class Fact(Contract):
    """Something that has been true of the person for a while."""

    evidence: Evidence
    since: date


class Experience(Contract):
    """What became of one recommendation in one form.

    ``reached`` is the share of days on which its target was reached, as the data show, and ``risen`` whether that is
    clearly more than before; ``adherence`` and ``helpful`` are the person's own last answer.
    """

    recommendation: Recommendation
    analysis_id: str = Field(description="the analysis that gave it last in this form for the first time")
    first_on: date
    last_on: date
    times: int = Field(ge=1)
    reached: float | None = Field(default=None, ge=0, le=1)
    risen: bool | None = Field(default=None, description="null: not compared, as in what was stored at first")
    adherence: Adherence | None = None
    helpful: bool | None = None
    answered_at: datetime | None = None

    @property
    def is_habit(self) -> bool:
        """Whether it has become something the person does: seen in the data, or said where data cannot tell."""
        if self.seen in {Adherence.FOLLOWED, Adherence.NOT}:
            return self.seen is Adherence.FOLLOWED
        return self.adherence in {Adherence.FOLLOWED, Adherence.PARTLY}

    @property
    def seen(self) -> Adherence | None:
        """What the data show of it."""
        return None if self.reached is None else as_seen(self.reached, risen=self.risen)

    def rests(self, today: date) -> bool:
        """Whether it was given for a week and hardly followed: it gives way for a month, and may come again then."""
        given_for_long = self.last_on - self.first_on >= _WEEK
        return self.seen is Adherence.NOT and given_for_long and today - self.last_on <= SHORT_TERM

    def with_answer(self, answer: Answer) -> "Experience":
        return self.model_copy(
            update={"adherence": answer.adherence, "helpful": answer.helpful, "answered_at": answer.at}
        )


ASKED_AGAIN: Final = frozenset({"median", "usual", "deviation", "ln_mean", "habitual_need", "trend"})
"""Statistics of which new days can tell whether what was found still holds."""
ASKED_AGAIN_DAYS: Final = 5
"""Days on which a finding has to rest: what one day was like is over with it."""


class WorkingMemory(Contract):
    """The last analysis: what was found in which window, and the evidence it rested on."""

    analysis_id: str | None = None
    window: DateSpan | None = None
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = Field(default=(), description="what the findings cite, as it was then")

    @property
    def changes(self) -> tuple[OpenFinding, ...]:
        """What was found to be up or down by one piece of evidence alone, and may be asked again."""
        known = {item.id: item for item in self.evidence}
        return tuple(
            OpenFinding(finding=found, evidence=known[found.evidence_ids[0]])
            for found in self.findings
            if found.direction in {Direction.UP, Direction.DOWN}
            and len(found.evidence_ids) == 1
            and found.evidence_ids[0] in known
            and _may_be_asked_again(known[found.evidence_ids[0]])
        )


def _may_be_asked_again(evidence: Evidence) -> bool:
    return evidence.statistic in ASKED_AGAIN and evidence.n >= ASKED_AGAIN_DAYS


class ShortTermMemory(Contract):
    recommendations: tuple[PastRecommendation, ...] = ()
    told: tuple[Told, ...] = ()
    open: tuple[OpenFinding, ...] = Field(
        default=(), description="what was found before the last analysis and not again, until it is decided"
    )

    def recent(self, today: date) -> "ShortTermMemory":
        """Without what is older than 30 days."""
        return ShortTermMemory(
            recommendations=tuple(item for item in self.recommendations if today - item.given_on <= SHORT_TERM),
            told=tuple(item for item in self.told if today - item.last_on <= SHORT_TERM),
            open=tuple(item for item in self.open if today - item.evidence.window.end <= SHORT_TERM),
        )


class LongTermMemory(Contract):
    analyses: int = Field(default=0, ge=0, description="how many there were")
    facts: tuple[Fact, ...] = ()
    archetype: Archetype | None = Field(default=None, description="that of the last analysis")


class MetaMemory(Contract):
    experiences: tuple[Experience, ...] = ()


class Memory(Contract):
    """All four layers; empty for a new user."""

    schema_version: int = SCHEMA_VERSION
    working: WorkingMemory = WorkingMemory()
    short_term: ShortTermMemory = ShortTermMemory()
    long_term: LongTermMemory = LongTermMemory()
    meta: MetaMemory = MetaMemory()

    @model_validator(mode="before")
    @classmethod
    def _migrated(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("schema_version") == 1:
            return _from_version_1(data)
        return data

    @property
    def analyses(self) -> int:
        return self.long_term.analyses

    @property
    def changes(self) -> tuple[OpenFinding, ...]:
        """Of the last analysis, and what is open of those before."""
        return (*self.working.changes, *self.short_term.open)

    @property
    def last_window(self) -> DateSpan | None:
        return self.working.window

    def as_of(self, today: date) -> "Memory":
        """Without what has faded by ``today``; the store forgets it too, but in its own time."""
        return self.model_copy(update={"short_term": self.short_term.recent(today)})

    def experiences(self, answers: Iterable[Answer]) -> tuple[Experience, ...]:
        """Those of the meta layer, with ``answers`` that were given since."""
        in_order = sorted(answers, key=lambda item: item.at)
        newest = {(item.recommendation_id, item.analysis_id): item for item in in_order}

        def of(known: Experience) -> Experience:
            answer = newest.get((known.recommendation.id, known.analysis_id))
            if answer is None or (known.answered_at is not None and answer.at <= known.answered_at):
                return known
            return known.with_answer(answer)

        return tuple(of(item) for item in self.meta.experiences)


def _from_version_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """Findings become working memory, recommendations short-term memory and, as far as they go, experiences."""
    given = [PastRecommendation.model_validate(item) for item in data.get("recommendations", ())]
    findings = [Finding.model_validate(item) for item in data.get("findings", ())]
    window = data.get("last_window")
    last = DateSpan.model_validate(window).end if window else None
    told = [
        Told(finding_id=item.id, direction=item.direction, first_on=last, last_on=last, times=1)
        for item in findings
        if last is not None
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "working": {
            "analysis_id": data.get("last_analysis_id"),
            "window": window,
            "findings": findings,
            "evidence": data.get("evidence", ()),
        },
        "short_term": {"recommendations": given, "told": told},
        "long_term": {"analyses": data.get("analyses", 0)},
        "meta": {"experiences": [experience(item) for item in given]},
    }


def experience(given: PastRecommendation) -> Experience:
    """The first experience with a recommendation: it was given, and what it goes on from before it."""
    return Experience(
        recommendation=given.recommendation,
        analysis_id=given.analysis_id,
        first_on=given.recommendation.since or given.given_on,
        last_on=given.given_on,
        times=1,
    )
