"""Reading logs while they grow."""

import os
from pathlib import Path

from local.logs import log_lines


def _write(path: Path, text: str, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as log:
        log.write(text)
    os.utime(path, (at, at))


def test_whole_lines_come_with_the_name_of_their_log_oldest_first(tmp_path: Path) -> None:
    _write(tmp_path / "emulator.log", "late\n", at=20)
    _write(tmp_path / "functions" / "api.log", "early\nunfinished", at=10)

    assert list(log_lines(tmp_path, follow=False)) == ["api | early", "emulator | late"]


def test_following_gives_each_line_once_and_new_logs_too(tmp_path: Path) -> None:
    _write(tmp_path / "a.log", "one\ntw", at=1)
    lines = log_lines(tmp_path, follow=True)
    seen = [next(lines)]

    _write(tmp_path / "a.log", "o\n", at=2)
    _write(tmp_path / "b.log", "three\n", at=3)
    seen += [next(lines), next(lines)]

    assert seen == ["a | one", "a | two", "b | three"]


def test_a_log_that_was_put_aside_begins_anew(tmp_path: Path) -> None:
    _write(tmp_path / "a.log", "a long line\n", at=1)
    lines = log_lines(tmp_path, follow=True)
    first = next(lines)

    (tmp_path / "a.log").replace(tmp_path / "a.log.old")
    _write(tmp_path / "a.log", "new\n", at=2)

    assert [first, next(lines)] == ["a | a long line", "a | new"]


def test_bytes_that_are_no_text_do_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"\xff\xfe\n")

    assert list(log_lines(tmp_path, follow=False)) == ["a | \ufffd\ufffd"]
