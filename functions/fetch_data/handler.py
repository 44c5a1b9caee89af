"""The Lambda function of the states ``FetchFromHealthApi`` and ``FetchFromDatabase``."""

from functions.fetch_data.bootstrap import background, fetch_data
from holisticos.contracts.workflow import FetchOutcome, FetchTask
from holisticos.runtime.handler import state_handler


def _execute(task: FetchTask) -> FetchOutcome:
    try:
        return fetch_data().execute(task)
    finally:
        background().finish()


lambda_handler = state_handler(FetchTask, _execute)
