"""What the data show of one recommendation beside what the person says of it, and how that is put."""

from dataclasses import dataclass
from typing import Final

from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.report import Evidence
from holisticos.health.adherence import FOLLOWED, as_seen, has_risen


@dataclass(frozen=True, slots=True)
class Judged:
    """What the data show of one recommendation, and what the person says of it."""

    seen: Adherence
    often: bool
    """On most days."""
    risen: bool | None
    changed: bool
    answer: Answer | None

    @classmethod
    def of(cls, reached: Evidence, *, changed: bool, answer: Answer | None) -> "Judged":
        share, risen = (reached.value or 0.0) / reached.n, has_risen(reached)
        return cls(as_seen(share, risen=risen), share > FOLLOWED, risen, changed, answer)

    @property
    def asks_for_less(self) -> bool:
        """What did not help is not asked for again, be it half of it."""
        return self.seen is Adherence.NOT and (self.answer is None or self.answer.helpful is not False)

    @property
    def disagree(self) -> bool:
        """One says followed, the other not; "partly" agrees with both."""
        said = self.answer.adherence if self.answer else self.seen
        return {said, self.seen} == {Adherence.FOLLOWED, Adherence.NOT}

    def title(self, subject: str) -> str:
        if self.disagree:
            said = "Followed, you say" if self.seen is Adherence.NOT else "Not followed, you say"
            return f"{said}; the data differ: {subject}"
        if self.seen is Adherence.FOLLOWED and self.changed:
            return f"Followed, and it shows: {subject}"
        if self.seen is Adherence.PARTLY and self.often and self.risen is False:
            return f"Reached, with no clear change: {subject}"
        if self.seen is Adherence.PARTLY and self.often:
            return f"Reached on most days: {subject}"
        return f"{_SEEN[self.seen]}: {subject}"

    @property
    def said(self) -> str:
        """A sentence on the answer, or nothing."""
        if self.answer is None:
            return ""
        helped = (
            "" if self.answer.helpful is None else f" and that it {'helped' if self.answer.helpful else 'did not help'}"
        )
        if self.disagree:
            differs = "the data show less" if self.seen is Adherence.NOT else "the data show that it was reached"
            return f" You said that {_SAID[self.answer.adherence]}{helped}; {differs}."
        return f" You said that {_SAID[self.answer.adherence]}{helped}."


_SEEN: Final = {
    Adherence.FOLLOWED: "Followed",
    Adherence.PARTLY: "Partly followed",
    Adherence.NOT: "Hardly followed",
}
_SAID: Final = {
    Adherence.FOLLOWED: "you followed it",
    Adherence.PARTLY: "you followed it in part",
    Adherence.NOT: "you did not follow it",
}
