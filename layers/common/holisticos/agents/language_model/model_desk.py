"""Asking a language model for money: within time, budget and patience, nothing paid twice, everything counted."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from holisticos.agents.language_model.prices import price_of
from holisticos.contracts.errors import LanguageModelError, StoreError
from holisticos.contracts.names import AgentName
from holisticos.contracts.spending import Hold, SpendingLimits
from holisticos.contracts.usage import ACCEPTED, Fallback, ModelCall, ModelUse
from holisticos.contracts.wording import Answer, Prompt, Wording
from holisticos.ports import AnswerStore, CircuitBreaker, Clock, LanguageModel, SpendingLog
from holisticos.runtime.logging import LogCategory, describe, log
from holisticos.runtime.metrics import record

DEPENDENCY: Final = "language_model"
"""The provider's name in the circuit breaker."""

_WORTH_ASKING: Final = 0.3
"""Seconds below which no answer can be expected."""
_PAUSE: Final = 0.2
"""Seconds before the one retry, jittered, unless the provider asks for more."""

_TRY_AGAIN: Final = frozenset({Fallback.RATE_LIMITED, Fallback.SERVER_ERROR, Fallback.UNREACHABLE, Fallback.MALFORMED})
_PROVIDER_FAILED: Final = _TRY_AGAIN | {Fallback.TIMEOUT, Fallback.STALL, Fallback.QUOTA}
"""What counts against the provider; that it refused a wrong request does not."""


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom the model is asked."""

    user_id: str
    analysis_id: str
    agent: AgentName


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDesk:
    """Where a model is asked. ``seconds`` is what one report may wait for it, with all tries and repairs."""

    model: LanguageModel
    circuits: CircuitBreaker
    spending: SpendingLog
    answers: AnswerStore
    clock: Clock
    limits: SpendingLimits
    seconds: float = 4.0
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def open(self, asker: Asker) -> "Visit":
        """The time begins to run."""
        return Visit(self, asker, self.monotonic() + self.seconds)


@dataclass(slots=True)
class Visit:
    """The questions of one report, and what they cost."""

    _desk: ModelDesk
    _asker: Asker
    _until: float
    _calls: list[ModelCall] = field(default_factory=list)
    _retried: bool = False
    _reused: bool = False

    def use(self, *, repaired: bool = False) -> ModelUse | None:
        """What was used so far; None where nothing was asked."""
        if not self._calls:
            return None
        return ModelUse.of(self._desk.model.name, self._calls, repaired=repaired, reused=self._reused)

    def ask(self, prompt: Prompt, *, repair: bool = False) -> Wording:
        """The model's wording. Raises ``LanguageModelError`` with its cause where there is none."""
        try:
            answer = self._known(prompt) or self._paid(prompt, repair=repair)
        except StoreError as error:
            raise LanguageModelError(Fallback.STORE, "the budget or the key cannot be read") from error
        self._calls.append(
            ModelCall(outcome=answer.cause or ACCEPTED, repair=repair, usage=answer.usage, nano_usd=answer.nano_usd)
        )
        if answer.wording is None:
            cause = answer.cause or Fallback.SCHEMA
            raise LanguageModelError(cause, f"the model's answer cannot be used: {cause}")
        return answer.wording

    def reject(self) -> None:
        """The last answer does not hold: put that on its call."""
        self._calls[-1] = self._calls[-1].model_copy(update={"outcome": Fallback.GROUNDING.value})

    @property
    def _left(self) -> float:
        return self._until - self._desk.monotonic()

    def _known(self, prompt: Prompt) -> Answer | None:
        """An answer that an earlier try of the same agent in the same analysis has paid for."""
        digest = prompt.digest(self._desk.model.name)
        answer = self._desk.answers.find(self._asker.analysis_id, self._asker.agent, digest)
        if answer:
            self._reused = True
        return answer

    def _paid(self, prompt: Prompt, *, repair: bool) -> Answer:
        if not self._desk.model.is_available():
            raise LanguageModelError(Fallback.NO_KEY, "there is no key for the language model")
        while True:
            try:
                return self._attempt(prompt)
            except LanguageModelError as error:
                pause = max(_PAUSE * random.uniform(0.5, 1), error.retry_after or 0.0)  # noqa: S311 - jitter
                if error.cause in _PROVIDER_FAILED or error.cause == Fallback.REJECTED:
                    self._calls.append(ModelCall(outcome=error.cause, repair=repair))
                if self._retried or error.cause not in _TRY_AGAIN or self._left - pause < _WORTH_ASKING:
                    raise
                self._retried = True
                self._desk.sleep(pause)

    def _attempt(self, prompt: Prompt) -> Answer:
        desk, asker = self._desk, self._asker
        seconds = self._left
        if seconds < _WORTH_ASKING:
            raise LanguageModelError(Fallback.TIMEOUT, "too little time is left to ask")
        price = price_of(desk.model.name)
        most = price.at_most(f"{prompt.instructions}{prompt.data}", desk.model.most_tokens_out)
        hold = desk.spending.hold(asker.user_id, most, desk.limits, desk.clock.now())
        if hold is None:
            raise LanguageModelError(Fallback.BUDGET, "the money of the day is spent")
        if not desk.circuits.admit(DEPENDENCY, desk.clock.now()).allowed:
            self._settled(lambda: desk.spending.release(hold))
            raise LanguageModelError(Fallback.CIRCUIT_OPEN, "the provider kept failing and is left alone")
        try:
            answer = desk.model.answer(prompt, min(seconds, self._left))
        except LanguageModelError as error:
            self._failed(error, hold)
            raise
        answer = answer.model_copy(update={"model": desk.model.name, "nano_usd": price.of(answer.usage)})
        # Kept before anything else: whatever ends this process now, it is not paid for again.
        self._settled(lambda: desk.answers.put(asker.analysis_id, asker.agent, prompt.digest(desk.model.name), answer))
        self._settled(lambda: desk.spending.settle(hold, answer.usage, answer.nano_usd))
        desk.circuits.succeeded(DEPENDENCY, desk.clock.now())
        return answer

    def _failed(self, error: LanguageModelError, hold: Hold) -> None:
        if error.cause in _PROVIDER_FAILED:
            self._desk.circuits.failed(DEPENDENCY, self._desk.clock.now())
        if not error.may_be_paid:
            self._settled(lambda: self._desk.spending.release(hold))

    def _settled(self, write: Callable[[], None]) -> None:
        """What was paid for is used, whatever becomes of the books; limits then count what was put aside."""
        try:
            write()
        except StoreError as error:
            log(
                LogCategory.of_agent(self._asker.agent).error,
                "a model call is not in the books",
                level=logging.ERROR,
                error=describe(error),
            )


def tell(agent: AgentName, use: ModelUse | None, reason: str | None) -> None:
    """One log record and the metrics of one report's wording: whose words, why, tokens, cost; nothing of the person."""
    engine = "rules" if reason else "model"
    fields: dict[str, Any] = {"engine": engine, "reason": reason or "none"}
    record("Wordings", 1, engine=engine, reason=reason or "none")
    if use is not None:
        fields |= {"model": use.model, "repaired": use.repaired, "reused": use.reused, "calls": len(use.calls)}
        fields |= use.cost.model_dump()
        for kind in ("tokens_in", "tokens_cached", "tokens_out"):
            record("ModelTokens", getattr(use.cost, kind), agent=agent, kind=kind.removeprefix("tokens_"))
        record("ModelCost", use.cost.usd, agent=agent)
    log(LogCategory.of_agent(agent), "worded", **fields)
