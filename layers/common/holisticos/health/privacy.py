"""What a user withholds is not kept, whatever the source sends."""

from collections.abc import Collection
from typing import Final

from holisticos.health.catalogue import CATALOGUE
from holisticos.health.records import ArchetypeRecord, Biomarker, DropReason, Records, Score

_ARCHETYPE_CATEGORIES: Final = {
    "activity_level": "activity",
    "exercise_frequency": "activity",
    "primary_exercise": "activity",
    "primary_exercise_type": "activity",
    "secondary_exercise": "activity",
    "bed_schedule": "sleep",
    "wake_schedule": "sleep",
}


def shared_scores(records: Records[Score], withheld: Collection[str]) -> Records[Score]:
    """Without scores of, or computed from, a withheld category."""

    def unwanted(score: Score) -> bool:
        sources = score.raw.get("dataSources")
        computed_from = {name.lower() for name in sources if isinstance(name, str)} if isinstance(sources, list) else ()
        return score.type in withheld or any(category in computed_from for category in withheld)

    return records.without(unwanted, DropReason.WITHHELD) if withheld else records


def shared_biomarkers(records: Records[Biomarker], withheld: Collection[str]) -> Records[Biomarker]:
    """Without biomarkers of a withheld category, by the source's word or the catalogue's."""

    def unwanted(record: Biomarker) -> bool:
        metric = CATALOGUE.get(record.type)
        return record.category in withheld or (metric is not None and metric.category in withheld)

    return records.without(unwanted, DropReason.WITHHELD) if withheld else records


def shared_archetypes(records: Records[ArchetypeRecord], withheld: Collection[str]) -> Records[ArchetypeRecord]:
    """Without archetypes that describe a withheld category."""

    def unwanted(record: ArchetypeRecord) -> bool:
        category = "sleep" if record.name.startswith("sleep_") else _ARCHETYPE_CATEGORIES.get(record.name)
        return category in withheld

    return records.without(unwanted, DropReason.WITHHELD) if withheld else records
