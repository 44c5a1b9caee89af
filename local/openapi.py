"""Writes the description of the API to where people and tools look for it: ``docs/openapi.json``."""

import json
from pathlib import Path

from functions.api.app import describe
from local.state import PROJECT

PATH = PROJECT / "docs" / "openapi.json"


def text() -> str:
    """The description as it stands in the file."""
    return json.dumps(describe(), indent=2, ensure_ascii=False) + "\n"


def write(path: Path = PATH) -> None:
    path.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write()
