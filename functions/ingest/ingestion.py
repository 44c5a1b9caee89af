"""The use case of ``ingest`` over its ports. Every step can be run again, and goes on from what is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from functions.ingest.reading import Delivered, read, read_fetched
from functions.ingest.telling import event_of
from functions.ingest.trigger import ACTOR, NewDataTrigger
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.deliveries import AnyMessage, Aside, AsideReason, FetchedRecords, PointsCheck, WebhookDelivery
from holisticos.contracts.errors import NotFoundError
from holisticos.health.records import Score
from holisticos.health.versions import HealthRecord
from holisticos.ports import AuditLog, Clock, ErasureStore, RecordIntake, UserStore, WearableFeed
from holisticos.runtime.logging import LogCategory, bind, log, user_digest
from holisticos.runtime.metrics import record
from holisticos.services.packing import unpack
from holisticos.services.profiles import profile_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingestion:
    """``invalidate`` forgets what is cached of a user's health data that records from an instant on may change."""

    intake: RecordIntake
    users: UserStore
    erasures: ErasureStore
    feed: WearableFeed
    audit: AuditLog
    trigger: NewDataTrigger
    invalidate: Callable[[str, datetime], None]
    clock: Clock

    def handle(self, message: AnyMessage) -> None:
        """Take one message in. Raises what the stores raise; then it is delivered again."""
        bind(correlation_id=message.correlation_id, user=user_digest(message.user_id))
        if self._left(message):
            # Of somebody who had their data erased nothing is kept, not even aside.
            log(LogCategory.SYSTEM, "message for an erased user dropped", kind=message.kind)
            record("DeliveriesDropped", 1, reason="erased")
            return
        match message:
            case PointsCheck():
                self.trigger.check(message.user_id, message.correlation_id)
            case FetchedRecords():
                self._write_through(message)
            case WebhookDelivery():
                self._take_in(message)

    def _left(self, message: AnyMessage) -> bool:
        """Whether the user was erased since the message came about, is being erased, or has not come back since."""
        try:
            erased_at = self.erasures.latest(message.user_id).completed_at
        except NotFoundError:
            return False
        if erased_at is None:
            return True
        match message:
            case WebhookDelivery(received_at=came_at) | FetchedRecords(read_at=came_at) if came_at <= erased_at:
                return True
        try:
            self.users.profile(message.user_id)
        except NotFoundError:
            return True
        return False

    def _write_through(self, fetched: FetchedRecords) -> None:
        """Keep what was read. Whoever read it has it: nothing is told, and nothing cached is stale by it."""
        records = read_fetched(fetched, profile_of(self.users, fetched.user_id))
        changed = self.intake.store(fetched.user_id, records, fetched.read_at)
        log(LogCategory.DB, "read records written through", part=fetched.part, records=len(records), changed=changed)
        record("RecordsWrittenThrough", changed)
        if changed:
            self._record(fetched, fetched.part, {"received": len(records), "changed": changed})

    def _take_in(self, delivery: WebhookDelivery) -> None:
        delivered = read(delivery, profile_of(self.users, delivery.user_id))
        if delivered.asides:
            self._set_aside(delivery, delivered.asides)
        changed = self._store(delivery, delivered)
        if changed:
            self.invalidate(delivery.user_id, min(map(_beginning, delivered.records)))
        if changed or delivered.logs:
            event = event_of(delivered, changed, delivery.received_at)
            self.feed.append(delivery.user_id, event, once=delivery.sha256)
        counts = {"received": delivered.received, "changed": changed, "aside": len(delivered.asides)}
        self._record(delivery, delivered.part or "webhook", {name: count for name, count in counts.items() if count})
        self.trigger.check(delivery.user_id, delivery.correlation_id)

    def _record(self, message: AnyMessage, resource: str, counts: dict[str, int]) -> None:
        self.audit.append(
            AuditRecord(
                user_id=message.user_id,
                at=self.clock.now(),
                action=AuditAction.HEALTH_DATA_WRITTEN,
                actor=ACTOR,
                resource=resource,
                correlation_id=message.correlation_id,
                counts=counts,
            )
        )

    def _store(self, delivery: WebhookDelivery, delivered: Delivered) -> int:
        """How many records are new or changed by this delivery, now or when it came first."""
        if not delivered.records:
            return 0
        taken = self.intake.take_in(delivery.user_id, delivery.sha256, delivered.records, delivery.received_at)
        if taken.refused:
            text = unpack(delivery.body).decode(errors="replace")
            self._set_aside(
                delivery,
                (
                    Aside(
                        event_type=delivery.event_type,
                        reason=AsideReason.DELIVERED_FOR_ANOTHER_USER,
                        sha256=delivery.sha256,
                        body=text.replace("\x00", ""),
                        received_at=delivery.received_at,
                    ),
                ),
            )
        log(
            LogCategory.DB,
            "delivery taken in",
            part=delivered.part,
            records=len(delivered.records),
            changed=taken.changed,
            dropped=sum((delivered.dropped or {}).values()),
        )
        record("RecordsIngested", taken.changed)
        return taken.changed

    def _set_aside(self, delivery: WebhookDelivery, asides: tuple[Aside, ...]) -> None:
        self.intake.set_aside(delivery.user_id, asides)
        for one in asides:
            record("DeliveriesSetAside", 1, reason=one.reason)


def _beginning(record: HealthRecord) -> datetime:
    return record.at if isinstance(record, Score) else record.start
