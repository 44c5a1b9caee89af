"""To which local day a span of time belongs.

A person's days are those of the zone in their profile. Three things complicate it, and are decided here:

* A *sleep day* runs from 18:00 to 18:00; a night belongs to the date on which it ends.
* Records of whole days come with the offset in which the day was lived. Where such a span is a calendar
  or sleep day in the profile's zone, it is that day. Where it is not, but is one in its own offset, the
  person was away (or never set a zone), and it is the day as lived. Otherwise the day that holds its
  middle, in the profile's zone. So the same span gives the same day in whatever offset it is written.
* Clock times that are kept (bedtimes, hours) carry the offset they were lived in, where the source names
  one other than UTC.
"""

from datetime import date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final

SLEEP_DAY_STARTS: Final = 18
"""The local hour; from then on a sleep belongs to the next date."""

_HOUR: Final = timedelta(hours=1)
_SLEEP_DAY_SHIFT: Final = timedelta(hours=24 - SLEEP_DAY_STARTS)
_WHOLE_DAY: Final = 20 * _HOUR
_LONGER_THAN_A_DAY: Final = 28 * _HOUR
_NIGHT_MARGIN: Final = 3 * _HOUR
"""Added to the middle of a nightly span, which is 06:00 for a sleep day and 12:00 for a calendar day."""


class DayRule(StrEnum):
    """How the records of a kind are spread over days."""

    CALENDAR = "calendar"
    """Over calendar days: what is counted by day."""
    NIGHT = "night"
    """Over sleep days: sleep, and what is measured in it."""
    EITHER = "either"
    """Whole days are of one sort or the other; single samples belong to their calendar day."""


class LocalDays:
    """Assigns spans to dates for one person; remembers spans, since many types share each of them."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._seen: dict[tuple[datetime, datetime, DayRule], date] = {}

    def of_span(self, start: datetime, end: datetime, rule: DayRule) -> date:
        """The date a record over ``start`` to ``end`` belongs to; of a week or month, its last date."""
        key = start, end, rule
        day = self._seen.get(key)
        if day is None:
            day = self._seen[key] = self._of_span(start, end, rule)
        return day

    def of_waking(self, end: datetime) -> date:
        """The date of the sleep day in which a sleep ended at ``end``."""
        return (end.astimezone(self._zone) + _SLEEP_DAY_SHIFT).date()

    def of_day_mark(self, at: datetime) -> date:
        """The date of an instant that stands for a day, usually its first."""
        if _is_midnight(at.astimezone(self._zone)) or not _is_midnight(at):
            return at.astimezone(self._zone).date()
        return at.date()

    def _of_span(self, start: datetime, end: datetime, rule: DayRule) -> date:
        length = end - start
        if length < _WHOLE_DAY:
            if rule is DayRule.NIGHT:
                return self.of_waking(end)
            return (start + length / 2).astimezone(self._zone).date()
        for local in (start.astimezone(self._zone), start):
            if rule is not DayRule.CALENDAR and _is_on(local, SLEEP_DAY_STARTS):
                return _last_date(local, end, length, local.date() + timedelta(days=1))
            if _is_midnight(local):
                return _last_date(local, end, length, local.date())
        if length > _LONGER_THAN_A_DAY:
            return end.astimezone(self._zone).date()
        margin = timedelta(0) if rule is DayRule.CALENDAR else _NIGHT_MARGIN
        return ((start + length / 2).astimezone(self._zone) + margin).date()


def as_lived(moment: datetime, zone: tzinfo) -> datetime:
    """``moment`` on the clock the person saw: in its own offset, or in ``zone`` where that is UTC."""
    if moment.utcoffset():
        return moment
    local = moment.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)), fold=0)


def _last_date(local_start: datetime, end: datetime, length: timedelta, day: date) -> date:
    """``day`` for a span of one day; for a longer one the date of its end on the clock of its start."""
    return day if length <= _LONGER_THAN_A_DAY else end.astimezone(local_start.tzinfo).date()


def _is_on(local: datetime, hour: int) -> bool:
    return local.hour == hour and local.minute == 0 and local.second == 0


def _is_midnight(local: datetime) -> bool:
    return _is_on(local, 0)
