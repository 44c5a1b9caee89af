"""The Lambda function of the states ``Close``, ``Erase`` and ``Prove``."""

from functions.erasure.bootstrap import eraser
from holisticos.contracts.workflow import ErasureOutcome, ErasureTask
from holisticos.runtime.handler import state_handler


def _execute(task: ErasureTask) -> ErasureOutcome:
    return eraser().execute(task)


lambda_handler = state_handler(ErasureTask, _execute, name="erasure")
