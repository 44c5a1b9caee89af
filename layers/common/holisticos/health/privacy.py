"""What a user withholds is not kept: whatever the source sends, and whatever was remembered before."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, TypeVar

from holisticos.contracts.feedback import Answer
from holisticos.contracts.report import PAIR, Evidence, Recommendation
from holisticos.health.catalogue import CATALOGUE
from holisticos.health.memory import Memory, MetaMemory, ShortTermMemory
from holisticos.health.records import ArchetypeRecord, Biomarker, DropReason, Records, Score

Record = TypeVar("Record", Score, Biomarker, ArchetypeRecord)

_ARCHETYPE_CATEGORIES: Final = {
    "activity_level": "activity",
    "exercise_frequency": "activity",
    "primary_exercise": "activity",
    "primary_exercise_type": "activity",
    "secondary_exercise": "activity",
    "bed_schedule": "sleep",
    "wake_schedule": "sleep",
}


def categories_of(record: Score | Biomarker | ArchetypeRecord) -> frozenset[str]:
    """What has to be shared for the record to be: the category it is in, by the source's word and by the
    catalogue's, or those it was computed from."""
    match record:
        case Score():
            sources = record.raw.get("dataSources")
            computed_from = (
                {name.lower() for name in sources if isinstance(name, str)} if isinstance(sources, list) else ()
            )
            return frozenset({record.type, *computed_from})
        case Biomarker():
            metric = CATALOGUE.get(record.type)
            return frozenset({record.category, metric.category if metric else record.category})
        case ArchetypeRecord():
            category = "sleep" if record.name.startswith("sleep_") else _ARCHETYPE_CATEGORIES.get(record.name)
            return frozenset({category} if category else ())


def shared_scores(records: Records[Score], withheld: Collection[str]) -> Records[Score]:
    """Without scores of, or computed from, a withheld category."""
    return _shared(records, withheld)


def shared_biomarkers(records: Records[Biomarker], withheld: Collection[str]) -> Records[Biomarker]:
    """Without biomarkers of a withheld category."""
    return _shared(records, withheld)


def shared_archetypes(records: Records[ArchetypeRecord], withheld: Collection[str]) -> Records[ArchetypeRecord]:
    """Without archetypes that describe a withheld category."""
    return _shared(records, withheld)


def _shared(records: Records[Record], withheld: Collection[str]) -> Records[Record]:
    if not withheld:
        return records
    return records.without(lambda record: not categories_of(record).isdisjoint(withheld), DropReason.WITHHELD)


SCORES_REST_ON: Final = {
    "activity": frozenset({"activity"}),
    "sleep": frozenset({"sleep"}),
    "readiness": frozenset({"activity", "sleep", "vitals"}),
    "wellbeing": frozenset({"activity", "sleep"}),
    "mental_wellbeing": frozenset({"activity", "sleep"}),
}
_SCORE: Final = "score."
_DERIVED: Final = {
    "activity": frozenset({"activity"}),
    "late_steps": frozenset({"activity"}),
    "bedtime": frozenset({"sleep"}),
    "wake_time": frozenset({"sleep"}),
    "wake_time_off_target": frozenset({"sleep"}),
    "mid_sleep": frozenset({"sleep"}),
    "social_jetlag": frozenset({"sleep"}),
    "sleep": frozenset({"sleep"}),
    # When the last meal should end follows from the bedtime.
    "last_meal": frozenset({"sleep"}),
    # It follows from the trend of weight.
    "energy_balance": frozenset({"body"}),
    "dietary_intake": frozenset[str](),
    "feedback": frozenset[str](),
    "wear": frozenset[str](),
}
"""What agents make of biomarkers, and the categories it tells of."""


def categories_of_metric(metric: str) -> frozenset[str] | None:
    """What evidence on ``metric``, or on a pair of metrics, tells of; ``None`` where that is not known."""
    parts = [_categories_of_one(part) for part in metric.split(PAIR)]
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if len(known) == len(parts) else None


def _categories_of_one(metric: str) -> frozenset[str] | None:
    if metric.startswith(_SCORE):
        return SCORES_REST_ON.get(metric.removeprefix(_SCORE))
    if (derived := _DERIVED.get(metric)) is not None:
        return derived
    measured = CATALOGUE.get(metric)
    return frozenset({measured.category}) if measured else None


def shared_memory(memory: Memory, withheld: Collection[str]) -> Memory:
    """Without all that tells of a withheld category, or of what is in no known one."""
    if not withheld:
        return memory
    evidence = {item.id: item for item in memory.working.evidence}
    working = memory.working.model_copy(
        update={
            "findings": tuple(
                item
                for item in memory.working.findings
                if _are_shared(metrics_of(item.evidence_ids, evidence), withheld)
            ),
            "evidence": tuple(item for item in evidence.values() if _is_shared_evidence(item, withheld)),
        }
    )
    return memory.model_copy(
        update={
            "working": working,
            "short_term": ShortTermMemory(
                recommendations=tuple(
                    item
                    for item in memory.short_term.recommendations
                    if _is_shared_advice(item.recommendation, withheld)
                ),
                # What was told before its metrics were kept with it could be about anything.
                told=tuple(
                    item for item in memory.short_term.told if item.metrics and _are_shared(item.metrics, withheld)
                ),
                open=tuple(item for item in memory.short_term.open if _is_shared_evidence(item.evidence, withheld)),
            ),
            "long_term": memory.long_term.model_copy(
                update={
                    "facts": tuple(
                        item for item in memory.long_term.facts if _is_shared_evidence(item.evidence, withheld)
                    )
                }
            ),
            "meta": MetaMemory(
                experiences=tuple(
                    item for item in memory.meta.experiences if _is_shared_advice(item.recommendation, withheld)
                )
            ),
        }
    )


def shared_answers(answers: Iterable[Answer], memory: Memory, withheld: Collection[str]) -> tuple[Answer, ...]:
    """Where something is withheld, those on advice that ``memory`` still knows: others could be on anything."""
    if not withheld:
        return tuple(answers)
    known = {item.recommendation.id for item in memory.short_term.recommendations}
    known |= {item.recommendation.id for item in memory.meta.experiences}
    return tuple(item for item in answers if item.recommendation_id in known)


def metrics_of(evidence_ids: Iterable[str], evidence: Mapping[str, Evidence]) -> tuple[str, ...]:
    """The metrics of evidence, and of what it is derived from, each once; of unknown evidence as its id names them."""
    cited = dict.fromkeys(evidence_ids)
    for id_ in tuple(cited):
        if id_ in evidence:
            cited |= dict.fromkeys(evidence[id_].rests_on)
    return tuple(dict.fromkeys(evidence[id_].metric if id_ in evidence else _named_in(id_) for id_ in cited))


def _named_in(evidence_id: str) -> str:
    """The metric: ``{metric}.{statistic}.{period}``."""
    prefix = _SCORE if evidence_id.startswith(_SCORE) else ""
    return prefix + evidence_id.removeprefix(prefix).partition(".")[0]


def _are_shared(metrics: Iterable[str], withheld: Collection[str]) -> bool:
    categories = [categories_of_metric(metric) for metric in metrics]
    return all(one is not None and one.isdisjoint(withheld) for one in categories)


def _is_shared_evidence(evidence: Evidence, withheld: Collection[str]) -> bool:
    return _are_shared((evidence.metric, *map(_named_in, evidence.rests_on)), withheld)


def _is_shared_advice(advice: Recommendation, withheld: Collection[str]) -> bool:
    target = [advice.target.metric] if advice.target else []
    return _are_shared((*target, *map(_named_in, advice.evidence_ids)), withheld)
