"""What the next analysis will know of this one."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from functions.aggregate.merge import evidence_of
from holisticos.agents import ids, metrics
from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.feedback import Answer
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import AgentReport, DateSpan, Evidence, Finding
from holisticos.health.adherence import has_risen
from holisticos.health.memory import (
    Experience,
    Fact,
    LongTermMemory,
    Memory,
    MetaMemory,
    OpenFinding,
    PastRecommendation,
    ShortTermMemory,
    Told,
    WorkingMemory,
    experience,
)
from holisticos.health.privacy import metrics_of
from holisticos.health.sameness import same_form, still_holds

MOST_EXPERIENCES: Final = 60
"""Forms of recommendations that are kept: those given last."""
FACTS: Final = (
    (metrics.STEPS, "median"),
    (metrics.SLEEP_MINUTES, "median"),
    (metrics.RESTING_HEART_RATE, "median"),
    (metrics.HRV, "median"),
    (metrics.WEIGHT, "median"),
    (metrics.BEDTIME, "usual"),
    (metrics.WAKE_TIME, "usual"),
)
"""Metric and statistic of what is kept as the person's usual, from the longest stretch of days there is."""
FACT_DAYS: Final = 14
"""The least number of days on which a fact rests."""


def remember(
    before: Memory,
    result: AnalysisResult,
    today: date,
    *,
    answers: Iterable[Answer] = (),
) -> Memory:
    """``before`` with this analysis in it. Doing it twice from the same ``before`` gives the same."""
    findings = tuple(Finding(**item.model_dump()) for item in (*result.red_flags, *result.insights))
    known = evidence_of(result.agents.values())
    cited = dict.fromkeys(id_ for item in findings for id_ in item.evidence_ids)
    recent = before.short_term.recent(today)
    facts = before.long_term.facts
    if _is_news(before, result):
        facts = _facts(facts, known.values(), today)
    given = _recommendations(recent.recommendations, result, today)
    observed = _observed(before.experiences(answers), recent.recommendations, result.agents.get(AgentName.ADAPTATION))
    working = WorkingMemory(
        analysis_id=result.analysis_id,
        window=DateSpan(start=result.window.start, end=result.window.end),
        findings=findings,
        evidence=tuple(known[id_] for id_ in cited),
    )
    return Memory(
        working=working,
        short_term=ShortTermMemory(
            recommendations=given,
            told=_told(recent.told, findings, known, today),
            open=_open(before, working, today),
        ),
        long_term=LongTermMemory(
            analyses=before.analyses + 1,
            facts=facts,
            archetype=result.archetype,
        ),
        meta=MetaMemory(experiences=_experiences(observed, given, result, today)),
    )


def _is_news(before: Memory, result: AnalysisResult) -> bool:
    """Whether there were days since the last analysis: the same days again confirm nothing."""
    return before.last_window is None or before.last_window.end < result.window.end


def _open(before: Memory, now: WorkingMemory, today: date) -> tuple[OpenFinding, ...]:
    """What was found before, is not found now, and of which the memory agent has not told what became; newest first."""
    found_again = {item.kind for item in now.changes}
    decided = {item.id for item in now.findings}
    still_open: dict[tuple[str, str], OpenFinding] = {}
    for item in before.changes:
        recheck = ids.of(AgentName.MEMORY, ids.recheck(*item.kind))
        if item.kind not in found_again and recheck not in decided:
            still_open.setdefault(item.kind, item)
    return ShortTermMemory(open=tuple(still_open.values())).recent(today).open


def _recommendations(
    before: Iterable[PastRecommendation], result: AnalysisResult, today: date
) -> tuple[PastRecommendation, ...]:
    """The old ones of the last weeks and the new ones; one that is repeated much as it was keeps its first day.

    What is judged is the target first given.
    """
    given = {item.recommendation.id: item for item in before}
    for item in result.plan.items:
        if (known := given.get(item.id)) is None or not same_form(known.recommendation, item):
            given[item.id] = PastRecommendation(recommendation=item, given_on=today, analysis_id=result.analysis_id)
    return tuple(sorted(given.values(), key=lambda item: (item.given_on, item.recommendation.id)))


