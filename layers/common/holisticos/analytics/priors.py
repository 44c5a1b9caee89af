"""What is known about a series before a person's own data are seen: what days of such a metric are usually like.

Both tables rest on the persons in LifeSnaps (Yfantidou et al. 2022) with at least 28 days. Short
series show less of their autocorrelation than there is, so those of what a slow state carries stand above what is
measured. Body measures, which that data set lacks, are put with the steadiest. Weight rests on 11 people who weighed
themselves nearly every day without trying to change it: 9 of Krone et al. 2020 (PLoS ONE 15:e0232680) in their three
control weeks, and 2 of the Fitbit Fitness Tracker Data over a month. Around a line for each, the restricted likelihood
of all is largest at 0.4. They are priors only, and err to the side of caution.
"""

from typing import NamedTuple

from holisticos.analytics.numeric import autoregression


class Habit(NamedTuple):
    """``autocorrelation`` of one day with the next (median over persons, without linear trend).

    ``wander`` is the share of a slow state that comes and goes over weeks: of what stands for itself each
    day, this much is there a week later in half. 0 where days a week apart do not resemble each other.

    ``tail`` is how tame single days are: the degrees of freedom of Student's distribution that new days
    follow, once scaled with the 28 days before: 8 has few surprises, 1 so many that no single day is one.
    """

    autocorrelation: float
    tail: int
    wander: float = 0.0


_OTHERWISE = Habit(0.25, 3)
_CLOCK = Habit(0.15, 3)
_BODY = Habit(0.8, 5)
_WEIGHT = Habit(0.4, 5)
_HRV = Habit(0.35, 6, 0.5)
_BREATHING = Habit(0.16, 2, 0.2)
_SATURATION = Habit(0.08, 6)
_SLEEP = Habit(0.06, 3)

HABITS: dict[str, Habit] = {
    "steps": Habit(0.1, 3),
    "floors_climbed": Habit(0.1, 2),
    "active_hours": Habit(0.2, 3),
    "active_duration": Habit(0.3, 2),
    "activity_low_intensity_duration": Habit(0.38, 2),
    "activity_medium_intensity_duration": Habit(0.17, 1),
    "activity_high_intensity_duration": Habit(0.15, 1),
    "activity_sedentary_duration": Habit(0.3, 2),
    "active_energy_burned": Habit(0.27, 2),
    "total_energy_burned": Habit(0.27, 1),
    "resting_energy_burned": _BODY,
    "heart_rate_resting": Habit(0.88, 8),
    "heart_rate_sleep": Habit(0.35, 2, 0.5),
    "heart_rate_variability_rmssd": _HRV,
    "heart_rate_variability_sdnn": _HRV,
    "respiratory_rate": _BREATHING,
    "respiratory_rate_sleep": _BREATHING,
    "oxygen_saturation": _SATURATION,
    "oxygen_saturation_sleep": _SATURATION,
    "skin_temperature_sleep": Habit(0.24, 2, 0.25),
    "body_temperature_basal": Habit(0.24, 2, 0.25),
    "vo2_max": _BODY,
    "sleep_duration": _SLEEP,
    "sleep_in_bed_duration": _SLEEP,
    "sleep_awake_duration": _SLEEP,
    "sleep_efficiency": _SLEEP,
    "sleep_regularity": _BODY,
    "sleep": Habit(0.3, 3),  # regularity from night to night: neighbouring pairs share a night
    "bedtime": _CLOCK,
    "wake_time": _CLOCK,
    "mid_sleep": _CLOCK,
    "weight": _WEIGHT,
    "body_mass_index": _WEIGHT,
    "body_fat": _BODY,
    "fat_mass": _BODY,
    "lean_mass": _BODY,
    "waist_circumference": _BODY,
}


def habit(metric: str) -> Habit:
    return HABITS.get(metric, _OTHERWISE)


_LEAST_OF_SCATTER = 0.05


def prior_of_scatter(metric: str) -> tuple[float, ...]:
    """The same for how far days are from the usual, on whatever side.

    Where normal values correlate by r, their squares correlate by r squared; in LifeSnaps the distances of adjoining
    days correlate by 0.04 (middle of sleep) and 0.01 (steps).
    """
    return autoregression.prior(max(_LEAST_OF_SCATTER, habit(metric).autocorrelation ** 2))


def prior_of(metric: str) -> tuple[float, ...]:
    """Probabilities of ``numeric.autoregression.PLAUSIBLE``."""
    known = habit(metric)
    return autoregression.prior(known.autocorrelation, known.wander)
