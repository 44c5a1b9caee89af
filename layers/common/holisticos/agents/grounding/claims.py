"""What a text claims: amounts with what they are of, sides, times, and the meaning of every other word.

A text and the rule text that it stands for are read by the same rules, so that what was understood of the one can be
compared with what was understood of the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from holisticos.agents.grounding.amounts import CLOCK, TIMES, Amount
from holisticos.agents.grounding.lexicon import Kind
from holisticos.agents.grounding.reading import RANGE, Item, Reading, Segment
from holisticos.agents.grounding.roles import COUNTED, Role, following, is_whole, limit_of, rate_of, roles, whole_of
from holisticos.agents.grounding.times import TimeSaid

_OPPOSITE: Final = {"weekday": "weekend", "work_day": "free_day", "weekend": "weekday", "free_day": "work_day"}
_ORDINARY: Final = frozenset({"weekday", "work_day"})
_ORDERED: Final = frozenset({"before", "after", "since", "until"})
_SOFT: Final = frozenset({"unclear", "tends", "maybe"})

Polarity = tuple[str, ...]
"""The negations that something stands under, in order."""


@dataclass(frozen=True, slots=True)
class AmountClaim:
    """``of`` is the whole that a count is part of: 10 of "5 of 10 days"."""

    topic: str | None
    role: Role
    amount: Amount
    polarity: Polarity = ()
    limit: str | None = None
    per: str | None = None
    of: Amount | None = None


@dataclass(frozen=True, slots=True)
class SideClaim:
    """``against`` is what is compared with; ``where`` the kind of day it holds on, beside the opposite kind."""

    topic: str | None
    up: bool
    manner: str
    against: str | None
    where: str | None
    condition: bool
    polarity: Polarity
    text: str


@dataclass(frozen=True, slots=True)
class TimeClaim:
    time: TimeSaid
    link: str | None


@dataclass(frozen=True, slots=True)
class WordClaim:
    """A word of any other meaning; ``kind`` tells topics, concepts, links with what follows, hedges apart."""

    kind: str
    key: str
    polarity: Polarity
    text: str


@dataclass(frozen=True, slots=True)
class Claims:
    amounts: tuple[AmountClaim, ...]
    sides: tuple[SideClaim, ...]
    times: tuple[TimeClaim, ...]
    words: tuple[WordClaim, ...]
    ranges: tuple[str, ...]
    dangling: tuple[str, ...]
    """Negations that nothing follows: what they deny is not understood."""
    last_topic: str | None

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(item.key for item in self.words if item.kind == "topic")

    @property
    def soft(self) -> frozenset[str]:
        return frozenset(item.key for item in self.words if item.kind == "hedge") & _SOFT


def claims(reading: Reading, *, topic: str | None = None, aliases: Mapping[str, str] | None = None) -> Claims:
    """``topic`` is what was spoken of before this text; ``aliases`` are general names and what they stand for."""
    collector = _Collector(reading.segments, topic, aliases or {})
    for number in range(len(reading.segments)):
        collector.add(number)
    return collector.claims


class _Collector:
    def __init__(self, segments: Sequence[Segment], topic: str | None, aliases: Mapping[str, str]) -> None:
        self._segments = [_with_aliases(segment, aliases) for segment in segments]
        self._roles = roles(self._segments)
        self._carried = topic
        self._amounts: list[AmountClaim] = []
        self._sides: list[SideClaim] = []
        self._times: list[TimeClaim] = []
        self._words: list[WordClaim] = []
        self._ranges: list[str] = []
        self._dangling: list[str] = []

    @property
    def claims(self) -> Claims:
        return Claims(
            tuple(self._amounts),
            tuple(self._sides),
            tuple(self._times),
            tuple(self._words),
            tuple(self._ranges),
            tuple(self._dangling),
            self._carried,
        )

    def add(self, number: int) -> None:
        items = self._segments[number].items
        polarity: Polarity = ()
        meant = True
        for at, item in enumerate(items):
            if item.is_(Kind.NEGATION):
                polarity, meant = (*polarity, item.key), False
                continue
            meant = self._add(number, at, item, polarity) or meant
        if not meant:
            self._dangling.append(" ".join(item.text for item in items))
        topics = [item.key for item in items if item.is_(Kind.TOPIC)]
        self._carried = topics[-1] if topics else self._carried

    def _add(self, number: int, at: int, item: Item, polarity: Polarity) -> bool:
        """Whether the item has a meaning that can be denied."""
        items = self._segments[number].items
        if item.amount:
            if not is_whole(items, at):
                self._amounts.append(self._amount(number, at, item.amount, polarity))
            return True
        if item.time:
            before = items[at - 1] if at else None
            link = before.key if before and before.is_(Kind.LINK, *_ORDERED) else None
            self._times.append(TimeClaim(item.time, link))
            return True
        if item.is_(Kind.SIDE):
            self._sides.append(self._side(number, at, item, polarity))
            return True
        if item.is_(Kind.LINK, RANGE):
            self._ranges.append(" ".join(part.text for part in items[max(at - 1, 0) : at + 2]))
        if item.is_(Kind.LINK, *_ORDERED) and (after := following(items, at)) is not None and not after.time:
            self._words.append(WordClaim("link", f"{item.key} {_name(after)}", polarity, f"{item.text} {after.text}"))
        if item.kind in {Kind.TOPIC, Kind.CONCEPT, Kind.HEDGE, Kind.CONTEXT} or item.is_(
            Kind.LINK, "because", "unless", "instead"
        ):
            kind = {Kind.TOPIC: "topic", Kind.HEDGE: "hedge"}.get(item.kind or Kind.CONCEPT, "concept")
            self._words.append(WordClaim(kind, item.key, polarity, item.text))
            return True
        return item.is_(Kind.CUE)

    def _amount(self, number: int, at: int, said: Amount, polarity: Polarity) -> AmountClaim:
        items = self._segments[number].items
        limit, per = limit_of(items, at), rate_of(items, at)
        whole = whole_of(items, at)
        if whole or said.dim in COUNTED:
            return AmountClaim(None, Role.COUNT, said, polarity, limit, per, whole)
        topic, said = self._clock_or_duration(items, at, self._topic(items, at), said)
        role = self._roles.get((number, at)) or (Role.RATIO if said.dim == TIMES else Role.VALUE)
        return AmountClaim(topic, role, said, polarity, limit, per)

    @staticmethod
    def _clock_or_duration(
        items: Sequence[Item], at: int, topic: str | None, said: Amount
    ) -> tuple[str | None, Amount]:
        """``from 23:10 to 7:02`` is when one falls asleep and when one wakes."""
        if said.dim != CLOCK:
            return topic, said
        before = items[at - 1] if at else None
        after = items[at + 1] if at + 1 < len(items) else None
        if before and before.is_(Kind.LINK, "to", "until", RANGE) and at >= 2 and items[at - 2].amount:
            return "wake", said
        if after and after.is_(Kind.LINK, "to", "until", RANGE) and at + 2 < len(items) and items[at + 2].amount:
            return "asleep", said
        return topic, said

    def _topic(self, items: Sequence[Item], at: int) -> str | None:
        """What directly follows (``7,310 steps``), else what was named last, else what is named next."""
        for item in items[at + 1 :]:
            if item.is_(Kind.TOPIC):
                return item.key
            if not (item.is_(Kind.SIDE) or item.is_(Kind.PER) or item.is_(Kind.LINK, "of")):
                break
        before = [item.key for item in items[:at] if item.is_(Kind.TOPIC)]
        after = [item.key for item in items[at:] if item.is_(Kind.TOPIC)]
        return before[-1] if before else after[0] if after else self._carried

    def _side(self, number: int, at: int, item: Item, polarity: Polarity) -> SideClaim:
        items = self._segments[number].items
        side, _, manner = item.key.partition(".")
        follows = items[at + 1] if at + 1 < len(items) else None
        topic = follows.key if follows and follows.is_(Kind.TOPIC) else self._topic(items, at)
        up = side == "up"
        where, up = self._where(number, up=up)
        against = self._against(number)
        return SideClaim(topic, up, manner, against, where, self._condition(number, at), polarity, item.text)

    def _sentence(self, number: int) -> list[tuple[int, int, Item]]:
        of = self._segments[number].sentence
        return [
            (place, at, item)
            for place, segment in enumerate(self._segments)
            if segment.sentence == of
            for at, item in enumerate(segment.items)
        ]

    def _against(self, number: int) -> str | None:
        cues = {item.key for _, _, item in self._sentence(number) if item.is_(Kind.CUE)}
        roles = {self._roles.get((place, at)) for place, at, item in self._sentence(number) if item.amount}
        if "usual" in cues or Role.USUAL in roles:
            return "usual"
        return "aim" if "aim" in cues else None

    def _where(self, number: int, *, up: bool) -> tuple[str | None, bool]:
        """The kind of day that the side holds on, turned round where the ordinary kind was named first."""
        left = right = None
        compared = False
        for _, _, item in self._sentence(number):
            if item.is_(Kind.LINK, "than", "against"):
                compared = True
            elif item.is_(Kind.CONTEXT) and compared and right is None:
                right, compared = item.key, False
            elif item.is_(Kind.CONTEXT) and left is None:
                left = item.key
        where = left or (_OPPOSITE[right] if right else None)
        return (_OPPOSITE[where], not up) if where in _ORDINARY else (where, up)

    def _condition(self, number: int, at: int) -> bool:
        """Whether the side is given (``on days with more steps``) and not what is said of it."""
        sentence = self._sentence(number)
        place = next(i for i, (seg, pos, _) in enumerate(sentence) if (seg, pos) == (number, at))
        together = [i for i, (_, _, item) in enumerate(sentence) if item.is_(Kind.HEDGE, "tends")]
        joins = [i for i in together if sentence[i][2].text.split()[0] in {"go", "goes", "going", "come", "comes"}]
        if joins:
            return place < joins[0]
        for item in reversed(self._segments[number].items[:at]):
            if item.is_(Kind.LINK, "with"):
                return True
            if item.kind not in {Kind.NEUTRAL, Kind.CONCEPT, Kind.TOPIC} and not item.amount:
                break
        return False


def _with_aliases(segment: Segment, aliases: Mapping[str, str]) -> Segment:
    items = tuple(
        Item(item.text, item.kind, aliases.get(item.key, item.key)) if item.is_(Kind.TOPIC) else item
        for item in segment.items
    )
    return Segment(_before_as_cue(items), segment.sentence, segment.opened)


def _before_as_cue(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """``the 6,360 before``: with nothing behind it, before means the time before."""
    if items and items[-1].is_(Kind.LINK, "before"):
        return (*items[:-1], Item(items[-1].text, Kind.CUE, "usual"))
    return items


def _name(item: Item) -> str:
    return item.amount.dim if item.amount else item.key
