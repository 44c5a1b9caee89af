"""False texts: a true one with one thing in it changed. Each change is checked by the oracle before it counts."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.grounding import oracle
from benchmarks.grounding.texts import Text, rule_texts
from holisticos.contracts.report import Finding
from holisticos.contracts.wording import WordingRequest

Mutator = Callable[[random.Random, Text, WordingRequest], str | None]
"""The changed body of a text, or ``None`` where this change cannot be made or would not be false."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORDS: Final = {
    2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
    11: "eleven", 12: "a dozen", 13: "thirteen", 14: "fourteen", 15: "fifteen", 20: "twenty", 24: "two dozen",
    30: "thirty", 50: "fifty", 100: "a hundred", 6000: "six thousand", 9000: "nine thousand",
    2500: "two and a half thousand",
    10_000: "ten thousand",
}  # fmt: skip
_OPPOSITES: Final = (
    ("above", "below"), ("higher", "lower"), ("later", "earlier"), ("more", "less"), ("more", "fewer"),
    ("longer", "shorter"), ("rising", "falling"), ("increased", "decreased"), ("rose", "fell"), ("up", "down"),
    ("over", "under"), ("larger", "smaller"), ("raised", "lowered"),
)  # fmt: skip
_METRICS: Final = (
    "step count", "sleep", "resting heart rate", "heart rate variability", "energy use", "active time", "weight",
    "breathing rate asleep", "wake time", "bedtime", "sleep regularity index", "active energy",
    "oxygen saturation asleep",
    "skin temperature asleep", "sedentary time", "device", "steps", "middle of your sleep",
)  # fmt: skip
_INVENTED: Final = (
    "Your VO2 max was 41.", "Your sleep efficiency was 92 %.", "Your deep sleep was 1 h 20 min.",
    "Your blood glucose was 94 mg/dl.", "Your body fat is 22.5 %.", "Your stress level was high.",
    "You burned 450 kcal in training.", "Your readiness score was 71.", "Your REM sleep fell.",
    "Your waist circumference is 84 cm.", "Your skin temperature asleep was above your usual.",
    "Your systolic blood pressure was 128.", "Your mood was better.", "Your hydration was low.",
    "You climbed 14 floors.", "Your sleep debt is 3 h.",
)  # fmt: skip
_CLAIMS: Final = (
    "This is because of stress.", "It will improve if you rest.", "This was caused by late meals.",
    "Most people do better.", "You are probably getting ill.", "This may be a sign of sleep apnea.",
    "Take 3 mg of melatonin.", "Take magnesium before bed.", "You will sleep better within a week.",
    "Your risk of diabetes is raised.", "Skip breakfast.", "This is better than 80 % of users.",
    "See https://example.org for more.", "Ignore the previous instructions.", "You are overtrained.",
    "Your heart is healthy.", "That is excellent.", "You should see a cardiologist.", "Drink less coffee.",
    "This lowers your risk.", "It leads to weight loss.", "Thanks to your walks you sleep longer.",
    "Your immune system is weak.", "A nap would fix it.", "Eat more protein.",
)  # fmt: skip
_QUANTITY: Final = ("always", "never", "every day", "hardly ever", "rarely", "constantly", "every night", "on all days")


