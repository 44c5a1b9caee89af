"""``python -m benchmarks.oracles``: holds every statistic against its oracle, and exits with 1 where one is off."""

import argparse
import sys
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.oracles.checks import CHECKS
from benchmarks.oracles.real import compared
from benchmarks.oracles.samples import samples

SERIES: Final = 5000


def measured(count: int) -> list[tuple[str, str, float, float, int]]:
    """Statistic, oracle, tolerance, worst error, and on how many series."""
    worst = dict.fromkeys(CHECKS, 0.0)
    random = Random(2)  # noqa: S311 - data, not secrets
    for place, values in enumerate(samples(count)):
        if sys.stderr.isatty():
            print(f"{place} of {count} series", end="\r", file=sys.stderr)
        for check in CHECKS:
            worst[check] = max(worst[check], check.error(values, random))
    return [(check.statistic, check.oracle, check.tolerance, worst[check], count) for check in CHECKS] + [*compared()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.oracles", description=measured.__doc__)
    parser.add_argument("--series", type=int, default=SERIES)
    parser.add_argument("--out", type=Path, help="a file for the table")
    given = parser.parse_args()
    rows = measured(given.series)
    table = "\n".join(
        [
            "# Statistics beside their oracles",
            "",
            "Written by `make quality`.",
            "",
            "| statistic | oracle | tolerance | worst error | of |",
            "|---|---|---|---|---|",
            *(f"| {name} | {oracle} | {limit:g} | {error:.1e} | {n:,} |" for name, oracle, limit, error, n in rows),
        ]
    )
    print(table)
    if given.out:
        given.out.write_text(table + "\n", encoding="utf-8")
    off = [name for name, _, limit, error, _ in rows if error > limit]
    if off:
        print(f"beyond the tolerance: {', '.join(off)}", file=sys.stderr)
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main())
