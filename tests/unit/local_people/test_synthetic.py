"""The synthetic person: repeatable, in the wire format, and with the truths that were planted."""

import json
import statistics as st
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from local.people.calibration import daily_series
from local.people.persona import DEMO, NULL, Persona
from local.people.records import PersonRecords
from local.people.rhythm import hours_of
from local.people.simulation import SimulatedDay, simulate
from local.people.synthetic import synthetic_person

AS_OF = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LAST = date(2026, 11, 22)
LONG = 600
"""Days that make a planted mean show through the noise."""


def as_bytes(person: PersonRecords) -> bytes:
    return json.dumps([person.scores, person.biomarkers, person.archetypes]).encode()


def days_of(persona: Persona, seed: int = 7, days: int = LONG) -> list[SimulatedDay]:
    return simulate(persona, seed, LAST, days)


def mean_difference(persona: Persona, type_: str, recent: int) -> float:
    """What a truth adds to the mean of the last ``recent`` days: the same seed gives the same noise."""
    with_truth, without = (
        [day.vitals.get(type_) or (day.activity or {}).get(type_) for day in days_of(one)[-recent:]]
        for one in (persona, NULL)
    )
    return st.mean(a - b for a, b in zip(with_truth, without, strict=True) if a is not None and b is not None)


def test_the_same_seed_and_instant_give_the_same_bytes() -> None:
    assert as_bytes(synthetic_person(as_of=AS_OF)) == as_bytes(synthetic_person(as_of=AS_OF))
    assert as_bytes(synthetic_person(as_of=AS_OF)) != as_bytes(synthetic_person(as_of=AS_OF, seed=2))


def test_the_data_end_with_the_last_full_local_day() -> None:
    person = synthetic_person(as_of=AS_OF)
    assert person.last_day == LAST
    assert person.as_of.isoformat() == "2026-11-22T23:59:59+01:00"
    assert (person.last_day - person.first_day).days == 89
    assert as_bytes(synthetic_person(as_of=person.as_of)) == as_bytes(person)


def test_it_says_that_it_is_synthetic() -> None:
    person = synthetic_person(as_of=AS_OF)
    assert person.synthetic
    assert "synthetic" in person.notes[0]
    assert person.person_id == "synthetic-demo-1"


@pytest.mark.parametrize("days", [0, -3])
def test_nobody_lives_for_less_than_a_day(days: int) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        synthetic_person(as_of=AS_OF, days=days)


@pytest.mark.parametrize("days", [1, 2, 28, 400])
def test_the_product_accepts_every_record_of_all_three_endpoints(days: int) -> None:
    person = synthetic_person(as_of=AS_OF, days=days)
    zone, after = ZoneInfo(person.timezone), person.as_of + timedelta(seconds=1)
    assert parse_biomarkers(person.biomarkers, zone=zone, as_of=after).dropped == {}
    assert parse_scores(person.scores, zone=zone, as_of=after).dropped == {}
    assert parse_archetypes(person.archetypes, zone=zone, as_of=after).dropped == {}
    assert person.scores
    assert bool(person.archetypes) == (days >= 28)


def test_the_traps_of_the_wire_are_in_it() -> None:
    person = synthetic_person(as_of=AS_OF)
    assert all(isinstance(record["value"], str) for record in person.biomarkers)
    assert "0." in {record["value"] for record in person.biomarkers}
    assert any(factor["value"] is None for score in person.scores for factor in score["factors"])
    last = [
        (record["periodicity"], float(record["value"]))
        for record in person.biomarkers
        if record["type"] == "steps" and record["periodicity"] != "hourly" and record["startDateTime"][:10] == str(LAST)
    ]
    # The copy made halfway comes first, so that whoever keeps the later one keeps the day.
    assert [periodicity for periodicity, _ in last] == ["intraday", "daily"]
    assert last[0][1] < last[1][1]
    bedtimes = [record["value"] for record in person.biomarkers if record["type"] == "sleep_start_time"]
    assert all(datetime.fromisoformat(value).second == 0 and value.count(":") == 2 for value in bedtimes)


