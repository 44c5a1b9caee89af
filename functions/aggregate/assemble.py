"""The result of an analysis from its reports. Pure: the same input gives the same result."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from functions.aggregate.brief import Looked, brief, brief_without_data
from functions.aggregate.merge import Merged, evidence_of, merge
from functions.aggregate.plan import fit
from functions.aggregate.rank import rank, worth
from functions.aggregate.resolve import resolve
from holisticos.agents import ids, metrics
from holisticos.agents.archetypes import BUDGETS
from holisticos.agents.day import day_of
from holisticos.contracts.analysis import (
    AnalysisHead,
    AnalysisResult,
    Gap,
    MissingAgent,
    Plan,
    PreviousAnalysis,
    SnapshotRef,
)
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, Archetype
from holisticos.contracts.report import PAIR, AgentReport, Insight, Recommendation
from holisticos.contracts.usage import ModelUse, cost_of
from holisticos.health.assembly import days_with_values, has_usable_days
from holisticos.health.context import UserHealthContext
from holisticos.health.profile import DEFAULT_ARCHETYPE

Reports = Mapping[AgentName, AgentReport]


def assemble(
    head: AnalysisHead, context: UserHealthContext, reports: Reports, snapshot: SnapshotRef, completed_at: datetime
) -> AnalysisResult:
    chosen = head.archetype or context.profile.archetype
    archetype = chosen or DEFAULT_ARCHETYPE
    missing = _missing(reports, _UNFINISHED | {AgentStatus.SKIPPED})
    unfinished = _missing(reports, _UNFINISHED)
    insights, plan = _advice(context, reports, archetype)
    status = _status(context, insights, unfinished)
    if status is AnalysisStatus.NO_DATA:
        # What only old data tell is no answer to what was asked.
        insights, plan = (), _empty(plan)
    gaps = _gaps(context, reports)
    return AnalysisResult(
        analysis_id=head.analysis_id,
        user_id=head.user_id,
        analysis_type=context.analysis_type,
        archetype=archetype,
        archetype_chosen=chosen is not None,
        trigger=head.trigger,
        status=status,
        requested_at=head.requested_at,
        completed_at=completed_at,
        as_of=context.as_of,
        synthetic=context.profile.synthetic,
        window=context.window,
        previous=_previous(context),
        sources=context.sources,
        data_quality=context.quality.model_copy(update={"gaps": gaps}),
        brief=brief_without_data(context.window, [gap for gap in gaps if gap.metric in context.biomarkers])
        if status is AnalysisStatus.NO_DATA
        else brief(
            insights,
            plan,
            context.window,
            archetype=archetype,
            chosen=chosen is not None,
            evidence=evidence_of(reports.values()),
            looked=Looked(days_with_values(context), unfinished, _missing(reports, frozenset({AgentStatus.SKIPPED}))),
        ),
        insights=tuple(item for item in insights if not item.red_flag),
        plan=plan,
        red_flags=tuple(item for item in insights if item.red_flag),
        agents={agent: reports[agent] for agent in AgentName if agent in reports},
        missing=missing,
        cost=cost_of(call for use in _uses(reports) for call in use.calls),
        snapshot=snapshot,
    )


def _previous(context: UserHealthContext) -> PreviousAnalysis | None:
    last = context.memory.working
    if last.window is None:
        return None
    return PreviousAnalysis(
        analysis_id=last.analysis_id, window=last.window, archetype=context.memory.long_term.archetype
    )


def _advice(context: UserHealthContext, reports: Reports, archetype: Archetype) -> tuple[tuple[Insight, ...], Plan]:
    evidence = evidence_of(reports.values())
    experiences = context.memory.experiences(context.feedback)
    today = context.window.end
    given = [item for agent in AgentName if agent in reports for item in reports[agent].recommendations]
    resolved = resolve(
        given,
        (found for report in reports.values() for found in report.findings),
        evidence,
        experiences=experiences,
        preferences=context.profile.preferences,
        today=today,
    )
    merged = merge(reports if resolved.takes_load else _without_invitation(reports))
    allowed = _refer_to_merged(resolved.allowed, merged)
    insights = rank(
        merged,
        advised=frozenset(id_ for item in allowed for id_ in item.finding_ids),
        remembered=context.memory.short_term.told,
        takes_load=resolved.takes_load,
    )
    worths = {item.id: worth(item) for item in insights}
    plan = fit(allowed, BUDGETS[archetype], worth=worths, evidence=evidence, experiences=experiences, today=today)
    routine = reports.get(AgentName.ROUTINE)
    day = day_of(routine.evidence, plan.items) if routine and routine.day else ()
    return insights, plan.model_copy(update={"left_out": (*resolved.left_out, *plan.left_out), "day": day})


def _without_invitation(reports: Reports) -> Reports:
    """Without the finding that there is room for more: adaptation looks at some signs of recovery, others see more."""
    invitation = ids.of(AgentName.ADAPTATION, ids.NEXT_STEP)
    return {
        agent: report.model_copy(update={"findings": tuple(one for one in report.findings if one.id != invitation)})
        for agent, report in reports.items()
    }


def _refer_to_merged(
    recommendations: tuple[Recommendation, ...], merged: tuple[Merged, ...]
) -> tuple[Recommendation, ...]:
    """The same, citing the findings that are left after merging."""
    now = {id_: item.finding.id for item in merged for id_ in item.ids}
    return tuple(
        item.model_copy(update={"finding_ids": tuple(dict.fromkeys(now[id_] for id_ in item.finding_ids))})
        for item in recommendations
    )


def _status(
    context: UserHealthContext, insights: tuple[Insight, ...], unfinished: tuple[MissingAgent, ...]
) -> AnalysisStatus:
    if not has_usable_days(context):
        return AnalysisStatus.NO_DATA
    if unfinished:
        return AnalysisStatus.PARTIAL
    return AnalysisStatus.COMPLETED if insights else AnalysisStatus.NO_DATA


_UNFINISHED: Final = frozenset({AgentStatus.DEGRADED, AgentStatus.FAILED})


def _missing(reports: Reports, statuses: frozenset[AgentStatus]) -> tuple[MissingAgent, ...]:
    return tuple(
        MissingAgent(agent=agent, reason=reports[agent].reason or "gave no reason")
        for agent in AgentName
        if agent in reports and reports[agent].status in statuses
    )


def _gaps(context: UserHealthContext, reports: Reports) -> tuple[Gap, ...]:
    """What was missing when the data were read, and of what no agent could make anything, once a metric."""
    gaps = {gap.metric: gap for gap in context.quality.gaps}
    evidence = [item for agent in AgentName if agent in reports for item in reports[agent].evidence]
    known = {item.metric for item in evidence if item.value is not None}
    for item in evidence:
        if item.unavailable_because and item.metric not in known and not _is_derived(item.metric):
            gaps.setdefault(item.metric, Gap(metric=item.metric, reason=item.unavailable_because))
    return tuple(gaps.values())


def _is_derived(metric: str) -> bool:
    """Pairs of metrics, and what only follows from advice: nobody measures them."""
    return PAIR in metric or metric == metrics.WAKE_TIME_OFF


def _uses(reports: Reports) -> tuple[ModelUse, ...]:
    return tuple(report.language_model for report in reports.values() if report.language_model)


def _empty(plan: Plan) -> Plan:
    return plan.model_copy(update={"items": (), "left_out": (), "day": (), "minutes_used": 0})
