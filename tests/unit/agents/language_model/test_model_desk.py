"""Asking for money: time, budget, patience, and books that are right."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from holisticos.agents.language_model.model_desk import DEPENDENCY, Asker, tell
from holisticos.agents.language_model.prices import price_of
from holisticos.contracts.circuit import CircuitState
from holisticos.contracts.errors import LanguageModelError, StoreUnavailableError
from holisticos.contracts.names import AgentName
from holisticos.contracts.spending import SpendingLimits, day_of
from holisticos.contracts.usage import Fallback, ModelUse, Usage
from holisticos.contracts.wording import Answer, Prompt
from tests.fakes.circuit_breaker import InMemoryCircuitBreaker
from tests.fakes.language_model import (
    USAGE,
    FakeLanguageModel,
    InMemoryAnswerStore,
    InMemorySpendingLog,
    a_desk,
)

ASKER = Asker("user-1", "an-1", AgentName.ROUTINE)
PROMPT = Prompt(instructions="Word this.", data="<findings>\n[]\n</findings>", version="1")
COST = price_of("gpt-4.1-mini").of(USAGE)


class Monotonic:
    """Time that passes when something takes it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


class FailingFirst(FakeLanguageModel):
    """Fails as it is told, once each, and takes its time."""

    def __init__(self, *errors: LanguageModelError, takes: float = 0.0, time: Monotonic | None = None) -> None:
        super().__init__()
        self.errors = list(errors)
        self.waited: list[float] = []
        self.takes = takes
        self.time = time or Monotonic()

    def answer(self, prompt: Prompt, seconds: float) -> Answer:
        self.waited.append(seconds)
        self.time.pass_by(self.takes)
        if self.errors:
            raise self.errors.pop(0)
        return super().answer(prompt, seconds)


def failing(cause: Fallback, **more: Any) -> LanguageModelError:
    return LanguageModelError(cause, "made to fail", **more)


@pytest.mark.parametrize(
    "cause", [Fallback.RATE_LIMITED, Fallback.SERVER_ERROR, Fallback.UNREACHABLE, Fallback.MALFORMED]
)
def test_what_may_pass_is_tried_once_more(cause: Fallback) -> None:
    model = FailingFirst(failing(cause))
    visit = a_desk(model).open(ASKER)
    visit.ask(PROMPT)
    use = visit.use()
    assert use is not None
    assert [call.outcome for call in use.calls] == [cause, "accepted"]


def test_it_is_tried_once_more_and_not_twice() -> None:
    model = FailingFirst(*(failing(Fallback.SERVER_ERROR) for _ in range(3)))
    with pytest.raises(LanguageModelError):
        a_desk(model).open(ASKER).ask(PROMPT)
    assert len(model.waited) == 2


@pytest.mark.parametrize(
    "cause", [Fallback.QUOTA, Fallback.REJECTED, Fallback.TIMEOUT, Fallback.STALL, Fallback.NO_KEY]
)
def test_what_stays_is_not_tried_again(cause: Fallback) -> None:
    model = FailingFirst(failing(cause))
    with pytest.raises(LanguageModelError) as raised:
        a_desk(model).open(ASKER).ask(PROMPT)
    assert raised.value.cause == cause
    assert len(model.waited) == 1


def test_all_tries_share_one_deadline() -> None:
    time = Monotonic()
    model = FailingFirst(failing(Fallback.SERVER_ERROR), takes=1.5, time=time)
    visit = a_desk(model, monotonic=time, sleep=time.pass_by, seconds=4.0).open(ASKER)
    visit.ask(PROMPT)
    assert model.waited[0] == 4.0
    assert 2.2 < model.waited[1] <= 2.4
    time.pass_by(1.0)
    with pytest.raises(LanguageModelError) as raised:
        visit.ask(PROMPT.model_copy(update={"data": "another"}))
    assert raised.value.cause == Fallback.TIMEOUT
    assert len(model.waited) == 2


def test_a_retry_that_the_provider_puts_off_too_long_is_left_out() -> None:
    model = FailingFirst(failing(Fallback.RATE_LIMITED, retry_after=10.0))
    with pytest.raises(LanguageModelError):
        a_desk(model).open(ASKER).ask(PROMPT)
    assert len(model.waited) == 1