def test_records_have_ids_of_their_own_and_one_value_a_day() -> None:
    person = synthetic_person(as_of=AS_OF, days=365)
    records = person.biomarkers + person.scores + person.archetypes
    assert len({record["id"] for record in records}) == len(records)
    keys = Counter((r["type"], r["periodicity"], r["startDateTime"], r["endDateTime"]) for r in person.biomarkers)
    assert set(keys.values()) == {1}


def test_hours_add_up_to_the_day_also_where_the_clocks_change() -> None:
    days = {day.day: day for day in days_of(NULL, days=365)}
    counts = {day: len(found.hours) for day, found in days.items() if found.hours}
    assert counts[date(2026, 3, 29)] == 23
    assert counts[date(2026, 10, 25)] == 25
    for found in days.values():
        if found.activity:
            assert sum(steps for _, steps in found.hours) == found.activity["steps"]
    repeated = hours_of(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    assert [hour.isoformat() for hour in repeated[2:4]] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]


def test_the_repeated_hour_keeps_both_records_apart() -> None:
    person = synthetic_person(NULL, as_of=datetime(2026, 10, 27, tzinfo=UTC), days=5)
    hours = [
        r for r in person.biomarkers if r["periodicity"] == "hourly" and r["startDateTime"][:13] == "2026-10-25T02"
    ]
    assert [(r["startDateTime"][19:], r["endDateTime"][11:]) for r in hours] == [
        ("+02:00", "02:59:59+02:00"),
        ("+01:00", "02:59:59+01:00"),
    ]


def test_unworn_days_have_no_activity_and_the_outer_days_are_worn() -> None:
    days = days_of(replace(NULL, unworn_share=0.4))
    assert days[0].activity is not None
    assert days[-1].activity is not None
    worn = st.mean(day.activity is not None for day in days)
    assert 0.5 < worn < 0.65
    assert all(not day.hours and not day.vitals and not day.night for day in days if day.activity is None)


def test_sleep_debt_shortens_the_recent_nights_alone() -> None:
    lengths = [
        [day.night.asleep if day.night else None for day in days_of(persona)]
        for persona in (replace(NULL, sleep_debt_minutes=45, recent_days=30), NULL)
    ]
    lost = [b - a for a, b in zip(*lengths, strict=True) if a is not None and b is not None]
    nights = sum(length is not None for length in lengths[0][-30:])
    assert set(lost[:-nights]) == {0}
    assert st.mean(lost[-nights:]) == pytest.approx(45, abs=2)


def test_recent_changes_may_have_ended() -> None:
    changed = replace(NULL, sleep_debt_minutes=45, later_nights_minutes=30, recent_days=10, recent_ended_days_ago=5)
    pairs = zip(days_of(changed), days_of(NULL), strict=True)
    moved = [bool(a.night and b.night and a.night != b.night) for a, b in pairs]
    recorded = [bool(day.night) for day in days_of(NULL)]
    assert moved == [is_ and place in range(len(moved) - 15, len(moved) - 5) for place, is_ in enumerate(recorded)]


def test_weekend_nights_start_later_and_are_as_long() -> None:
    pairs = [
        (late.day.weekday() >= 5, late.night, usual.night)
        for late, usual in zip(days_of(replace(NULL, weekend_bedtime_minutes=80)), days_of(NULL), strict=True)
    ]
    moved = {
        weekend: {
            (late.start - usual.start, late.asleep - usual.asleep)
            for we, late, usual in pairs
            if late and usual and we == weekend
        }
        for weekend in (True, False)
    }
    assert moved == {True: {(timedelta(minutes=80), 0)}, False: {(timedelta(0), 0)}}


def test_irregular_sleep_spreads_the_bedtimes() -> None:
    def spread(persona: Persona) -> float:
        nights = [day.night for day in days_of(persona) if day.night]
        return st.stdev((night.start.hour * 60 + night.start.minute - 720) % 1440 for night in nights)

    assert spread(replace(NULL, irregular_sleep_minutes=90, recent_days=LONG)) > 1.3 * spread(NULL)


