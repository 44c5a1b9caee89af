"""Which kind of device made a record, where the source says so, and which speaks where several measured.

A phone lies on the table while its owner walks with a watch, and counts the same steps when both are worn.
So of what several devices measured *at the same time* (an hour, a sample of a day) the nearest to the body
counts alone, and the others are copies. Totals of a whole day are another matter, see ``normalise``.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeVar


class DeviceType(StrEnum):
    """``unknown`` is a record that names no device, which is the rule for aggregates of a day."""

    WATCH = "watch"
    BAND = "band"
    RING = "ring"
    PHONE = "phone"
    SCALE = "scale"
    OTHER = "other"
    UNKNOWN = "unknown"


PRIORITY: Final = (
    DeviceType.WATCH,
    DeviceType.BAND,
    DeviceType.RING,
    DeviceType.SCALE,
    DeviceType.PHONE,
    DeviceType.OTHER,
    DeviceType.UNKNOWN,
)
"""The device that speaks first, first: on the wrist or finger all day, then what is only near."""
_PRECEDENCE: Final = {kind: place for place, kind in enumerate(PRIORITY)}

Measured = TypeVar("Measured")

_FIELDS: Final = ("deviceType", "device_type")
_NAMES: Final = {
    "smartwatch": DeviceType.WATCH,
    "watch": DeviceType.WATCH,
    "band": DeviceType.BAND,
    "wristband": DeviceType.BAND,
    "fitnessband": DeviceType.BAND,
    "ring": DeviceType.RING,
    "smartring": DeviceType.RING,
    "phone": DeviceType.PHONE,
    "smartphone": DeviceType.PHONE,
    "mobile": DeviceType.PHONE,
    "scale": DeviceType.SCALE,
    "smartscale": DeviceType.SCALE,
}


def device_type(raw: Mapping[str, Any]) -> DeviceType:
    """The device that a record's own words name."""
    for field in _FIELDS:
        name = raw.get(field)
        if isinstance(name, str) and name.strip():
            plain = "".join(letter for letter in name.lower() if letter.isalpha())
            return DeviceType.UNKNOWN if plain == "unknown" else _NAMES.get(plain, DeviceType.OTHER)
    return DeviceType.UNKNOWN


def precedence(kind: DeviceType) -> int:
    """The place in ``PRIORITY``; smaller speaks first."""
    return _PRECEDENCE[kind]


def preferred(kinds: Iterable[DeviceType]) -> DeviceType:
    """The kind that speaks for what all of ``kinds`` measured at one time. Raises ``ValueError`` without any."""
    return min(kinds, key=precedence)


def of_preferred(records: Sequence[Measured], raws: Iterable[Mapping[str, Any]]) -> Sequence[Measured]:
    """Those of ``records`` that the preferred kind made; all where one of them names no device.

    ``raws`` are the records' own words, in the same order.
    """
    kinds = [device_type(raw) for raw in raws]
    if DeviceType.UNKNOWN in kinds:
        return records
    first = preferred(kinds)
    return [record for record, kind in zip(records, kinds, strict=True) if kind is first]
