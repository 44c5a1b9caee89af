"""Analyses in memory."""

from collections.abc import Sequence
from threading import Lock

from holisticos.contracts.analysis import AnalysisHead, AnalysisResult
from holisticos.contracts.errors import AnalysisRunningError, ConflictError, NotFoundError
from holisticos.contracts.events import Event, NewEvent
from holisticos.contracts.names import AgentName, AnalysisStatus
from holisticos.contracts.report import AgentReport


class InMemoryAnalysisStore:
    """``AnalysisStore`` for tests; safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heads: dict[str, AnalysisHead] = {}
        self._events: dict[str, list[NewEvent]] = {}
        self._reports: dict[str, dict[AgentName, AgentReport]] = {}
        self._results: dict[str, AnalysisResult] = {}
        self._latest: dict[str, AnalysisHead] = {}

    def create(
        self, head: AnalysisHead, event: NewEvent, *, alone: bool = False, instead_of: str | None = None
    ) -> None:
        with self._lock:
            if head.analysis_id in self._heads:
                raise ConflictError(f"analysis {head.analysis_id} exists")
            latest = self._latest.get(head.user_id)
            if alone and latest and latest.deadline_at >= head.requested_at and latest.analysis_id != instead_of:
                raise AnalysisRunningError(latest.analysis_id)
            self._latest[head.user_id] = head
            self._heads[head.analysis_id] = head
            self._events[head.analysis_id] = [event]

    def head(self, analysis_id: str) -> AnalysisHead:
        try:
            return self._heads[analysis_id]
        except KeyError:
            raise NotFoundError(f"there is no analysis {analysis_id}") from None

    def progress(self, analysis_id: str, after: int = 0) -> tuple[AnalysisHead, Sequence[Event]]:
        with self._lock:
            head = self.head(analysis_id)
            log = enumerate(self._events[analysis_id], 1)
            return head, [Event(**event.model_dump(), seq=seq) for seq, event in log if seq > after]

    def append(
        self, analysis_id: str, event: NewEvent, status: AnalysisStatus | None = None, reason: str | None = None
    ) -> None:
        with self._lock:
            head = self._open_head(analysis_id, event)
            if head is None:
                return
            changes: dict[str, object] = {}
            if status is None or head.status in status.may_follow:
                if status is not None:
                    changes["status"] = status
                    if status.is_final:
                        changes["completed_at"] = event.at
                if reason is not None:
                    changes["reason"] = reason
            self._store(head, changes, event)

    def put_report(self, analysis_id: str, report: AgentReport) -> None:
        with self._lock:
            self._reports.setdefault(analysis_id, {})[report.agent] = report

    def reports(self, analysis_id: str) -> dict[AgentName, AgentReport]:
        stored = self._reports.get(analysis_id, {})
        return {agent: stored[agent] for agent in AgentName if agent in stored}

    def finish(self, result: AnalysisResult, event: NewEvent) -> None:
        with self._lock:
            head = self._open_head(result.analysis_id, event)
            if head is None:
                raise ConflictError(f"analysis {result.analysis_id} has ended")
            self._results[result.analysis_id] = result
            self._store(head, {"status": result.status, "completed_at": result.completed_at}, event)

    def result(self, analysis_id: str) -> AnalysisResult:
        try:
            return self._results[analysis_id]
        except KeyError:
            raise NotFoundError(f"analysis {analysis_id} has no result") from None

    def of_user(
        self, user_id: str, limit: int = 20, cursor: str | None = None
    ) -> tuple[Sequence[AnalysisHead], str | None]:
        by_key = {
            f"{head.requested_at.timestamp():020.6f}#{head.analysis_id}": head
            for head in self._heads.values()
            if head.user_id == user_id
        }
        keys = sorted((key for key in by_key if cursor is None or key < cursor), reverse=True)
        page = keys[:limit]
        return [by_key[key] for key in page], page[-1] if len(keys) > limit else None

    def erase(self, analysis_id: str) -> int:
        with self._lock:
            kept = [self._heads.pop(analysis_id, None), self._results.pop(analysis_id, None)]
            self._events.pop(analysis_id, None)
            return sum(one is not None for one in kept) + len(self._reports.pop(analysis_id, {}))

    def forget(self, user_id: str) -> None:
        with self._lock:
            self._latest.pop(user_id, None)

    def _open_head(self, analysis_id: str, event: NewEvent) -> AnalysisHead | None:
        """The head to change; ``None`` where the event is in the log already."""
        head = self.head(analysis_id)
        if event in self._events[analysis_id]:
            return None
        if head.status.is_final:
            raise ConflictError(f"analysis {analysis_id} has ended")
        return head

    def _store(self, head: AnalysisHead, changes: dict[str, object], event: NewEvent) -> None:
        self._heads[head.analysis_id] = head.model_copy(update=changes)
        self._events[head.analysis_id].append(event)
