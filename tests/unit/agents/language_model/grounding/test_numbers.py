"""Numbers, units and times as they are written in a text, and how far they may be rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.agents.formatting import quantity
from holisticos.agents.language_model.grounding.amounts import Amount, amount
from holisticos.agents.language_model.grounding.lexicon import Lexicon, lexicon
from holisticos.agents.language_model.grounding.rounding import agrees
from holisticos.agents.language_model.grounding.text import tokenise
from holisticos.agents.language_model.grounding.times import TimeSaid, time_said

ONES = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def english() -> Lexicon:
    words = lexicon("en")
    assert words is not None
    return words


def read_amount(text: str) -> Amount | None:
    return amount(tokenise(text).tokens, 0, english())


def read_time(text: str) -> TimeSaid | None:
    return time_said(tokenise(text).tokens, 0)


def in_words(number: int) -> str:
    if number < 20:
        return (*ONES, *TEENS)[number]
    if number < 100:
        return f"{TENS[number // 10]} {ONES[number % 10]}".strip()
    if number < 1000:
        rest = f" and {in_words(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    rest = f" {in_words(number % 1000)}" if number % 1000 else ""
    return f"{in_words(number // 1000)} thousand{rest}"


@given(st.integers(1, 99_999))
def test_a_number_in_words_is_the_number_in_figures(number: int) -> None:
    for text in (in_words(number), f"{number:,}", str(number)):
        said = read_amount(f"{text} steps")
        assert said is not None
        assert (said.value, said.dim) == (number, "number")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("7 h 22 min", 442, "minute"),
        ("7 hours and 22 minutes", 442, "minute"),
        ("7.5 h", 450, "minute"),
        ("two and a half hours", 150, "minute"),
        ("half an hour", 30, "minute"),
        ("an hour and a half", 90, "minute"),
        ("three quarters of an hour", 45, "minute"),
        ("23:10", 1390, "clock"),
        ("11:10 p.m.", 1390, "clock"),
        ("7 am", 420, "clock"),
        ("12:05 am", 5, "clock"),
        ("noon", 720, "clock"),
        ("a third", 100 / 3, "percent"),
        ("two thirds", 200 / 3, "percent"),
        ("half", 50, "percent"),
        ("42.4 %", 42.4, "percent"),
        ("twice", 2, "times"),
        ("a dozen nights", 12, "night"),
        ("four weeks", 28, "day"),
        ("14.9 breaths per minute", 14.9, "breath"),
        ("66 beats per minute", 66, "bpm"),
        ("-0.42", -0.42, "number"),
        ("seven thousand three hundred", 7300, "number"),
    ],
)
def test_an_amount_is_read_with_its_unit(text: str, value: float, unit: str) -> None:
    said = read_amount(text)
    assert said is not None
    assert said.value == pytest.approx(value)
    assert said.dim == unit


@pytest.mark.parametrize("text", ["the third", "some days", "25:80", "hours ago"])
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("9-15 Mar", "3-9..3-15"),
        ("from 9 March to 15 March", "3-9..3-15"),
        ("between the 9th and the 15th of March", "3-9..3-15"),
        ("March 9-15, 2026", "3-9..3-15"),
        ("28 Apr - 4 May 2026", "4-28..5-4"),
        ("15 March", "3-15"),
        ("Sunday, the 15th of March", "3-15"),
        ("2026-03-15", "3-15"),
        ("the last week", "last 7 day"),
        ("the past seven nights", "last 7 day"),
        ("Saturday", "saturday"),
        ("Saturdays", "saturdays"),
        ("today", "this 1 day"),
    ],
)
def test_a_time_is_the_same_in_every_writing(text: str, key: str) -> None:
    said = read_time(text)
    assert said is not None
    assert said.key == key


@given(
    st.floats(0, 100_000),
    st.sampled_from(
        ["count", "minute", "hour", "clock", "bpm", "ms", "percent", "kcal", "kg", "index", "breaths_per_minute"]
    ),
)
def test_what_narration_writes_agrees_with_what_it_wrote(value: float, unit: str) -> None:
    told = read_amount(quantity(value, unit))
    assert told is not None
    assert agrees(told, told.value, unit=told.dim)


@pytest.mark.parametrize(
    ("text", "known", "unit", "right"),
    [
        ("7,300", 7344, "number", True),
        ("7,350", 7344, "number", False),
        ("7,000", 7344, "number", False),
        ("about 7,000", 7344, "number", True),
        ("about 7,500", 7344, "number", False),
        ("about 8,000", 7344, "number", False),
        ("nearly 7,500", 7344, "number", True),
        ("nearly 7,300", 7344, "number", False),
        ("just over 7,300", 7344, "number", True),
        ("just over 7,500", 7344, "number", False),
        ("over 7,000", 7344, "number", True),
        ("7.4 h", 442, "minute", True),
        ("7.5 h", 442, "minute", False),
        ("about 7.5 hours", 442, "minute", True),
        ("about 7 hours", 410, "minute", True),
        ("about 8 hours", 410, "minute", False),
        ("23:10", 1391, "clock", False),
        ("around 11 pm", 1385, "clock", True),
        ("around 11 pm", 1400, "clock", False),
        ("midnight", 1440, "clock", True),
        ("39 %", 39.3, "percent", True),
        ("40 %", 39.3, "percent", False),
        ("about 40 %", 39.3, "percent", True),
        ("a third", 34.0, "percent", True),
        ("a third", 39.3, "percent", False),
        ("about a third", 36.9, "percent", True),
        ("28 days", 28, "day", True),
        ("about 27 days", 28, "day", False),
    ],
)
def test_a_rounding_is_fair_or_not(text: str, known: float, unit: str, *, right: bool) -> None:
    said = read_amount(text)
    assert said is not None
    assert agrees(said, known, unit=unit) is right


@given(st.integers(1000, 30_000), st.floats(0.06, 0.5), st.sampled_from([-1, 1]))
def test_no_way_to_write_a_number_covers_one_that_is_far_off(value: int, off: float, sign: int) -> None:
    wrong = round(value * (1 + sign * off))
    for text in (f"{wrong:,}", f"about {wrong:,}", f"nearly {wrong:,}", f"just over {wrong:,}", f"over {wrong:,}"):
        said = read_amount(text)
        assert said is not None
        assert not agrees(said, value, unit="number")


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for position in range(len(tokenise(text).tokens)):
        amount(tokenise(text).tokens, position, english())
        time_said(tokenise(text).tokens, position)
