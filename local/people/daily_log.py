"""Assembles a person's records from what a reader finds, day by day.

Readers say what their files hold; this module knows how it becomes records, and what must be the
same for all of them: a day on which the device was not worn gives no activity, a last day that ends
early is marked as in progress, and everything left out is counted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from local.people.fitbit import FitbitDay
from local.people.records import PersonRecords, Record
from local.people.samples import SampleLog, as_wire
from local.people.sleeps import SleepLog
from local.people.wire import BiomarkerWriter

Values = Mapping[str, float]
"""Values of one day by biomarker type."""

_LAST_HOUR = 23
EVERY_DAY_IS_WHOLE = date.max
"""As the day on which a source was made that tells of no day before it is over."""


@dataclass(slots=True)
class DailyLog:
    """One person's measurements by local day; times are naive local, or carry the offset they were lived in.

    ``in_progress_on`` is the day on which an export says it was made. Where it does not say, the hours
    of the last day tell: a day that stops before its last hour was not over.
    """

    person_id: str
    origin: str
    timezone: str
    notes: tuple[str, ...]
    in_progress_on: date | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    _activity: dict[date, Values] = field(default_factory=dict)
    _other: dict[date, Values] = field(default_factory=dict)
    _nights: dict[date, tuple[datetime, datetime]] = field(default_factory=dict)
    _hours: dict[datetime, float] = field(default_factory=dict)

    def add_samples(self, samples: SampleLog, sleeps: SleepLog, *, activity: bool = True) -> None:
        """Everything that devices recorded piece by piece; of activity, unless asked to, only the hours."""
        for day, values in samples.days().items():
            active, resting = values.get("active_energy_burned"), values.get("resting_energy_burned")
            if active and resting:
                values["total_energy_burned"] = active + resting
            if activity and (counted := as_wire(values, activity=True)):
                self._activity[day] = counted
            self._other[day] = as_wire(values, activity=False)
        for day, night in sleeps.nights().items():
            self.add_night(day, night.start, night.end)
            self._other[day] = {**self._other.get(day, {}), **night.durations}
        self._hours.update(samples.hours("steps"))
        self.left_out += samples.left_out + sleeps.left_out

    def add_fitbit_day(self, day: date, totals: FitbitDay) -> None:
        """The totals of a day; a day on which the device was not worn only counts as left out."""
        activity = totals.activity()
        if day in self._activity:
            self.left_out["repeated day"] += 1
        elif activity is None:
            self.left_out["day on which the device was not worn"] += 1
        else:
            self._activity[day] = activity
            if totals.sedentary is not None and not totals.sedentary_without_sleep:
                self.left_out["sedentary minutes that include the night"] += 1

    def add_values(self, day: date, values: Values) -> None:
        """What does not depend on the device being worn all day: sleep, and what is measured in it."""
        if day in self._other:
            self.left_out["repeated day of sleep or vitals"] += 1
        elif values:
            self._other[day] = values

    def add_night(self, day: date, start: datetime, end: datetime) -> None:
        """Bedtime and waking time of the main sleep of ``day``."""
        if end <= start:
            self.left_out["sleep that ends before it starts"] += 1
        elif day in self._nights:
            self.left_out["repeated sleep"] += 1
        else:
            self._nights[day] = start, end

    def add_hour(self, hour: datetime, steps: float) -> None:
        if hour in self._hours:
            self.left_out["repeated hour"] += 1
        else:
            self._hours[hour] = steps

    def records(self) -> PersonRecords | None:
        """Everything in the wire format, in order of time; None where nothing was measured."""
        days = sorted({*self._activity, *self._other, *self._nights})
        if not days:
            return None
        writer = BiomarkerWriter(self.person_id, self.timezone)
        hours = self._hours_of_worn_days()
        unfinished = self._unfinished_day()
        biomarkers: list[Record] = []
        for day in days:
            if night := self._nights.get(day):
                biomarkers.append(writer.daily("sleep_start_time", day, night[0]))
                biomarkers.append(writer.daily("sleep_end_time", day, night[1]))
            biomarkers += [writer.daily(type_, day, value) for type_, value in self._other.get(day, {}).items()]
            periodicity = "intraday" if day == unfinished else "daily"
            biomarkers += [
                writer.daily(type_, day, value, periodicity) for type_, value in self._activity.get(day, {}).items()
            ]
            biomarkers += [writer.hourly("steps", hour, steps) for hour, steps in hours.get(day, ())]
        notes = self.notes
        if unfinished:
            notes += (f"the last day with activity, {unfinished}, ends early and is marked as in progress",)
        return PersonRecords(
            person_id=self.person_id,
            origin=self.origin,
            timezone=self.timezone,
            first_day=days[0],
            last_day=days[-1],
            biomarkers=biomarkers,
            left_out=dict(sorted(self.left_out.items())),
            notes=notes,
        )

    def _unfinished_day(self) -> date | None:
        """The last day with activity, where the export was made on it."""
        if not self._activity:
            return None
        last = max(self._activity)
        if self.in_progress_on:
            return last if last >= self.in_progress_on else None
        hours = [hour.hour for hour in self._hours if hour.date() == last]
        return last if hours and max(hours) < _LAST_HOUR else None

    def _hours_of_worn_days(self) -> dict[date, list[tuple[datetime, float]]]:
        """Hours by day. Exports fill the hours of unworn days with zeros: those are left out with the day."""
        hours: dict[date, list[tuple[datetime, float]]] = {}
        for hour, steps in sorted(self._hours.items()):
            if hour.date() in self._activity:
                hours.setdefault(hour.date(), []).append((hour, steps))
            else:
                self.left_out["hour of a day on which the device was not worn"] += 1
        return hours
