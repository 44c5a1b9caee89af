"""Simulated persons differ from day to day as real ones do."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.people.calibration import Figure, main, measure
from local.people.persona import NULL
from local.people.records import PersonRecords
from local.people.synthetic import synthetic_person
from tests.unit.local_people.exports import NIGHT, WORN, everybody, write_lifesnaps

_PERSONS = 24
_AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulated() -> dict[str, Figure]:
    return measure(synthetic_person(NULL, seed=seed, as_of=_AS_OF) for seed in range(_PERSONS))


@pytest.fixture(scope="module")
def real(lifesnaps: Path) -> dict[str, Figure]:
    return measure(person for person in everybody(lifesnaps) if len(daily_days(person)) >= 42)


def daily_days(person: PersonRecords) -> set[str]:
    return {record["endDateTime"][:10] for record in person.biomarkers}


def test_spreads_are_those_of_real_persons(simulated: dict[str, Figure], real: dict[str, Figure]) -> None:
    for name, (value, persons) in real.items():
        if name.endswith(("_sd", "_cv", "_bed")):
            assert persons >= 10, name
            assert simulated[name][0] == pytest.approx(value, rel=0.16), name


def test_relations_are_those_of_real_persons(simulated: dict[str, Figure], real: dict[str, Figure]) -> None:
    for name, (value, persons) in real.items():
        if "_with_" in name or name.endswith("_lag1"):
            assert persons >= 19 or name == "oxygen_lag1", name
            assert simulated[name][0] == pytest.approx(value, abs=0.13), name


def test_gaps_are_those_of_real_persons(simulated: dict[str, Figure], real: dict[str, Figure]) -> None:
    assert simulated["night_missing"][0] == pytest.approx(real["night_missing"][0], abs=0.06)
    # Quartiles of the real share are 0 and 0.14.
    assert 0 <= simulated["unworn_share"][0] <= 0.14


def test_the_script_prints_every_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_lifesnaps(
        tmp_path,
        [
            {"date": f"2021-0{month}-{day:02}", **WORN, **NIGHT, "steps": str(4000 + 37 * day), "rmssd": str(30 + day)}
            for month in (5, 6)
            for day in range(1, 31)
        ],
    )
    monkeypatch.setattr("sys.argv", ["calibration", str(folder)])
    main()
    printed = capsys.readouterr().out
    assert "steps_root_cv" in printed
    assert "1 persons" in printed
