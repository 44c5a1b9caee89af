"""Decides whether a wording says nothing but what was found."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from holisticos.agents.language_model.grounding.claims import Claims
from holisticos.agents.language_model.grounding.collecting import claims
from holisticos.agents.language_model.grounding.facts import Facts, aliases, topic_of
from holisticos.agents.language_model.grounding.judge import judge
from holisticos.agents.language_model.grounding.lexicon import Lexicon, lexicon
from holisticos.agents.language_model.grounding.reading import Reading, read
from holisticos.contracts.report import Evidence, Finding, Recommendation
from holisticos.contracts.wording import WordedFinding, WordedRecommendation, Wording, WordingRequest


class GroundingCheck(Protocol):
    """Decides whether a wording says nothing but what was found."""

    def complaints(self, wording: Wording, request: WordingRequest) -> Sequence[str]:
        """What is wrong with ``wording``, precisely enough to be repaired; empty where it may be shown."""
        ...


class GroundedInEvidence:
    """Accepts a text only where everything in it was understood and follows from the rule text and its evidence.

    Both are read by the same rules into claims: numbers with what they are of, directions, dates, negations, and the
    meaning of every remaining word. What is not understood is refused. Pure: the same texts, the same complaints.
    """

    def complaints(self, wording: Wording, request: WordingRequest) -> Sequence[str]:
        words = lexicon(request.language)
        if words is None:
            return [f"texts in the language {request.language!r} cannot be checked"]
        return list(_Check(words, request).complaints(wording))


class _Check:
    def __init__(self, words: Lexicon, request: WordingRequest) -> None:
        self._lexicon = words
        self._readings: dict[str, Reading] = {}
        self._findings = {item.id: item for item in request.findings}
        self._recommendations = {item.id: item for item in request.recommendations}
        self._evidence = {item.id: item for item in request.evidence}
        self._last_day = max((item.window.end for item in request.evidence), default=date.min)

    def complaints(self, wording: Wording) -> Iterator[str]:
        yield from _repeated("finding", [item.finding_id for item in wording.findings])
        yield from _repeated("recommendation", [item.recommendation_id for item in wording.recommendations])
        for worded in wording.findings:
            found = self._findings.get(worded.finding_id)
            if found is None:
                yield f"there is no finding {worded.finding_id}"
            else:
                yield from self._finding(worded, found)
        for advised in wording.recommendations:
            given = self._recommendations.get(advised.recommendation_id)
            if given is None:
                yield f"there is no recommendation {advised.recommendation_id}"
            else:
                yield from self._recommendation(advised, given)

    def _finding(self, worded: WordedFinding, found: Finding) -> Iterator[str]:
        yield from _citations(found.id, worded.evidence_ids, found.evidence_ids)
        facts = self._facts((found.title, found.text), worded.evidence_ids, found.evidence_ids)
        title = self._claims(worded.title, facts)
        text = self._claims(worded.text, facts, topic=title[1].last_topic)
        yield from judge(f"the title of {found.id}", title, facts)
        yield from judge(found.id, text, facts)
        if found.red_flag and not any(item.key == "professional" for item in text[1].words):
            yield f"{found.id} leaves out to talk to a health professional"

    def _recommendation(self, worded: WordedRecommendation, given: Recommendation) -> Iterator[str]:
        yield from _citations(given.id, worded.evidence_ids, given.evidence_ids)
        cited, known = worded.evidence_ids, given.evidence_ids
        advice = self._facts((given.text,), cited, known, advice=True)
        yield from judge(given.id, self._claims(worded.text, advice), advice)
        because = [self._findings[id_] for id_ in given.finding_ids if id_ in self._findings]
        reasons = self._facts(
            (given.why, *(text for item in because for text in (item.title, item.text))), cited, known
        )
        yield from judge(f"the why of {given.id}", self._claims(worded.why, reasons), reasons)

    def _facts(
        self, texts: Sequence[str], cited: Sequence[str], known: Sequence[str], *, advice: bool = False
    ) -> Facts:
        evidence = [self._evidence[id_] for id_ in known if id_ in self._evidence]
        used = [item for item in evidence if item.id in cited]
        uncited = self._topics(evidence) - self._topics(used)
        facts = Facts(
            said=self._told(texts, None),
            evidence=tuple(used),
            uncited=uncited,
            last_day=self._last_day,
            lexicon=self._lexicon,
            advice=advice,
        )
        # A title need not name the only thing that the text is about.
        return replace(facts, said=self._told(texts, facts.only_topic)) if facts.only_topic else facts

    def _told(self, texts: Sequence[str], topic: str | None) -> tuple[Claims, ...]:
        said: list[Claims] = []
        for text in texts:
            said.append(claims(self._read(text), topic=topic))
            topic = said[-1].last_topic
        return tuple(said)

    def _read(self, text: str) -> Reading:
        """Findings are read again for what is advised because of them."""
        if text not in self._readings:
            self._readings[text] = read(text, self._lexicon)
        return self._readings[text]

    def _topics(self, evidence: Sequence[Evidence]) -> frozenset[str]:
        return frozenset(topic_of(item, self._lexicon) for item in evidence)

    def _claims(self, text: str, facts: Facts, topic: str | None = None) -> tuple[Reading, Claims]:
        reading = self._read(text)
        return reading, claims(reading, topic=topic or facts.only_topic, aliases=aliases(facts.topics, self._lexicon))


def _citations(about: str, cited: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    yield from (f"{about} does not rest on {id_}" for id_ in cited if id_ not in known)
    if not cited:
        yield f"{about} cites no evidence; it rests on {', '.join(known)}"


def _repeated(what: str, ids: Sequence[str]) -> Iterator[str]:
    yield from (f"{what} {id_} is worded {ids.count(id_)} times" for id_ in dict.fromkeys(ids) if ids.count(id_) > 1)
