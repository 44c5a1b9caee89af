"""What a language model adds to the cold start of an agent.

``python -m benchmarks.language_model.cold`` starts fresh interpreters: one that makes an agent ready in a stage without
a model, and one that also loads the SDK and makes its client, as the first question to a model does.
"""

import subprocess
import sys
from statistics import median

_READY = """
import os, time
began = time.perf_counter()
os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    STAGE="dev", POWERTOOLS_SERVICE_NAME="a", POWERTOOLS_METRICS_NAMESPACE="a", POWERTOOLS_LOG_LEVEL="INFO",
    POWERTOOLS_TRACE_DISABLED="true", ANALYSES_TABLE="a", AUDIT_TABLE="a", EPHEMERAL_TABLE="a", SNAPSHOT_BUCKET="a",
    OPENAI_BASE_URL="http://127.0.0.1:1/v1", LANGUAGE_MODEL="m", LANGUAGE_MODEL_SECRET_ARN="a",
    LANGUAGE_MODEL_SECONDS="4", LANGUAGE_MODEL_TOKENS="700", USER_BUDGET_USD="1", DAILY_BUDGET_USD="1",
)
import functions.agents.insights.handler
from holisticos.agents.bootstrap import ports
from holisticos.adapters import aws
ready = ports()
aws.dynamodb()
without = time.perf_counter() - began
ready.language_model.model._sdk()
print(without, time.perf_counter() - began - without)
"""


def measure(starts: int) -> tuple[float, float]:
    """Median seconds until an agent is ready without a model, and what a model adds."""
    # The first one writes bytecode.
    times = [_start() for _ in range(starts + 1)][1:]
    return median(without for without, _ in times), median(more for _, more in times)


def _start() -> tuple[float, float]:
    command = [sys.executable, "-c", _READY]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own words
    without, more = map(float, done.stdout.split())
    return without, more


def main() -> None:
    without, more = measure(9)
    print(f"an agent without a model: {without * 1000:.0f} ms")
    print(f"a model adds {more * 1000:.0f} ms, {more / without:.2f} of it")


if __name__ == "__main__":
    main()
