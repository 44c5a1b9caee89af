"""What energy, body and timing data say about eating, and plainly that they do not say what was eaten."""

from math import floor
from typing import Final

from functions.agents.nutrition.input import BODY, NutritionInput
from holisticos.agents import judgement, metrics, phrases, spans
from holisticos.agents.claims import family
from holisticos.agents.formatting import MINUTES_A_DAY, Said, plural, quantity
from holisticos.agents.metrics import measure
from holisticos.agents.sleep_times import sleep_times
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.body import KCAL_A_KG, energy_balance
from holisticos.analytics.families import LEADING_SLOW, RATE_OF_MANY
from holisticos.analytics.trends import trend
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import DateSpan, Evidence, Finding

ME: Final = AgentName.NUTRITION
BODY_TREND_RATE: Final = RATE_OF_MANY / 3
"""Of three leading series one, weight, is tried here; the others are the insights agent's."""
GAP_BEFORE_SLEEP: Final = 180.0
ROUND_TO: Final = 5
"""Minutes: a meal ends at no particular minute."""
MEAL_REFERENCE: Final = (
    "Chung et al. 2020, Int J Environ Res Public Health 17:2677: "
    "eating within 3 hours of bedtime goes with waking in the night"
)


def analyse(data: NutritionInput) -> Analysis:
    measured = combine(_energy(data), _body(data), _eating_window(data))
    # Saying that food was not recorded is honest beside a finding, and empty alone.
    return combine(measured, _diary(data)) if measured.findings else measured


def _energy(data: NutritionInput) -> Analysis:
    levels = [
        level(data.daily(metric), data.window, data.history)
        for metric in (metrics.TOTAL_ENERGY, metrics.ACTIVE_ENERGY)
        if metric == metrics.TOTAL_ENERGY or metric in data.series
    ]
    return Analysis(tuple(levels), tuple(phrases.level(ME, item) for item in levels if item.value is not None))


def _body(data: NutritionInput) -> Analysis:
    """Weight and the like: a trend where it is established, else the level of late."""
    measured = [metric for metric in BODY if data.daily(metric).values]
    trends = family(
        (trend(data.daily(metric), data.window, data.history) for metric in measured),
        rate=BODY_TREND_RATE,
        leading=LEADING_SLOW,
    )
    claimed = [item for item in trends.evidence if trends.claimed(item)]
    moving = {item.metric for item in claimed}
    levels = [_latest(data, metric) for metric in measured if metric not in moving]
    balances = [energy_balance(item) for item in claimed if item.metric == metrics.WEIGHT]
    found = [phrases.trend(ME, item) for item in claimed]
    found += [_balance(item) for item in balances]
    found += [_body_level(item) for item in levels if item.value is not None]
    return Analysis((*trends.evidence, *levels, *balances), tuple(found))


def _balance(evidence: Evidence) -> Finding:
    """The trend of weight in other words: no claim of its own, and so without a direction."""
    said = Said(evidence)
    return phrases.finding(
        ME,
        "energy_balance",
        f"Energy balance {'above' if said.number > 0 else 'below'} zero",
        f"Your energy balance is about {said.size} a day {'above' if said.number > 0 else 'below'} zero, going by your "
        f"weight over {said.period} (a rule of thumb: {quantity(KCAL_A_KG, 'kcal')} a kilogram).",
        [evidence],
        importance=judgement.BACKGROUND,
    )


def _latest(data: NutritionInput, metric: str) -> Evidence:
    """The last reading against those before it: body measures are not taken every day."""
    series = data.daily(metric)
    last = max(series.values)
    day = DateSpan(start=last, end=last)
    found = level(series, day, spans.before(day, data.history))
    return found.model_copy(update={"id": f"{metric}.median.latest"})


def _body_level(evidence: Evidence) -> Finding:
    words, said = measure(evidence.metric), Said(evidence)
    usual = f" (usual {said.usual}, median of {said.usual_days})" if evidence.baseline else ""
    return phrases.finding(
        ME,
        f"{evidence.metric}_level",
        f"{words.title}: {said.value}, no clear trend",
        f"Your {words.name} {words.was} {said.value} on {said.period}{usual}; "
        "no trend can be told from its usual ups and downs.",
        [evidence],
        importance=0.15,
        direction=Direction.STABLE,
    )


def _eating_window(data: NutritionInput) -> Analysis:
    """Told, and not advised: when somebody eats is not known, so that nothing calls for it."""
    if not data.nights:
        return Analysis()
    times = sleep_times(data.nights, data.window, data.history)
    bed, wake = times.present
    if bed.value is None or wake.value is None:
        return Analysis(times.evidence)
    latest = Evidence(
        id=f"last_meal.latest.{bed.window.days}d",
        metric="last_meal",
        statistic="latest",
        value=floor((bed.value - GAP_BEFORE_SLEEP) / ROUND_TO) * ROUND_TO % MINUTES_A_DAY,
        unit="clock",
        window=bed.window,
        n=bed.n,
        method="time of falling asleep minus 3 hours, five minutes exact",
        reference=MEAL_REFERENCE,
        rests_on=(bed.id,),
    )
    said = Said(latest)
    found = phrases.finding(
        ME,
        "eating_window",
        f"A last meal by {said.value} leaves {quantity(GAP_BEFORE_SLEEP, 'minute')} before sleep",
        f"{times.subject} sleep from {Said(bed).value} to {Said(wake).value} "
        f"({said.nights} of {said.period}), "
        f"so a last meal that ends by {said.value} leaves {quantity(GAP_BEFORE_SLEEP, 'minute')} before sleep.",
        [latest, bed, wake],
        importance=0.15,
    )
    return Analysis((latest, *times.evidence), (found,))


def _diary(data: NutritionInput) -> Analysis:
    recorded = sum(data.window.start <= day <= data.window.end for day in data.diary_days)
    evidence = Evidence(
        id="dietary_intake.days_recorded.window",
        metric="dietary_intake",
        statistic="days_recorded",
        value=recorded,
        unit="count",
        window=data.window,
        n=data.window.days,
        method="count of days with a record of food or drink",
    )
    said = Said(evidence)
    fact = f"Food or drink was recorded on {said.value} of {plural(data.window.days, 'day')} ({said.period})."
    if data.window.days == 1 and said.number == 0:
        fact = f"What you ate on {said.period} is not known."
    if recorded:
        title, rest = "Food was recorded", "What it consisted of is not analysed yet."
    else:
        title, rest = "What you ate is not known", "So nothing is said here about what or how much you eat."
    found = phrases.finding(
        ME,
        "diary",
        title,
        f"{fact} {rest}",
        [evidence],
        importance=0.15,
    )
    return Analysis((evidence,), (found,))
