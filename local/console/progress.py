"""Live progress of an analysis: bars in a terminal, one line an event in a pipe."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from holisticos.contracts.events import Event, EventType
from holisticos.contracts.names import AgentName

_STEPS = {EventType.AGENT_STARTED: 50, EventType.AGENT_COMPLETED: 100, EventType.AGENT_DEGRADED: 100}


class AnalysisProgress:
    """Shows events as they come; use as a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._bars = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=console,
            transient=False,
        )
        self._whole = self._bars.add_task("analysis", total=100, note="queued")
        self._agents: dict[AgentName, TaskID] = {
            agent: self._bars.add_task(f"  {agent}", total=100, note="waiting", start=False) for agent in AgentName
        }

    def __enter__(self) -> Self:
        if self._live:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._bars.stop()

    def show(self, event: Event) -> None:
        """Take one event in."""
        if not self._live:
            self._console.print(f"{event.progress:3d}% {event.message}", highlight=False, soft_wrap=True)
            return
        if event.agent is not None:
            bar = self._agents[event.agent]
            if event.type is EventType.AGENT_STARTED:
                self._bars.start_task(bar)
            done = _STEPS.get(event.type, 0)
            self._bars.update(bar, completed=done, note=event.type.removeprefix("agent."))
            if done == 100:
                self._bars.stop_task(bar)
            self._bars.update(self._whole, completed=event.progress)
        else:
            self._bars.update(self._whole, completed=event.progress, note=event.message)
