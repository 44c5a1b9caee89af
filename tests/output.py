"""What a function wrote on standard output: log records and metrics, one JSON object a line."""

import json
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Output:
    """The captured lines."""

    text: str

    @classmethod
    def of(cls, capsys: pytest.CaptureFixture[str]) -> "Output":
        return cls(capsys.readouterr().out)

    @property
    def logs(self) -> list[dict[str, Any]]:
        return [line for line in self._lines() if "message" in line]

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """Each metric line, flat: dimensions, and values as numbers."""
        return [{key: _single(value) for key, value in line.items()} for line in self._lines() if "_aws" in line]

    def _lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
