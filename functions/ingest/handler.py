"""The Lambda function behind the queue of deliveries."""

from typing import TYPE_CHECKING, Any

from functions.ingest.batch import handle_batch
from functions.ingest.bootstrap import ingest
from holisticos.runtime.handler import instrumented

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@instrumented
def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    wired = ingest()
    return handle_batch(event, wired.ingestion.handle, wired.queue.postpone)
