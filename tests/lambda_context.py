"""What Lambda gives a handler beside the event."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True)
class _FakeLambdaContext:
    function_name: str = "a-function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:a-function"
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def a_context() -> "LambdaContext":
    """A context with what our code and Powertools read."""
    return cast("LambdaContext", _FakeLambdaContext())
