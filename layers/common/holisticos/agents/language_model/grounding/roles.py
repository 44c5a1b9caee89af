"""What a number is to its metric, by the words around it: the value, the usual one, an aim, a difference."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from holisticos.agents.language_model.grounding.amounts import CLOCK, NUMBER, TIMES, Amount
from holisticos.agents.language_model.grounding.lexicon import Kind
from holisticos.agents.language_model.grounding.reading import Item, Segment

COUNTED: Final = frozenset({"day", "night", "week", "weekend", "evening", "morning", "month", "year", "times_a_day"})
"""What is counted rather than measured."""

Place = tuple[int, int]
"""The number of a segment, and of an item in it."""


class Role(StrEnum):
    """What a number is to its metric."""

    VALUE = "value"
    USUAL = "usual"
    AVERAGE = "average"
    AIM = "aim"
    DEFINITION = "definition"
    DIFFERENCE = "difference"
    RATIO = "ratio"
    COUNT = "count"


def roles(segments: Sequence[Segment]) -> dict[Place, Role]:
    """The roles that differ from what the number alone says; of several cues the last holds."""
    found: dict[Place, Role] = {}
    open_: dict[int, list[int]] = {}
    for number, segment in enumerate(segments):
        for at in range(len(segment.items)):
            role = _own_role(segment.items, at)
            if role:
                found[number, at] = role
            if role is not Role.DIFFERENCE and _is_measured(segment.items, at):
                open_.setdefault(number, []).append(at)
    for number, segment in enumerate(segments):
        if _is_explained(segments, number) and number in open_:
            found[number, open_[number][0]] = Role.DEFINITION
        for at, item in enumerate(segment.items):
            if item.is_(Kind.CUE):
                found |= dict.fromkeys(_spoken_of(segments, open_, number, at), Role(item.key))
    return found


def _is_explained(segments: Sequence[Segment], number: int) -> bool:
    """``(100: asleep and awake at the same times every day)``."""
    behind = segments[number + 1] if number + 1 < len(segments) else None
    alone = all(item.amount or item.is_(Kind.NEUTRAL) for item in segments[number].items)
    return alone and segments[number].opened == "(" and behind is not None and behind.opened == ":"


def _is_measured(items: Sequence[Item], at: int) -> bool:
    said = items[at].amount
    if said is None or said.dim in COUNTED or said.dim == TIMES or _is_part_of_usual(items, at):
        return False
    return whole_of(items, at) is None


def _is_part_of_usual(items: Sequence[Item], at: int) -> bool:
    """``half your usual`` is no share of anything, but a ratio."""
    said = items[at].amount
    rest = [item for item in items[at + 1 : at + 5] if item.kind is not Kind.NEUTRAL and not item.is_(Kind.LINK, "of")]
    return said is not None and said.part and bool(rest) and rest[0].is_(Kind.CUE)


def _own_role(items: Sequence[Item], at: int) -> Role | None:
    if not _is_measured(items, at):
        return Role.RATIO if _is_part_of_usual(items, at) else None
    if _is_difference(items, at):
        return Role.DIFFERENCE
    before = preceding(items, at)
    return Role.USUAL if before and before.is_(Kind.LINK, "than", "against") else None


def _spoken_of(segments: Sequence[Segment], open_: Mapping[int, Sequence[int]], number: int, at: int) -> list[Place]:
    """The numbers that a cue speaks of: the next of its segment, else the last before it, else those beside it."""
    here = open_.get(number, ())
    if behind := [place for place in here if place > at]:
        return [(number, behind[0])]
    before = preceding(segments[number].items, at)
    compares = before is not None and (
        before.kind is Kind.SIDE or before.is_(Kind.LINK, "than", "against", "from") or before.is_(Kind.CONCEPT, "same")
    )
    if here:
        return [] if compares else [(number, here[-1])]
    # "1.2 times the average of 28 days": the average of what was named, not of what follows.
    compares = compares or any(item.amount and item.amount.dim == TIMES for item in segments[number].items)
    return _beside(segments, open_, number, compares=compares)


def _beside(
    segments: Sequence[Segment], open_: Mapping[int, Sequence[int]], number: int, *, compares: bool
) -> list[Place]:
    """Of a cue alone in its segment: a list behind a colon, a number in brackets, the one before or behind a comma."""
    behind = number + 1
    opened = segments[behind].opened if behind < len(segments) else ""
    if opened == ":" and not compares:
        listed = range(behind, len(segments))
        of = segments[number].sentence
        return [(place, at) for place in listed if segments[place].sentence == of for at in open_.get(place, ())]
    if opened == "(" and open_.get(behind):
        return [(behind, open_[behind][0])]
    if not compares and segments[number].opened == "," and open_.get(number - 1):
        return [(number - 1, open_[number - 1][-1])]
    if not compares and opened == "," and open_.get(behind):
        return [(behind, open_[behind][0])]
    return []


def following(items: Sequence[Item], at: int) -> Item | None:
    return next((item for item in items[at + 1 :] if not item.is_(Kind.NEUTRAL)), None)


def preceding(items: Sequence[Item], at: int) -> Item | None:
    return next((item for item in reversed(items[:at]) if not item.is_(Kind.NEUTRAL)), None)


def limit_of(items: Sequence[Item], at: int) -> str | None:
    """``at least 7 h``, ``7 h or more``, ``below 90 %``, ``for 6 days``."""
    before, said = preceding(items, at), items[at].amount
    if before and before.is_(Kind.LINK, "for") and said and said.dim in COUNTED:
        return "for"
    if before and before.kind in {Kind.LIMIT, Kind.SIDE}:
        return None if before.key == "by" and said and said.dim != CLOCK else before.key
    for place in range(at + 1, min(at + 5, len(items))):
        behind = following(items, place)
        if items[place].kind is Kind.LIMIT_AFTER or (
            items[place].is_(Kind.LIMIT, "atleast", "atmost") and not (behind and (behind.amount or behind.time))
        ):
            return items[place].key
        if items[place].amount:
            return None
    return None


def rate_of(items: Sequence[Item], at: int) -> str | None:
    return next((item.key for item in items[at + 1 : at + 4] if item.is_(Kind.PER)), None)


def whole_of(items: Sequence[Item], at: int) -> Amount | None:
    """10 of ``5 of 10 days``."""
    rest = [item for item in items[at + 1 : at + 4] if not item.is_(Kind.NEUTRAL)][:2]
    if len(rest) < 2 or not rest[0].is_(Kind.LINK, "of") or rest[1].amount is None:
        return None
    whole = rest[1].amount
    return whole if whole.dim in COUNTED else None


def is_whole(items: Sequence[Item], at: int) -> bool:
    return any(
        item.amount and whole_of(items, place) is items[at].amount
        for place, item in enumerate(items[max(at - 3, 0) : at], start=max(at - 3, 0))
    )


def _is_difference(items: Sequence[Item], at: int) -> bool:
    """``54 min later``, ``434 steps more``, ``lower by 130``; not ``7,310 is above``."""
    before = preceding(items, at)
    if before and before.is_(Kind.LIMIT, "by"):
        said = items[at].amount
        return said is not None and said.dim != CLOCK
    place = at + 1
    said = items[at].amount
    if said and said.dim == NUMBER and place < len(items) and items[place].is_(Kind.TOPIC):
        place += 1
    while place < len(items) and items[place].is_(Kind.PER):
        place += 1
    return place < len(items) and items[place].is_(Kind.SIDE)
