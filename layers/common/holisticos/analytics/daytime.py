"""How activity is spread over the day, as far as hourly totals tell."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from statistics import median_low

from holisticos.analytics.comparison import least_days
from holisticos.analytics.question import Question
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import HourlySeries, Night

ACTIVE_HOUR_STEPS = 250.0
"""The hourly goal of common trackers."""

_WHOLE_DAY = 20
_PARTS = {"morning": range(5, 12), "afternoon": range(12, 17), "evening": range(17, 22)}
_ASSUMED_WAKING = range(7, 22)
_MIDNIGHT = 24


def active_hours(hourly: HourlySeries, window: DateSpan) -> tuple[Evidence, ...]:
    """``{metric}.active_hours.window`` (hours a day with 250 steps or more) and the share of steps by part of day.

    The shares are ``{metric}.share_morning.window`` (5-12), ``share_afternoon`` (12-17), ``share_evening`` (17-22)
    and ``share_night`` (22-5), in percent of all steps. Days with fewer than 20 hours, or without a step, are left out.
    """
    count = Question(
        hourly.metric,
        "active_hours",
        "window",
        "hour",
        window,
        f"mean hours a day with {ACTIVE_HOUR_STEPS:g} steps or more",
    )
    shares = {
        part: Question(
            hourly.metric, f"share_{part}", "window", "percent", window, f"share of all steps taken in the {part}"
        )
        for part in (*_PARTS, "night")
    }
    days = _moving_days(hourly, window)
    if len(days) < (need := least_days(window)):
        return tuple(question.missing(len(days), need) for question in (count, *shares.values()))
    totals = dict.fromkeys(shares, 0.0)
    active = 0
    for hours in days.values():
        for hour, steps in hours.items():
            totals[_part_of(hour)] += steps
            active += steps >= ACTIVE_HOUR_STEPS
    everything = sum(totals.values())
    return (
        count.answer(active / len(days), len(days)),
        *(question.answer(100 * totals[part] / everything, len(days)) for part, question in shares.items()),
    )


def sedentary_bouts(hourly: HourlySeries, window: DateSpan, nights: Sequence[Night] = ()) -> tuple[Evidence, ...]:
    """``{metric}.still_hours.window`` (zero-step waking hours of a day) and ``{metric}.longest_still.window``.

    The second is the longest run of such hours. Both are medians over the days, of two middle ones the lower, since
    hours are counted whole; so either both are 0 or none is. Waking hours are the whole hours between
    waking and the next bedtime, 7 to 22 where these are not known. Hourly totals do not show a short break
    in an hour with steps, nor whether the device was taken off for an hour: the method says so.
    """
    caveat = (
        "whole waking hours without a step, from hourly totals: shorter bouts, and hours off the wrist, are not told"
    )
    still = Question(hourly.metric, "still_hours", "window", "hour", window, f"median over days of {caveat}")
    longest = Question(
        hourly.metric, "longest_still", "window", "hour", window, f"median over days of the longest run of {caveat}"
    )
    days = _moving_days(hourly, window)
    if len(days) < (need := least_days(window)):
        return still.missing(len(days), need), longest.missing(len(days), need)
    waking = _Waking(nights)
    totals, runs = [], []
    for day, hours in days.items():
        flags = [hours[hour] == 0 for hour in waking.hours(day) if hour in hours]
        totals.append(float(sum(flags)))
        runs.append(float(_longest_run(flags)))
    return still.answer(median_low(totals), len(days)), longest.answer(median_low(runs), len(days))


def _moving_days(hourly: HourlySeries, window: DateSpan) -> dict[date, dict[int, float]]:
    """Steps by clock hour of the days that are nearly whole and have a step at all."""
    days: dict[date, dict[int, float]] = {}
    for moment, steps in hourly.values.items():
        day = moment.date()
        if window.start <= day <= window.end:
            hours = days.setdefault(day, {})
            hours[moment.hour] = hours.get(moment.hour, 0.0) + steps
    return {day: hours for day, hours in days.items() if len(hours) >= _WHOLE_DAY and any(hours.values())}


def _part_of(hour: int) -> str:
    return next((part for part, hours in _PARTS.items() if hour in hours), "night")


class _Waking:
    """The whole clock hours of a day between waking and the next bedtime."""

    def __init__(self, nights: Sequence[Night]) -> None:
        self._nights = {night.wake_date: night for night in nights}

    def hours(self, day: date) -> range:
        last_night, next_night = self._nights.get(day), self._nights.get(day + timedelta(days=1))
        first, stop = _ASSUMED_WAKING.start, _ASSUMED_WAKING.stop
        if last_night is not None:
            first = last_night.end.hour + (last_night.end.minute > 0)
        if next_night is not None:
            stop = next_night.start.hour if next_night.start.date() <= day else _MIDNIGHT
        return range(first, stop)


def _longest_run(flags: Iterable[bool]) -> int:
    return max((sum(1 for _ in run) for still, run in groupby(flags) if still), default=0)
