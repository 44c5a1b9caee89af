"""How the command line ends when something is in the way."""

import errno
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from local import cli
from local.errors import LocalError
from local.people.choice import read_person


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LocalError("there is nothing at /x"), "holisticos: there is nothing at /x"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/x/people.new"),
            "holisticos: the disk is full: /x/people.new",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "holisticos: Permission denied: /x"),
        (httpx.ConnectError("Connection refused"), "holisticos: the stack does not answer (Connection refused);"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "holisticos: the stack does not answer ("),
    ],
)
def test_what_a_person_can_mend_is_one_line_and_exit_code_2(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(said)
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(("person", "timezone"), [("anna", None), (None, "Europe/Berlin")])
def test_options_that_explain_an_input_need_one(person: str | None, timezone: str | None) -> None:
    with pytest.raises(LocalError, match="needs an --input"):
        read_person(Console(quiet=True), None, person, timezone)


def test_an_import_says_as_of_when_its_data_are_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "data.csv"
    file.write_text("type,value,start\nsteps,5,2025-03-10\nsteps,5,2025-03-11\n", encoding="utf-8")
    read_person(Console(), file, None)
    assert "analysed as of 2025-03-11, the last day" in capsys.readouterr().out
