"""How a person's series go together, told as a pattern and never as a cause."""

from typing import Final

from functions.agents.insights.input import InsightsInput
from holisticos.agents import metrics, phrases
from holisticos.agents.claims import corrected_family
from holisticos.agents.formatting import Said, first_sentence, quantity
from holisticos.agents.metrics import Measure, is_welcome, measure
from holisticos.agents.spec import Analysis
from holisticos.analytics.families import FALSE_FINDING_RATE
from holisticos.analytics.relations import difference, relations
from holisticos.analytics.weekly import FREE_WEEKDAYS, weekend_contrast
from holisticos.contracts.names import AgentName, Area, Direction
from holisticos.contracts.report import PAIR, Evidence, Finding, Recommendation
from holisticos.health.series import DailySeries

ME: Final = AgentName.INSIGHTS
MOST_TOLD: Final = 3

PAIRS: Final = (
    (metrics.STEPS, metrics.SLEEP_MINUTES),
    (metrics.STEPS, metrics.HRV),
    (metrics.STEPS, metrics.RESTING_HEART_RATE),
    (metrics.VIGOROUS_MINUTES, metrics.SLEEP_MINUTES),
    (metrics.VIGOROUS_MINUTES, metrics.HRV),
    (metrics.LATE_STEPS, metrics.SLEEP_MINUTES),
    (metrics.LATE_STEPS, metrics.HRV),
    (metrics.LATE_STEPS, metrics.RESTING_HEART_RATE),
    (metrics.SLEEP_MINUTES, metrics.HRV),
    (metrics.SLEEP_MINUTES, metrics.RESTING_HEART_RATE),
    (metrics.BEDTIME, metrics.HRV),
    (metrics.BEDTIME, metrics.RESTING_HEART_RATE),
    (metrics.BEDTIME, metrics.STEPS),
)
"""Chosen beforehand: what a person can do, and what it may go with. None follows from the other by arithmetic, and no
two are the same pair turned round: without a lag they would be one question asked twice."""

LEADING: Final = {
    f"{x}{PAIR}{y}.spearman.lag{lag}": expected
    for x, y, lag, expected in (
        (metrics.LATE_STEPS, metrics.SLEEP_MINUTES, 1, Direction.DOWN),
        (metrics.LATE_STEPS, metrics.HRV, 1, Direction.DOWN),
        (metrics.LATE_STEPS, metrics.RESTING_HEART_RATE, 1, Direction.UP),
        (metrics.BEDTIME, metrics.RESTING_HEART_RATE, 0, Direction.UP),
    )
}
"""What large studies of people with wearables have found already, and on which side. After late exercise sleep is
shorter, HRV lower and the heart rate higher (Leota et al. 2025, Nat Commun 16:3297), after a late bedtime the resting
heart rate is higher (Faust et al. 2020, npj Digit Med 3:39). A night belongs to the day on which it ends, hence the
lags."""

MOVEMENT: Final = {metrics.STEPS: "movement", metrics.VIGOROUS_MINUTES: "movement"}
"""Kinds of movement that rise and fall together."""

_TRIALS: Final = {
    (metrics.LATE_STEPS, Direction.UP): (
        Area.MOVEMENT,
        f"Finish walks and training before {metrics.LATE} on the next 7 evenings.",
        5,
    ),
    (metrics.BEDTIME, Direction.UP): (Area.SLEEP, "Go to bed 20 minutes earlier on the next 7 evenings.", 20),
    (metrics.SLEEP_MINUTES, Direction.DOWN): (
        Area.SLEEP,
        "Give yourself 20 minutes more in bed on the next 7 nights.",
        20,
    ),
}
"""What to try where more (up) or less (down) of the first goes with what is not welcome in the second."""


def related(data: InsightsInput) -> Analysis:
    pairs = [(data.series[x], data.series[y]) for x, y in PAIRS if x in data.series and y in data.series]
    if not pairs:
        return Analysis()
    claims = corrected_family(relations(pairs, data.window, data.history, leading=LEADING))
    claimed = [item for item in claims.evidence if claims.claimed(item)]
    checked = {item.id: _on_weekdays(data, item) for item in claimed}
    holding = [item for item in claimed if _holds(item, checked[item.id])]
    strongest = sorted(holding, key=lambda item: (-abs(item.strength or 0.0), item.id))
    told = _once_a_pair(strongest)[:MOST_TOLD]
    sizes = [_size(data, item) for item in told]
    found = tuple(map(_told, told, sizes))
    trials = tuple(trial for item, one in zip(told, found, strict=True) if (trial := _trial(item, one)))
    return Analysis((*claims.evidence, *(item for item in checked.values() if item), *sizes), found, trials[:1])


def _size(data: InsightsInput, evidence: Evidence) -> Evidence:
    x, y = (data.series[metric] for metric in evidence.metric.split(PAIR))
    return difference(x, y, _lag(evidence), data.window, data.history)