def test_an_answer_that_was_paid_for_is_not_paid_twice() -> None:
    answers, spending = InMemoryAnswerStore(), InMemorySpendingLog()
    model = FakeLanguageModel()
    first, second = (a_desk(model, answers=answers, spending=spending).open(ASKER) for _ in range(2))
    assert first.ask(PROMPT) == second.ask(PROMPT)
    assert len(model.prompts) == 1
    again, before = second.use(), first.use()
    assert again is not None
    assert before is not None
    assert (again.reused, before.reused) == (True, False)
    assert again.cost == before.cost
    assert spending.of_user("user-1", day_of(a_desk(model).clock.now())).calls == 1


def test_another_question_model_agent_or_analysis_is_asked_anew() -> None:
    answers = InMemoryAnswerStore()
    model = FakeLanguageModel()
    desk = a_desk(model, answers=answers)
    desk.open(ASKER).ask(PROMPT)
    desk.open(ASKER).ask(PROMPT.model_copy(update={"data": "<findings>\n[ ]\n</findings>"}))
    desk.open(Asker("user-1", "an-2", AgentName.ROUTINE)).ask(PROMPT)
    desk.open(Asker("user-1", "an-1", AgentName.MEMORY)).ask(PROMPT)
    assert len(model.prompts) == 4


def test_the_books_are_right_to_the_token_also_for_answers_that_are_of_no_use() -> None:
    spending = InMemorySpendingLog()
    model = FakeLanguageModel(lambda _: {"mood": "good"})
    visit = a_desk(model, spending=spending).open(ASKER)
    with pytest.raises(LanguageModelError) as raised:
        visit.ask(PROMPT)
    assert raised.value.cause == Fallback.SCHEMA
    for spent in (spending.of_user("user-1", TODAY), spending.of_all(TODAY)):
        assert (spent.nano_usd, spent.committed, spent.calls, spent.usage) == (COST, COST, 1, USAGE)


TODAY = day_of(a_desk(FakeLanguageModel()).clock.now())


def test_what_costs_nothing_gives_back_what_was_put_aside() -> None:
    spending = InMemorySpendingLog()
    with pytest.raises(LanguageModelError):
        a_desk(FakeLanguageModel(fails_with=Fallback.REJECTED), spending=spending).open(ASKER).ask(PROMPT)
    assert spending.of_user("user-1", TODAY).committed == 0


def test_what_may_have_been_paid_stays_put_aside() -> None:
    spending = InMemorySpendingLog()
    model = FakeLanguageModel(fails_with=Fallback.STALL, may_be_paid=True)
    with pytest.raises(LanguageModelError):
        a_desk(model, spending=spending).open(ASKER).ask(PROMPT)
    spent = spending.of_user("user-1", TODAY)
    assert spent.nano_usd == 0
    assert spent.committed == price_of(model.name).at_most(f"{PROMPT.instructions}{PROMPT.data}", model.most_tokens_out)


@pytest.mark.parametrize("limits", [SpendingLimits(user=0, everybody=10**9), SpendingLimits(user=10**9, everybody=0)])
def test_without_money_nothing_is_asked(limits: SpendingLimits) -> None:
    model, spending = FakeLanguageModel(), InMemorySpendingLog()
    visit = a_desk(model, limits=limits, spending=spending).open(ASKER)
    with pytest.raises(LanguageModelError) as raised:
        visit.ask(PROMPT)
    assert raised.value.cause == Fallback.BUDGET
    assert model.prompts == []
    assert visit.use() is None
    assert spending.of_user("user-1", TODAY).committed == 0


def test_without_books_nothing_is_spent() -> None:
    model, spending = FakeLanguageModel(), InMemorySpendingLog()
    spending.failure = StoreUnavailableError("down")
    with pytest.raises(LanguageModelError) as raised:
        a_desk(model, spending=spending).open(ASKER).ask(PROMPT)
    assert raised.value.cause == Fallback.STORE
    assert model.prompts == []


