"""The words of one language, as data: what each phrase means to the checker."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from holisticos.agents.language_model.grounding.text import Token, tokenise

_LANGUAGES: Final = {"en": "english.toml"}


_REASONS: Final = {
    "diagnosis": "illnesses are not spoken of",
    "drug": "drugs, supplements and doses are not spoken of",
    "promise": "outcomes are not promised",
    "cause": "causes are not claimed",
    "people": "other people are not spoken of",
    "instruction": "this is no part of a report",
}


class Kind(StrEnum):
    """What a phrase does in a sentence."""

    TOPIC = "topic"
    SIDE = "side"
    CUE = "cue"
    PER = "per"
    HEDGE = "hedge"
    CONTEXT = "context"
    LINK = "link"
    LIMIT = "limit"
    LIMIT_AFTER = "limit_after"
    NEGATION = "negation"
    CONCEPT = "concept"
    NEUTRAL = "neutral"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Phrase:
    words: tuple[str, ...]
    kind: Kind
    key: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``phrases`` by their first word, the longest first; ``forbidden`` are the words that no text may hold."""

    phrases: Mapping[str, tuple[Phrase, ...]]
    approximators: Mapping[str, tuple[Phrase, ...]]
    units: Mapping[str, tuple[Phrase, ...]]
    general: Mapping[str, frozenset[str]]
    forbidden: Mapping[str, frozenset[str]]

    def phrase(self, tokens: Sequence[Token], at: int) -> Phrase | None:
        return _longest(self.phrases, tokens, at)

    def approximator(self, tokens: Sequence[Token], at: int) -> tuple[str | None, int]:
        """The key of the words that loosen a number, and where the number begins."""
        found = _longest(self.approximators, tokens, at)
        return (found.key, at + len(found.words)) if found else (None, at)

    def unit(self, tokens: Sequence[Token], at: int) -> tuple[str | None, int]:
        found = _longest(self.units, tokens, at)
        return (found.key, at + len(found.words)) if found else (None, at)

    def reason_against(self, text: str) -> str | None:
        """Why no text may say this word, where there is more to say than that it was not found."""
        return next((_REASONS[kind] for kind, words in self.forbidden.items() if words & set(text.split())), None)

    def topic(self, name: str) -> str:
        """What a metric of this name is called here; the name itself where it is not known."""
        tokens = tokenise(name).tokens
        found = _longest(self.phrases, tokens, 0)
        return found.key if found and found.kind is Kind.TOPIC and len(found.words) == len(tokens) else name


def _longest(phrases: Mapping[str, tuple[Phrase, ...]], tokens: Sequence[Token], at: int) -> Phrase | None:
    if at >= len(tokens):
        return None
    for phrase in phrases.get(tokens[at].text, ()):
        words = phrase.words
        if len(words) == 1 or tuple(token.text for token in tokens[at : at + len(words)]) == words:
            return phrase
    return None


@cache
def lexicon(language: str) -> Lexicon | None:
    """The lexicon of ``language`` (a BCP 47 tag), or ``None`` where that language is not known."""
    name = _LANGUAGES.get(language.partition("-")[0].lower())
    if name is None:
        return None
    data = tomllib.loads(files("holisticos.agents.language_model.grounding").joinpath(name).read_text(encoding="utf-8"))
    return Lexicon(
        phrases=_index(_phrases(data)),
        approximators=_index(_section(data["approximators"], Kind.LIMIT)),
        units=_index(_section(data["units"], Kind.LIMIT)),
        general={key: frozenset(_split(value)) for key, value in data["general"].items()},
        forbidden={key: frozenset(_split(value)) for key, value in data["forbidden"].items()},
    )


_SECTIONS: Final = {
    "fillers": Kind.NEUTRAL,
    "topics": Kind.TOPIC,
    "cues": Kind.CUE,
    "per": Kind.PER,
    "hedges": Kind.HEDGE,
    "contexts": Kind.CONTEXT,
    "links": Kind.LINK,
    "limits": Kind.LIMIT,
    "limits_after": Kind.LIMIT_AFTER,
    "negations": Kind.NEGATION,
    "concepts": Kind.CONCEPT,
    "breaks": Kind.BREAK,
}


def _phrases(data: Mapping[str, Any]) -> list[Phrase]:
    found = [Phrase((word,), Kind.NEUTRAL, word) for text in data["neutral"].values() for word in text.split()]
    for section, kind in _SECTIONS.items():
        found += _section(data[section], kind)
    for side, manners in data["sides"].items():
        for manner, text in manners.items():
            found += [Phrase(words, Kind.SIDE, f"{side}.{manner}") for words in _worded(text)]
    return found


def _section(entries: Mapping[str, str], kind: Kind) -> list[Phrase]:
    return [Phrase(words, kind, key) for key, text in entries.items() for words in _worded(text)]


def _worded(text: str) -> list[tuple[str, ...]]:
    return [tuple(token.text for token in tokenise(part).tokens) for part in _split(text)]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _index(phrases: Sequence[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    by_first: dict[str, dict[tuple[str, ...], Phrase]] = {}
    for phrase in phrases:
        by_first.setdefault(phrase.words[0], {})[phrase.words] = phrase
    return {first: tuple(sorted(of.values(), key=lambda item: -len(item.words))) for first, of in by_first.items()}
