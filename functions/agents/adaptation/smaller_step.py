"""What to ask for in place of steps that were hardly followed."""

from math import ceil

from holisticos.agents import ids, metrics
from holisticos.agents.formatting import Said, first_sentence, quantity
from holisticos.agents.step_capacity import LEAST_WALK_MINUTES
from holisticos.analytics.activity import BRISK_CADENCE
from holisticos.contracts.names import Area, PartOfDay
from holisticos.contracts.report import Evidence, Finding, Recommendation, Target
from holisticos.health.memory import PastRecommendation


def smaller_step(
    past: PastRecommendation, target: Target, found: Finding, effect: Evidence, move_in_the: PartOfDay | None
) -> Recommendation | None:
    """Half the step that was asked; where clearly less is done than before, up to half of the way back.

    Never more minutes than were asked for, and nothing where they would be too few to plan a walk.
    """
    if target.metric != metrics.STEPS or effect.value is None or effect.baseline is None:
        return None
    before, now = effect.baseline.value, effect.baseline.value + effect.value
    asked = target.value - before
    dropped = before - now > asked / 2
    half = (now + before) / 2 if dropped else before + asked / 2
    aim = min(half, now + past.recommendation.effort_minutes * BRISK_CADENCE)
    minutes = ceil((aim - now) / BRISK_CADENCE)
    if minutes < LEAST_WALK_MINUTES or aim >= target.value:
        return None
    which = "half the step that was asked" if aim == half else "less than was asked"
    if dropped:
        which = f"on the way back to the {Said(effect).usual} before"
    steps = f"{quantity(aim, target.unit)} steps"
    return Recommendation(
        id=ids.smaller_step(target.metric),
        text=f"Aim lower first: {steps} a day, {which}.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=found.evidence_ids,
        effort_minutes=minutes,
        time_of_day=move_in_the or past.recommendation.time_of_day,
        target=Target(metric=target.metric, value=round(aim), unit=target.unit),
        measure=f"You come to {steps} on 4 of the next 7 days.",
        adds_load=True,
    )
