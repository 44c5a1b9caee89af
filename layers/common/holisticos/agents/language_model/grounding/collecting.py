"""Collects the claims of a text from what was read in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from holisticos.agents.language_model.grounding.amounts import CLOCK, PERCENT, TIMES, Amount
from holisticos.agents.language_model.grounding.claims import (
    SETTINGS,
    AmountClaim,
    Claims,
    Polarity,
    SideClaim,
    TimeClaim,
    WordClaim,
)
from holisticos.agents.language_model.grounding.lexicon import Kind
from holisticos.agents.language_model.grounding.reading import RANGE, Item, Reading, Segment
from holisticos.agents.language_model.grounding.roles import (
    COUNTED,
    Role,
    following,
    is_whole,
    limit_of,
    rate_of,
    roles,
    whole_of,
)
from holisticos.agents.language_model.grounding.sentences import Sentence, sentences

_COMPARED_WITH: Final = frozenset({Role.USUAL, Role.AVERAGE, Role.AIM})
_ASLEEP: Final = frozenset({None, "sleep", "sleep_window"})
_MARKS: Final = frozenset({"longest", "now"})
_ORDERED: Final = frozenset({"before", "after", "since", "until", "instead"})
_MEANT: Final = {
    Kind.TOPIC: "topic",
    Kind.CONCEPT: "concept",
    Kind.HEDGE: "hedge",
    Kind.CONTEXT: "concept",
    Kind.CUE: "cue",
}


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
        self._sentences = sentences(self._segments, self._roles)
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
        meant, denies, before = True, items[0], len(self._words)
        counted, sided = len(self._amounts), len(self._sides)
        for at, item in enumerate(items):
            if item.is_(Kind.NEGATION):
                polarity, meant, denies = (*polarity, item.key), False, item
                continue
            if self._add(number, at, item, polarity):
                # "Without a step" denies the step alone.
                ends = denies.text == "without" and item.amount is None
                meant, polarity = True, () if ends else polarity
        if not meant:
            self._dangling.append(" ".join(item.text for item in items))
        if any(item.kind is Kind.CONTEXT for item in items):
            kinds = " ".join(sorted({kind for kind in self._sentence(number).kinds_of_day if kind}))
            self._words.append(WordClaim("kind of day", kinds, (), kinds.replace("_", " ")))
        if any(item.amount and item.amount.value == 0 and whole_of(items, at) for at, item in enumerate(items)):
            # On 0 of 7 days is on none of them.
            self._words += [replace(word, polarity=("not",)) for word in self._words[before:] if not word.polarity]
        if beside := self._named_beside(number):
            self._amounts += [replace(one, topic=beside) for one in self._amounts[counted:] if one.topic]
            self._sides += [replace(one, topic=beside) for one in self._sides[sided:]]
        topics = [item.key for item in items if item.is_(Kind.TOPIC)]
        self._carried = topics[-1] if topics else self._carried

    def _named_beside(self, number: int) -> str | None:
        """The first of two that share what is said: "go to bed and get up 30 min earlier"."""
        segment = self._segments[number]
        if not number or segment.opened != "and" or not any(item.is_(Kind.TOPIC) for item in segment.items):
            return None
        before = self._segments[number - 1].items
        topics = [item.key for item in before if item.is_(Kind.TOPIC)]
        said = any(item.amount or item.is_(Kind.SIDE) or item.is_(Kind.CUE) for item in before)
        return topics[-1] if topics and not said else None

    def _add(self, number: int, at: int, item: Item, polarity: Polarity) -> bool:
        """Whether the item has a meaning that can be denied."""
        items = self._segments[number].items
        if item.amount:
            if not is_whole(items, at) and not _is_pronoun(items, at):
                self._amounts.append(self._amount(number, at, item.amount, polarity))
            if item.amount.dim == PERCENT:
                self._words += _share_of(items, at)
        elif item.time:
            before = items[at - 1] if at else None
            ordered = before is not None and (before.is_(Kind.LINK, *_ORDERED) or before.kind is Kind.LIMIT)
            self._times.append(TimeClaim(item.time, before.key if before and ordered else None))
            return False
        elif item.is_(Kind.SIDE):
            self._sides.append(self._side(number, at, item, polarity))
        else:
            return self._add_words(items, at, item, polarity)
        return True

    def _add_words(self, items: Sequence[Item], at: int, item: Item, polarity: Polarity) -> bool:
        if item.is_(Kind.LINK, RANGE):
            self._ranges.append(" ".join(part.text for part in items[max(at - 1, 0) : at + 2]))
        if item.is_(Kind.LINK, *_ORDERED) or item.is_(Kind.CONCEPT, "hard"):
            self._words += _ordered(item, following(items, at), polarity)
        if item.is_(Kind.CONCEPT, "only") and at + 1 < len(items) and items[at + 1].amount:
            return False
        if item.kind not in _MEANT and not item.is_(Kind.LINK, "because", "unless", "instead"):
            return False
        kind = _MEANT.get(item.kind or Kind.CONCEPT, "concept")
        self._words.append(WordClaim(kind, item.key, polarity, item.text))
        if item.is_(Kind.CONCEPT, "same") and (behind := following(items, at)) and behind.is_(Kind.TOPIC):
            self._words.append(WordClaim("link", f"near {behind.key}", polarity, f"{item.text} {behind.text}"))
        return item.key not in SETTINGS

    def _amount(self, number: int, at: int, said: Amount, polarity: Polarity) -> AmountClaim:
        items = self._segments[number].items
        whole = whole_of(items, at)
        topic, role, carried = None, Role.COUNT, False
        if whole is None and said.dim not in COUNTED:
            topic, said = self._clock_or_duration(items, at, self._topic(items, at), said)
            carried = not any(item.is_(Kind.TOPIC) for item in items)
            role = self._roles.get((number, at)) or (Role.RATIO if said.dim == TIMES else Role.VALUE)
            topic = None if role is Role.DEFINITION else topic
        limit = limit_of(items, at)
        if limit and "." in limit and role in _COMPARED_WITH:
            limit = None  # "above the 2 h 08 min before": which side it is, is judged by itself
        marks = [item.key for item in items if item.is_(Kind.CONCEPT, *_MARKS)]
        return AmountClaim(
            topic,
            role,
            said,
            polarity,
            limit=limit,
            per=rate_of(items, at),
            of=whole,
            carried=carried,
            mark=marks[0] if marks and role is Role.VALUE else None,
            when=self._sentence(number).stretch(number),
        )

    @staticmethod
    def _clock_or_duration(
        items: Sequence[Item], at: int, topic: str | None, said: Amount
    ) -> tuple[str | None, Amount]:
        """``from 23:10 to 7:02`` is when one falls asleep and when one wakes."""
        if said.dim != CLOCK or topic not in _ASLEEP:
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
        items, sentence = self._segments[number].items, self._sentence(number)
        side, _, manner = item.key.partition(".")
        follows = items[at + 1] if at + 1 < len(items) else None
        topic = follows.key if follows and follows.is_(Kind.TOPIC) else self._topic(items, at)
        where, up = sentence.where(up=side == "up")
        given = sentence.is_given((number, at))
        return SideClaim(topic, up, manner, sentence.against, where, given, polarity, item.text)

    def _sentence(self, number: int) -> Sentence:
        return self._sentences[self._segments[number].sentence]


def _with_aliases(segment: Segment, aliases: Mapping[str, str]) -> Segment:
    items = tuple(
        Item(item.text, item.kind, aliases.get(item.key, item.key)) if item.is_(Kind.TOPIC) else item
        for item in segment.items
    )
    return Segment(_over_as_side(_before_as_cue(items)), segment.sentence, segment.opened)


def _over_as_side(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """``over your usual`` is above it; ``over 24 nights`` is during them."""
    return tuple(
        Item(item.text, Kind.SIDE, "up.place")
        if item.text == "over" and (behind := following(items, at)) and behind.kind is Kind.CUE
        else item
        for at, item in enumerate(items)
    )


def _before_as_cue(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """``the 6,360 before``: with nothing behind it, before means the time before."""
    if items and items[-1].is_(Kind.LINK, "before"):
        return (*items[:-1], Item(items[-1].text, Kind.CUE, "usual"))
    return items


def _share_of(items: Sequence[Item], at: int) -> list[WordClaim]:
    """What a share is one of: 42 % of the steps are not 42 % of the days."""
    link = following(items, at)
    if link is None or not link.is_(Kind.LINK, "of"):
        return []
    whole = following(items, items.index(link, at))
    named = whole is not None and whole.kind in _MEANT
    return [WordClaim("link", f"of {whole.key}", (), f"of {whole.text}")] if whole and named else []


def _is_pronoun(items: Sequence[Item], at: int) -> bool:
    """``one with a later bedtime``, ``one sign``: not a number that was found."""
    said = items[at].amount
    behind = items[at + 1] if at + 1 < len(items) else None
    return (
        said is not None
        and said.text == "one"
        and not (behind and (behind.is_(Kind.TOPIC) or behind.is_(Kind.LINK, "of")))
    )


def _ordered(link: Item, behind: Item | None, polarity: Polarity) -> list[WordClaim]:
    """``after days``: what a word of order is said of. Of times it is kept with the time."""
    if behind is None:
        return [WordClaim("concept", "since_then" if link.key == "since" else f"{link.key}.", polarity, link.text)]
    if behind.time:
        return []
    if link.key == "since" and not behind.is_(Kind.CONCEPT, "last_analysis"):
        return [WordClaim("concept", "so", polarity, link.text)]
    name = behind.amount.dim if behind.amount else behind.key
    return [WordClaim("link", f"{link.key} {name}", polarity, f"{link.text} {behind.text}")]