def _on_weekdays(data: InsightsInput, evidence: Evidence) -> Evidence | None:
    """The relation among weekdays alone, where both series differ between weekdays and weekends.

    Two series with a weekly pattern go together without having anything to do with each other.
    """
    x, y = (data.series[metric] for metric in evidence.metric.split(PAIR))
    if not all(_has_weekends(data, series) for series in (x, y)):
        return None
    pair = relations([(_weekdays(x), _weekdays(y))], data.window, data.history, lags=[_lag(evidence)])
    return pair[0].model_copy(update={"id": f"{evidence.id}.weekdays"})


def _has_weekends(data: InsightsInput, series: DailySeries) -> bool:
    p_value = weekend_contrast(series, data.window, data.history).p_value
    return p_value is not None and p_value < FALSE_FINDING_RATE


def _weekdays(series: DailySeries) -> DailySeries:
    values = {day: value for day, value in series.values.items() if day.weekday() not in FREE_WEEKDAYS}
    return series.model_copy(update={"values": values})


def _holds(evidence: Evidence, on_weekdays: Evidence | None) -> bool:
    """Whether it is more than a weekly pattern: as clear among weekdays, and in the same direction."""
    if on_weekdays is None:
        return True
    clear = on_weekdays.p_value is not None and on_weekdays.p_value < FALSE_FINDING_RATE
    return clear and on_weekdays.direction is evidence.direction


def _once_a_pair(evidence: list[Evidence]) -> list[Evidence]:
    """Of the lags of a pair the strongest, and of two kinds of movement that go with one thing."""
    first: dict[str, Evidence] = {}
    for item in evidence:
        x, y = item.metric.split(PAIR)
        first.setdefault(f"{MOVEMENT.get(x, x)}{PAIR}{y}", item)
    return list(first.values())


def _lag(evidence: Evidence) -> int:
    return int(evidence.id.rpartition(".lag")[2])


def _told(evidence: Evidence, size: Evidence) -> Finding:
    """``size`` is told where it is on the side that was tested, and no nothing."""
    first, second = evidence.metric.split(PAIR)
    x, y = measure(first), measure(second)
    said = Said(evidence)
    lag = _lag(evidence)
    lower, higher = ("shorter", "longer") if second == metrics.SLEEP_MINUTES else ("lower", "higher")
    side = higher if said.number > 0 else lower
    cited, by = [evidence], ""
    if size.direction is evidence.direction and (much := Said(size).size) != quantity(0.0, size.unit):
        cited, by = [size, evidence], f" by about {much}"
    text = f"{_when(x, first, y, lag)} your {y.name} tends to be {side}{by}"
    return phrases.finding(
        ME,
        # Without the lag: which of two is the stronger may change from day to day.
        f"relation_{evidence.metric.replace(PAIR, '_')}",
        f"{x.title} and {y.name} go together",
        f"{text} (rank correlation {said.value} over {said.days}). A pattern in your data, not proof of a cause.",
        cited,
        importance=round(min(0.85, 0.4 + 0.6 * abs(said.number)), 3),
        direction=evidence.direction,
    )


def _when(x: Measure, name: str, y: Measure, lag: int) -> str:
    """The days or nights of y that go with high values of x. A night belongs to the day on which it ends."""
    more = f"a later {x.name}" if name == metrics.BEDTIME else x.more
    if x.nightly and y.nightly:
        return ("In nights with " if lag == 0 else "In the night after one with ") + more
    if x.nightly:
        return ("After nights with " if lag == 0 else "On the second day after nights with ") + more
    if y.nightly:
        return ("In the night before days with " if lag == 0 else "In the night after days with ") + more
    return ("On days with " if lag == 0 else "On the day after days with ") + more


def _trial(evidence: Evidence, found: Finding) -> Recommendation | None:
    """Trying it out is the only way to know: one week of the other side.

    Of what comes after it nothing can be changed: an evening does nothing to the night before its day.
    """
    name, outcome = evidence.metric.split(PAIR)
    if measure(outcome).nightly and not measure(name).nightly and _lag(evidence) == 0:
        return None
    welcome = is_welcome(outcome, evidence.direction)
    if welcome is None:
        return None
    bad_side = Direction.DOWN if welcome else Direction.UP
    trial = _TRIALS.get((name, bad_side))
    if trial is None:
        return None
    area, text, minutes = trial
    return Recommendation(
        id=f"{ME}.try_{name}",
        text=text,
        why=first_sentence(found.text),
        area=area,
        finding_ids=(found.id,),
        evidence_ids=(evidence.id,),
        effort_minutes=minutes,
        time_of_day="evening",
        measure=f"Your {measure(outcome).name} of these days beside that of the week before.",
    )
