"""Which kind of device made a record, where the source says so."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final


class DeviceType(StrEnum):
    """``unknown`` is a record that names no device, which is the rule for aggregates of a day."""

    WATCH = "watch"
    BAND = "band"
    RING = "ring"
    PHONE = "phone"
    SCALE = "scale"
    OTHER = "other"
    UNKNOWN = "unknown"


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
