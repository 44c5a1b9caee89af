"""``python -m benchmarks.insight_quality``: measures, and writes the table and the curves into ``docs/quality``."""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice, product
from pathlib import Path
from typing import Final

from benchmarks.insight_quality import report
from benchmarks.insight_quality.courses import COURSES
from benchmarks.insight_quality.measure import TRUTH_OF, Cell, Kind, measure
from benchmarks.insight_quality.summary import Results
from benchmarks.insight_quality.truths import DAYS, SIZES, TRUTHS

_ROOT: Final = Path(__file__).resolve().parents[2]
_CACHE: Final = _ROOT / ".build" / "insight_quality"
_SOURCES: Final = ("layers/common/holisticos", "functions", "local/people", "benchmarks")
_CHUNK: Final = 25
_CALIBRATION: Final = 2000
_TELL_EACH: Final = 50
"""Cells, where no terminal shows the line that is written over."""
_OTHER_PEOPLE: Final = 100_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.insight_quality", description=main.__doc__ or __doc__)
    parser.add_argument("--persons", type=int, default=200, help="people for each truth, size and number of days")
    parser.add_argument("--nobodies", type=int, default=2000, help="people in whom nothing happens")
    parser.add_argument("--truth", action="append", choices=[truth.name for truth in TRUTHS], help="only this one")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--minutes", type=float, default=60, help="report what is measured by then")
    parser.add_argument("--out", type=Path, help="where to write table and curves; without it they are printed")
    given = parser.parse_args()
    if given.persons < _CHUNK or given.nobodies < 0 or given.workers < 1:
        parser.error(f"at least {_CHUNK} people, and one worker")
    cells = list(_cells(given.persons, given.nobodies, set(given.truth or [truth.name for truth in TRUTHS])))
    results = _run(sorted(cells, key=_turn), given.workers, given.minutes)
    print(report.text(results))
    if given.out:
        report.write(given.out, results)
    return 0


def _turn(cell: Cell) -> tuple[bool, int]:
    """How often an oracle errs first: it is held to that. Then in rounds: whenever it ends, all is measured alike."""
    return cell.kind is not Kind.CALIBRATION, cell.seeds.start


def _cells(persons: int, nobodies: int, names: set[str]) -> Iterator[Cell]:
    for days in DAYS:
        yield from (Cell(Kind.NOBODY, "nobody", days, 0.0, seeds) for seeds in _chunks(0, nobodies))
        for kind, course in product((Kind.LASTS, Kind.OVER), COURSES.values() if nobodies else ()):
            yield from (Cell(kind, course.name, days, course.size, seeds) for seeds in _chunks(0, persons))
        for name in sorted(names):
            for size in SIZES:
                yield from (Cell(Kind.PLANTED, name, days, size, seeds) for seeds in _chunks(0, persons))
            if not TRUTH_OF[name].exact:
                calibrating = _chunks(_OTHER_PEOPLE, _CALIBRATION, 10 * _CHUNK)
                yield from (Cell(Kind.CALIBRATION, name, days, 0.0, seeds) for seeds in calibrating)


def _chunks(first: int, count: int, size: int = _CHUNK) -> Iterator[range]:
    for start in range(first, first + count, size):
        yield range(start, min(start + size, first + count))


def _run(cells: list[Cell], workers: int, minutes: float) -> Results:
    """The cells measured in time, in the order of ``cells``.

    They are kept below ``.build``, and are not measured again while no source has changed.
    """
    folder = _CACHE / _digest()
    folder.mkdir(parents=True, exist_ok=True)
    todo = [cell for cell in cells if not (folder / f"{cell.name}.json").exists()]
    began, done = time.monotonic(), 0
    left = iter(todo)
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(measure, cell): cell for cell in islice(left, 2 * workers)}
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                cell = running.pop(future)
                (folder / f"{cell.name}.json").write_text(json.dumps(future.result()))
                done += 1
                _tell(done, len(todo), time.monotonic() - began)
                if time.monotonic() - began < 60 * minutes and (following := next(left, None)):
                    running[pool.submit(measure, following)] = following
    kept = {cell: folder / f"{cell.name}.json" for cell in cells}
    return {cell: json.loads(path.read_text()) for cell, path in kept.items() if path.exists()}


def _tell(done: int, cells: int, seconds: float) -> None:
    if sys.stderr.isatty() or done % _TELL_EACH == 0:
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"{done} of {cells} cells, {seconds / done * (cells - done):5.0f} s left ", end=end, file=sys.stderr)


def _digest() -> str:
    digest = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted((_ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())
