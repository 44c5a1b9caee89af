"""Where a replay differs from what was recorded."""

import json
from typing import Any

from rich.console import Console
from rich.text import Text

from local.replay import Replay

_SHOWN = 300
"""Characters of a value."""


def render_difference(console: Console, analysis_id: str, again: Replay) -> None:
    """Print the first difference: its place in the result, and both values."""
    console.print(f"Replayed {analysis_id}: not the same")
    if found := again.difference:
        console.print(Text(f"  first difference at {found.path}"))
        console.print(Text(f"  recorded: {_shown(found.recorded)}"))
        console.print(Text(f"  replayed: {_shown(found.replayed)}"))
    console.print("The rules may have changed since it was made.")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
