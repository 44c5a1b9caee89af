"""What a user withholds is not kept, whatever the source sends."""

from collections.abc import Collection
from typing import Final, TypeVar

from holisticos.health.catalogue import CATALOGUE
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
