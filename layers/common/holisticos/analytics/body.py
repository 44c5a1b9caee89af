"""What body measures say of eating."""

from holisticos.analytics.question import Question
from holisticos.contracts.report import Evidence

KCAL_A_KG = 7700.0
"""Energy of a kilogram of body weight, a rule of thumb: 32.2 MJ; less in lean people and at the beginning of a diet
(Hall 2008)."""


def energy_balance(weight: Evidence) -> Evidence:
    """``energy_balance.from_weight.{days}d``: kcal a day eaten beyond what was used, by the trend of ``weight``.

    ``weight`` is a ``trend`` in kg a day; negative where less was eaten than used. Direction, strength and p are those
    of the trend, of which it is the same statement. ``ValueError`` for a trend without a value, or in another unit.
    """
    if weight.value is None or weight.unit != "kg_per_day":
        raise ValueError(f"{weight.id} is no trend of a weight")
    question = Question(
        "energy_balance",
        "from_weight",
        weight.id.rpartition(".")[2],
        "kcal",
        weight.window,
        "trend of weight times 7,700 kcal a kg",
        "Hall 2008",
    )
    return question.answer(
        KCAL_A_KG * weight.value,
        weight.n,
        direction=weight.direction,
        strength=weight.strength,
        p_value=weight.p_value,
        rests_on=(weight.id,),
    )
