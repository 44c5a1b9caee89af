"""``python -m benchmarks.engine_speed``: CPU of six agents and aggregation over 90 to 365 days, and their memory.

Limits: 60 ms of CPU and 60 MB above the interpreter for 90 days, linear to 365 days, and at least 5 times faster than
the same features made with pandas in the same process.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Final

from benchmarks.analysis import analyses, result
from benchmarks.insight_quality.people import Simulated, context_of
from functions.agents.insights.input import prepare
from holisticos.contracts.report import DateSpan
from holisticos.health.context import UserHealthContext
from local.people.persona import DEMO

DAYS: Final = (90, 180, 365)
_REPEATS: Final = 15
# The peak of this process alone: what getrusage tells is that of the parent where it was larger.
_MEMORY: Final = (
    "{body}\nprint(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
)
_WHOLE: Final = "from benchmarks.engine_speed.__main__ import whole, person\nwhole(person(90))"
_INPUT: Final = "from benchmarks.engine_speed.__main__ import person\nperson(90)"


def person(days: int) -> UserHealthContext:
    """Somebody with all series for ``days`` days, who is compared with all of them."""
    simulated = Simulated(DEMO, 1, days)
    context = context_of(simulated, simulated.simulate())
    start = simulated.last_day - timedelta(days=days - 1)
    return context.model_copy(update={"history": DateSpan(start=start, end=context.history.end)})


def whole(context: UserHealthContext) -> None:
    """All six agents and the aggregation."""
    result(context, analyses(context))


def _cpu(work: Callable[[], object]) -> float:
    """Milliseconds: the median of some runs, after one that fills the caches of imports."""
    work()
    times = []
    for _ in range(_REPEATS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return 1000 * median(times)


def _megabytes(body: str) -> int:
    script = _MEMORY.format(body=body)
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return int(done.stdout) // 1024


def main() -> int:
    from benchmarks.engine_speed.peer import features  # not counted in the memory of the engine

    shown: dict[str, object] = {}
    for days in DAYS:
        context = person(days)
        data, hourly = prepare(context), context.hourly["steps"]
        ours = _cpu(lambda context=context: whole(context))  # type: ignore[misc]
        peer = _cpu(lambda data=data, hourly=hourly, nights=context.nights: features(data, hourly, nights))  # type: ignore[misc]
        shown[f"{days} days"] = {
            "ours_ms": round(ours, 1),
            "pandas_ms": round(peer, 1),
            "times_faster": round(peer / ours, 1),
            "ours_ms_per_day": round(ours / days, 3),
        }
    bare, with_input, with_all = (_megabytes(body) for body in ("pass", _INPUT, _WHOLE))
    shown["memory"] = {"interpreter_mb": bare, "with_input_mb": with_input - bare, "with_analysis_mb": with_all - bare}
    print(json.dumps(shown, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
