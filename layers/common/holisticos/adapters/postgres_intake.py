"""Deliveries in PostgreSQL: each taken in once, with what it changed in the same transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from holisticos.adapters.postgres_connections import Cursor, PostgresLimits
from holisticos.adapters.postgres_database import PostgresDatabase
from holisticos.adapters.postgres_writes import lock_user, upserting
from holisticos.contracts.deliveries import Aside, DataPoints, Intake
from holisticos.health.versions import HealthRecord

REMEMBERED: Final = timedelta(days=30)
"""A delivery is recognised for so long: the queue and its dead-letter queue keep none for longer."""

_CLAIM: Final = """
insert into deliveries (profile_id, sha256, changed, received_at) values (%s, %s, 0, %s) on conflict do nothing
"""
_COUNT: Final = """
insert into data_points (profile_id, total) values (%s, %s)
on conflict (profile_id) do update set total = data_points.total + excluded.total
"""
_SET_ASIDE: Final = """
insert into set_aside (profile_id, event_type, reason, sha256, body, received_at) values (%s, %s, %s, %s, %s, %s)
on conflict do nothing
"""


class PostgresIntake:
    """``RecordIntake`` on PostgreSQL."""

    def __init__(
        self,
        url: str | Callable[[], str],
        limits: PostgresLimits | None = None,
        on_refused_credentials: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = PostgresDatabase(url, limits, on_refused_credentials)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._database.close()

    def take_in(self, user_id: str, sha256: str, records: Sequence[HealthRecord], delivered_at: datetime) -> Intake:
        store = upserting(user_id, records, delivered_at=delivered_at, announced=True)

        def work(cursor: Cursor) -> Intake:
            lock_user(cursor, user_id)
            cursor.execute(_CLAIM, (user_id, sha256, delivered_at))
            if cursor.rowcount == 0:
                cursor.execute(
                    "select changed from deliveries where profile_id = %s and sha256 = %s", (user_id, sha256)
                )
                return Intake(changed=cursor.fetchone()[0])
            cursor.execute("select 1 from deliveries where sha256 = %s and profile_id <> %s limit 1", (sha256, user_id))
            if cursor.fetchone() is not None:
                cursor.execute("delete from deliveries where profile_id = %s and sha256 = %s", (user_id, sha256))
                return Intake(changed=0, refused=True)
            changed = store(cursor)
            cursor.execute(
                "update deliveries set changed = %s where profile_id = %s and sha256 = %s", (changed, user_id, sha256)
            )
            cursor.execute(_COUNT, (user_id, changed))
            cursor.execute(
                "delete from deliveries where profile_id = %s and received_at < %s",
                (user_id, delivered_at - REMEMBERED),
            )
            return Intake(changed=changed)

        return self._database.run(work)

    def store(self, user_id: str, records: Sequence[HealthRecord], read_at: datetime) -> int:
        return self._database.run(upserting(user_id, records, delivered_at=read_at))

    def set_aside(self, user_id: str, asides: Sequence[Aside]) -> None:
        def work(cursor: Cursor) -> None:
            for one in asides:
                cursor.execute(_SET_ASIDE, (user_id, one.event_type, one.reason, one.sha256, one.body, one.received_at))

        self._database.run(work)

    def points(self, user_id: str) -> DataPoints:
        def work(cursor: Cursor) -> DataPoints:
            cursor.execute("select total, analysed, check_due_at from data_points where profile_id = %s", (user_id,))
            row = cursor.fetchone()
            return DataPoints(total=row[0], analysed=row[1], check_due_at=row[2]) if row else DataPoints()

        return self._database.run(work)

    def mark_analysed(self, user_id: str, seen: DataPoints) -> None:
        def work(cursor: Cursor) -> None:
            cursor.execute(
                "update data_points set analysed = %s, check_due_at = null where profile_id = %s and analysed = %s",
                (seen.total, user_id, seen.analysed),
            )

        self._database.run(work)

    def expect_check(self, user_id: str, at: datetime) -> None:
        def work(cursor: Cursor) -> None:
            cursor.execute("update data_points set check_due_at = %s where profile_id = %s", (at, user_id))

        self._database.run(work)
