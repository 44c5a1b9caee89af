"""The environment of a worker: what Lambda gives a function, and nothing of this machine."""

from collections.abc import Mapping
from pathlib import Path

from local.lambda_runtime.function import LocalFunction

_FROM_EMULATOR = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_ENDPOINT_URL",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
)
"""Lambda's own variables, and the one that leads AWS clients to the emulator."""


def worker_environment(
    function: LocalFunction, given: Mapping[str, str], *, packages: Path, runtime_api: str
) -> dict[str, str]:
    """The variables of one worker, from those the emulator gave the bootstrap.

    ``packages`` is the folder with ``awslambdaric``; the function's own code and layers come first
    in the path, as in Lambda. ``runtime_api`` is ``host:port``.
    """
    environment = {name: given[name] for name in (*function.variables, *_FROM_EMULATOR) if given.get(name)}
    return {
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{given['AWS_LAMBDA_FUNCTION_NAME']}",
        **environment,
        **function.logging,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        # No ~/.aws of the developer's reaches a function.
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": ":".join([given["LAMBDA_TASK_ROOT"], *function.layers, str(packages)]),
        "TZ": ":UTC",
    }