def test_illness_lowers_hrv_and_raises_resting_heart_rate() -> None:
    ill = replace(NULL, illness_sd=2, illness_days=10)
    assert mean_difference(ill, "heart_rate_resting", 10) == pytest.approx(2 * NULL.noise.resting_hr_sd)
    assert mean_difference(ill, "heart_rate_variability_rmssd", 10) < -0.3 * NULL.hrv
    over = replace(ill, illness_ended_days_ago=20)
    assert mean_difference(over, "heart_rate_resting", 10) == 0


def test_steps_grow_by_the_slope() -> None:
    days = days_of(replace(NULL, steps_per_week=100))
    worn = [(index / 7, day.activity["steps"]) for index, day in enumerate(days) if day.activity]
    slope = st.linear_regression(*zip(*worn, strict=True)).slope
    assert slope == pytest.approx(100, rel=0.2)


def test_steps_stay_where_they_have_come_to() -> None:
    def steps(persona: Persona) -> list[float]:
        return [day.activity["steps"] if day.activity else 0 for day in days_of(persona)]

    growing = replace(NULL, steps_per_week=100)
    stopped = steps(replace(growing, steps_growth_ended_days_ago=20))
    on = steps(growing)
    assert stopped[:-20] == on[:-20]
    assert all(a < b for a, b in zip(stopped[-20:], on[-20:], strict=True) if b)


def test_late_activity_lowers_the_hrv_of_the_next_night() -> None:
    persona = replace(NULL, late_activity_share=0.3, late_activity_hrv_sd=1.5)
    days = days_of(persona)
    after: dict[bool, list[float]] = {True: [], False: []}
    for before, day in pairwise(days):
        evening = sum(steps for hour, steps in before.hours if 21 <= hour.hour <= 22)
        if before.activity and "heart_rate_variability_rmssd" in day.vitals:
            after[evening > 0.25 * before.activity["steps"]].append(day.vitals["heart_rate_variability_rmssd"])
    assert st.mean(after[True]) < 0.8 * st.mean(after[False])
    assert 0.2 < len(after[True]) / (len(after[True]) + len(after[False])) < 0.45


def test_weight_follows_its_trend() -> None:
    days = days_of(replace(NULL, weight_per_week=-0.1))
    weighed = [(index / 7, day.weight) for index, day in enumerate(days) if day.weight is not None]
    assert st.linear_regression(*zip(*weighed, strict=True)).slope == pytest.approx(-0.1, rel=0.1)


def test_weight_hangs_together_as_real_weight_does() -> None:
    weights = [day.weight for day in days_of(NULL, days=3 * LONG)]
    pairs = [(a, b) for a, b in pairwise(weights) if a is not None and b is not None]
    assert st.correlation(*zip(*pairs, strict=True)) == pytest.approx(0.4, abs=0.12)
    assert st.stdev(weight for weight in weights if weight is not None) == pytest.approx(0.43, rel=0.1)


def test_a_new_device_counts_differently() -> None:
    changed = replace(NULL, device_change_days_ago=100, device_change_factor=1.2)
    pairs = [
        (a.activity["steps"], b.activity["steps"])
        for a, b in zip(days_of(changed), days_of(NULL), strict=True)
        if a.activity and b.activity
    ]
    assert all(a == b for a, b in pairs[:-100])
    recent = pairs[-60:]
    assert sum(a for a, _ in recent) / sum(b for _, b in recent) == pytest.approx(1.2, abs=0.01)


def test_the_demo_person_shows_its_story() -> None:
    series = daily_series(synthetic_person(DEMO, as_of=AS_OF))
    steps = series["steps"]
    first, last = (
        [v for day, v in steps.items() if half == (day > LAST - timedelta(days=45))] for half in (False, True)
    )
    assert st.mean(last) > st.mean(first) + 500
    bedtimes = series["sleep_start_time"]
    weekend, week = ([v for d, v in bedtimes.items() if (d.weekday() >= 5) == we] for we in (True, False))
    assert st.median(weekend) > st.median(week) + 40
