"""Requests of every kind against the API over fakes: `python -m benchmarks.api.at_large [EXAMPLES]`.

All phases and checks of schemathesis on the whole description, signed in and not. Each finding is printed with
the request that shows it; the exit code is 1 where there are any.
"""

import os
import sys
import time

from tests.unit.functions.api.at_large import OPERATIONS, send
from tests.unit.functions.api.events import ENVIRONMENT


def main() -> int:
    """Send the requests, at least ``EXAMPLES`` an operation, and print what was found."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    os.environ.update(ENVIRONMENT)
    found = 0
    for signed_in in (True, False):
        began = time.perf_counter()
        outcome = send(examples=examples, signed_in=signed_in, seed=time.time_ns() % 1_000_000)
        found += len(outcome.findings)
        print(
            f"{'signed in' if signed_in else 'nobody signed in'}: {outcome.requests.total():,} requests,"
            f" {len(outcome.requests)} of {len(OPERATIONS)} operations, {len(outcome.findings)} findings,"
            f" {time.perf_counter() - began:.0f} s; statuses {dict(sorted(outcome.statuses.items()))}"
        )
        for (check, operation, text), command in outcome.findings.items():
            print(f"\n{check} of {operation}: {text}\n{command}\n")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
