"""One event of the wearable feed as one line."""

from collections.abc import Mapping
from typing import Any


def feed_line(event: Mapping[str, Any]) -> str:
    """What a person reads: the number, the kind, and what came."""
    return f"{event['seq']:>5}  {event['type']:<18} {_what(event)}".rstrip()


def _what(event: Mapping[str, Any]) -> str:
    if event["type"] == "snapshot":
        latest = event["latest"]
        return f"latest of {len(latest)} types" if latest else "nothing yet"
    if event.get("analysis_id"):
        return str(event["analysis_id"])
    counts = ", ".join(f"{count} {name}" for name, count in event.get("counts", {}).items())
    changed = event.get("changed")
    return counts if changed is None else f"{counts} ({changed} new)"
