"""What a whole sentence says of the sides in it: against what, on which kind of day, under which condition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from holisticos.agents.language_model.grounding.lexicon import Kind
from holisticos.agents.language_model.grounding.reading import Item, Segment
from holisticos.agents.language_model.grounding.roles import Place, Role
from holisticos.agents.language_model.grounding.times import TimeKind

_OPPOSITE: Final = {"weekday": "weekend", "work_day": "free_day", "weekend": "weekday", "free_day": "work_day"}
_ORDINARY: Final = frozenset({"weekday", "work_day"})
_STRETCHES: Final = frozenset({TimeKind.SPAN, TimeKind.DATE})
_JOINING: Final = frozenset({"go", "goes", "going", "come", "comes"})
"""Of what is said to go together, the first part is the condition."""


@dataclass(frozen=True, slots=True)
class Sentence:
    items: tuple[tuple[Place, Item], ...]
    roles: Mapping[Place, Role]

    @property
    def against(self) -> str | None:
        """What the sentence compares with."""
        cues = {item.key for _, item in self.items if item.is_(Kind.CUE)}
        if "usual" in cues or Role.USUAL in {self.roles.get(place) for place, item in self.items if item.amount}:
            return "usual"
        return "aim" if "aim" in cues else None

    def stretch(self, segment: int) -> str | None:
        """The only stretch of days that the segment speaks of, else the only one of the sentence."""
        found = [(at[0], item.time.key) for at, item in self.items if item.time and item.time.kind in _STRETCHES]
        here = {key for number, key in found if number == segment}
        known = here or {key for _, key in found}
        return next(iter(known)) if len(known) == 1 else None

    @property
    def kinds_of_day(self) -> tuple[str | None, str | None]:
        """The first that is named, and the one behind what compares."""
        left = right = None
        compared = False
        for _, item in self.items:
            if item.is_(Kind.LINK, "than", "against"):
                compared = True
            elif item.is_(Kind.CONTEXT) and compared and right is None:
                right, compared = item.key, False
            elif item.is_(Kind.CONTEXT) and left is None:
                left = item.key
        return left, right

    def where(self, *, up: bool) -> tuple[str | None, bool]:
        """The kinds of day that a side holds between, turned round where the ordinary kind was named first."""
        left, right = self.kinds_of_day
        left = left or (_OPPOSITE[right] if right else None)
        if left in _ORDINARY and right:
            return f"{right} {left}", not up
        if left and right:
            return f"{left} {right}", up
        return (f"{left} {_OPPOSITE[left]}" if left else None), up

    def is_given(self, place: Place) -> bool:
        """Whether a side is the condition (``on days with more steps``) and not what is said of it."""
        joined = [
            at
            for at, item in self.items
            if item.is_(Kind.HEDGE, "tends") and item.text.split(maxsplit=1)[0] in _JOINING
        ]
        if joined:
            return place < joined[0]
        for at, item in reversed(self.items):
            if at[0] != place[0] or at >= place:
                continue
            if item.is_(Kind.LINK, "with"):
                return True
            if item.kind not in {Kind.NEUTRAL, Kind.CONCEPT, Kind.TOPIC} and not item.amount:
                return False
        return False


def sentences(segments: Sequence[Segment], roles: Mapping[Place, Role]) -> dict[int, Sentence]:
    """By number."""
    found: dict[int, list[tuple[Place, Item]]] = {}
    for number, segment in enumerate(segments):
        for at, item in enumerate(segment.items):
            found.setdefault(segment.sentence, []).append(((number, at), item))
    return {number: Sentence(tuple(items), roles) for number, items in found.items()}
