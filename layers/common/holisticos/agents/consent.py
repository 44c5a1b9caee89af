"""What the user withholds is cut before any agent sees it."""

from holisticos.health.catalogue import CATALOGUE
from holisticos.health.context import UserHealthContext
from holisticos.health.privacy import SCORES_REST_ON, shared_answers, shared_memory


def consented(context: UserHealthContext) -> UserHealthContext:
    """The context without the withheld categories, scores that are made of them, and what is remembered of them.

    Fetching leaves them out already; this holds for snapshots made before the user withheld something.
    """
    withheld = context.profile.privacy.withheld_categories
    if not withheld:
        return context
    memory = shared_memory(context.memory, withheld)
    return context.model_copy(
        update={
            "biomarkers": {name: item for name, item in context.biomarkers.items() if _category(name) not in withheld},
            "hourly": {name: item for name, item in context.hourly.items() if _category(name) not in withheld},
            "scores": {
                name: item
                for name, item in context.scores.items()
                if not withheld & SCORES_REST_ON.get(name, frozenset({name}))
            },
            "nights": () if "sleep" in withheld else context.nights,
            "archetypes": tuple(item for item in context.archetypes if not withheld & _hints(item.name)),
            "memory": memory,
            "feedback": shared_answers(context.feedback, memory, withheld),
        }
    )


def _category(metric: str) -> str | None:
    known = CATALOGUE.get(metric)
    return known.category if known else None


def _hints(archetype: str) -> frozenset[str]:
    """The categories of which a measured archetype tells."""
    if archetype.startswith("sleep") or archetype.endswith("_schedule"):
        return frozenset({"sleep"})
    if "wellness" in archetype:
        return frozenset({"activity", "sleep"})
    return frozenset({"activity"})
