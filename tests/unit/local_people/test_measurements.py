"""Our own format, as it is documented."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from holisticos.health.catalogue import CATALOGUE
from local.people.errors import PersonDataError, UnknownFormatError, UnknownPersonError
from local.people.formats import open_input
from local.people.records import PersonRecords

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "import-formats.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found
    return found[1]


def values(person: PersonRecords) -> dict[tuple[str, str, str], Any]:
    return {(one["type"], one["periodicity"], one["endDateTime"][:10]): one["value"] for one in person.biomarkers}


def table(folder: Path, *lines: str, header: str = "type,value,start,end,unit,device") -> Path:
    file = folder / "data.csv"
    file.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return file


def document(folder: Path, *measurements: Any, **changed: Any) -> Path:
    file = folder / "data.json"
    person = {"id": "anna", "measurements": measurements}
    content = {"format": "holisticos-measurements", "version": 1, "persons": [person], **changed}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_the_documented_table_is_read(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text(example("csv"), encoding="utf-8")
    reader = open_input(file, "Europe/Berlin")
    assert [(person.person_id, person.days, person.nights) for person in reader.persons()] == [
        ("anna", 2, 1),
        ("ben", 1, 0),
    ]
    assert values(reader.records("anna")) == {
        ("steps", "daily", "2025-03-10"): "8412",
        ("sleep_start_time", "daily", "2025-03-11"): "2025-03-10T23:10+01:00",
        ("sleep_end_time", "daily", "2025-03-11"): "2025-03-11T06:50+01:00",
        ("sleep_duration", "daily", "2025-03-11"): "432",
        ("heart_rate", "daily", "2025-03-11"): "61.0",
        ("weight", "daily", "2025-03-11"): "69.989",
        ("steps", "daily", "2025-03-11"): "640",
        ("steps", "hourly", "2025-03-11"): "640",
    }
    assert values(reader.records("ben")) == {("oxygen_saturation", "daily", "2025-03-11"): "0.97"}


def test_the_documented_document_is_read(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(example("json"), encoding="utf-8")
    person = open_input(file).records("anna")
    assert person.timezone == "Europe/Berlin"
    assert values(person) == {
        ("steps", "daily", "2025-03-10"): "8412",
        ("sleep_start_time", "daily", "2025-03-11"): "2025-03-10T23:10+01:00",
        ("sleep_end_time", "daily", "2025-03-11"): "2025-03-11T03:30+01:00",
        ("sleep_duration", "daily", "2025-03-11"): "260",
        ("sleep_light_duration", "daily", "2025-03-11"): "170",
        ("sleep_deep_duration", "daily", "2025-03-11"): "90",
        ("heart_rate_resting", "daily", "2025-03-11"): "56.0",
    }


def test_every_documented_type_is_taken_in_its_unit(tmp_path: Path) -> None:
    types = dict(re.findall(r"^- `(\w+)`: (.*)$", DOCUMENT, re.MULTILINE))
    numbers = [type_ for type_ in types if type_ in CATALOGUE and CATALOGUE[type_].unit != "instant"]
    middles = {type_: (CATALOGUE[type_].low + CATALOGUE[type_].high) / 2 for type_ in numbers}
    person = open_input(
        table(tmp_path, *(f"{type_},{middles[type_]},2025-03-10,,{types[type_]}," for type_ in numbers))
    ).records("me")
    assert {one["type"] for one in person.biomarkers} == set(numbers)
    assert not person.left_out


def test_a_day_told_whole_goes_before_its_measurements(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "steps,500,2025-03-10T08:00:00Z,2025-03-10T09:00:00Z,,",
        "steps,8000,2025-03-10,,,",
        "steps,1,2025-03-10,,,",
    )
    person = open_input(file).records("me")
    assert values(person)["steps", "daily", "2025-03-10"] == "8000"
    assert person.left_out == {"repeated value of a day": 1}


def test_a_phone_gives_way_to_a_watch(tmp_path: Path) -> None:
    span = "2025-03-10T08:00:00Z,2025-03-10T09:00:00Z,"
    file = table(tmp_path, f"steps,900,{span},phone", f"steps,800,{span},watch")
    assert values(open_input(file).records("me"))["steps", "daily", "2025-03-10"] == "800"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("stepz,1,2025-03-10,,,", "type is 'stepz', which is not known"),
        ("steps,many,2025-03-10,,,", "value is 'many', which is not a number"),
        ("steps,nan,2025-03-10,,,", "value is 'nan', which is not a number"),
        ("weight,70,2025-03-10,,furlong,", "unit is 'furlong', in which no weight is measured; its unit is kg"),
        ("steps,1,2025-13-10,,,", "start is '2025-13-10', which is no date"),
        ("steps,1,soon,,,", "start is 'soon', which is no time"),
        ("steps,1,2025-03-10T08:00:00,later,,", "end is 'later', which is no time"),
        ("sleep_stage,snoring,2025-03-10T08:00:00,2025-03-10T09:00:00,,", "a stage is one of in_bed, awake"),
        ("sleep_stage,deep,2025-03-10,,,", "needs a start and an end"),
        ("sleep_start_time,2025-03-10,2025-03-10T08:00:00,,,", "its start is the date of waking"),
        ("sleep_duration,400,2025-03-10T08:00:00,,,", "its start is the date of waking"),
        ("steps,1", "2 fields where the header names 6; the file may be cut off"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(PersonDataError, match=re.escape(said)) as caught:
        open_input(table(tmp_path, "steps,1,2025-03-09,,,", line)).records("me")
    assert "data.csv, line 3: " in str(caught.value)


def test_what_no_body_can_have_is_left_out_and_counted(tmp_path: Path) -> None:
    person = open_input(
        table(tmp_path, "steps,9,2025-03-10,,,", "steps,-5,2025-03-11,,,", "heart_rate,900,2025-03-10T08:00:00,,,")
    ).records("me")
    assert person.left_out == {"heart_rate that no body can have": 1, "steps that no body can have": 1}
    assert person.last_day.isoformat() == "2025-03-10"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"version": 2}, "version is 2; the known one is 1"),
        ({"timezone": "Mars/Base"}, "timezone is 'Mars/Base'"),
        ({"persons": {}}, "there is no list 'persons'"),
        ({"persons": [{"id": "anna"}]}, "a list 'measurements'"),
        ({"persons": [{"id": "../x", "measurements": []}]}, "cannot be a person's id"),
        ({"persons": [{"id": "anna", "measurements": [1]}]}, "measurement 1 of anna: not an object"),
    ],
)
def test_a_wrong_document_is_told(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(PersonDataError, match=re.escape(said)):
        open_input(document(tmp_path, **changed)).records("anna")


def test_a_document_that_was_cut_off_is_told_with_its_line(tmp_path: Path) -> None:
    file = document(tmp_path, {"type": "steps", "value": 5, "start": "2025-03-10"})
    file.write_text(file.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    with pytest.raises(PersonDataError, match=r"data\.json, line 1: cut off or no JSON"):
        open_input(file).records("anna")


def test_a_document_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text('{"format": "holisticos-measurements", "x": ' + "[" * 200_000, encoding="utf-8")
    with pytest.raises(PersonDataError, match=r"nested too deeply|cut off"):
        open_input(file).records("anna")


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes("type,value,start,device\nsteps,1,2025-03-10,é\n".encode("latin-1"))
    with pytest.raises(PersonDataError, match="not text in UTF-8"):
        open_input(file).records("me")


def test_another_persons_id_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownPersonError, match="there are me"):
        open_input(table(tmp_path, "steps,1,2025-03-10,,,")).records("ben")


@pytest.mark.parametrize(("name", "text"), [("data.csv", "a,b\n1,2\n"), ("data.json", '{"hello": 1}')])
def test_other_tables_and_documents_are_unknown(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UnknownFormatError, match="HolisticOS measurements"):
        open_input(tmp_path / name)
