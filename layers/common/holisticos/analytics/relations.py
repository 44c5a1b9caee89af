"""Relations between two series of one person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from holisticos.analytics.comparison import contrast_fit, tamed
from holisticos.analytics.families import LEADING_SHARE, corrected_for, ration
from holisticos.analytics.heart import logarithms
from holisticos.analytics.numeric import autoregression, ranks, robust
from holisticos.analytics.numeric.multiplicity import benjamini_hochberg
from holisticos.analytics.priors import prior_of
from holisticos.analytics.question import Days, Question, direction_of, recent
from holisticos.contracts.names import Direction
from holisticos.contracts.report import PAIR, DateSpan, Evidence
from holisticos.health.series import DailySeries

LEAST_PAIRS = 14
NOTICEABLE_RHO = 0.2
_AS_LOGARITHM = frozenset({"heart_rate_variability_rmssd", "heart_rate_variability_sdnn"})
_LEAST_MOST = 3
_DAYS = 90
_NONE: Mapping[str, Direction] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Side:
    """The values of one series by day number, and how strongly neighbouring days resemble each other."""

    metric: str
    values: dict[int, float]
    autocorrelation: float


@dataclass(frozen=True, slots=True)
class _Tried:
    question: Question
    n: int
    rho: float
    p: float


def relations(
    pairs: Iterable[tuple[DailySeries, DailySeries]],
    window: DateSpan,
    history: DateSpan,
    *,
    lags: Sequence[int] = (0, 1),
    days: int = _DAYS,
    leading: Mapping[str, Direction] = _NONE,
) -> tuple[Evidence, ...]:
    """``{x}~{y}.spearman.lag{k}`` for each pair and lag: x on a day with y ``k`` days later, within the person.

    ``value`` and ``strength`` are Spearman's rho; ``direction`` is ``stable`` below 0.2. ``p_value`` is already
    adjusted (Benjamini-Hochberg) over all pairs and lags of the call: ask everything in one call, and do not adjust
    again. The ids in ``leading``, chosen before the data are seen, have four fifths of the rate together, and each is
    expected on one side, which has four fifths of its part: either side may be told, the other has to be surer
    (directed test, Rice & Gaines 1994). Needs 14 pairs of days. A relation is not a cause, and the evidence does not
    call it one.

    Two series that both wander agree by chance: n is reduced to the number of independent pairs that
    their autocorrelations leave (Bartlett 1946). Where rho is noticeable, p is that of y regressed on x with errors
    that hang together: it uses by how much, and not only in which order, x differs. Heart rate variability is taken as
    its logarithm there.
    """
    span = recent(window, history, days)
    sides: dict[str, _Side] = {}
    outcomes: dict[str, _Tried | Evidence] = {}
    for x, y in pairs:
        for lag in lags:
            question = _question(x, y, lag, span)
            if question.id not in outcomes:
                outcome = _correlation(question, _side(sides, x, span), _side(sides, y, span), lag)
                expected = leading.get(question.id)
                outcomes[question.id] = _directed(outcome, expected) if expected else outcome
    tried = [outcome for outcome in outcomes.values() if isinstance(outcome, _Tried)]
    weights = ration([one.question.id in leading for one in tried])
    name = "Benjamini-Hochberg" if weights is None else "Benjamini-Hochberg, weighted"
    adjusted = iter(benjamini_hochberg([one.p for one in tried], weights))
    return tuple(
        outcome
        if isinstance(outcome, Evidence)
        else _evidence(outcome, next(adjusted), corrected_for(len(tried), name) if len(tried) > 1 else None)
        for outcome in outcomes.values()
    )


def difference(x: DailySeries, y: DailySeries, lag: int, window: DateSpan, history: DateSpan) -> Evidence:
    """``{x}~{y}.difference.lag{k}``: median of y with the third of days with most of x, minus that of the others.

    In the unit of y; it says in plain numbers what ``relations`` has tested, and has no p of its own. Needs 14 pairs of
    days, of which equal values of x leave 3 on either side.
    """
    span = recent(window, history, _DAYS)
    question = Question(
        f"{x.metric}{PAIR}{y.metric}",
        "difference",
        f"lag{lag}",
        "minute" if y.unit == "clock" else y.unit,
        span,
        f"median of {y.metric} of {_when(lag)}, of the third of days with most {x.metric} minus that of the others",
    )
    causes, effects = Days.of(x, span), Days.of(y, span)
    after = dict(zip(effects.ordinals, effects.values, strict=True))
    pairs = [
        (cause, after[day + lag])
        for day, cause in zip(causes.ordinals, causes.values, strict=True)
        if day + lag in after
    ]
    if len(pairs) < LEAST_PAIRS:
        return question.missing(len(pairs), LEAST_PAIRS, "pairs of days")
    limit = _limit([cause for cause, _ in pairs])
    most, others = ([effect for cause, effect in pairs if (cause >= limit) is wanted] for wanted in (True, False))
    if (fewer := min(len(most), len(others))) < _LEAST_MOST:
        return question.missing(fewer, _LEAST_MOST, "days with more than the others")
    value = robust.median(most) - robust.median(others)
    return question.answer(value, len(pairs), direction=direction_of(value, None))


def _limit(causes: Sequence[float]) -> float:
    """The least value of the highest third; the next higher one where, with its equals, that is more than half."""
    limit = sorted(causes)[-(len(causes) // 3)]
    higher = [cause for cause in causes if cause > limit]
    is_common = sum(cause >= limit for cause in causes) > len(causes) / 2
    return min(higher) if is_common and higher else limit


def _evidence(one: _Tried, p: float, correction: str | None) -> Evidence:
    question = one.question.extended(correction) if correction else one.question
    return question.answer(one.rho, one.n, direction=_direction(one.rho), strength=one.rho, p_value=p)


def _question(x: DailySeries, y: DailySeries, lag: int, span: DateSpan) -> Question:
    return Question(
        f"{x.metric}{PAIR}{y.metric}",
        "spearman",
        f"lag{lag}",
        "index",
        span,
        f"Spearman's rank correlation of {x.metric} with {y.metric} of {_when(lag)}, within the person; p for the "
        "number of independent pairs left by autocorrelation, from rho 0.2 on that of a regression with autocorrelated "
        "errors",
        "Spearman 1904; Bartlett 1946; Benjamini & Hochberg 1995",
    )


def _when(lag: int) -> str:
    return "the same day" if lag == 0 else "the day after" if lag == 1 else f"{lag} days later"


def _side(known: dict[str, _Side], series: DailySeries, span: DateSpan) -> _Side:
    if series.metric not in known:
        days = Days.of(logarithms(series) if series.metric in _AS_LOGARITHM else series, span)
        fit = autoregression.mean_test(days.ordinals, ranks.normal_scores(days.values), prior_of(series.metric))
        known[series.metric] = _Side(
            series.metric,
            dict(zip(days.ordinals, days.values, strict=True)),
            fit.autocorrelation if fit else 0.0,
        )
    return known[series.metric]


def _correlation(question: Question, x: _Side, y: _Side, lag: int) -> _Tried | Evidence:
    common = [day for day in x.values if day + lag in y.values]
    n = len(common)
    if n < LEAST_PAIRS:
        return question.missing(n, LEAST_PAIRS, "pairs of days")
    rho = ranks.spearman([x.values[day] for day in common], [y.values[day + lag] for day in common])
    if rho is None:
        return question.unanswered("one of the two never varied", n)
    shared = x.autocorrelation * y.autocorrelation
    p = ranks.correlation_p_value(rho, int(n * (1 - shared) / (1 + shared)))
    if abs(rho) >= NOTICEABLE_RHO:
        later = Days([day + lag for day in common], [y.values[day + lag] for day in common])
        cause = [x.values[day] for day in common]
        fit = contrast_fit(y.metric, later, tamed(x.metric, cause, cause))
        # The two must agree about the side.
        p = fit.p if fit and fit.effect * rho > 0 else p
    return _Tried(question, n, rho, p)


def _directed(outcome: _Tried | Evidence, expected: Direction) -> _Tried | Evidence:
    """Four fifths of the rate are for the expected side, and not a half."""
    if isinstance(outcome, Evidence):
        return outcome
    as_expected = (outcome.rho > 0) == (expected is Direction.UP)
    share = LEADING_SHARE if as_expected else 1 - LEADING_SHARE
    question = outcome.question.extended("directed test (Rice & Gaines 1994)")
    return replace(outcome, question=question, p=min(1.0, outcome.p / 2 / share))


def _direction(rho: float) -> Direction:
    if abs(rho) < NOTICEABLE_RHO:
        return Direction.STABLE
    return Direction.UP if rho > 0 else Direction.DOWN
