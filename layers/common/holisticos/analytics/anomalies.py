"""Single days unlike the person's others."""

import math
from datetime import date
from typing import NamedTuple

from holisticos.analytics.comparison import LEAST_BASELINE, Usual, earlier_days, usual
from holisticos.analytics.numeric import robust
from holisticos.analytics.numeric.distributions import student_t_two_sided
from holisticos.analytics.priors import Habit, habit
from holisticos.analytics.question import Days, Question, direction_of
from holisticos.analytics.weekly import free_days
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries

_LIMIT = robust.IGLEWICZ_HOAGLIN_LIMIT
_LEAST_OF_KIND = 4


class _Candidate(NamedTuple):
    """``distance`` is the modified z score, ``p`` that of a value this far off."""

    ordinal: int
    value: float
    distance: float
    p: float


def anomalies(series: DailySeries, window: DateSpan, history: DateSpan) -> tuple[Evidence, ...]:
    """``{metric}.anomalies.window`` (how many days) first, then ``{metric}.anomaly.{date}`` for each such day.

    A day is one where the modified z score against up to 28 valid days before the window exceeds 3.5, and it is
    as far from the person's other days of its kind (weekend or not), so that a quiet Sunday of somebody
    whose Sundays are quiet is none. The window of a day's evidence is that day.

    The rule alone flags one real step count in 36, since days are skewed and have heavy tails. So p asks more: the
    distance in the larger of the baseline's standard deviation without its own anomalies and that of the value's
    side of the median, against Student's distribution with the tail that such a metric has (``priors``). All p
    are corrected for the number of days looked at. The first evidence carries the smallest: it is the one for
    ``families.adjusted``. Where more than half of the earlier days are equal (MAD 0, say minutes of sport) there is no
    scale for a single day, and the evidence says so.
    """
    question = Question(
        series.metric,
        "anomalies",
        "window",
        "day",
        window,
        "days with 0.6745 (x - median) / MAD beyond 3.5 against up to 28 valid days before, and against days of "
        "the same kind; p of a new day this far off (Student, with the tail usual for the metric), times the days",
        "Iglewicz & Hoaglin 1993",
    )
    days, before = Days.of(series, window), earlier_days(series, window, history)
    if not len(days):
        return (question.missing(0, 1),)
    own = usual(before)
    if own is None:
        return (question.missing(len(before), LEAST_BASELINE, "valid days before the window"),)
    if robust.mad(own.days.values, own.centre) <= 0:
        return (question.unanswered("more than half of the earlier values are equal: no scale for one day", len(days)),)
    candidates = _candidates(days, own, habit(series.metric))
    flagged = [candidate for candidate in candidates if abs(candidate.distance) > _LIMIT]
    daily = tuple(_evidence(question, series, own, candidate, len(days)) for candidate in flagged)
    furthest = max((candidate.distance for candidate in candidates), key=abs)
    first = question.answer(
        float(len(flagged)),
        len(days),
        baseline=own.baseline,
        strength=furthest,
        direction=direction_of(furthest, furthest) if flagged else None,
        p_value=min(1.0, min(candidate.p for candidate in candidates) * len(days)),
        rests_on=tuple(evidence.id for evidence in daily),
    )
    return (first, *daily)


def _evidence(question: Question, series: DailySeries, own: Usual, candidate: _Candidate, tried: int) -> Evidence:
    return Question(
        series.metric,
        "anomaly",
        (day := date.fromordinal(candidate.ordinal)).isoformat(),
        series.unit,
        DateSpan(start=day, end=day),
        question.method,
        question.reference,
    ).answer(
        candidate.value,
        1,
        baseline=own.baseline,
        direction=direction_of(candidate.distance, candidate.distance),
        strength=candidate.distance,
        p_value=min(1.0, candidate.p * tried),
    )


def _candidates(days: Days, own: Usual, usual_habit: Habit) -> list[_Candidate]:
    weekend = free_days(own.days.ordinals)
    centres: dict[bool, float] = {}
    for kind in (False, True):
        values = [value for value, other in zip(own.days.values, weekend, strict=True) if other == kind]
        centres[kind] = robust.median(values) if len(values) >= _LEAST_OF_KIND else own.centre
    scales = _scales(own, usual_habit.autocorrelation)
    candidates = []
    for ordinal, value, kind in zip(days.ordinals, days.values, free_days(days.ordinals), strict=True):
        off = _smaller(value - own.centre, value - centres[kind])
        p = student_t_two_sided(off / scales[off > 0], min(usual_habit.tail, len(own.days) - 1))
        candidates.append(_Candidate(ordinal, value, off / own.spread, p))
    return candidates


def _scales(own: Usual, autocorrelation: float) -> dict[bool, float]:
    """How far a new day scatters below (False) and above (True) the centre.

    The earlier days are worth fewer independent ones, so their centre is off and their scatter too small.
    """
    kept = [value for value in own.days.values if abs(value - own.centre) <= _LIMIT * own.spread]
    whole = robust.standard_deviation(kept)
    uncertain = (1 + autocorrelation) / (1 - autocorrelation) / len(kept)
    widening = math.sqrt((1 + uncertain) / max(0.5, 1 - uncertain))
    sides = {}
    for above in (False, True):
        distances = [value - own.centre for value in kept if (value >= own.centre if above else value <= own.centre)]
        one_side = math.hypot(*distances) / math.sqrt(len(distances)) if distances else 0.0
        sides[above] = max(whole, one_side) * widening
    return sides


def _smaller(a: float, b: float) -> float:
    """The one nearer to zero; zero where they disagree about the side."""
    if a * b <= 0:
        return 0.0
    return a if abs(a) < abs(b) else b
