"""Text into tokens. What is not plain English writing is not read at all, but handed back as strange."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Mark(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    CLOCK = "clock"
    ISO_DATE = "iso_date"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is lower case; of a number without separators of thousands."""

    kind: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as tokens; ``strange`` are characters that were not understood."""

    tokens: tuple[Token, ...]
    strange: tuple[str, ...]


_TYPOGRAPHY: Final = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "–": "-",
        "—": " - ",
        "−": "-",
        "‑": "-",
        "…": ".",
        "~": " about ",
        "≈": " about ",
        "₂": "2",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\n": " ",
    }
)
"""Only what typesetting changes. Other letters and digits that look like plain ones are strange: they would hide
what is said from the rules."""

_STRANGE: Final = re.compile(r"[^\x20-\x7e°]|[\"#$&*+<=>@\[\\\]^_`{|}]")
_TOKEN: Final = re.compile(
    r"""(?P<iso_date>\d{4}-\d{2}-\d{2}(?!\d))
    |(?P<clock>\d{1,2}:\d{2}(?!:?\d))
    |(?P<number>(?:(?<![\w)%])-)?(?:\d+(?:,\d{3})*(?![\d])(?:\.\d+)?|\.\d+))
    |(?P<word>[a-z]+(?:'[a-z]+)*)
    |(?P<sign>[.,;:!?()/%°'-])
    |(?P<space>\s+)""",
    re.VERBOSE | re.ASCII,
)
_NOON: Final = re.compile(r"\b([ap])\.\s?m\.(?=\s+[A-Z]|\s*$)|\b([ap])\.\s?m\.", re.IGNORECASE)
_JOINED: Final = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])|(?<=\d)-(?=[A-Za-z])")
"""A hyphen inside a word, or between a number and its noun: the same as a space."""
_GENITIVE: Final = re.compile(r"(?<=s)'(?![A-Za-z])")
_ENDINGS: Final = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am", "'s": ""}
_WHOLE: Final = {"can't": "can not", "won't": "will not", "cannot": "can not"}


def tokenise(text: str) -> Tokens:
    tokens: list[Token] = []
    plain = _JOINED.sub(" ", text.translate(_TYPOGRAPHY))
    strange = tuple(_STRANGE.findall(plain))
    plain = _GENITIVE.sub("", _STRANGE.sub(" ", plain))
    plain = _NOON.sub(lambda found: f"{found[1]}m." if found[1] else f"{found[2]}m", plain)
    for found in _TOKEN.finditer(plain.lower()):
        kind, part = found.lastgroup, found.group()
        if kind == "word":
            tokens += [Token(Mark.WORD, word) for word in _spelled_out(part).split()]
        elif kind == "number":
            tokens.append(Token(Mark.NUMBER, part.replace(",", "")))
        elif kind is not None and kind != "space":
            tokens.append(Token(Mark(kind), part))
    return Tokens(tuple(tokens), strange)


def _spelled_out(word: str) -> str:
    """Without contractions; what a genitive belongs to stays, its ending goes."""
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, full in _ENDINGS.items():
        if word.endswith(ending):
            return f"{word.removesuffix(ending)} {full}"
    return word
