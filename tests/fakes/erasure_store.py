"""Erasures in memory."""

from collections.abc import Mapping
from datetime import datetime

from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.errors import ConflictError, NotFoundError


class InMemoryErasureStore:
    """``ErasureStore`` for tests."""

    def __init__(self) -> None:
        self._erasures: dict[str, Erasure] = {}
        self._latest: dict[str, str] = {}

    def create(self, erasure: Erasure, instead_of: str | None = None) -> None:
        if self.is_being_erased(erasure.user_id) and self._latest[erasure.user_id] != instead_of:
            raise ConflictError("the user is being erased already")
        self._erasures[erasure.erasure_id] = erasure
        self._latest[erasure.user_id] = erasure.erasure_id

    def erasure(self, erasure_id: str) -> Erasure:
        try:
            return self._erasures[erasure_id]
        except KeyError:
            raise NotFoundError(f"there is no erasure {erasure_id}") from None

    def latest(self, user_id: str) -> Erasure:
        if user_id not in self._latest:
            raise NotFoundError("the user was never erased")
        return self._erasures[self._latest[user_id]]

    def is_being_erased(self, user_id: str) -> bool:
        return user_id in self._latest and self.latest(user_id).status is not ErasureStatus.COMPLETED

    def add_counts(self, erasure_id: str, erased: Mapping[str, int]) -> None:
        erasure = self.erasure(erasure_id)
        counts = {name: erasure.erased.get(name, 0) + count for name, count in erased.items() if count}
        self._erasures[erasure_id] = erasure.model_copy(update={"erased": {**erasure.erased, **counts}})

    def complete(self, erasure_id: str, at: datetime) -> None:
        erasure = self.erasure(erasure_id)
        if erasure.status is not ErasureStatus.COMPLETED:
            self.replace(erasure, status=ErasureStatus.COMPLETED, completed_at=at)

    def replace(self, erasure: Erasure, **changes: object) -> None:
        """What the workflow does to it by itself."""
        self._erasures[erasure.erasure_id] = erasure.model_copy(update=changes)
