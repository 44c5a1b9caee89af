"""What a call costs, by the published price of its model: ``prices.json``, each row with its date."""

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from holisticos.contracts.usage import Usage

_TABLE: Final = Path(__file__).parent / "prices.json"
_DATED: Final = re.compile(r"-\d{4}-\d{2}-\d{2}$")
"""Providers name a frozen version of a model so; it costs what the model costs."""


@dataclass(frozen=True, slots=True)
class Price:
    """Whole nano-dollars for a token."""

    model: str
    as_of: date
    input: int
    cached: int
    cache_written: int
    output: int

    def of(self, usage: Usage) -> int:
        """Nano-dollars for what the provider counted."""
        plain = usage.tokens_in - usage.tokens_cached - usage.tokens_cache_written
        return (
            max(0, plain) * self.input
            + usage.tokens_cached * self.cached
            + usage.tokens_cache_written * self.cache_written
            + usage.tokens_out * self.output
        )

    def at_most(self, sent: str, tokens_out: int) -> int:
        """Nano-dollars that no call can pass: a token is at least one byte of what is sent."""
        return len(sent.encode()) * max(self.input, self.cache_written) + tokens_out * self.output


def price_of(model: str) -> Price:
    """The price of ``model``; of one that is not in the table that of the dearest, so that no limit is passed."""
    known = _prices()
    return known.get(_DATED.sub("", model)) or max(known.values(), key=lambda price: price.output)


@cache
def _prices() -> dict[str, Price]:
    rows = json.loads(_TABLE.read_text(encoding="utf-8"))["models"]
    return {model: _price(model, row) for model, row in rows.items()}


def _price(model: str, row: dict[str, Any]) -> Price:
    return Price(
        model=model,
        as_of=date.fromisoformat(row["as_of"]),
        input=_nano(row["input"]),
        cached=_nano(row["cached"]),
        cache_written=_nano(row.get("cache_written", row["input"])),
        output=_nano(row["output"]),
    )


def _nano(dollars_for_a_million: str) -> int:
    nano = Decimal(dollars_for_a_million) * 1000
    if nano != int(nano):
        raise ValueError(f"{dollars_for_a_million} USD for a million tokens is no whole number of nano-dollars for one")
    return int(nano)
