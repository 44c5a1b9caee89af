import pytest

from holisticos.health.units import as_share, conversion, known_name


@pytest.mark.parametrize(
    ("unit", "canonical", "value", "expected"),
    [
        ("minute", "minute", 30, 30),
        ("", "minute", 30, 30),
        ("Hours", "minute", 2, 120),
        ("seconds", "minute", 90, 1.5),
        ("pounds", "kg", 10, 4.5359237),
        ("fahrenheit", "celsius", 212, 100),
        ("mmol/L", "mg/dl", 10, 180.16),
        ("kJ", "kcal", 4.184, 1),
        ("inch", "cm", 1, 2.54),
    ],
)
def test_converts(unit: str, canonical: str, value: float, expected: float) -> None:
    into = conversion(unit, canonical)
    assert into is not None
    assert into.unit == canonical
    assert value * into.factor + into.offset == pytest.approx(expected)


@pytest.mark.parametrize(("unit", "canonical"), [("kg", "minute"), ("furlong", "m"), ("celsius", "kcal")])
def test_refuses_what_measures_something_else(unit: str, canonical: str) -> None:
    assert conversion(unit, canonical) is None


@pytest.mark.parametrize(
    ("value", "canonical", "expected"),
    [(0.75, "ratio", 0.75), (75, "ratio", 0.75), (0.97, "percent", 97), (97, "percent", 97), (1, "percent", 100)],
)
def test_shares_are_told_in_one_scale(value: float, canonical: str, expected: float) -> None:
    assert as_share(value, canonical) == pytest.approx(expected)


def test_spellings_are_one_unit_and_unknown_ones_stay() -> None:
    assert known_name(" Percentage ") == "percent"
    assert known_name("Cup") == "cup"
