"""What is planted, in which sizes, and what counts as having found it.

Sizes are in within-person standard deviations of the series that is changed, those of ``persona.Noise``. Each
truth holds for people of 28 and of 42 days, so that the baseline of a changed week is three or five weeks.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.insight_quality.claims import Claim
from benchmarks.insight_quality.oracles import (
    Oracle,
    heart_oracle,
    jetlag_oracle,
    late_oracle,
    scatter_oracle,
    sleep_oracle,
    steps_step_oracle,
    steps_trend_oracle,
    timing_oracle,
    unworn_oracle,
    weight_oracle,
)
from holisticos.agents.spec import Analysis
from holisticos.contracts.names import AgentName, Direction
from local.people.persona import NULL, Noise, Persona

SIZES: Final = (0.5, 1.0, 1.5, 2.0, 3.0)
DAYS: Final = (28, 42)
CHANGED_DAYS: Final = 7
"""How long a recent shift has lasted: a week, that of the analysis."""
NEW_DEVICE_DAYS: Final = 14

_NOISE: Final = Noise()
_UP, _DOWN = Direction.UP, Direction.DOWN
SLEEP: Final = frozenset({"sleep_duration", "sleep_in_bed_duration"})
STEPS: Final = frozenset(
    {"steps", "active_duration", "activity_low_intensity_duration", "total_energy_burned", "score.activity"}
)
"""What steps are told by: of metrics that move together the agents tell one."""
_SHIFT: Final = frozenset({"level", "changepoint", "trend"})
HEART: Final = {
    "heart_rate_variability_rmssd": _DOWN,
    "heart_rate_resting": _UP,
    "heart_rate_sleep": _UP,
}


def steps_sd(usual: float) -> float:
    """Standard deviation of daily steps whose square root varies by ``steps_root_cv``."""
    cv = _NOISE.steps_root_cv
    return usual * math.sqrt(4 * cv**2 + 2 * cv**4) / (1 + cv**2)


def bedtime_sd() -> float:
    share, delay = _NOISE.late_night_share, _NOISE.late_night_delay
    return math.sqrt(_NOISE.bedtime_usual_sd**2 + delay**2 * (2 * share - share**2))


def unworn_sd() -> float:
    """Standard deviation of a single day's being unworn."""
    share = _NOISE.unworn_start / (_NOISE.unworn_start + 1 - _NOISE.unworn_stay)
    return math.sqrt(share * (1 - share))


_INSIGHTS: Final = frozenset({AgentName.INSIGHTS})
_BEHAVIOR: Final = frozenset({AgentName.BEHAVIOR})
_ROUTINE: Final = frozenset({AgentName.ROUTINE})
_TRENDS: Final = frozenset({AgentName.INSIGHTS, AgentName.NUTRITION})

Found = Callable[[Sequence[Claim], Mapping[AgentName, Analysis]], bool]
"""Whether the claims and analyses of one person tell the truth."""


@dataclass(frozen=True, slots=True)
class Truth:
    """``persona`` makes a person of so many days with the truth in a size; ``found`` tells whether it was told.

    ``must`` names the size from which on it has to be found in nine of ten people, where the task sets one.
    """

    name: str
    title: str
    unit: str
    family: str
    persona: Callable[[float, int], Persona]
    found: Found
    oracle: Oracle
    told_by: frozenset[AgentName] = _INSIGHTS
    """The agents whose tests are about it. Agents see nothing of each other, so that the others need not run."""
    must: float | None = None
    exact: bool = True
    """Whether the oracle errs as often as it says; else people without the truth show at which p it does."""


def _claimed(metrics: frozenset[str], direction: Direction, families: frozenset[str]) -> Found:
    def found(claims: Sequence[Claim], _: Mapping[AgentName, Analysis]) -> bool:
        return any(
            claim.metric in metrics and claim.direction is direction and claim.family in families for claim in claims
        )

    return found


def _strained(claims: Sequence[Claim], _: Mapping[AgentName, Analysis]) -> bool:
    return any(HEART.get(claim.metric) is claim.direction for claim in claims)


def _late_evenings(claims: Sequence[Claim], _: Mapping[AgentName, Analysis]) -> bool:
    return any(
        claim.metric == "late_steps~heart_rate_variability_rmssd" and claim.direction is _DOWN for claim in claims
    )


def _irregular(claims: Sequence[Claim], _: Mapping[AgentName, Analysis]) -> bool:
    return any(
        (claim.metric, claim.direction) in {("sleep", _DOWN), ("bedtime", _UP), ("wake_time", _UP), ("mid_sleep", _UP)}
        and claim.family == "regularity"
        for claim in claims
    )


def _gaps_told(_: Sequence[Claim], analyses: Mapping[AgentName, Analysis]) -> bool:
    return any("gaps" in finding.title for finding in analyses[AgentName.BEHAVIOR].findings)


def _steps_slope(sign: int) -> Callable[[float, int], Persona]:
    """Centred on the usual, so that growth and decline pass the same levels."""

    def persona(size: float, days: int) -> Persona:
        change = sign * size * steps_sd(NULL.steps)
        return replace(NULL, name="steps-slope", steps=NULL.steps - change / 2, steps_per_week=7 * change / (days - 1))

    return persona


