"""What the function's process holds before its first event, and what its first event needs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.unit.functions.api.events import ENVIRONMENT, event

ROOT = Path(__file__).parents[4]

HEAVY = frozenset(
    {
        "aws_xray_sdk",
        "boto3",
        "functions.api.description",
        "functions.api.examples",
        "functions.api.health_reading",
        "functions.api.reference",
        "functions.api.routes.reference",
        "holisticos.agents",
        "holisticos.analytics",
        "holisticos.health.assembly",
        "holisticos.health.normalise",
        "holisticos.services.data_export",
        "holisticos.services.user_data",
        "httpx",
        "httpx2",
        "numpy",
        "openai",
        "pandas",
        "pg8000",
        "s3transfer",
        "scipy",
        "uvicorn",
    }
)


def in_a_new_process(script: str, **environment: str) -> Any:
    """The JSON on the last line that ``script`` prints; warnings are errors there as well."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/common'}", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_importing_the_handler_reads_no_environment_and_loads_nothing_heavy() -> None:
    script = "import json, sys; import functions.api.handler; print(json.dumps(sorted(sys.modules)))"
    loaded = set(in_a_new_process(script))
    assert "functions.api.bootstrap" in loaded
    assert loaded & HEAVY == set()
    assert [name for name in loaded if name.startswith("botocore.")] == []


def test_the_first_events_are_answered_without_an_aws_client() -> None:
    events = [event("GET", "/live"), event("GET", "/api/v1/nope")]
    script = f"""
import json, sys
from functions.api.handler import lambda_handler
from tests.lambda_context import a_context
answers = [lambda_handler(event, a_context()) for event in json.loads({json.dumps(events)!r})]
print(json.dumps([[answer["statusCode"] for answer in answers], sorted(sys.modules)]))
"""
    statuses, loaded = in_a_new_process(script, **ENVIRONMENT)
    assert statuses == [200, 404]
    assert set(loaded) & HEAVY == set()
