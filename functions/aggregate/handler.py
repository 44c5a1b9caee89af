"""Lambda entry of ``aggregate``."""

from functions.aggregate.bootstrap import aggregator
from holisticos.contracts.workflow import AggregateOutcome, AggregateTask
from holisticos.runtime.handler import state_handler


def _execute(task: AggregateTask) -> AggregateOutcome:
    return aggregator().run(task)


lambda_handler = state_handler(AggregateTask, _execute, name="aggregate")
