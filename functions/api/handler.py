"""Entry point of the ``api`` function."""

from typing import TYPE_CHECKING, Any

from functions.api.bootstrap import application
from holisticos.runtime.handler import instrumented

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@instrumented
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    return application()(event, context)
