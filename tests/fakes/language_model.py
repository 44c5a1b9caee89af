"""Language models that answer without a network, and what they are asked through."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from threading import Lock
from typing import Any

from holisticos.agents.language_model.model_desk import ModelDesk
from holisticos.contracts.errors import LanguageModelError, StoreError
from holisticos.contracts.names import AgentName
from holisticos.contracts.spending import Hold, SpendingLimits, Spent, day_of
from holisticos.contracts.usage import Fallback, Usage
from holisticos.contracts.wording import Answer, Prompt, Wording
from local.language_model.wordings import faithful, given
from tests.fakes.circuit_breaker import InMemoryCircuitBreaker
from tests.fakes.clock import FixedClock

USAGE = Usage(tokens_in=100, tokens_cached=40, tokens_out=50)

Reply = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Makes a wording, as JSON, of the sections of a prompt."""


class FakeLanguageModel:
    """``LanguageModel`` for tests; ``prompts`` are what it was asked."""

    name = "gpt-4.1-mini"
    most_tokens_out = 1_000

    def __init__(
        self, reply: Reply = faithful, *, fails_with: str | None = None, may_be_paid: bool = False, key: bool = True
    ) -> None:
        self.prompts: list[Prompt] = []
        self.reply = reply
        self.fails_with = fails_with
        self._may_be_paid = may_be_paid
        self._key = key

    def is_available(self) -> bool:
        return self._key

    def answer(self, prompt: Prompt, seconds: float) -> Answer:
        self.prompts.append(prompt)
        if self.fails_with:
            raise LanguageModelError(self.fails_with, "made to fail", may_be_paid=self._may_be_paid)
        try:
            return Answer(usage=USAGE, wording=Wording.model_validate(self.reply(given(prompt.data))))
        except ValueError:
            return Answer(usage=USAGE, cause=Fallback.SCHEMA)

    def sections(self, place: int = -1) -> Mapping[str, Any]:
        return given(self.prompts[place].data)

    def everything_sent(self) -> str:
        return json.dumps([prompt.model_dump() for prompt in self.prompts], ensure_ascii=False)


class InMemoryAnswerStore:
    def __init__(self) -> None:
        self.answers: dict[tuple[str, AgentName, str], Answer] = {}

    def find(self, analysis_id: str, agent: AgentName, digest: str) -> Answer | None:
        return self.answers.get((analysis_id, agent, digest))

    def put(self, analysis_id: str, agent: AgentName, digest: str, answer: Answer) -> None:
        self.answers[analysis_id, agent, digest] = answer

    def of_analysis(self, analysis_id: str) -> list[tuple[AgentName, Answer]]:
        return [(agent, answer) for (id_, agent, _), answer in self.answers.items() if id_ == analysis_id]


class InMemorySpendingLog:
    """``SpendingLog`` for tests; fails when told to."""

    def __init__(self) -> None:
        self.failure: StoreError | None = None
        self._spent: dict[tuple[str | None, date], Spent] = {}
        self._lock = Lock()

    def hold(self, user_id: str, nano_usd: int, limits: SpendingLimits, at: datetime) -> Hold | None:
        if self.failure:
            raise self.failure
        hold = Hold(user_id, day_of(at), nano_usd)
        with self._lock:
            for whose, limit in ((user_id, limits.user), (None, limits.everybody)):
                if self._of(whose, hold.day).committed + nano_usd > limit:
                    return None
            self._add(hold, nano_usd, Spent())
        return hold

    def settle(self, hold: Hold, usage: Usage, nano_usd: int) -> None:
        if self.failure:
            raise self.failure
        with self._lock:
            self._add(hold, nano_usd - hold.nano_usd, Spent(nano_usd=nano_usd, calls=1, usage=usage))

    def release(self, hold: Hold) -> None:
        with self._lock:
            self._add(hold, -hold.nano_usd, Spent())

    def of_user(self, user_id: str, day: date) -> Spent:
        return self._of(user_id, day)

    def of_all(self, day: date) -> Spent:
        return self._of(None, day)

    def _of(self, whose: str | None, day: date) -> Spent:
        return self._spent.get((whose, day), Spent())

    def _add(self, hold: Hold, committed: int, more: Spent) -> None:
        for whose in (hold.user_id, None):
            known = self._of(whose, hold.day)
            tokens = {name: getattr(known.usage, name) + getattr(more.usage, name) for name in Usage.model_fields}
            self._spent[whose, hold.day] = Spent(
                nano_usd=known.nano_usd + more.nano_usd,
                committed=known.committed + committed,
                calls=known.calls + more.calls,
                usage=Usage(**tokens),
            )


DOLLAR = 1_000_000_000


def a_desk(model: Any, **changes: Any) -> ModelDesk:
    """A desk over fakes, with plenty of money; pauses take no time."""
    given_: dict[str, Any] = {
        "model": model,
        "circuits": InMemoryCircuitBreaker(),
        "spending": InMemorySpendingLog(),
        "answers": InMemoryAnswerStore(),
        "clock": FixedClock(),
        "limits": SpendingLimits(user=DOLLAR, everybody=10 * DOLLAR),
        "sleep": lambda _: None,
        **changes,
    }
    return ModelDesk(**given_)
