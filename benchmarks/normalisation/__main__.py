"""Wire records into the series of one analysis: `python -m benchmarks.normalisation`.

Two figures, both the best of several runs, both beside what `json.loads` takes for the same records:

- 90 days of every type of the catalogue, daily, and steps by hour: the goal is 30 ms a user.
- how the time grows up to 365 days of intraday samples: the time a record must not grow with their number.
"""

import gc
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from typing import Final
from zoneinfo import ZoneInfo

from holisticos.health import naps, normalise
from holisticos.health.catalogue import CATALOGUE, Kind
from holisticos.health.parsing import parse_biomarkers
from local.people.records import Record
from local.people.samples import wire_value
from local.people.wire import MEASURES, BiomarkerWriter

ZONE: Final = ZoneInfo("Europe/Berlin")
LAST: Final = date(2025, 11, 2)
_AS_OF: Final = datetime(2026, 1, 1, tzinfo=UTC)
_REPEATS: Final = 9
_GOAL: Final = 30.0


def daily_records(days: int) -> list[Record]:
    """A record a day of each type that sources send, and 16 hours of steps."""
    writer = BiomarkerWriter("anna", ZONE.key)
    records: list[Record] = []
    for back in range(days):
        day = LAST - timedelta(days=back)
        for type_ in sorted(MEASURES):
            metric = CATALOGUE[type_]
            if metric.kind is Kind.INSTANT:
                at = datetime.combine(day, time(7 if "end" in type_ else 0, back % 60), ZONE)
                records.append(writer.daily(type_, day, at))
            else:
                amount = metric.low + (metric.high - metric.low) * (0.3 + back % 7 / 20)
                records.append(writer.daily(type_, day, wire_value(type_, amount)))
        records += [
            writer.hourly("steps", datetime.combine(day, time(hour), ZONE), 100 + back) for hour in range(7, 23)
        ]
    return records


def intraday_records(days: int) -> list[Record]:
    """Heart rates every ten minutes, as samples of the day."""
    records: list[Record] = []
    for back in range(days):
        midnight = datetime.combine(LAST - timedelta(days=back), time(), ZONE).astimezone(UTC)
        for sample in range(144):
            at = (midnight + timedelta(minutes=10 * sample)).astimezone(ZONE).isoformat()
            records.append(
                {
                    "id": f"{back}-{sample}",
                    "category": "vitals",
                    "type": "heart_rate",
                    "periodicity": "intraday",
                    "aggregation": "average",
                    "value": str(50 + sample % 60),
                    "unit": "bpm",
                    "valueType": "double",
                    "startDateTime": at,
                    "endDateTime": at,
                    "deviceType": "watch",
                }
            )
    return records


def normalised(records: Sequence[Record]) -> int:
    """All that is done to records; the number of daily values."""
    parsed = parse_biomarkers(records, zone=ZONE, as_of=_AS_OF)
    assert not parsed.dropped
    dated = normalise.dated(parsed.kept, ZONE)
    series = normalise.daily_series(dated)
    normalise.hourly_series(dated, ZONE)
    main, short = naps.apart(normalise.sleeps(dated), ZONE)
    normalise.main_sleeps(main, naps.without_naps(series, main, short), ZONE)
    return sum(len(one.values) for one in series.values())


def milliseconds(work: Callable[[], object], repeats: int = _REPEATS) -> float:
    """The best of several runs, of processor time."""
    best = float("inf")
    for _ in range(repeats):
        gc.collect()
        began = process_time()
        work()
        best = min(best, process_time() - began)
    return best * 1000


def main() -> None:
    """Print the figures."""
    print("90 days of all types")
    _compare(daily_records(90), goal=_GOAL)
    print("intraday heart rate, 144 a day")
    for days in (45, 90, 180, 365):
        print(f"  {days:3} days", end="")
        _compare(intraday_records(days), repeats=5)


def _compare(records: Sequence[Record], goal: float | None = None, repeats: int = _REPEATS) -> None:
    text = json.dumps(records)
    floor = milliseconds(lambda: json.loads(text), repeats)
    own = milliseconds(lambda: normalised(records), repeats)
    told = f"; goal {goal:.0f} ms" if goal else ""
    a_record = 1000 * own / len(records)
    print(
        f"  {len(records):6,} records: {own:7.1f} ms{told}, {own / floor:.1f} times json.loads, {a_record:.1f} us each"
    )


if __name__ == "__main__":
    main()
