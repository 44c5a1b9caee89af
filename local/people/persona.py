"""Who a synthetic person is: baseline, and the truths that can be planted in the data with their sizes."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Noise:
    """How much a person's days differ from one another.

    Fitted so that simulated persons show what real ones do: for each figure of ``calibration.measure``,
    the median over 60 simulated persons of 90 days lies near the median over the 32 LifeSnaps persons
    with at least 42 measured days (27 to 29 with nights, 19 with HRV, 10 with SpO2). Where days hang
    together, the figures here are larger than those measured, because a short series shows too little
    of its own spread. Levels and clock times are a matter of the persona.
    """

    steps_root_cv: float = 0.30
    """Spread of the square root of daily steps over its mean; the root is near symmetric (skewness -0.2)."""
    steps_lag1: float = 0.11
    sleep_sd: float = 66.0
    """Minutes."""
    bedtime_usual_sd: float = 50.0
    """Minutes; a tenth of much later nights makes it 69."""
    late_night_share: float = 0.1
    late_night_delay: float = 110.0
    bedtime_lag1: float = 0.2
    sleep_per_bedtime: float = -0.58
    """Minutes of sleep lost for each minute of a later bedtime."""
    resting_hr_sd: float = 3.0
    """Beats a minute. Fitbit smooths the resting heart rate, hence the lag."""
    resting_hr_lag1: float = 0.91
    log_hrv_sd: float = 0.245
    hrv_night_lag1: float = 0.2
    """Of what HRV does not share with the resting heart rate."""
    hrv_with_resting_hr: float = -0.55
    sleep_hr_sd: float = 5.1
    respiration_sd: float = 0.8
    respiration_lag1: float = 0.32
    oxygen_sd: float = 0.0096
    temperature_sd: float = 0.5
    temperature_lag1: float = 0.28
    weight_sd: float = 0.43
    """Kilograms. Not in LifeSnaps: fitted to 11 people who weighed themselves nearly every day without trying to change
    it (``analytics.priors``). Around a line over three or four weeks they deviate by 0.37 kg (median), as they do where
    the truth is 0.43 and days hang together as below."""
    weight_lag1: float = 0.4
    """Largest restricted likelihood over these people: two units of its logarithm are between 0.25 and 0.57."""
    unworn_start: float = 0.02
    """Chance that a worn day is followed by an unworn one; quartiles of the persons are 0 and 0.055."""
    unworn_stay: float = 0.67
    night_missing: float = 0.16
    """Share of worn days without a recorded night."""
    hrv_missing: float = 0.04
    """Share of nights without HRV and what comes with it."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A synthetic person. Truths are planted where their size differs from the default, which means none.

    Standard deviations (``_sd``) are within-person ones, those of ``noise``.
    """

    name: str = "null"
    timezone: str = "Europe/Berlin"

    steps: float = 7300.0
    """Daily mean at the beginning."""
    sleep_minutes: float = 430.0
    bedtime: float = -40.0
    """Minutes after midnight; before it where negative."""
    resting_hr: float = 62.0
    hrv: float = 42.0
    """Nightly RMSSD in milliseconds."""
    weight: float = 74.0
    """Kilograms."""

    weighed_share: float = 0.4
    """Share of days with a reading of weight."""

    recent_days: int = 21
    """How long the recent changes below have lasted."""
    recent_ended_days_ago: int = 0
    sleep_debt_minutes: float = 0.0
    """Recent: every night is this much shorter."""
    later_nights_minutes: float = 0.0
    """Recent: every night starts and ends this much later."""
    weekend_bedtime_minutes: float = 0.0
    """The nights before Saturday and Sunday start and end this much later. The median LifeSnaps person goes
    to bed 14 minutes later then and gets up 53 minutes later; steps differ by chance alone."""
    irregular_sleep_minutes: float = 0.0
    """Recent: further standard deviation of the time of going to bed; the length of sleep stays."""
    illness_sd: float = 0.0
    """HRV falls and resting heart rate rises by this much during ``illness_days``."""
    illness_days: int = 4
    illness_ended_days_ago: int = 0
    steps_per_week: float = 0.0
    """Daily steps grow by this much every week, from the first day on."""
    steps_growth_ended_days_ago: int = 0
    """Since then they stay where they have come to."""
    late_activity_share: float = 0.0
    """Share of days with a long walk or run between 21:00 and 23:00."""
    late_activity_hrv_sd: float = 0.0
    """HRV of the following night is lower by this much."""
    weight_per_week: float = 0.0
    """Kilograms gained every week, from the first day on."""
    unworn_share: float = 0.0
    """Further share of days on which the device stays in the drawer."""
    device_change_days_ago: int | None = None
    device_change_factor: float = 1.15
    """What the new device counts for each step the old one counted."""

    noise: Noise = field(default_factory=Noise)


NULL: Final = Persona()
"""Nothing to find: every difference in the data is chance."""

DEMO: Final = Persona(
    name="demo",
    weekend_bedtime_minutes=80,
    sleep_debt_minutes=35,
    steps_per_week=260,
    late_activity_share=0.3,
    late_activity_hrv_sd=1.2,
    weight_per_week=-0.08,
)
"""Walks more every week, goes to bed late at weekends, sleeps a little short of late, and recovers less
after late exercise."""
