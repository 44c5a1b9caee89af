"""Compares what a text claims with what may be said, and says precisely what does not follow."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from holisticos.agents.language_model.grounding.claims import AmountClaim, Claims, SideClaim, TimeClaim
from holisticos.agents.language_model.grounding.facts import Facts, matching, of_same_thing
from holisticos.agents.language_model.grounding.reading import Reading
from holisticos.agents.language_model.grounding.roles import Role
from holisticos.agents.language_model.grounding.rounding import agrees, same_unit
from holisticos.agents.language_model.grounding.times import DayOfYear, TimeKind

_MANNERS: Final = {"event": frozenset({"place", "event", "trend"})}
"""That something rose is said of what is higher and of what is rising; the other manners are themselves alone."""
_MOST_TOLD: Final = 4


def judge(about: str, said: tuple[Reading, Claims], facts: Facts) -> Iterator[str]:
    """One complaint for each thing in a text that does not follow; ``about`` names the text."""
    reading, claims = said
    if reading.strange:
        yield f"{about} holds what is not plain text: {' '.join(dict.fromkeys(reading.strange))!r}"
    yield from (f"{about} says {text!r}, a range that was not found" for text in claims.ranges)
    yield from (
        f"{about} denies something in {text!r}, which is not understood"
        for text in claims.dangling
        if text not in facts.dangling
    )
    yield from (complaint for item in claims.amounts if (complaint := _amount(about, item, facts)))
    yield from (complaint for item in claims.sides if (complaint := _side(about, item, facts)))
    yield from (complaint for item in claims.times if (complaint := _time(about, item, facts)))
    yield from _words(about, claims, facts)
    if claims.sides and facts.soft and not claims.soft & facts.soft:
        yield f"{about} says {claims.sides[0].text!r} as established; the finding does not"


def _amount(about: str, said: AmountClaim, facts: Facts) -> str | None:
    if any(_repeats(said, item, facts) for item in matching(said, facts)):
        return None
    known = dict.fromkeys(f"{item.amount.text}{_as(item.role)}" for item in of_same_thing(said, facts))
    of = f" for {said.topic.replace('_', ' ')}" if said.topic else ""
    says = f"{about} says {said.amount.text!r}{of}{_as(said.role)}"
    if not known:
        return f"{says}, which was not found"
    return f"{says}; the evidence says {', '.join(list(known)[:_MOST_TOLD])}"


def _as(role: Role) -> str:
    return "" if role in {Role.VALUE, Role.COUNT} else f" as {role}"


def _repeats(said: AmountClaim, known: AmountClaim, facts: Facts) -> bool:
    if not same_unit(said.amount, known.amount) or said.polarity != known.polarity:
        return False
    if not _same_limit(said, known) or not _same_rate(said.per, known.per):
        return False
    if (said.of is None) != (known.of is None) or said.mark != known.mark or not _same_time(said, known, facts):
        return False
    if said.of and known.of and (said.of.dim, said.of.value) != (known.of.dim, known.of.value):
        return False
    unit = known.amount.dim
    return any(agrees(said.amount, value, unit=unit) for value in facts.exact(known.amount))


def _same_time(said: AmountClaim, known: AmountClaim, facts: Facts) -> bool:
    """Where the rule text tells of several periods, a number must stand beside its own."""
    return said.when == known.when or not facts.tells_of_several_times


def _same_limit(said: AmountClaim, known: AmountClaim) -> bool:
    if said.limit == known.limit:
        return True
    # "The 7 h adults need" for "the 7 h adults need at least".
    if said.limit is not None:
        return False
    return known.limit == "for" or (known.limit == "atleast" and known.role in {Role.AIM, Role.DEFINITION})


def _same_rate(said: str | None, known: str | None) -> bool:
    """Of a typical day is a day; a week is one only where the evidence says so."""
    daily = {None, "day", "night"}
    return said is None or said == known or {said, known} <= daily


def _side(about: str, said: SideClaim, facts: Facts) -> str | None:
    conditional = any(item.condition for item in facts.sides)
    if any(_points_alike(said, item, conditional=conditional) for item in facts.sides):
        return None
    of = said.topic.replace("_", " ") if said.topic else "this"
    turned = next((item for item in facts.sides if item.topic == said.topic and item.up != said.up), None)
    known = f"; the evidence says {turned.text!r}" if turned else ", which was not found"
    return f"{about} says {said.text!r} of {of}{known}"


def _points_alike(said: SideClaim, known: SideClaim, *, conditional: bool) -> bool:
    return (
        said.topic == known.topic
        and said.up == known.up
        and said.polarity == known.polarity
        and (said.condition == known.condition or not conditional)
        and said.where == known.where
        and (said.against is None or said.against == known.against)
        and (said.manner == known.manner or known.manner in _MANNERS.get(said.manner, frozenset()))
    )


def _time(about: str, said: TimeClaim, facts: Facts) -> str | None:
    if any(said.time.key == item.time.key and said.link == item.link for item in facts.times):
        return None if _calendar(said, facts) else f"{about} says {said.time.text!r}, which is not that day"
    if _follows_from_windows(said, facts) and _calendar(said, facts):
        return None
    known = ", ".join(dict.fromkeys(item.time.text for item in facts.times)) or "no such time"
    link = f"{said.link} " if said.link else ""
    return f"{about} says '{link}{said.time.text}'; the evidence says {known}"


def _follows_from_windows(said: TimeClaim, facts: Facts) -> bool:
    time, windows = said.time, facts.windows
    single = [window.end for window in windows if window.days == 1]
    match time.kind:
        case TimeKind.SPAN:
            return any(_is(time.first, window.start) and _is(time.last, window.end) for window in windows)
        case TimeKind.DATE:
            begun = [window.start for window in windows if window.end == facts.last_day]
            return any(_is(time.first, day) for day in (begun if said.link == "since" else single))
        case TimeKind.WEEKDAY:
            told = {item.time.first.weekday for item in facts.times if item.time.first}
            return time.weekday is not None and time.weekday in told | {day.weekday() for day in single}
        case TimeKind.RELATIVE:
            # A text that names one stretch up to now says of that one what it says.
            return not any(item.time.kind is TimeKind.RELATIVE for item in facts.times) and any(
                time.key == f"this {window.days} day"
                or (time.key == f"last {window.days} day" and window.end == facts.last_day)
                for window in windows
                if window.days > 1
            )


def _is(said: DayOfYear | None, day: date) -> bool:
    return said is not None and (said.month, said.day) == (day.month, day.day)


def _calendar(said: TimeClaim, facts: Facts) -> bool:
    """Whether a weekday and a year beside a date are those of that date, and a span is as long as it is said to be."""
    for day in (said.time.first, said.time.last):
        if day is not None and not _fits_calendar(day, facts.last_day):
            return False
    if said.time.days is None or said.time.first is None or said.time.last is None:
        return True
    first, last = (_nearest(day, facts.last_day) for day in (said.time.first, said.time.last))
    return first is not None and last is not None and (last - first).days + 1 == said.time.days


def _fits_calendar(said: DayOfYear, last_day: date) -> bool:
    day = _nearest(said, last_day)
    if day is None or (said.year is not None and said.year != day.year):
        return False
    return said.weekday is None or said.weekday == day.weekday()


def _nearest(said: DayOfYear, last_day: date) -> date | None:
    """The last such day that is not after the last one known."""
    for year in (last_day.year, last_day.year - 1):
        try:
            day = date(year, said.month, said.day)
        except ValueError:
            continue
        if day <= last_day:
            return day
    return None


def _words(about: str, claims: Claims, facts: Facts) -> Iterator[str]:
    told: set[str] = set()
    for item in claims.words:
        if facts.says(item) or item.text in told:
            continue
        told.add(item.text)
        reason = facts.lexicon.reason_against(item.text)
        if reason:
            yield f"{about} says {item.text!r}: {reason}"
        elif any((item.kind, item.key) == (kind, key) for kind, key, _ in facts.words):
            yield f"{about} says {item.text!r} {'denied' if item.polarity else 'not denied'}, unlike the finding"
        else:
            yield f"{about} says {item.text!r}, which the finding does not"