def _told(
    before: Iterable[Told], findings: Iterable[Finding], evidence: Mapping[str, Evidence], today: date
) -> tuple[Told, ...]:
    told = {item.finding_id: item for item in before}
    for found in findings:
        known = told.get(found.id)
        first_on, times = (known.first_on, known.times) if known else (today, 0)
        told[found.id] = Told(
            finding_id=found.id,
            direction=found.direction,
            first_on=first_on,
            last_on=today,
            times=times + 1,
            metrics=metrics_of(found.evidence_ids, evidence),
        )
    return tuple(told[id_] for id_ in sorted(told))


def _facts(before: Iterable[Fact], evidence: Iterable[Evidence], today: date) -> tuple[Fact, ...]:
    """What was known and still is stays as it is; what has moved is a new fact; what was not measured stays."""
    facts = {(item.evidence.metric, item.evidence.statistic): item for item in before}
    for kind, now in _usual(evidence).items():
        known = facts.get(kind)
        if known is None or not still_holds(known.evidence, now):
            facts[kind] = Fact(evidence=now, since=today)
    return tuple(facts[kind] for kind in FACTS if kind in facts)


def _usual(evidence: Iterable[Evidence]) -> Mapping[tuple[str, str], Evidence]:
    longest: dict[tuple[str, str], Evidence] = {}
    for item in evidence:
        kind = (item.metric, item.statistic)
        if kind not in FACTS or item.value is None or item.n < FACT_DAYS:
            continue
        if kind not in longest or longest[kind].window.days < item.window.days:
            longest[kind] = item
    return longest


def _experiences(
    before: Iterable[Experience], given: Iterable[PastRecommendation], result: AnalysisResult, today: date
) -> tuple[Experience, ...]:
    """One for each form of each recommendation; those given last come first.

    The form is the one given today: it may have moved, day by day, away from all forms but that of yesterday.
    """
    experiences = list(before)
    in_plan = {item.id: item for item in result.plan.items}
    for past in given:
        item = in_plan.get(past.recommendation.id)
        if item is None:
            continue
        place = next((n for n, one in enumerate(experiences) if same_form(one.recommendation, item)), None)
        if place is None:
            experiences.append(experience(past.model_copy(update={"recommendation": item, "given_on": today})))
        else:
            known = experiences[place]
            experiences[place] = known.model_copy(
                update={"analysis_id": past.analysis_id, "last_on": today, "times": known.times + 1}
            )
    experiences.sort(key=lambda one: (one.last_on, one.recommendation.id), reverse=True)
    return tuple(experiences[:MOST_EXPERIENCES])


def _observed(
    before: Iterable[Experience], given: Iterable[PastRecommendation], adaptation: AgentReport | None
) -> tuple[Experience, ...]:
    """The same, with how often the targets of what was ``given`` before were reached, as far as that was seen."""
    counts = (
        {} if adaptation is None else {item.recommendation.id: (item, _reached(adaptation, item)) for item in given}
    )

    def of(one: Experience) -> Experience:
        past, counted = counts.get(one.recommendation.id, (None, None))
        if past is None or counted is None or not same_form(past.recommendation, one.recommendation):
            return one
        return one.model_copy(update={"reached": (counted.value or 0.0) / counted.n, "risen": has_risen(counted)})

    return tuple(of(one) for one in before)


def _reached(adaptation: AgentReport, past: PastRecommendation) -> Evidence | None:
    """On how many days the target was reached, where adaptation has told of it."""
    evidence = {item.id: item for item in adaptation.evidence}
    id_ = ids.of(AgentName.ADAPTATION, ids.outcome(past.recommendation.id))
    found = next((item for item in adaptation.findings if item.id == id_), None)
    if found is None:
        return None
    counted = evidence[found.evidence_ids[0]]
    is_count = counted.statistic.startswith("days_")  # what is told side by side has a figure there, and no days
    return counted if counted.value is not None and counted.n and is_count else None
