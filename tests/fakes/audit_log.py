"""An audit trail that tests can read."""

from collections.abc import Sequence

from holisticos.contracts.audit import AuditRecord


class InMemoryAuditLog:
    """``AuditLog`` for tests."""

    def __init__(self) -> None:
        self.records: list[AuditRecord] = []

    def append(self, record: AuditRecord) -> None:
        self.records.append(record)

    def of_user(
        self, user_id: str, limit: int = 100, cursor: str | None = None
    ) -> tuple[Sequence[AuditRecord], str | None]:
        by_key = {
            f"{record.at.timestamp():020.6f}#{number:08}": record
            for number, record in enumerate(self.records)
            if record.user_id == user_id
        }
        keys = sorted((key for key in by_key if cursor is None or key < cursor), reverse=True)
        page = keys[:limit]
        return [by_key[key] for key in page], page[-1] if len(keys) > limit else None
