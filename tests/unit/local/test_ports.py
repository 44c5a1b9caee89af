"""Choosing ports."""

import socket
from pathlib import Path

import pytest

from local.processes import Ports, free_port, is_free, require_free
from local.state import LocalStackError


def test_a_component_keeps_its_port_from_one_start_to_the_next(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"

    first = {name: Ports(file).choose(name) for name in ("database", "emulator")}

    assert {name: Ports(file).choose(name) for name in ("emulator", "database")} == first


def test_a_port_that_is_taken_by_now_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    port = Ports(file).choose("database")

    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        assert Ports(file).choose("database") != port
        assert not is_free(port)
        with pytest.raises(LocalStackError, match=f"port {port} for the database is taken"):
            require_free(port, "database")


@pytest.mark.parametrize("content", ["", "{", "[1]"])
def test_a_damaged_file_is_as_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "ports.json"
    file.write_text(content)

    assert Ports(file).choose("database") == Ports(file).choose("database")


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())
