"""Recognition of what a person gives us."""

from datetime import date
from pathlib import Path

import pytest

from local.people.errors import NoDataError, PersonDataError, UnknownFormatError
from local.people.fitabase import FitabaseReader
from local.people.formats import FORMATS, open_input
from local.people.lifesnaps import LifeSnapsReader
from local.people.records import PersonSummary, default_person
from tests.unit.local_people.exports import WORN, write_fitabase, write_lifesnaps

FITABASE_DAY = ("77", "4/12/2016", "9000", "6.1", "20", "10", "200", "700", "2100")


def test_a_folder_is_known_by_its_main_file(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert isinstance(open_input(write_lifesnaps(tmp_path / "one", [{"date": "2021-05-24", **WORN}])), LifeSnapsReader)
    assert isinstance(open_input(write_fitabase(tmp_path / "two", [FITABASE_DAY])), FitabaseReader)


def test_the_main_file_stands_for_its_folder(tmp_path: Path) -> None:
    folder = write_fitabase(tmp_path, [FITABASE_DAY])
    assert [person.person_id for person in open_input(folder / "dailyActivity_merged.csv").persons()] == ["77"]


def test_an_unknown_input_is_told_with_what_was_found_and_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "photos").mkdir()
    with pytest.raises(UnknownFormatError) as caught:
        open_input(tmp_path)
    message = str(caught.value)
    assert "notes.txt" in message
    assert "photos/" in message
    assert all(format_.description in message for format_ in FORMATS)
    assert "\n" not in message


def test_an_unknown_file_is_told_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "export.bin"
    file.write_bytes(b"\x00\x01")
    with pytest.raises(UnknownFormatError, match=r"export\.bin"):
        open_input(file)


@pytest.mark.parametrize("name", ["folder", "file.csv"])
def test_an_empty_input_is_told_as_empty(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch() if path.suffix else path.mkdir()
    with pytest.raises(NoDataError, match="is empty"):
        open_input(path)


def test_a_path_without_anything_is_told(tmp_path: Path) -> None:
    with pytest.raises(PersonDataError, match="there is nothing at"):
        open_input(tmp_path / "missing")


def test_the_default_person_has_most_days_then_most_nights_then_the_smallest_id() -> None:
    def person(id_: str, days: int, nights: int) -> PersonSummary:
        return PersonSummary(id_, days, nights, date(2021, 5, 24), date(2021, 6, 24))

    assert default_person([person("b", 5, 5), person("a", 9, 0)]).person_id == "a"
    assert default_person([person("a", 9, 1), person("b", 9, 2)]).person_id == "b"
    assert default_person([person("c", 9, 2), person("b", 9, 2)]).person_id == "b"
