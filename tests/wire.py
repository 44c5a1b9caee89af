"""Records as the upstream health API writes them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

AUCKLAND = ZoneInfo("Pacific/Auckland")
BERLIN = ZoneInfo("Europe/Berlin")

Record = dict[str, Any]

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def biomarker(type_: str, value: Any, start: datetime, end: datetime | None = None, **fields: Any) -> Record:
    """One biomarker over ``start`` to ``end``; ``fields`` replace or, where None, remove what it says."""
    record = {
        "id": f"{type_}-{start.isoformat()}",
        "category": "activity",
        "type": type_,
        "periodicity": "daily",
        "aggregation": "total",
        "value": value,
        "unit": "count",
        "valueType": "integer",
        "startDateTime": start.isoformat(),
        "endDateTime": (end or start).isoformat(),
    }
    return {name: given for name, given in {**record, **fields}.items() if given is not None}


def daily(type_: str, day: date, value: Any, zone: ZoneInfo = BERLIN, **fields: Any) -> Record:
    """A value of one calendar day."""
    start, next_day = (datetime.combine(at, time(), zone) for at in (day, day + _DAY))
    return biomarker(type_, value, start, _last_second_before(next_day), **fields)


def nightly(type_: str, wake_date: date, value: Any, zone: ZoneInfo = BERLIN, **fields: Any) -> Record:
    """A value of the sleep day, 18:00 to 18:00, that ends on ``wake_date``."""
    start, end = (datetime.combine(at, time(18), zone) for at in (wake_date - _DAY, wake_date))
    defaults = {"category": "sleep", "unit": "minute"}
    return biomarker(type_, value, start, _last_second_before(end), **{**defaults, **fields})


def night(wake_date: date, start: datetime, end: datetime, zone: ZoneInfo = BERLIN, **fields: Any) -> list[Record]:
    """Bedtime and waking of one night."""
    times = {"unit": "datetime", "valueType": "datetime", "aggregation": "none", **fields}
    return [
        nightly("sleep_start_time", wake_date, start.isoformat(timespec="minutes"), zone, **times),
        nightly("sleep_end_time", wake_date, end.isoformat(timespec="minutes"), zone, **times),
    ]


def hourly(type_: str, start: datetime, value: Any, **fields: Any) -> Record:
    """A value of one clock hour."""
    end = (start.astimezone(UTC) + timedelta(hours=1) - _SECOND).astimezone(start.tzinfo)
    return biomarker(type_, value, start, end, **{"periodicity": "hourly", **fields})


def score(type_: str, day: date, value: Any, zone: ZoneInfo = BERLIN, **fields: Any) -> Record:
    record = {
        "id": f"{type_}-{day}",
        "type": type_,
        "score": value,
        "state": "medium",
        "factors": [],
        "dataSources": ["activity", "sleep"],
        "scoreDateTime": datetime.combine(day, time(), zone).isoformat(),
        "createdAt": datetime.combine(day + _DAY, time(), zone).isoformat(),
        "version": 1.0,
    }
    return {name: given for name, given in {**record, **fields}.items() if given is not None}


def archetype(name: str, value: str, last_day: date, zone: ZoneInfo = BERLIN, **fields: Any) -> Record:
    """A weekly archetype; its span ends with the midnight that begins its last day."""
    record = {
        "id": f"{name}-{last_day}",
        "name": name,
        "value": value,
        "dataType": "ordinal",
        "ordinality": 1,
        "periodicity": "weekly",
        "startDateTime": datetime.combine(last_day - 6 * _DAY, time(), zone).isoformat(),
        "endDateTime": datetime.combine(last_day, time(), zone).isoformat(),
        "version": 1,
    }
    return {name_: given for name_, given in {**record, **fields}.items() if given is not None}


def _last_second_before(moment: datetime) -> datetime:
    # Through UTC: local arithmetic would be an hour off where the clock changed.
    return (moment.astimezone(UTC) - _SECOND).astimezone(moment.tzinfo)
