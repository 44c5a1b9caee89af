"""The `api` function beside a bare FastAPI application of one route, both under Mangum.

The bare one has what any route of ours has, a parameter in its path and a model as its answer, and nothing else.
Cold is the processor time in which a fresh interpreter imports the handler and answers its first event, with bytecode
on disk, as in the layer: of ours the read of an analysis without a token, which makes the routes and goes as far as
it can without AWS. Warm is the processor time of one further event, ``GET /live``, in a process that has answered
many. Processes alternate, and the figures are medians. What both print goes nowhere.

    python -m benchmarks.api.start [rounds]
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Final

from tests.unit.functions.api.events import ENVIRONMENT, event

ROOT: Final = Path(__file__).parents[2]
WARM_EVENTS: Final = 400
LIMITS: Final = {"cold": 1.5, "warm": 2.0}

_ANALYSIS: Final = "/api/v1/analysis/an-3f0c9a4e5b1d4c1f9a7e2b6d8c0e1f23"
_OURS: Final = "from functions.api.handler import lambda_handler as handler"
_BARE: Final = """
from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel
class Live(BaseModel):
    status: str
app = FastAPI()
@app.get("/api/v1/analysis/{name}")
async def live(name: str) -> Live:
    return Live(status="ok")
handler = Mangum(app, lifespan="off")
"""
_SCRIPT: Final = """
from time import process_time
began = process_time()
import json, os, sys
{import_handler}
first, further = json.loads(sys.argv[1])
events = int(sys.argv[2])
class Context:
    function_name = aws_request_id = "a"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:a"
    def get_remaining_time_in_millis(self): return 30_000
told, sys.stdout = sys.stdout, open(os.devnull, "w")
assert handler(first, Context())["statusCode"] in (200, 401)
cold = process_time() - began
for _ in range(100): handler(further, Context())
began = process_time()
for _ in range(events): handler(further, Context())
print(json.dumps([1000 * cold, 1e6 * (process_time() - began) / events]), file=told, flush=True)
"""


def measured(import_handler: str, further: str) -> tuple[float, float]:
    """Milliseconds of the first answer, microseconds of a further one, to ``GET further``."""
    first, then = event("GET", _ANALYSIS), event("GET", further)
    del first["headers"]["Authorization"], first["multiValueHeaders"]["Authorization"]
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [
            sys.executable,
            "-c",
            _SCRIPT.format(import_handler=import_handler),
            json.dumps([first, then]),
            str(WARM_EVENTS),
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/common'}", **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    cold, warm = json.loads(done.stdout.splitlines()[-1])
    return cold, warm


def main(rounds: int) -> int:
    measured(_OURS, "/live")  # writes the bytecode
    pairs = [(measured(_BARE, _ANALYSIS), measured(_OURS, "/live")) for _ in range(rounds)]
    worst = 0
    for column, (name, unit) in enumerate((("cold", "ms"), ("warm", "us"))):
        bare = median(pair[0][column] for pair in pairs)
        ours = median(pair[1][column] for pair in pairs)
        ratio = median(pair[1][column] / pair[0][column] for pair in pairs)
        limit = LIMITS[name]
        print(f"{name}: bare {bare:6.0f} {unit}, ours {ours:6.0f} {unit}, ratio {ratio:.2f} (at most {limit})")
        worst |= ratio > limit
    return worst


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
