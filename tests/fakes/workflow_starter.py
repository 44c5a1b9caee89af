"""A workflow that is started and never runs."""


class RecordingWorkflowStarter:
    """``WorkflowStarter`` for tests; ``started`` has the correlation id of each id it was started for."""

    def __init__(self) -> None:
        self.started: dict[str, str] = {}

    def start(self, id_: str, correlation_id: str, /) -> None:
        self.started.setdefault(id_, correlation_id)
