"""A text as a row of items: what was recognised in it, in order. Nothing is judged here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holisticos.agents.language_model.grounding.amounts import Amount, amount
from holisticos.agents.language_model.grounding.lexicon import Kind, Lexicon
from holisticos.agents.language_model.grounding.text import Mark, Token, tokenise
from holisticos.agents.language_model.grounding.times import TimeSaid, time_said

RANGE: Final = "range"
_STOPS: Final = frozenset(".;!?")
_COMMAS: Final = frozenset(",:()")
_UNKNOWN: Final = (Kind.BREAK, "strange")


@dataclass(frozen=True, slots=True)
class Item:
    """Exactly one of ``kind``, ``amount`` and ``time`` says what it is; ``text`` is how it was written."""

    text: str
    kind: Kind | None = None
    key: str = ""
    amount: Amount | None = None
    time: TimeSaid | None = None

    def is_(self, kind: Kind, *keys: str) -> bool:
        return self.kind is kind and (not keys or self.key in keys)


@dataclass(frozen=True, slots=True)
class Segment:
    """Items between two breaks. ``sentence`` numbers the sentence; ``opened`` is what stands before."""

    items: tuple[Item, ...]
    sentence: int
    opened: str


@dataclass(frozen=True, slots=True)
class Reading:
    segments: tuple[Segment, ...]
    strange: tuple[str, ...]


def read(text: str, lexicon: Lexicon) -> Reading:
    """``strange`` holds characters and signs that mean nothing to the checker."""
    found = tokenise(text)
    segments: list[Segment] = []
    items: list[Item] = []
    strange = list(found.strange)
    sentence, opened, at = 0, "", 0
    while at < len(found.tokens):
        item, at = _item(found.tokens, at, lexicon)
        if not item.is_(Kind.BREAK):
            items.append(item)
            continue
        if item.key == RANGE and _is_range(items, found.tokens, at):
            items.append(Item(item.text, Kind.LINK, RANGE))
            continue
        if (item.kind, item.key) == _UNKNOWN:
            strange.append(item.text)
        segments.append(Segment(tuple(items), sentence, opened))
        items, opened = [], item.key
        sentence += item.key in _STOPS or item.key == RANGE
    segments.append(Segment(tuple(items), sentence, opened))
    return Reading(tuple(part for part in segments if part.items), tuple(strange))


def _item(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[Item, int]:
    """The longest thing that begins here; times before numbers before words where they are equally long."""
    token = tokens[at]
    if token.kind is Mark.SIGN and token.text not in {"%", "°"}:
        return _sign(token.text), at + 1
    found: list[tuple[int, Item]] = []
    if when := time_said(tokens, at):
        found.append((when.end, Item(when.text, time=when)))
    # "Over 3 June" is no number above three.
    _, number_at = lexicon.approximator(tokens, at)
    of_time = number_at > at and time_said(tokens, number_at) is not None
    if not of_time and (said := amount(tokens, at, lexicon)):
        found.append((said.end, Item(said.text, amount=said)))
    if phrase := lexicon.phrase(tokens, at):
        found.append((at + len(phrase.words), Item(" ".join(phrase.words), phrase.kind, phrase.key)))
    if not found:
        known = token.kind is Mark.WORD
        found.append((at + 1, Item(token.text, *((Kind.CONCEPT, stem(token.text)) if known else _UNKNOWN))))
    end, item = max(found, key=lambda one: one[0])
    return item, end


def _sign(sign: str) -> Item:
    if sign in _STOPS or sign in _COMMAS:
        return Item(sign, Kind.BREAK, sign)
    return Item(sign, Kind.BREAK, RANGE) if sign == "-" else Item(sign, *_UNKNOWN)


def _is_range(items: Sequence[Item], tokens: Sequence[Token], at: int) -> bool:
    """``7-8 h``: a hyphen between two numbers."""
    follows = at < len(tokens) and tokens[at].kind in {Mark.NUMBER, Mark.CLOCK}
    return bool(items) and items[-1].amount is not None and follows


def stem(word: str) -> str:
    """Without the endings of number and tense: enough to see that two forms are of one word."""
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending)
    return word
