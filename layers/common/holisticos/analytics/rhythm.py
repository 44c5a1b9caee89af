"""Rest-activity rhythm from hourly steps."""

from collections import Counter
from collections.abc import Set as AbstractSet
from datetime import date

from holisticos.analytics.numeric import rhythm
from holisticos.analytics.question import Question
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import HourlySeries

_REFERENCE = "Van Someren et al. 1999"
_LEAST_DAYS = 5
_WHOLE_DAY = 20
_MOST_ACTIVE = 10
_LEAST_ACTIVE = 5


def rest_activity_rhythm(
    hourly: HourlySeries, window: DateSpan, history: DateSpan, *, worn: AbstractSet[date] | None = None
) -> tuple[Evidence, ...]:
    """IS, IV, M10, L5 and RA over window and history, on the days ``worn`` if given.

    Ids ``{metric}.interdaily_stability.all``, ``.intradaily_variability.all``, ``.m10.all``, ``.l5.all``,
    ``.relative_amplitude.all``, ``.m10_start.all`` and ``.l5_start.all`` (clock). Needs 5 days with 20 hours or
    more. Steps across an absent hour are left out of IV.
    """
    span = DateSpan(start=min(window.start, history.start), end=window.end)
    places: list[int] = []
    hours: list[int] = []
    values: list[float] = []
    for moment, value in hourly.values.items():
        day = moment.date()
        if span.start <= day <= span.end and (worn is None or day in worn):
            places.append(day.toordinal() * rhythm.HOURS + moment.hour)
            hours.append(moment.hour)
            values.append(value)
    whole = sum(1 for count in Counter(place // rhythm.HOURS for place in places).values() if count >= _WHOLE_DAY)
    if whole < _LEAST_DAYS:
        return tuple(
            question.missing(whole, _LEAST_DAYS, f"days with {_WHOLE_DAY} hours or more")
            for question in _questions(hourly, span).values()
        )
    return _answers(_questions(hourly, span), places, hours, values, whole)


def _answers(
    questions: dict[str, Question], places: list[int], hours: list[int], values: list[float], whole: int
) -> tuple[Evidence, ...]:
    day = rhythm.profile(hours, values)
    if day is None:
        return tuple(question.unanswered("an hour of the day has no value", whole) for question in questions.values())
    most = rhythm.extreme_stretch(day, _MOST_ACTIVE, most=True)
    least = rhythm.extreme_stretch(day, _LEAST_ACTIVE, most=False)
    total = most.mean + least.mean
    found: dict[str, float | None] = {
        "interdaily_stability": rhythm.interdaily_stability(day, values),
        "intradaily_variability": rhythm.intradaily_variability(places, values),
        "m10": most.mean,
        "l5": least.mean,
        "relative_amplitude": (most.mean - least.mean) / total if total > 0 else None,
        "m10_start": most.start * 60.0,
        "l5_start": least.start * 60.0,
    }
    return tuple(
        questions[name].unanswered("all hours are equal", whole)
        if (value := found[name]) is None
        else questions[name].answer(value, whole)
        for name in questions
    )


def _questions(hourly: HourlySeries, span: DateSpan) -> dict[str, Question]:
    described = {
        "interdaily_stability": ("index", "variance of the 24 hourly means over the variance of all hours, n - 1 each"),
        "intradaily_variability": ("index", "mean squared change from hour to hour over the variance of all hours"),
        "m10": (f"{hourly.unit}_per_hour", "mean of the 10 most active hours in a row of the average day"),
        "l5": (f"{hourly.unit}_per_hour", "mean of the 5 least active hours in a row of the average day"),
        "relative_amplitude": ("index", "(M10 - L5) / (M10 + L5)"),
        "m10_start": ("clock", "start of the 10 most active hours of the average day"),
        "l5_start": ("clock", "start of the 5 least active hours of the average day"),
    }
    return {
        name: Question(hourly.metric, name, "all", unit, span, method, _REFERENCE)
        for name, (unit, method) in described.items()
    }
