"""Nights from the stretches of sleep that devices record.

Stretches less than two hours apart are one sleep. A sleep belongs to the date of waking; of several that
end on one date the longest is the night, and the others are naps. Where several sources recorded a night,
one of them speaks for it: one that tells stages before one that does not, then the preferred kind of device.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import IntEnum
from typing import Final, NamedTuple

from holisticos.health.devices import DeviceType, precedence
from local.people.wire import sleep_day

_PAUSE: Final = 2 * 3600
_LONGEST: Final = 24 * 3600


class Stage(IntEnum):
    """What a stretch is."""

    IN_BED = 0
    AWAKE = 1
    ASLEEP = 2
    LIGHT = 3
    DEEP = 4
    REM = 5


class _Stretch(NamedTuple):
    """Seconds since the epoch; the offset is that in which the stretch was written, in seconds."""

    start: int
    end: int
    stage: Stage
    offset: int


@dataclass(frozen=True, slots=True)
class Sleep:
    """One night. Durations are minutes by biomarker type."""

    start: datetime
    end: datetime
    durations: dict[str, float]


@dataclass(slots=True)
class SleepLog:
    """Collects one person's stretches; ``left_out`` counts what is no part of a night."""

    left_out: Counter[str] = field(default_factory=Counter)
    _sources: defaultdict[tuple[DeviceType, str], list[_Stretch]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: DeviceType, source: str, start: datetime, end: datetime, stage: Stage) -> None:
        """One stretch, both times aware."""
        if not timedelta(0) < end - start <= timedelta(seconds=_LONGEST):
            self.left_out["stretch of sleep that ends before it starts, or lasts over a day"] += 1
            return
        offset = (end.utcoffset() or timedelta(0)).total_seconds()
        self._sources[kind, source].append(_Stretch(int(start.timestamp()), int(end.timestamp()), stage, int(offset)))

    def nights(self) -> dict[date, Sleep]:
        """The night of each wake date."""
        found: defaultdict[date, list[tuple[tuple[bool, int, int], Sleep]]] = defaultdict(list)
        for (kind, source), stretches in sorted(self._sources.items()):
            longest: dict[date, tuple[int, list[_Stretch]]] = {}
            for sleep in _sleeps(stretches):
                day, seconds = _wake_date(sleep), _seconds(one for one in sleep if one.stage >= Stage.ASLEEP)
                if day in longest:
                    self.left_out["nap"] += 1
                if day not in longest or seconds > longest[day][0]:
                    longest[day] = seconds, sleep
            for day, (seconds, sleep) in longest.items():
                staged = any(one.stage > Stage.ASLEEP for one in sleep)
                rank = not staged if seconds else True, precedence(kind) if seconds else len(DeviceType), -seconds
                found[day].append((rank, self._night(sleep, source)))
        return {
            day: min(nights, key=lambda night: (night[0], night[1].start))[1] for day, nights in sorted(found.items())
        }

    def _night(self, sleep: Sequence[_Stretch], source: str) -> Sleep:
        asleep = [one for one in sleep if one.stage >= Stage.ASLEEP] or list(sleep)
        start, last = min(one.start for one in asleep), max(asleep, key=lambda one: one.end)
        zone = timezone(timedelta(seconds=last.offset))
        by_stage = {
            "sleep_duration": [one for one in asleep if one.stage >= Stage.ASLEEP],
            "sleep_light_duration": [one for one in asleep if one.stage is Stage.LIGHT],
            "sleep_deep_duration": [one for one in asleep if one.stage is Stage.DEEP],
            "sleep_rem_duration": [one for one in asleep if one.stage is Stage.REM],
            "sleep_awake_duration": [
                one for one in sleep if one.stage is Stage.AWAKE and start <= one.start < last.end
            ],
            "sleep_in_bed_duration": [one for one in sleep if one.stage is Stage.IN_BED]
            or self._in_bed(start, last.end, source),
        }
        return Sleep(
            start=datetime.fromtimestamp(start, zone),
            end=datetime.fromtimestamp(last.end, zone),
            durations={type_: _seconds(part) / 60 for type_, part in by_stage.items() if part},
        )

    def _in_bed(self, start: int, end: int, source: str) -> list[_Stretch]:
        """What another device recorded of the same night: a phone knows the time in bed, a watch the stages."""
        others = (stretches for (_, name), stretches in self._sources.items() if name != source)
        beds = [
            [one for one in stretches if one.stage is Stage.IN_BED and one.start < end and one.end > start]
            for stretches in others
        ]
        return max(beds, key=_seconds, default=[])


def _sleeps(stretches: Iterable[_Stretch]) -> Iterator[list[_Stretch]]:
    sleep: list[_Stretch] = []
    until = 0
    for one in sorted(set(stretches)):
        if sleep and one.start - until > _PAUSE:
            yield sleep
            sleep, until = [], 0
        sleep.append(one)
        until = max(until, one.end)
    if sleep:
        yield sleep


def _wake_date(sleep: Sequence[_Stretch]) -> date:
    last = max(sleep, key=lambda one: one.end)
    zone = timezone(timedelta(seconds=last.offset))
    return sleep_day(datetime.fromtimestamp(sleep[0].start, zone), datetime.fromtimestamp(last.end, zone))


def _seconds(stretches: Iterable[_Stretch]) -> int:
    """How long the stretches last together; what several cover counts once."""
    total = until = 0
    for one in sorted(stretches):
        total += max(0, one.end - max(one.start, until))
        until = max(until, one.end)
    return total
