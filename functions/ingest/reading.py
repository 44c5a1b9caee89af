"""What a webhook brings, record by record; pure."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from holisticos.contracts.deliveries import Aside, AsideReason, WebhookDelivery, WebhookEvent
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
    as_of = delivery.received_at + CLOCKS_DIFFER
    zone = ZoneInfo(profile.timezone)
    match delivery.event_type:
        case WebhookEvent.SCORE_CREATED:
            part, one = Part.SCORES, _reader(parse_scores, shared_scores, zone, as_of, withheld)
        case WebhookEvent.BIOMARKER_CREATED:
            part, one = Part.BIOMARKERS, _reader(parse_biomarkers, shared_biomarkers, zone, as_of, withheld)
        case WebhookEvent.ARCHETYPE_CREATED:
            part, one = Part.ARCHETYPES, _reader(parse_archetypes, shared_archetypes, zone, as_of, withheld)
        case WebhookEvent.DATA_LOG_RECEIVED:
            return Delivered(None, logs=_logs(content, withheld))
        case _:
            return Delivered(None, asides=_unknown(delivery, content, withheld))
    return _sorted(delivery, content, part, one, withheld)


def _reader(
    parse: Callable[..., Records[Any]],
    share: Callable[[Records[Any], Collection[str]], Records[Any]],
    zone: tzinfo,
    as_of: object,
    withheld: Collection[str],
) -> Callable[[object], Records[Any]]:
    return lambda item: share(parse([item], zone=zone, as_of=as_of), withheld)


def _sorted(
    delivery: WebhookDelivery,
    content: object,
    part: Part,
    one: Callable[[object], Records[Any]],
    withheld: Collection[str],
) -> Delivered:
    """One by one, so that of those that are dropped it is known which and why."""
    records: list[HealthRecord] = []
    asides: list[Aside] = []
    dropped: dict[DropReason, int] = {}
    for item in records_in(content):
        answer = one(item)
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
