"""Damaged files end in an error that names file and line, never in silently wrong data."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.people.errors import PersonDataError, UnreadableFileError
from local.people.formats import open_input
from local.people.tables import read_rows
from tests.unit.local_people.exports import NIGHT, WORN, write_lifesnaps


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"", None, "the file is empty"),
        (b"id,day\n1,2\n", 1, "the header lacks steps"),
        (b"id,steps\n1,2\n3\n", 3, "1 fields where the header names 2; the file may be cut off"),
        (b"id,steps\n1,2,3\n", 2, "3 fields where the header names 2"),
        (b'id,steps\n1,2\n3,"4\n', 3, "not a comma-separated table"),
        (b"id,steps\n1,2\n\xff\xfe,4\n", None, "not text in UTF-8"),
        ("id,steps\n1,2\n".encode("utf-16"), None, "not text in UTF-8"),
        (b"PK\x03\x04garbage", 1, "the header lacks id, steps"),
    ],
)
def test_what_is_no_such_table_is_told(tmp_path: Path, content: bytes, line: int | None, problem: str) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    with pytest.raises(UnreadableFileError) as caught:
        list(read_rows(file, ("id", "steps")))
    assert str(file) in str(caught.value)
    assert problem in str(caught.value)
    if line is not None:
        assert caught.value.line == line


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="No such file"):
        list(read_rows(tmp_path / "table.csv", ("id",)))


def test_a_byte_order_mark_blank_lines_and_other_columns_are_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"\xef\xbb\xbfmood,id\r\ngood,1\r\n\r\nbad,2\r\n")
    assert [(row.line, row.cells) for row in read_rows(file, ("id",))] == [(2, {"id": "1"}), (4, {"id": "2"})]


@pytest.mark.parametrize("text", ["twelve", "inf", "-inf", "-1", "1e999", "0x10", "1,5"])
def test_what_is_no_amount_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "table.csv"
    file.write_text(f'id,steps\n1,5\n1,"{text}"\n', encoding="utf-8")
    rows = list(read_rows(file, ("id", "steps")))
    assert rows[0].number("steps") == 5
    with pytest.raises(UnreadableFileError, match=r"table\.csv, line 3: steps is"):
        rows[1].number("steps")


@pytest.mark.parametrize("text", ["", " ", "NaN", "nan", "null", "NA"])
def test_an_empty_cell_is_no_value(tmp_path: Path, text: str) -> None:
    file = tmp_path / "table.csv"
    file.write_text(f"id,steps\n1,{text}\n", encoding="utf-8")
    assert next(read_rows(file, ("id", "steps"))).number("steps") is None


@pytest.mark.parametrize("text", ["", "a b", "../etc", "x" * 65, "ünal", "1;DROP"])
def test_an_id_that_could_not_be_a_users_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "table.csv"
    file.write_text(f'id\n"{text}"\n', encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="a person's id is"):
        next(read_rows(file, ("id",))).person_id("id")


@given(place=st.floats(0, 1), junk=st.binary(max_size=12), cut=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_anywhere_gives_records_or_a_plain_error(tmp_path: Path, place: float, junk: bytes, cut: bool) -> None:
    folder = write_lifesnaps(
        tmp_path,
        [{"date": f"2021-05-{day}", **WORN, **NIGHT} for day in range(10, 14)],
        [("ana", "2021-05-12", "2021-05-11T23:40:00.000", "2021-05-12T07:41:00.000")],
        [("ana", f"2021-05-10T{hour:02}:00", "100") for hour in range(24)],
    )
    for file in folder.iterdir():
        content = file.read_bytes()
        at = int(place * len(content))
        file.write_bytes(content[:at] + junk + (b"" if cut else content[at:]))
    with contextlib.suppress(PersonDataError):
        reader = open_input(folder)
        for person in reader.persons():
            assert reader.records(person.person_id).biomarkers
