"""Units as they come, and those in which series are kept."""

from functools import lru_cache
from typing import Final, NamedTuple


class Conversion(NamedTuple):
    """``canonical = value * factor + offset``."""

    unit: str
    factor: float = 1.0
    offset: float = 0.0


_KILOGRAMS_A_POUND: Final = 0.45359237
_KCAL_A_KILOJOULE: Final = 1 / 4.184
_MG_A_MMOL: Final = 18.016
"""Of glucose, per decilitre and litre: molar mass 180.16 g/mol."""

_SAME: Final[dict[str, tuple[str, ...]]] = {
    "count": ("count", "steps", "floors", "floor", "integer"),
    "minute": ("minute", "minutes", "min"),
    "hour": ("hour", "hours", "hr", "h"),
    "kcal": ("kcal", "calorie", "calories", "kilocalorie", "kilocalories"),
    "kg": ("kg", "kilogram", "kilograms"),
    "m": ("m", "meter", "meters", "metre", "metres"),
    "cm": ("cm", "centimeter", "centimeters", "centimetre", "centimetres"),
    "bpm": ("bpm", "beats/min", "beats/minute", "beats_per_minute"),
    "breaths_per_minute": ("breaths_per_minute", "breaths/min", "breaths/minute", "brpm", "rpm"),
    "ms": ("ms", "millisecond", "milliseconds"),
    "percent": ("percent", "percentage", "%"),
    "ratio": ("ratio", "fraction"),
    "index": ("index",),
    "celsius": ("celsius", "degc", "°c", "c"),
    "mmhg": ("mmhg",),
    "mg/dl": ("mg/dl",),
    "ml/kg/min": ("ml/kg/min", "ml/(kg·min)", "ml/(kg*min)", "ml/min·kg", "ml/(min·kg)", "mlkgmin"),
    "kg/m2": ("kg/m2", "kg/m²", "kg/m^2"),
    "year": ("year", "years"),
}
_BY_NAME: Final = {name: unit for unit, names in _SAME.items() for name in names}

_INTO: Final[dict[str, dict[str, Conversion]]] = {
    "minute": {
        "hour": Conversion("minute", 60),
        "second": Conversion("minute", 1 / 60),
        "seconds": Conversion("minute", 1 / 60),
        "s": Conversion("minute", 1 / 60),
        "ms": Conversion("minute", 1 / 60_000),
    },
    "hour": {"minute": Conversion("hour", 1 / 60)},
    "kcal": {
        "kj": Conversion("kcal", _KCAL_A_KILOJOULE),
        "kilojoule": Conversion("kcal", _KCAL_A_KILOJOULE),
        "kilojoules": Conversion("kcal", _KCAL_A_KILOJOULE),
    },
    "kg": {
        "lb": Conversion("kg", _KILOGRAMS_A_POUND),
        "lbs": Conversion("kg", _KILOGRAMS_A_POUND),
        "pound": Conversion("kg", _KILOGRAMS_A_POUND),
        "pounds": Conversion("kg", _KILOGRAMS_A_POUND),
        "g": Conversion("kg", 0.001),
    },
    "m": {"cm": Conversion("m", 0.01), "in": Conversion("m", 0.0254), "inch": Conversion("m", 0.0254)},
    "cm": {"m": Conversion("cm", 100), "in": Conversion("cm", 2.54), "inch": Conversion("cm", 2.54)},
    "bpm": {"count/minute": Conversion("bpm"), "count/min": Conversion("bpm"), "count": Conversion("bpm")},
    "breaths_per_minute": {
        "count/minute": Conversion("breaths_per_minute"),
        "count/min": Conversion("breaths_per_minute"),
        "count": Conversion("breaths_per_minute"),
        "bpm": Conversion("breaths_per_minute"),
    },
    "ms": {"second": Conversion("ms", 1000), "seconds": Conversion("ms", 1000), "s": Conversion("ms", 1000)},
    "celsius": {
        "fahrenheit": Conversion("celsius", 5 / 9, -160 / 9),
        "degf": Conversion("celsius", 5 / 9, -160 / 9),
        "°f": Conversion("celsius", 5 / 9, -160 / 9),
    },
    "mg/dl": {"mmol/l": Conversion("mg/dl", _MG_A_MMOL)},
    "kg/m2": {"count": Conversion("kg/m2"), "index": Conversion("kg/m2")},
    "index": {"percent": Conversion("index"), "ratio": Conversion("index")},
    "ratio": {"percent": Conversion("ratio"), "index": Conversion("ratio")},
    "percent": {"ratio": Conversion("percent")},
    "year": {"count": Conversion("year")},
}

SHARES: Final = frozenset({"index", "ratio", "percent"})
"""Parts of a whole: written as 0..1 or as 0..100 under the same unit name, see ``as_share``."""

_LARGEST_FRACTION: Final = 1.5


def known_name(unit: str) -> str:
    """One name for the spellings of a unit; an unknown one in lower case."""
    lowered = unit.strip().lower()
    return _BY_NAME.get(lowered, lowered)


@lru_cache(maxsize=256)
def conversion(unit: str, canonical: str) -> Conversion | None:
    """How to bring a value in ``unit`` to ``canonical``; None where the two do not measure the same."""
    if not unit:
        return Conversion(canonical)
    name = known_name(unit)
    if name == canonical:
        return Conversion(canonical)
    return _INTO.get(canonical, {}).get(name)


def as_share(value: float, canonical: str) -> float:
    """A part of a whole in its canonical form: ``percent`` is 0..100, ``ratio`` and ``index`` are 0..1.

    Sources write ``percentage`` both with 0.75 and with 75. Values up to 1.5 are taken as fractions: of
    the measures kept here (efficiency, regularity, saturation, body fat) none can be 1.5 % of the whole.
    """
    fraction = value if value <= _LARGEST_FRACTION else value / 100
    return fraction * 100 if canonical == "percent" else fraction
