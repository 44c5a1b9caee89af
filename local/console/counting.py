"""Progress of work that is counted: a bar in a terminal, now and then a line in a pipe."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Count = Callable[[int, int], None]
"""Told how much of how much is done."""

_SECONDS_A_LINE: Final = 5.0


@contextmanager
def counting(console: Console, doing: str) -> Iterator[Count]:
    """Give what counts the work ``doing``. What is done at once is not shown at all."""
    if not console.is_terminal:
        yield _lines(console, doing)
        return
    columns = TextColumn("{task.description}"), BarColumn(bar_width=24), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(doing, total=None, visible=False)

        def count(done: int, total: int) -> None:
            bars.update(bar, completed=done, total=total, visible=True)

        yield count


def _lines(console: Console, doing: str) -> Count:
    last = time.monotonic()

    def count(done: int, total: int) -> None:
        nonlocal last
        if total and time.monotonic() - last >= _SECONDS_A_LINE:
            last = time.monotonic()
            console.print(f"{100 * done // total:3d}% {doing}", highlight=False, soft_wrap=True)

    return count
