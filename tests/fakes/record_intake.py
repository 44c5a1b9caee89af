"""Deliveries of health records in memory."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from holisticos.contracts.deliveries import Aside, DataPoints, Intake
from holisticos.contracts.errors import HealthSourceError
from holisticos.health.versions import HealthRecord, content_of, key_of, made_at


class InMemoryRecordIntake:
    """``RecordIntake`` for tests; safe for threads. With ``failure`` everything raises it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: dict[str, dict[tuple[Any, ...], tuple[HealthRecord, datetime | None]]] = {}
        self._deliveries: dict[tuple[str, str], int] = {}
        self._points: dict[str, DataPoints] = {}
        self._asides: dict[tuple[str, str], Aside] = {}
        self.failure: HealthSourceError | None = None

    def records(self, user_id: str) -> list[HealthRecord]:
        return [record for record, _ in self._records.get(user_id, {}).values()]

    def asides(self, user_id: str) -> list[Aside]:
        return [aside for (owner, _), aside in self._asides.items() if owner == user_id]

    def take_in(self, user_id: str, sha256: str, records: Sequence[HealthRecord], delivered_at: datetime) -> Intake:
        self._answer()
        with self._lock:
            if (user_id, sha256) in self._deliveries:
                return Intake(changed=self._deliveries[user_id, sha256])
            if any(digest == sha256 for _, digest in self._deliveries):
                return Intake(changed=0, refused=True)
            changed = {key_of(record) for record in records if self._stored(user_id, record, delivered_at)}
            self._deliveries[user_id, sha256] = len(changed)
            seen = self._points.get(user_id, DataPoints())
            self._points[user_id] = seen.model_copy(update={"total": seen.total + len(changed)})
            return Intake(changed=len(changed))

    def store(self, user_id: str, records: Sequence[HealthRecord], read_at: datetime) -> int:
        self._answer()
        with self._lock:
            return len({key_of(record) for record in records if self._stored(user_id, record, read_at)})

    def set_aside(self, user_id: str, asides: Sequence[Aside]) -> None:
        self._answer()
        for one in asides:
            self._asides.setdefault((user_id, one.sha256), one)

    def points(self, user_id: str) -> DataPoints:
        self._answer()
        return self._points.get(user_id, DataPoints())

    def mark_analysed(self, user_id: str, seen: DataPoints) -> None:
        with self._lock:
            points = self.points(user_id)
            if points.analysed == seen.analysed:
                self._points[user_id] = points.model_copy(update={"analysed": seen.total, "check_due_at": None})

    def expect_check(self, user_id: str, at: datetime) -> None:
        self._points[user_id] = self.points(user_id).model_copy(update={"check_due_at": at})

    def _stored(self, user_id: str, record: HealthRecord, delivered_at: datetime) -> bool:
        stored = self._records.setdefault(user_id, {})
        key = (type(record), *key_of(record))
        made = made_at(record, delivered_at)
        known = stored.get(key)
        if known is not None:
            before, made_before = known
            is_older = made is not None and made_before is not None and made < made_before
            reopens = (before.raw.get("periodicity"), record.raw.get("periodicity")) == ("daily", "intraday")
            if is_older or reopens or content_of(before) == content_of(record):
                return False
        stored[key] = record, made
        return True

    def _answer(self) -> None:
        if self.failure is not None:
            raise self.failure
