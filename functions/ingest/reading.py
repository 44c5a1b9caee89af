"""What a webhook brings, record by record; pure."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from holisticos.contracts.deliveries import Aside, AsideReason, FetchedRecords, WebhookDelivery, WebhookEvent
from holisticos.contracts.errors import InvalidPayloadError
from holisticos.contracts.names import Part
from holisticos.health.envelopes import records_in
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.privacy import shared_archetypes, shared_biomarkers, shared_scores
from holisticos.health.profile import Profile
from holisticos.health.records import DropReason, Records
from holisticos.health.versions import HealthRecord
from holisticos.services.packing import unpack

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""A record may begin so much later than our clock says it arrived."""


_PARTS: Final[dict[str, Part]] = {
    WebhookEvent.SCORE_CREATED: Part.SCORES,
    WebhookEvent.BIOMARKER_CREATED: Part.BIOMARKERS,
    WebhookEvent.ARCHETYPE_CREATED: Part.ARCHETYPES,
}
_READERS: Final[dict[Part, tuple[Callable[..., Records[Any]], Callable[..., Records[Any]]]]] = {
    Part.SCORES: (parse_scores, shared_scores),
    Part.BIOMARKERS: (parse_biomarkers, shared_biomarkers),
    Part.ARCHETYPES: (parse_archetypes, shared_archetypes),
}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery holds. ``part`` is absent where it brings no records; ``dropped`` counts by reason."""

    part: Part | None
    records: tuple[HealthRecord, ...] = ()
    asides: tuple[Aside, ...] = ()
    dropped: Mapping[DropReason, int] | None = None
    logs: Mapping[str, int] | None = None
    """Raw logs of devices, by type: the records that the source makes of them follow."""

    @property
    def received(self) -> int:
        return len(self.records) + sum((self.dropped or {}).values())


def read(delivery: WebhookDelivery, profile: Profile) -> Delivered:
    """The records that can be used and are not withheld, and aside what cannot be used.

    Raises ``InvalidPayloadError`` for a body that was not packed by us.
    """
    body = unpack(delivery.body)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return Delivered(None, asides=(_aside(delivery, AsideReason.UNREADABLE_BODY, body.decode(errors="replace")),))
    withheld = profile.privacy.withheld_categories
    part = _PARTS.get(delivery.event_type)
    if part is not None:
        return _sorted(delivery, content, part, reader_of(part, profile, delivery.received_at), withheld)
    if delivery.event_type == WebhookEvent.DATA_LOG_RECEIVED:
        return Delivered(None, logs=_logs(content, withheld))
    return Delivered(None, asides=_unknown(delivery, content, withheld))


def read_fetched(fetched: FetchedRecords, profile: Profile) -> tuple[HealthRecord, ...]:
    """The records that can be used and are not withheld; the rest was dropped before, and counted there.

    Raises ``InvalidPayloadError`` for a body that was not packed by us.
    """
    try:
        content = json.loads(unpack(fetched.body))
    except ValueError:
        raise InvalidPayloadError("the body of a message is no JSON") from None
    return tuple(reader_of(fetched.part, profile, fetched.read_at)(content).kept)


def reader_of(part: Part, profile: Profile, at: datetime) -> Callable[[list[object]], Records[Any]]:
    """Reads wire records of ``part`` that came ``at`` an instant, without those that are withheld."""
    parse, share = _READERS[part]
    zone, withheld = ZoneInfo(profile.timezone), profile.privacy.withheld_categories
    return lambda items: share(parse(items, zone=zone, as_of=at + CLOCKS_DIFFER), withheld)


def _sorted(
    delivery: WebhookDelivery,
    content: object,
    part: Part,
    read_records: Callable[[list[object]], Records[Any]],
    withheld: Collection[str],
) -> Delivered:
    """One by one, so that of those that are dropped it is known which and why."""
    records: list[HealthRecord] = []
    asides: list[Aside] = []
    dropped: dict[DropReason, int] = {}
    for item in records_in(content):
        answer = read_records([item])
        records += answer.kept
        for reason in answer.dropped:
            dropped[reason] = dropped.get(reason, 0) + 1
            if reason is not DropReason.WITHHELD and not _is_withheld(item, withheld):
                asides.append(_aside(delivery, AsideReason.UNUSABLE_RECORD, json.dumps(item)))
    return Delivered(part, tuple(records), tuple(asides), dropped)


def _unknown(delivery: WebhookDelivery, content: object, withheld: Collection[str]) -> tuple[Aside, ...]:
    kept = [item for item in records_in(content) if not _is_withheld(item, withheld)]
    return (_aside(delivery, AsideReason.UNKNOWN_EVENT, json.dumps(kept)),) if kept else ()


def _logs(content: object, withheld: Collection[str]) -> dict[str, int]:
    """``{"logType": "sleep", "dataLogs": [...]}``, or a list of such; their values are not looked at."""
    counts: dict[str, int] = {}
    for item in records_in(content):
        if not isinstance(item, dict):
            continue
        logs, kind = item.get("dataLogs"), item.get("logType")
        name = kind if isinstance(kind, str) and kind.isidentifier() and len(kind) <= 64 else "unknown"
        if name.lower() in withheld:
            continue
        counts[name] = counts.get(name, 0) + (len(logs) if isinstance(logs, list) else 1)
    return counts


def _is_withheld(item: object, withheld: Collection[str]) -> bool:
    category = item.get("category") if isinstance(item, dict) else None
    return isinstance(category, str) and category.strip().lower() in withheld


def _aside(delivery: WebhookDelivery, reason: AsideReason, body: str) -> Aside:
    storable = body.replace("\x00", "")
    return Aside(
        event_type=delivery.event_type,
        reason=reason,
        sha256=hashlib.sha256(f"{delivery.event_type}\n{storable}".encode()).hexdigest(),
        body=storable,
        received_at=delivery.received_at,
    )