def _weight_slope(weighed_share: float = NULL.weighed_share) -> Callable[[float, int], Persona]:
    def persona(size: float, days: int) -> Persona:
        change = size * _NOISE.weight_sd
        return replace(NULL, name="weight-trend", weight_per_week=7 * change / (days - 1), weighed_share=weighed_share)

    return persona


TRUTHS: Final = (
    Truth(
        "sleep-debt",
        "Shorter nights for a week",
        "SD of nightly sleep (66 min)",
        "level",
        lambda size, _: replace(
            NULL, name="sleep-debt", recent_days=CHANGED_DAYS, sleep_debt_minutes=size * _NOISE.sleep_sd
        ),
        _claimed(SLEEP, _DOWN, _SHIFT),
        sleep_oracle(CHANGED_DAYS),
        must=2.0,
    ),
    Truth(
        "late-weekends",
        "Later nights at weekends",
        "SD of bedtime (69 min)",
        "social jetlag",
        lambda size, _: replace(NULL, name="late-weekends", weekend_bedtime_minutes=size * bedtime_sd()),
        _claimed(frozenset({"mid_sleep"}), _UP, frozenset({"social jetlag"})),
        jetlag_oracle(),
        told_by=_BEHAVIOR,
        exact=False,
    ),
    Truth(
        "later-nights",
        "Later nights for a week",
        "SD of bedtime (69 min)",
        "timing",
        lambda size, _: replace(
            NULL, name="later-nights", recent_days=CHANGED_DAYS, later_nights_minutes=size * bedtime_sd()
        ),
        _claimed(frozenset({"bedtime", "wake_time"}), _UP, frozenset({"timing"})),
        timing_oracle(CHANGED_DAYS),
        told_by=_ROUTINE,
        must=2.0,
        exact=False,
    ),
    Truth(
        "illness",
        "HRV lower and resting heart rate higher for a week",
        "SD of either",
        "recovery",
        lambda size, _: replace(NULL, name="illness", illness_sd=size, illness_days=CHANGED_DAYS),
        _strained,
        heart_oracle(CHANGED_DAYS),
        must=2.0,
    ),
    Truth(
        "steps-growth",
        "Steps growing over all days",
        "SD of daily steps, first to last day",
        "trend",
        _steps_slope(1),
        _claimed(STEPS, _UP, _SHIFT),
        steps_trend_oracle(),
        told_by=_TRENDS,
        must=3.0,
    ),
    Truth(
        "steps-decline",
        "Steps falling over all days",
        "SD of daily steps, first to last day",
        "trend",
        _steps_slope(-1),
        _claimed(STEPS, _DOWN, _SHIFT),
        steps_trend_oracle(),
        told_by=_TRENDS,
        must=3.0,
    ),
    Truth(
        "late-activity",
        "Lower HRV in the night after late activity (3 days in 10)",
        "SD of nightly HRV",
        "relation",
        lambda size, _: replace(NULL, name="late-activity", late_activity_share=0.3, late_activity_hrv_sd=size),
        _late_evenings,
        late_oracle(),
    ),
    Truth(
        "irregular-sleep",
        "Bedtimes scattered for a week",
        "SD of bedtime (69 min), added",
        "regularity",
        lambda size, _: replace(
            NULL, name="irregular-sleep", recent_days=CHANGED_DAYS, irregular_sleep_minutes=size * bedtime_sd()
        ),
        _irregular,
        scatter_oracle(CHANGED_DAYS),
        told_by=_BEHAVIOR,
        exact=False,
    ),
    Truth(
        "weight-trend",
        "Weight growing over all days (4 readings in 10 days)",
        "SD of weight readings (0.43 kg), first to last day",
        "trend",
        _weight_slope(),
        _claimed(frozenset({"weight"}), _UP, _SHIFT),
        weight_oracle(),
        told_by=_TRENDS,
        must=3.0,
    ),
    Truth(
        "weight-trend-daily",
        "Weight growing over all days (read every day)",
        "SD of weight readings (0.43 kg), first to last day",
        "trend",
        _weight_slope(weighed_share=1.0),
        _claimed(frozenset({"weight"}), _UP, _SHIFT),
        weight_oracle(),
        told_by=_TRENDS,
        must=3.0,
    ),
    Truth(
        "non-wear",
        "Device left off on more days",
        "SD of a single day's being unworn (0.23)",
        "wear",
        lambda size, _: replace(NULL, name="non-wear", unworn_share=size * unworn_sd()),
        _gaps_told,
        unworn_oracle(),
        told_by=_BEHAVIOR,
        exact=False,
    ),
    Truth(
        "new-device",
        "A new device counts more steps for two weeks",
        "SD of daily steps at the usual level",
        "changepoint",
        lambda size, _: replace(
            NULL,
            name="new-device",
            device_change_days_ago=NEW_DEVICE_DAYS,
            device_change_factor=1 + size * steps_sd(1.0),
        ),
        _claimed(STEPS, _UP, _SHIFT),
        steps_step_oracle(NEW_DEVICE_DAYS),
    ),
)
