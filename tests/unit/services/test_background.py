"""Work that nobody waits for."""

import threading

import pytest

from holisticos.services.background import Background
from tests.output import Output


def test_what_was_started_is_done_when_it_is_finished() -> None:
    done: list[int] = []
    background = Background()
    for number in range(20):
        background.start(lambda number=number: done.append(number))  # type: ignore[misc]

    background.finish()

    assert sorted(done) == list(range(20))
    background.finish()  # and nothing is left to wait for


def test_what_fails_reaches_nobody_and_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ValueError("quotes somebody's data")

    background = Background()
    background.start(fail)
    background.finish()

    output = Output.of(capsys)
    assert [line["message"] for line in output.logs] == ["background work failed"]
    assert [line["BackgroundWorkFailed"] for line in output.metrics] == [1]
    assert "somebody" not in output.text


def test_nobody_waits_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    released = threading.Event()

    def wait() -> None:
        released.wait()

    background = Background()
    background.start(wait)

    background.finish(patience=0.01)
    released.set()
    background.finish()

    assert [line["message"] for line in Output.of(capsys).logs] == ["background work is slow"]
