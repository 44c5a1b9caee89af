"""``python -m local.health_api`` as the command line starts and stops it."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.unit.health_api_simulator.conftest import ANA

PROJECT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def process(data_file: Path) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    port = free_port()
    command = [sys.executable, "-m", "local.health_api", "--port", str(port), "--data-file", str(data_file)]
    with subprocess.Popen(command, cwd=PROJECT) as started:  # noqa: S603 - our own module
        try:
            # It connects again until the server listens.
            transport = httpx.HTTPTransport(retries=6)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=20) as client:
                client.get("/live").raise_for_status()
                yield started, client
        finally:
            started.kill()


def test_it_stops_at_once_also_while_a_client_waits_and_keeps_its_data(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    with process(file) as (started, client):
        client.put("/_data/ana", json=ANA).raise_for_status()
        client.put("/_faults", json={"mode": "hang", "for": "scores"}).raise_for_status()
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as waiting:
            waiting.sendall(b"GET /api/v1/sahha/scores?user_id=ana HTTP/1.1\r\nHost: x\r\n\r\n")
            while not client.get("/_requests").json()["scores"]["total"]:
                pass
            started.send_signal(signal.SIGTERM)
            assert started.wait(timeout=10) in {0, -signal.SIGTERM}
    with process(file) as (_, client):
        assert len(client.get("/api/v1/sahha/scores", params={"user_id": "ana"}).json()) == 2


@pytest.mark.parametrize("content", [b"this is no database, whatever its name says", None])
def test_a_data_file_that_cannot_be_used_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "records.sqlite"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    command = [sys.executable, "-m", "local.health_api", "--port", str(free_port()), "--data-file", str(file)]
    ended = subprocess.run(  # noqa: S603 - our own module
        command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert str(file) in ended.stderr
    assert "Traceback" not in ended.stderr