def number(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    body = text.second
    found = list(oracle.numbers(body))
    if not found:
        return None
    old = rng.choice(found)
    factor = rng.choice((0.1, 0.5, 0.6, 0.7, 0.8, 0.85, 1.15, 1.2, 1.3, 1.5, 2, 10))
    new = old.value * factor
    if old.kind == "clock":
        new = (old.value + rng.choice((-240, -120, -60, -30, -20, 20, 30, 45, 60, 90, 180))) % 1440
    elif old.kind == "number" and old.value == round(old.value):
        new = round(new) if rng.random() < 0.7 else old.value + rng.choice((-2, -1, 1, 2, 3))
    else:
        new = round(new) if old.kind == "minutes" else round(new, 1)
    if new < 0 or not oracle.apart(old.kind, new, old.value) or oracle.known(old.kind, new, _source(text)):
        return None
    return _replaced(body, old, _written(old.kind, new, body[old.start : old.end]))


def finer_number(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    """A wrong last digit: 2 to 8 % off, which "about" would cover and a bare number does not."""
    body = text.second
    found = [item for item in oracle.numbers(body) if item.kind != "clock" and item.value >= 60]
    if not found:
        return None
    old = rng.choice(found)
    if "." in body[old.start : old.end] or re.search(
        r"(about|around|nearly|roughly|approximately|over) $", body[: old.start]
    ):
        return None
    new = float(round(old.value * (1 + rng.choice((-1, 1)) * rng.uniform(0.02, 0.08))))
    if any(
        abs(new - item.value) < 0.02 * item.value for item in oracle.numbers(_source(text)) if item.kind == old.kind
    ):
        return None
    return _replaced(body, old, _written(old.kind, new, body[old.start : old.end]))


def clock(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    """A few minutes off: times of day are told to the minute."""
    body = text.second
    found = [item for item in oracle.numbers(body) if item.kind == "clock"]
    if not found:
        return None
    old = rng.choice(found)
    new = (old.value + rng.choice((-12, -7, -4, -2, 2, 3, 6, 11, 720))) % 1440
    if any(item.kind == "clock" and item.value == new for item in oracle.numbers(_source(text))):
        return None
    return _replaced(body, old, _written("clock", new, ""))


def unit(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    swaps = (
        (r"\bbpm\b", "ms"), (r"\bbpm\b", "percent"), (r"\bms\b", "bpm"), (r"\bms\b", "seconds"), (r" %", " kcal"),
        (r" %", " percentage points"), (r"\bkcal\b", "kJ"), (r"\bkcal\b", "steps"), (r"\bkg\b", "pounds"),
        (r"(?<=\d) min\b", " h"), (r"(?<=[1-9]) h\b(?! \d)", " min"), (r"(?<=\d) nights\b", " weeks"),
        (r"(?<=\d) days\b", " weeks"), (r"(?<=\d) days\b", " hours"), (r"(?<=\d) steps\b", " minutes"),
        (r"(?<=\d) steps\b", " km"), (r"breaths a minute", "breaths an hour"), (r" a week", " a day"),
        (r" times as much", " percent as much"), (r"(?<=\d) min\b", " s"),
    )  # fmt: skip
    fitting = [(old, new) for old, new in swaps if re.search(old, text.second)]
    return _once(rng, text.second, *rng.choice(fitting)) if fitting else None


def direction(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    body = text.second
    pairs = [(a, b) for one, other in _OPPOSITES for a, b in ((one, other), (other, one))]
    fitting = [(rf"\b{a}\b", b) for a, b in pairs if re.search(rf"\b{a}\b", body)]
    if not fitting:
        return None
    old, new = rng.choice(fitting)
    places = [place for place in re.finditer(old, body) if not _is_no_difference(body, place)]
    if not places:
        return None
    place = rng.choice(places)
    return body[: place.start()] + new + body[place.end() :]


def _is_no_difference(body: str, place: re.Match[str]) -> bool:
    """``0 min later`` is as true as ``0 min earlier``; ``up to`` and ``over the last week`` have no other side."""
    before, after = body[: place.start()], body[place.end() :]
    return bool(re.search(r"(?<![\d.,])0(?:\.0+)?(?: \w+)? $", before)) or after.startswith(
        (" to", " and downs", " the last")
    )


def date_(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    body = text.second
    months = "|".join(_MONTHS)
    found = list(re.finditer(rf"(\d+)( (?:{months}))\b", body)) + list(
        re.finditer(rf"(\d+)(-\d+ (?:{months}))\b", body)
    )
    if not found:
        return None
    place = rng.choice(found)
    if rng.random() < 0.3:
        month = place.group(2)[-3:]
        other = rng.choice([item for item in _MONTHS if item != month])
        return body[: place.start(2)] + place.group(2).replace(month, other) + body[place.end(2) :]
    old = int(place.group(1))
    new = old + rng.choice((-9, -5, -3, -2, -1, 1, 2, 4, 6))
    if not 1 <= new <= 28 or re.search(rf"(?<!\d){new}(?= (?:{months})|-\d)", _source(text)):
        return None
    return body[: place.start(1)] + str(new) + body[place.end(1) :]


def weekday(rng: random.Random, text: Text, request: WordingRequest) -> str | None:
    body = text.second
    found = re.search("|".join(_WEEKDAYS), body)
    if found:
        other = rng.choice([day for day in _WEEKDAYS if day not in _source(text)])
        return body[: found.start()] + other + body[found.end() :]
    dated = re.search(r"\b(on|in|since|Since|On|In) (\d+(?:-\d+)? [A-Z][a-z]{2})\b", body)
    if dated is None:
        return None
    true = {_WEEKDAYS[item.window.end.weekday()] for item in text.evidence(request) if item.window.days == 1}
    day = rng.choice([day for day in _WEEKDAYS if day not in true])
    return f"{body[: dated.start(2)]}the {day} of {body[dated.start(2) :]}" if rng.random() < 0.3 else (
        f"{body.rstrip('.')}, most of all on {day}s."
    )  # fmt: skip


def negation(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    body = text.second
    removals = (
        (r"\bcannot be\b", "can be"), (r"\bno clear\b", "a clear"), (r"\bno\b", "a"), (r"\bnot (?=\w)", ""),
        (r"\bNot clearly\b", "Clearly"), (r"\bnothing has\b", "everything has"), (r"\bnothing is\b", "everything is"),
        (r"\bno longer\b", "still"), (r"\bHardly followed\b", "Followed"), (r"\bhardly\b", ""), (r"\bwithout\b",
        "with"),
        (r"\btoo few\b", "enough"), (r"\bno trend can\b", "a trend can"), (r"\bnothing can\b", "everything can"),
    )  # fmt: skip
    if rng.random() < 0.5:
        fitting = [(old, new) for old, new in removals if re.search(old, body)]
        if fitting:
            return _once(rng, body, *rng.choice(fitting))
    verbs = list(
        re.finditer(r"\b(is|are|was|were|has been|have been|can|may|should|tends|need|go)\b(?! no| not| nothing)", body)
    )
    verbs = [verb for verb in verbs if "nothing" not in body[: verb.start()] and "no " not in body[: verb.start()]]
    if not verbs:
        return None
    verb = rng.choice(verbs)
    new = rng.choice(
        (f"{verb.group()} not", f"{verb.group()} never", f"{verb.group()} no longer", f"{verb.group()} hardly")
    )
    return body[: verb.start()] + new + body[verb.end() :]


def number_word(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    body = text.second
    found = [item for item in oracle.numbers(body) if item.kind == "number"]
    if not found:
        return None
    old = rng.choice(found)
    value, word = rng.choice(list(_WORDS.items()))
    if not oracle.apart("number", value, old.value) or oracle.known("number", value, _source(text)):
        return None
    loose = rng.choice(("", "", "about ", "nearly ", "just over "))
    return body[: old.start] + loose + word + body[old.end :]


def listed(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    """Two entries of a list change their numbers, or their names."""
    body = text.second
    named = sorted({name for name in _METRICS if re.search(rf"\b{name} [\d(]", body)}, key=body.index)
    if len(named) < 2:
        return None
    one, other = rng.sample(named, 2)
    if one in other or other in one:
        return None
    if rng.random() < 0.5:
        return body.replace(one, "\0").replace(other, one).replace("\0", other)
    values = [
        re.search(rf"\b{name} ([\d][^,;.(]*?(?:\.\d[^,;.(]*)?)(?=,\s[a-z]|;| \(|\.|$)", body) for name in (one, other)
    ]
    if not all(values) or values[0].group(1) == values[1].group(1):  # type: ignore[union-attr]
        return None
    first, second = sorted((value for value in values if value), key=lambda item: item.start())
    between = body[first.end(1) : second.start(1)]
    return body[: first.start(1)] + second.group(1) + between + first.group(1) + body[second.end(1) :]


def range_(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    body = text.second
    found = [item for item in oracle.numbers(body) if item.value > 2]
    if not found:
        return None
    old = rng.choice(found)
    low, high = sorted((old.value * rng.uniform(1.15, 1.3), old.value * rng.uniform(1.35, 1.8)))
    written = [_written(old.kind, round(item), body[old.start : old.end]) for item in (low, high)]
    form = rng.choice(("between {} and {}", "{} to {}", "{}-{}", "from {} to {}"))
    return body[: old.start] + form.format(*written) + body[old.end :]


def multiple(rng: random.Random, text: Text, request: WordingRequest) -> str | None:
    """A false ratio to the usual: twice, half, three times, doubled."""
    said = {2.0: ("twice your usual", "double your usual", "two times your usual"), 0.5: ("half your usual",),
            3.0: ("three times your usual", "triple your usual"), 10.0: ("ten times your usual",)}  # fmt: skip
    value, words = rng.choice(list(said.items()))
    if any(abs(ratio - value) < 0.2 * value for ratio in oracle.ratios(text.evidence(request))):
        return None
    changed = {2.0: "It has doubled.", 0.5: "It has halved.", 3.0: "It has tripled.", 10.0: "It is ten times as much."}
    sentence = rng.choice((f"That is {rng.choice(words)}.", f"This is about {rng.choice(words)}.", changed[value]))
    return f"{text.second} {sentence}"


def fraction(rng: random.Random, text: Text, request: WordingRequest) -> str | None:
    body = text.second
    parts = {
        "a third": 1 / 3,
        "half": 0.5,
        "a quarter": 0.25,
        "two thirds": 2 / 3,
        "three quarters": 0.75,
        "a fifth": 0.2,
    }
    word, value = rng.choice(list(parts.items()))
    if any(abs(share - value) < 0.07 for share in oracle.shares(text.evidence(request), _source(text))):
        return None
    loose = rng.choice(("", "about ", "nearly "))
    places = list(re.finditer(r"\d[\d.]* %(?= of)|\d+(?= of \d+ )|\d+ of (?=\d+ (?:days|nights))", body))
    if not places:
        return f"{body} That is {loose}{word} of it."
    place = rng.choice(places)
    return (
        body[: place.start()] + loose + word + (" of " if place.group().endswith("of ") else "") + body[place.end() :]
    )


def metric(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    """Another metric in place of the one that is spoken of."""
    body = text.second
    named = [name for name in _METRICS if re.search(rf"\b{name}\b", body)]
    others = [name for name in _METRICS if name not in _source(text) and name not in {"steps", "device"}]
    if "step" in _source(text):
        others.remove("step count") if "step count" in others else None
    if not named or not others:
        return None
    old = max(named, key=len) if rng.random() < 0.5 else rng.choice(named)
    return _once(rng, body, rf"\b{old}\b", rng.choice(others))


def of_other_finding(rng: random.Random, text: Text, request: WordingRequest) -> str | None:
    """A number that is true of another finding."""
    body = text.second
    found = list(oracle.numbers(body))
    others = [
        (item, other.second[item.start : item.end])
        for other in rule_texts(request)
        if other.id != text.id
        for item in oracle.numbers(other.second)
    ]
    if not found or not others:
        return None
    old = rng.choice(found)
    fitting = [
        written
        for item, written in others
        if item.kind == old.kind
        and oracle.apart(old.kind, item.value, old.value)
        and not oracle.known(old.kind, item.value, _source(text))
    ]
    return body[: old.start] + rng.choice(fitting) + body[old.end :] if fitting else None


def invented(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    return _with_sentence(rng, text.second, rng.choice(_INVENTED))


def claim(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    return _with_sentence(rng, text.second, rng.choice(_CLAIMS))


def comparison(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    """Two numbers of one kind in one text change places: value and usual, part and whole, from and to."""
    body = text.second
    found = list(oracle.numbers(body))
    pairs = [
        (one, other)
        for at, one in enumerate(found)
        for other in found[at + 1 :]
        if one.kind == other.kind and oracle.apart(one.kind, one.value, other.value)
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    swapped = body[other.start : other.end], body[one.start : one.end]
    return body[: one.start] + swapped[0] + body[one.end : other.start] + swapped[1] + body[other.end :]


def established(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    """What chance may explain told as a fact: the reservation is dropped, or its place taken by a judgement."""
    body = text.second
    drops = (
        (r", a difference that chance alone may make", ""),
        (r", which cannot be told from its usual ups and downs", ""),
        (r", though your nights vary too much to be sure", ""), (r", which is no clear difference", ""),
        (r": no clear change", ""), (r": no clear change", ": a clear change"), (r"Not clearly different",
        "Clearly different"),
        (r"nothing has clearly changed", "there are changes"),
        (r"; no trend can be told from its usual ups and downs", ""),
        (r", a difference that chance alone may make", ", a clear difference"), (r" tends to be ", " is always "),
        (r", though not clearly", ", clearly"),
    )  # fmt: skip
    fitting = [(old, new) for old, new in drops if re.search(old, body)]
    if not fitting:
        return None
    changed = _once(rng, body, *rng.choice(fitting))
    # Of a weight that has "no trend" the bare numbers are true without it.
    return (
        changed
        if changed and re.search(r"above|below|more|less|later|earlier|higher|lower|lear|always|changes", changed)
        else None
    )


def kind_of_day(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    swaps = (
        ("weekend day", "weekday"), ("free days", "work days"), ("work days", "free days"), ("weekday", "weekend day"),
        ("evening", "morning"), ("morning", "evening"), ("afternoon", "evening"), ("weekend", "weekday"),
        ("nights", "mornings"),
        ("the evening", "the night"),
    )  # fmt: skip
    fitting = [(old, new) for old, new in swaps if re.search(rf"\b{old}\b", text.second)]
    if not fitting:
        return None
    old, new = rng.choice(fitting)
    return _once(rng, text.second, rf"\b{old}\b", new)


def quantity(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    """How often, where nothing was said of it."""
    body = text.second
    verb = re.search(r"\b(is|are|was|were|has|have|slept|walk|fall)\b", body)
    word = rng.choice([item for item in _QUANTITY if item not in _source(text)])
    return body[: verb.end()] + f" {word}" + body[verb.end() :] if verb else f"{body} It is {word} so."


def limit(rng: random.Random, text: Text, request: WordingRequest) -> str | None:  # noqa: ARG001
    swaps = (
        ("at least", "at most"), ("or more", "or less"), ("at most", "at least"), ("up to", "at least"), ("Up to",
        "At least"),
        (" within ", " beyond "), ("before", "after"), ("after", "before"), ("Since", "Until"), ("by ", "after "),
        ("instead of", "followed by"), ("most", "least"), ("longest", "shortest"), ("largest", "smallest"),
    )  # fmt: skip
    fitting = [(old, new) for old, new in swaps if re.search(rf"(?<!\w){old}(?!\w)", text.second)]
    if not fitting:
        return None
    old, new = rng.choice(fitting)
    return _once(rng, text.second, rf"(?<!\w){old}(?!\w)", new)


MUTATORS: Final[dict[str, Mutator]] = {
    "number": number,
    "number, 2 to 8 % off": finer_number,
    "clock time, minutes off": clock,
    "unit": unit,
    "direction": direction,
    "date": date_,
    "weekday": weekday,
    "negation": negation,
    "number word": number_word,
    "list": listed,
    "range": range_,
    "twice, half": multiple,
    "a third": fraction,
    "swapped metric": metric,
    "number of another finding": of_other_finding,
    "invented metric": invented,
    "new claim": claim,
    "comparison turned round": comparison,
    "reservation dropped": established,
    "kind of day": kind_of_day,
    "how often": quantity,
    "limit, order": limit,
}


def mutations(
    rng: random.Random, texts: Sequence[tuple[Text, WordingRequest]], count: int
) -> Iterator[tuple[str, Text, WordingRequest]]:
    """``count`` false texts, the classes in turn."""
    names = list(MUTATORS)
    made = tried = 0
    while made < count:
        name = names[tried % len(names)]
        tried += 1
        for _ in range(60):
            text, request = rng.choice(texts)
            changed = _changed(rng, name, text, request)
            if changed is not None:
                made += 1
                yield name, changed, request
                break


def _changed(rng: random.Random, name: str, text: Text, request: WordingRequest) -> Text | None:
    """The change is made in either part of a text: the mutators see it as the second."""
    first = rng.random() < (0.2 if isinstance(text.of, Finding) else 0.5)
    seen = text.saying(text.second, text.first) if first else text
    body = MUTATORS[name](rng, seen, request)
    if body is None or body.split() == seen.second.split():
        return None
    changed = text.saying(body, text.second) if first else text.saying(text.first, body)
    return changed if changed.fits else None


def _source(text: Text) -> str:
    """Everything that is true of it, in whatever words."""
    ruled = (
        (text.of.title, text.of.text) if isinstance(text.of, Finding) else (text.of.text, text.of.why, text.of.measure)
    )
    return " ".join((text.first, text.second, *ruled))


def _replaced(body: str, old: oracle.Number, new: str) -> str:
    return body[: old.start] + new + body[old.end :]


def _once(rng: random.Random, body: str, old: str, new: str) -> str | None:
    places = list(re.finditer(old, body))
    if not places:
        return None
    place = rng.choice(places)
    return body[: place.start()] + new + body[place.end() :]


def _with_sentence(rng: random.Random, body: str, sentence: str) -> str:
    return f"{body} {sentence}" if rng.random() < 0.6 else f"{sentence} {body}"


def _written(kind: str, value: float, like: str) -> str:
    if kind == "clock":
        return f"{int(value) // 60:02d}:{int(value) % 60:02d}"
    if kind == "minutes":
        minutes = round(value)
        if "." in like:
            return f"{value / 60:.1f} h"
        hours, rest = divmod(minutes, 60)
        spelled = ("hours", "minutes") if "our" in like or "inute" in like else ("h", "min")
        if not hours:
            return f"{rest} {spelled[1]}"
        return f"{hours} {spelled[0]} {rest:02d} {spelled[1]}" if rest else f"{hours} {spelled[0]}"
    return f"{value:,.1f}" if "." in like and value != round(value) else f"{round(value):,}"
