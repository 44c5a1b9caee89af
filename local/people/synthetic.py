"""A synthetic person in the wire format: for whoever has no data of their own, and for tests.

The data are generated (``simulation``), never measured, and marked as such. All three endpoints get
records, with the traps of the real ones: values as text (``"0."`` too), an ``intraday`` copy of the
last day made halfway through it, factors of scores that are null.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from local.people.judgements import archetypes, scores
from local.people.persona import DEMO, Persona
from local.people.records import PersonRecords, Record
from local.people.simulation import SimulatedDay, simulate
from local.people.wire import BiomarkerWriter

DEFAULT_DAYS = 90
_DAY = timedelta(days=1)
_HALFWAY = 0.55
"""How much of the last day its intraday copy shows."""
_ZERO_AS_SENT = "0."


def synthetic_person(
    persona: Persona = DEMO, *, seed: int = 1, as_of: datetime, days: int = DEFAULT_DAYS
) -> PersonRecords:
    """Generate ``days`` days up to the last one that is over at ``as_of``, in the persona's time zone.

    The same arguments give the same bytes.
    """
    if days < 1:
        raise ValueError("a person has at least one day")
    last_day = _last_full_day(as_of, persona.timezone)
    person_id = f"synthetic-{persona.name}-{seed}"
    simulated = simulate(persona, seed, last_day, days)
    writer = BiomarkerWriter(person_id, persona.timezone)
    biomarkers = [record for day in simulated[:-1] for record in _biomarkers(writer, day)]
    # First what was known halfway, then the day: the fallback database keeps the later of the two.
    biomarkers += _in_progress(writer, simulated[-1]) + _biomarkers(writer, simulated[-1])
    return PersonRecords(
        person_id=person_id,
        origin="synthetic",
        timezone=persona.timezone,
        first_day=simulated[0].day,
        last_day=last_day,
        scores=scores(person_id, simulated, persona.timezone),
        biomarkers=biomarkers,
        archetypes=archetypes(person_id, simulated, persona.timezone),
        left_out={},
        notes=("this person is synthetic: the data are generated, not measured",),
        synthetic=True,
    )


def _last_full_day(as_of: datetime, timezone: str) -> date:
    local = as_of.astimezone(ZoneInfo(timezone))
    return local.date() if local.time() >= time(23, 59, 59) else local.date() - _DAY


def _biomarkers(writer: BiomarkerWriter, day: SimulatedDay) -> list[Record]:
    values: dict[str, float | datetime] = {}
    if night := day.night:
        values |= {"sleep_start_time": night.start, "sleep_end_time": night.end}
        values |= {"sleep_duration": night.asleep, "sleep_in_bed_duration": night.asleep + night.awake}
        values["sleep_awake_duration"] = night.awake
    values |= day.vitals | (day.activity or {})
    if day.weight is not None:
        values["weight"] = day.weight
    records = [writer.daily(type_, day.day, value) for type_, value in values.items()]
    for record in records:
        if record["type"] == "activity_high_intensity_duration" and record["value"] == "0":
            record["value"] = _ZERO_AS_SENT
    return records + [writer.hourly("steps", hour, steps) for hour, steps in day.hours]


def _in_progress(writer: BiomarkerWriter, day: SimulatedDay) -> list[Record]:
    values = dict(day.activity or {})
    if day.night:
        values["sleep_duration"] = day.night.asleep
    return [writer.daily(type_, day.day, value * _HALFWAY, "intraday") for type_, value in values.items()]
