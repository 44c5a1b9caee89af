"""Building once for each state of the sources."""

import sys
from pathlib import Path

import pytest

from local import build
from local.state import LocalStackError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build, "PROJECT", tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "code.py").write_text("1")
    return tmp_path


class _Builder:
    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, target: Path) -> None:
        self.runs += 1
        target.mkdir()
        (target / "result").write_text(str(self.runs))


def _build(project: Path, builder: _Builder) -> Path:
    return build.once(project / ".build", [project / "source"], builder)


def test_nothing_is_built_twice(project: Path) -> None:
    builder = _Builder()

    first, second = _build(project, builder), _build(project, builder)

    assert (first, builder.runs) == (second, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda source: (source / "code.py").write_text("2"),
        lambda source: (source / "code.py").rename(source / "other.py"),
        lambda source: (source / "more.py").touch(),
    ],
    ids=["edited", "renamed", "added"],
)
def test_a_change_of_the_sources_builds_anew(project: Path, change: object) -> None:
    builder = _Builder()
    first = _build(project, builder)

    assert callable(change)
    change(project / "source")

    assert _build(project, builder) != first


def test_compiled_python_is_no_source(project: Path) -> None:
    builder = _Builder()
    first = _build(project, builder)

    (project / "source" / "__pycache__").mkdir()
    (project / "source" / "__pycache__" / "code.pyc").touch()

    assert _build(project, builder) == first


def test_a_build_that_failed_leaves_nothing(project: Path) -> None:
    def fail(target: Path) -> None:
        target.mkdir()
        raise LocalStackError("it failed")

    with pytest.raises(LocalStackError, match="it failed"):
        build.once(project / ".build", [project / "source"], fail)

    assert list((project / ".build").iterdir()) == []


def test_old_builds_are_forgotten(project: Path) -> None:
    builder = _Builder()
    for content in "abcdef":
        (project / "source" / "code.py").write_text(content)
        last = _build(project, builder)

    kept = list((project / ".build").iterdir())
    assert last in kept
    assert len(kept) == 3


def test_functions_run_on_linux_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(LocalStackError, match="Linux"):
        build.function_runtime()


def test_the_end_of_what_a_tool_says_is_told() -> None:
    with pytest.raises(LocalStackError, match=r"it broke: the reason$"):
        build._run("it broke", ["sh", "-c", "echo noise >&2; echo the reason >&2; exit 1"])
