"""Faithful rewordings that were written by hand, over requests about made-up people."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.grounding.texts import Text
from holisticos.contracts.wording import WordingRequest

_FOLDER: Final = Path(__file__).parent


def known_requests() -> dict[str, WordingRequest]:
    """By name; each holds one finding, or one recommendation and what it follows from."""
    found = json.loads((_FOLDER / "requests.json").read_text(encoding="utf-8"))
    return {name: WordingRequest.model_validate(request) for name, request in found.items()}


def written(file: str) -> Iterator[tuple[Text, WordingRequest]]:
    """The texts of a file of this folder, in its order."""
    requests = known_requests()
    for name, texts in tomllib.loads((_FOLDER / file).read_text(encoding="utf-8")).items():
        request = requests[name]
        of = request.recommendations[0] if request.recommendations else request.findings[0]
        yield from ((Text(of, first, second), request) for first, second in texts)
