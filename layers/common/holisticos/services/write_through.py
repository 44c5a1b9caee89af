"""What the health API gives goes into our database as well, so that the fallback is never stale.

Not on the user's clock: the records are packed and queued beside the work on the answer, and stored by the
function ``ingest``. A message that cannot be queued is logged and counted; the next read brings it again, and
so does reconciliation.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

from holisticos.contracts.deliveries import FetchedRecords
from holisticos.contracts.errors import TooLargeError
from holisticos.contracts.names import Part, Source
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score
from holisticos.health.versions import HealthRecord, storable
from holisticos.ports import Clock, DeliveryQueue, HealthSource
from holisticos.runtime.logging import bound
from holisticos.services.background import Background
from holisticos.services.packing import pack

AGAIN_AFTER: Final = timedelta(minutes=5)
"""How long the same question's answer is not queued again by one process: a user who looks around asks often."""

RECORDS_A_MESSAGE: Final = 1_000
"""About 400 KB, which pack to some 40."""
BYTES_A_MESSAGE: Final = 240_000
"""Of 262,144, which every queue takes. Records that pack worse go in more messages."""

UNKNOWN: Final = "write-through"

_REMEMBERED: Final = 1_000


class Question(NamedTuple):
    """What was asked for; answers to the same question are the same for a while."""

    part: Part
    user_id: str
    first: date
    last: date


class WrittenThroughSource:
    """``HealthSource`` whose answers are queued for our database as well."""

    def __init__(self, source: HealthSource, queue: DeliveryQueue, background: Background, clock: Clock) -> None:
        self._inner = source
        self._queue = queue
        self._background = background
        self._clock = clock
        self._lock = Lock()
        self._queued_at: OrderedDict[Question, datetime] = OrderedDict()

    @property
    def source(self) -> Source:
        return self._inner.source

    async def scores(self, user_id: str, start: datetime, end: datetime) -> Records[Score]:
        asked_at = self._clock.now()
        records = await self._inner.scores(user_id, start, end)
        self._write(Part.SCORES, user_id, (start, end), records.kept, asked_at)
        return records

    async def biomarkers(self, user_id: str, start: datetime, end: datetime) -> Records[Biomarker]:
        asked_at = self._clock.now()
        records = await self._inner.biomarkers(user_id, start, end)
        self._write(Part.BIOMARKERS, user_id, (start, end), records.kept, asked_at)
        return records

    async def archetypes(self, user_id: str, start: datetime, end: datetime) -> Records[ArchetypeRecord]:
        asked_at = self._clock.now()
        records = await self._inner.archetypes(user_id, start, end)
        self._write(Part.ARCHETYPES, user_id, (start, end), records.kept, asked_at)
        return records

    def _write(
        self,
        part: Part,
        user_id: str,
        span: tuple[datetime, datetime],
        records: Sequence[HealthRecord],
        asked_at: datetime,
    ) -> None:
        question = Question(part, user_id, *(moment.date() for moment in span))
        if records and self._is_due(question, asked_at):
            correlation_id = bound("correlation_id") or UNKNOWN
            self._background.start(lambda: self._send(question, records, asked_at, correlation_id))

    def _is_due(self, question: Question, now: datetime) -> bool:
        with self._lock:
            last = self._queued_at.get(question)
            if last is not None and now - last < AGAIN_AFTER:
                return False
            self._queued_at[question] = now
            self._queued_at.move_to_end(question)
            if len(self._queued_at) > _REMEMBERED:
                self._queued_at.popitem(last=False)
            return True

    def _send(
        self, question: Question, records: Sequence[HealthRecord], asked_at: datetime, correlation_id: str
    ) -> None:
        raw = [storable(record.raw) for record in records]
        try:
            for body in bodies(raw):
                self._queue.send(
                    FetchedRecords(
                        user_id=question.user_id,
                        part=question.part,
                        body=body,
                        read_at=asked_at,
                        correlation_id=correlation_id,
                    )
                )
        except Exception:
            with self._lock:
                self._queued_at.pop(question, None)  # the next answer is queued again
            raise


def bodies(raw: Sequence[object]) -> Iterator[str]:
    """Records packed into bodies that fit into messages. Raises ``TooLargeError`` for one that does not."""
    for begin in range(0, len(raw), RECORDS_A_MESSAGE):
        yield from _fitting(raw[begin : begin + RECORDS_A_MESSAGE])


def _fitting(raw: Sequence[object]) -> Iterator[str]:
    body = pack(json.dumps(raw, separators=(",", ":")).encode())
    if len(body) <= BYTES_A_MESSAGE:
        yield body
    elif len(raw) > 1:
        yield from _fitting(raw[: len(raw) // 2])
        yield from _fitting(raw[len(raw) // 2 :])
    else:
        raise TooLargeError(f"a record packs to {len(body)} bytes; at most {BYTES_A_MESSAGE} fit into a message")
