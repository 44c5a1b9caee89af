"""What the nutrition agent may see: energy, body, glucose, and when the person sleeps."""

from datetime import date

from holisticos.agents import metrics
from holisticos.agents.input import AgentInput, daily_series, day_span
from holisticos.health.context import UserHealthContext
from holisticos.health.series import Night

BODY = (metrics.WEIGHT, "body_fat", "waist_circumference", metrics.GLUCOSE)
FOOD = ("dietary_", "nutrition_", "water_")
"""How the types of food and drink begin; the catalogue knows none of them."""
SERIES = (metrics.TOTAL_ENERGY, metrics.ACTIVE_ENERGY, *BODY)


class NutritionInput(AgentInput):
    """Of the nights only when they began and ended; of food only on which days any was recorded."""

    nights: tuple[Night, ...] = ()
    diary_days: frozenset[date] = frozenset()


def prepare(context: UserHealthContext) -> NutritionInput:
    return NutritionInput(
        window=day_span(context.window),
        history=context.history,
        series=daily_series(context, SERIES),
        diary_days=frozenset(
            day for name, food in context.biomarkers.items() if name.startswith(FOOD) for day in food.values
        ),
        nights=tuple(Night(wake_date=item.wake_date, start=item.start, end=item.end) for item in context.nights),
    )
