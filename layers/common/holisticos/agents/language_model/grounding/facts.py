"""What may be said in place of a rule text: what that text says itself, and what its evidence adds to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import exp

from holisticos.agents.formatting import MINUTES_A_DAY, PER_DAY, quantity
from holisticos.agents.language_model.grounding.amounts import CLOCK, NUMBER, PERCENT, Amount, amount
from holisticos.agents.language_model.grounding.claims import (
    SETTINGS,
    AmountClaim,
    Claims,
    SideClaim,
    TimeClaim,
    WordClaim,
)
from holisticos.agents.language_model.grounding.lexicon import Lexicon
from holisticos.agents.language_model.grounding.roles import Role
from holisticos.agents.language_model.grounding.text import tokenise
from holisticos.agents.metrics import measure
from holisticos.contracts.names import Direction
from holisticos.contracts.report import WEEK, DateSpan, Evidence


@dataclass(frozen=True)
class Facts:
    """``said`` are the claims of the rule texts; ``evidence`` is what the new text cites of what they rest on.

    ``last_day`` is the last day that the whole request knows of.
    """

    said: tuple[Claims, ...]
    evidence: tuple[Evidence, ...]
    uncited: frozenset[str]
    """Topics of evidence that the text does not cite."""
    last_day: date
    lexicon: Lexicon
    advice: bool = False
    """Of a recommendation, in which every number is an aim, but for those told beside one: from what it starts."""

    @cached_property
    def amounts(self) -> tuple[AmountClaim, ...]:
        told = [item for claims in self.said for item in claims.amounts if item.topic not in self.uncited]
        told = [replace(item, role=Role.VALUE) if self.may_be_bare(item) else item for item in told]
        return (*told, *(_share(item) for item in told if item.of and item.of.value))

    def may_be_bare(self, aim: AmountClaim) -> bool:
        """Whether an aim need not be called one: in advice that does not tell it beside how things are."""
        return self.advice and aim.role is Role.AIM and (aim.topic, aim.amount.dim) not in self._aims_and_values

    @cached_property
    def _aims_and_values(self) -> frozenset[tuple[str | None, str]]:
        """Topics and units of which advice tells both."""
        told = [item for claims in self.said for item in claims.amounts]
        aims, values = (
            {(item.topic, item.amount.dim) for item in told if item.role is role} for role in (Role.AIM, Role.VALUE)
        )
        return frozenset(aims & values)

    @cached_property
    def sides(self) -> tuple[SideClaim, ...]:
        return tuple(item for claims in self.said for item in claims.sides if item.topic not in self.uncited)

    @cached_property
    def times(self) -> tuple[TimeClaim, ...]:
        return tuple(item for claims in self.said for item in claims.times)

    @cached_property
    def words(self) -> frozenset[tuple[str, str, tuple[str, ...]]]:
        return frozenset((item.kind, item.key, item.polarity) for claims in self.said for item in claims.words)

    @cached_property
    def tells_of_several_times(self) -> bool:
        return len({item.when for item in self.amounts if item.when}) > 1

    def says(self, word: WordClaim) -> bool:
        """Whether the rule text says that as well, and denies it where it is denied."""
        if (word.kind, word.key, word.polarity) in self.words:
            return True
        if word.kind == "topic":
            denied = any((kind, key) == ("topic", word.key) for kind, key, _ in self.words)
            return not word.polarity and word.key in self._spoken_of and not denied
        if word.kind == "cue":
            return word.key in self._cues and not word.polarity
        if word.key == "same" and not word.polarity:
            return bool(self.evidence) and all(item.direction is Direction.STABLE for item in self.evidence)
        if word.key in SETTINGS:
            return any(key == word.key for _, key, _ in self.words)
        # Why a thing follows from another is no claim about the body, except where causes are in question.
        return word.key == "so" and not word.polarity and not any(key == "no_cause" for _, key, _ in self.words)

    def measured_in(self, dim: str) -> str | None:
        """The only topic with numbers in that unit: what "14.9 breaths a minute" can be of."""
        found = {item.topic for item in self.amounts if item.amount.dim == dim and item.topic}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def only_topic(self) -> str | None:
        """What the text is about where it is about one thing, however little a title names it."""
        found = {item.topic for item in self.amounts} | {item.topic for item in self.sides}
        found.discard(None)
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _spoken_of(self) -> frozenset[str | None]:
        amounts = [item.topic for item in self.amounts if not item.polarity]
        return frozenset((*amounts, *(item.topic for item in self.sides if not item.polarity)))

    @cached_property
    def _cues(self) -> frozenset[str]:
        told = {str(item.role) for claims in self.said for item in claims.amounts}
        return frozenset(
            told
            | {Role.DEFINITION}
            | ({Role.AIM} if self.advice else set())
            | ({Role.USUAL} if self.habitual else set())
        )

    @cached_property
    def habitual(self) -> frozenset[str]:
        """Topics of which the value itself is the usual one, and is not told beside another that was usual before."""
        known = {topic_of(item, self.lexicon) for item in self.evidence if item.statistic == "usual"}
        return frozenset(topic for topic in known if len(self._told_times(topic)) < 2)

    def _told_times(self, topic: str) -> frozenset[float]:
        """The times of day that the rule texts tell of ``topic``, but for aims."""
        told = (item for item in self.amounts if item.topic == topic and item.amount.dim == CLOCK)
        return frozenset(item.amount.value for item in told if item.role in {Role.VALUE, Role.USUAL})

    @cached_property
    def topics(self) -> frozenset[str]:
        return frozenset().union(*(claims.topics for claims in self.said))

    @cached_property
    def soft(self) -> frozenset[str]:
        return frozenset().union(*(claims.soft for claims in self.said))

    @cached_property
    def dangling(self) -> frozenset[str]:
        return frozenset(text for claims in self.said for text in claims.dangling)

    @cached_property
    def windows(self) -> tuple[DateSpan, ...]:
        return tuple(dict.fromkeys(item.window for item in self.evidence))

    def exact(self, told: Amount) -> list[float]:
        """The value as it was told, and the computed ones that are told that way."""
        return [told.value, *self._computed.get((told.dim, told.value), ())]

    @cached_property
    def _computed(self) -> dict[tuple[str, float], list[float]]:
        found: dict[tuple[str, float], list[float]] = {}
        for item in self.evidence:
            for value in (item.value, item.baseline.value if item.baseline else None):
                if value is not None and (told := _told(value, item.unit, self.lexicon)):
                    found.setdefault((told.dim, told.value), []).append(_in_unit_of_text(value, item.unit))
        return found


def topic_of(evidence: Evidence, lexicon: Lexicon) -> str:
    return lexicon.topic(measure(evidence.metric).name.lower())


def aliases(topics: Iterable[str], lexicon: Lexicon) -> dict[str, str]:
    """For each general name the one particular thing that it can mean among ``topics``."""
    known = frozenset(topics)
    found: dict[str, str] = {}
    for general, particular in lexicon.general.items():
        meant = particular & known
        if general not in known and len(meant) == 1:
            found[general] = next(iter(meant))
    return found


def of_same_thing(said: AmountClaim, facts: Facts) -> Sequence[AmountClaim]:
    """The facts about what the number is said of."""
    topic = said.topic
    if said.carried and said.amount.dim != NUMBER:
        topic = facts.measured_in(said.amount.dim) or topic
    counts = said.role is Role.COUNT
    return [item for item in facts.amounts if (item.role is Role.COUNT) == counts and item.topic in {None, topic}]


def matching(said: AmountClaim, facts: Facts) -> Sequence[AmountClaim]:
    """The facts that the number may be meant to repeat, whatever its value."""
    if facts.may_be_bare(said):
        said = replace(said, role=Role.VALUE)
    of_topic = of_same_thing(said, facts)
    return [item for item in of_topic if _same_role(said, item, of_topic, facts)]


def _same_role(said: AmountClaim, known: AmountClaim, of_topic: Sequence[AmountClaim], facts: Facts) -> bool:
    if said.role is known.role:
        return True
    if known.topic in facts.habitual and {said.role, known.role} == {Role.VALUE, Role.USUAL}:
        return True
    if said.role is not Role.VALUE:
        return False
    compared = {side.topic for side in facts.sides if side.against == "usual"}
    # Without a cue a number is meant as what alone there is of it.
    alone = {item.role for item in of_topic if item.amount.dim == known.amount.dim} <= {known.role, Role.COUNT}
    return known.role in {Role.USUAL, Role.AVERAGE} and alone and known.topic not in compared


def _share(count: AmountClaim) -> AmountClaim:
    """5 of 10 days as 50 %, of whatever."""
    whole = count.of.value if count.of else 1.0
    share = Amount(100 * count.amount.value / whole, PERCENT, 0.1, 0, text=count.amount.text)
    return AmountClaim(None, Role.VALUE, share, count.polarity)


def _told(value: float, unit: str, lexicon: Lexicon) -> Amount | None:
    """As it reads in a rule text."""
    return amount(tokenise(quantity(value, unit).lstrip("-")).tokens, 0, lexicon)


def _in_unit_of_text(value: float, unit: str) -> float:
    """Without sign, hours in minutes, logarithms in what they are of, slopes for a week."""
    if unit == "clock":
        return value % MINUTES_A_DAY
    base = unit.removesuffix(PER_DAY)
    value = abs(value) * (WEEK if base != unit else 1)
    if base == "ln_ms":
        return exp(value)
    return value * 60 if base == "hour" else value
