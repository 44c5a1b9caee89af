"""Entry point of the ``webhook`` function."""

from typing import TYPE_CHECKING, Any

from functions.webhook.bootstrap import receiver
from holisticos.runtime.handler import instrumented

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@instrumented
def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    return receiver().receive(event)