def test_an_answer_is_used_also_where_the_books_fail_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    spending = InMemorySpendingLog()

    class Breaking(FakeLanguageModel):
        def answer(self, prompt: Prompt, seconds: float) -> Answer:
            spending.failure = StoreUnavailableError("down")
            return super().answer(prompt, seconds)

    a_desk(Breaking(), spending=spending).open(ASKER).ask(PROMPT)
    assert "a model call is not in the books" in capsys.readouterr().out


def test_a_dead_provider_is_left_alone_and_costs_nothing() -> None:
    circuits, spending = InMemoryCircuitBreaker(), InMemorySpendingLog()
    model = FakeLanguageModel(fails_with=Fallback.TIMEOUT)
    desk = a_desk(model, circuits=circuits, spending=spending)
    causes = []
    for _ in range(7):
        with pytest.raises(LanguageModelError) as raised:
            desk.open(ASKER).ask(PROMPT)
        causes.append(raised.value.cause)
    assert causes == [Fallback.TIMEOUT] * 5 + [Fallback.CIRCUIT_OPEN] * 2
    assert len(model.prompts) == 5
    assert circuits.circuits[DEPENDENCY].state(desk.clock.now()) is CircuitState.OPEN
    assert spending.of_user("user-1", TODAY).committed == 0


def test_an_answer_of_no_use_is_no_failure_of_the_provider() -> None:
    circuits = InMemoryCircuitBreaker()
    desk = a_desk(FakeLanguageModel(lambda _: {}), circuits=circuits)
    for _ in range(6):
        with pytest.raises(LanguageModelError):
            desk.open(Asker("user-1", f"an-{_}", AgentName.ROUTINE)).ask(PROMPT)
    assert circuits.circuits[DEPENDENCY].failures == 0


def test_metrics_and_log_tell_the_cause_and_the_cost_and_name_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    visit = a_desk(FakeLanguageModel()).open(ASKER)
    visit.ask(PROMPT)
    tell(AgentName.ROUTINE, visit.use(), Fallback.GROUNDING)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metrics = {
        (metric["Name"], line.get("reason"), line.get("kind")): line[metric["Name"]]
        for line in lines
        if "_aws" in line
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }
    assert metrics["Wordings", "grounding", None] == [1]
    assert metrics["ModelTokens", None, "in"] == [100]
    assert metrics["ModelCost", None, None] == [0.000108]
    (logged,) = [line for line in lines if line.get("message") == "worded"]
    assert (logged["reason"], logged["tokens_out"], logged["usd"], logged["calls"]) == ("grounding", 50, 0.000108, 1)
    assert "user-1" not in str(lines)


def test_prices_are_exact_and_an_unknown_model_costs_as_much_as_the_dearest() -> None:
    usage = Usage(tokens_in=1000, tokens_cached=200, tokens_cache_written=300, tokens_out=10)
    assert price_of("gpt-6-luna").of(usage) == 500 * 100 + 200 * 10 + 300 * 125 + 10 * 500
    assert price_of("gpt-6-luna-2026-09-22") is price_of("gpt-6-luna")
    assert price_of("somebody/else-70b") is price_of("gpt-6-sol")


def test_no_call_can_cost_more_than_is_put_aside() -> None:
    text = "naïve 睡眠 " * 20
    price = price_of("gpt-6-sol")
    worst = Usage(tokens_in=len(text.encode()), tokens_cache_written=len(text.encode()), tokens_out=700)
    assert price.of(worst) <= price.at_most(text, 700)


def test_days_are_those_of_utc() -> None:
    assert str(day_of(datetime(2026, 3, 14, 23, 59, tzinfo=UTC))) == "2026-03-14"


def test_the_cost_of_a_report_is_the_sum_of_its_calls() -> None:
    visit = a_desk(FailingFirst(failing(Fallback.SERVER_ERROR))).open(ASKER)
    visit.ask(PROMPT)
    visit.reject()
    visit.ask(PROMPT.model_copy(update={"data": "again"}), repair=True)
    use = visit.use(repaired=True)
    assert isinstance(use, ModelUse)
    assert [call.outcome for call in use.calls] == ["server_error", "grounding", "accepted"]
    assert use.cost.usd == 2 * COST / 10**9
