"""Reading the logs of a stack, as they are and as they grow."""

import time
from collections.abc import Iterator
from pathlib import Path

_POLL_SECONDS = 0.2
_MAX_BYTES = 10 * 1024 * 1024


def put_aside_if_large(log: Path) -> None:
    """Begin a log anew that passed 10 MB; the one before is kept beside it as ``.log.old``."""
    if log.exists() and log.stat().st_size > _MAX_BYTES:
        log.replace(log.with_suffix(".log.old"))


def log_lines(folder: Path, *, follow: bool) -> Iterator[str]:
    """Every line of every log as ``name | line``, the file that was quiet longest first; then, asked to, what comes."""
    read: dict[Path, int] = {}
    while True:
        for path in sorted(_logs(folder), key=lambda log: log.stat().st_mtime):
            start = read.get(path, 0)
            size = path.stat().st_size
            # A log that was put aside at its size limit begins anew.
            lines, read[path] = _whole_lines(path, start if start <= size else 0)
            yield from (f"{path.stem} | {line}" for line in lines)
        if not follow:
            return
        time.sleep(_POLL_SECONDS)


def _logs(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*.log") if path.is_file())


def _whole_lines(path: Path, start: int) -> tuple[list[str], int]:
    """The lines that are complete from ``start`` on, and where the next one begins."""
    with path.open("rb") as log:
        log.seek(start)
        text = log.read()
    end = text.rfind(b"\n") + 1
    return text[:end].decode("utf-8", errors="replace").splitlines(), start + end
