"""Analyses with a provider that fails in every way there is, and whether anybody notices.

``python -m benchmarks.language_model.faults`` runs 100 analyses of made-up people, six agents at a time, against the
stand-in with faults and lies in 30 % of its answers, and prints what came of it.
"""

import logging
import random
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field, replace
from io import StringIO
from itertools import chain
from statistics import median
from typing import Self

from functions.aggregate.assemble import assemble
from holisticos.adapters.openai_model import OpenAiLanguageModel
from holisticos.adapters.system_clock import SystemClock
from holisticos.agents.language_model.model_desk import ModelDesk
from holisticos.agents.runner import AgentPorts, AgentRunner, report_by_rules
from holisticos.contracts.analysis import AnalysisResult, SnapshotRef
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import AgentReport
from holisticos.contracts.spending import SpendingLimits, Spent, day_of
from holisticos.contracts.usage import NANO_USD, Cost
from holisticos.health.context import UserHealthContext
from local.agents import SPECS
from local.language_model.app import StandIn
from local.language_model.faults import Fault, Mode, Script
from local.language_model.server import running
from local.language_model.wordings import Lie
from tests.examples import a_head
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.circuit_breaker import InMemoryCircuitBreaker
from tests.fakes.language_model import FakeLanguageModel, InMemoryAnswerStore, InMemorySpendingLog
from tests.fakes.snapshot_store import InMemorySnapshotStore
from tests.unit.agents.person import a_person

PLENTY = SpendingLimits(user=10 * NANO_USD, everybody=100 * NANO_USD)
EVERY_WAY: tuple[Mode, ...] = (*Fault, *Lie)


_WORDS = {"title", "text", "why"}
_TOKENS = ("tokens_in", "tokens_cached", "tokens_out")


@dataclass
class Tally:
    """What came of some analyses. ``seconds`` are of one agent; ``charged`` is what the provider recorded."""

    results: list[AnalysisResult] = field(default_factory=list)
    differing: list[AgentName] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    charged: Cost = field(default_factory=Cost)
    booked: Spent = field(default_factory=Spent)

    def add(self, context: UserHealthContext, reports: dict[AgentName, AgentReport]) -> None:
        """Put a result together, as valid as it must be, and hold its reports against those of the rules."""
        head = a_head(user_id=context.user_id, as_of=context.as_of, requested_at=context.as_of)
        ref = SnapshotRef(key="snapshots/x", sha256="0" * 64)
        result = assemble(head, context, reports, ref, context.as_of)
        self.results.append(AnalysisResult.model_validate_json(result.model_dump_json()))
        for agent, report in reports.items():
            if _computed(report) != _computed(report_by_rules(SPECS[agent], context)):
                self.differing.append(agent)

    @property
    def outcomes(self) -> Counter[str]:
        """Reports by who worded them: the model, or the rules for a reason."""
        reports = chain.from_iterable(result.agents.values() for result in self.results)
        return Counter(f"rules: {report.reason}" if report.reason else report.engine.value for report in reports)

    @property
    def ledger_is_exact(self) -> bool:
        """Whether results, books and provider agree to the token, and results and books to the nano-dollar."""
        costs = [result.cost for result in self.results]
        told = {name: sum(getattr(cost, name) for cost in costs) for name in _TOKENS}
        booked = {name: getattr(self.booked.usage, name) for name in _TOKENS}
        charged = {name: getattr(self.charged, name) for name in _TOKENS}
        nano = sum(round(cost.usd * NANO_USD) for cost in costs)
        return told == booked == charged and nano == self.booked.nano_usd


def _computed(report: AgentReport) -> tuple[object, ...]:
    """What no language model may change, whatever its order."""
    items = [*report.findings, *report.recommendations]
    return report.status, report.evidence, sorted(str(item.model_dump(exclude=_WORDS)) for item in items)


def script(share: float, seed: int, length: int = 2_000) -> Script:
    """Right answers, and in ``share`` of the places one of all the ways to fail; every way as often as any other."""
    rng = random.Random(seed)  # noqa: S311 - a benchmark
    faulty = round(length * share)
    modes: list[Mode] = [EVERY_WAY[place % len(EVERY_WAY)] for place in range(faulty)]
    modes += [None] * (length - faulty)
    rng.shuffle(modes)
    return Script(modes=tuple(modes), forever=True, retry_after=0)


def run(analyses: int, *, share: float = 0.3, seed: int = 1, seconds: float = 4.0) -> Tally:
    """Analyse so many people, each by all six agents at once."""
    stand_in = StandIn(seconds_a_byte=0.05)
    with ExitStack() as stack:
        url = stack.enter_context(running(stand_in))
        # As in the cloud an agent is a process of its own, and warm; here it is a thread with its own client.
        agents = [stack.enter_context(_Agent(agent, url)) for agent in AgentName]
        for done in [agent.start(_sharing(0), _desk(InMemorySpendingLog(), 60.0), "warm") for agent in agents]:
            done.result()
        stand_in.calls.clear()
        stand_in.director.follow(script(share, seed))
        spending = InMemorySpendingLog()
        desk = _desk(spending, seconds)
        tally = Tally()
        for number in range(analyses):
            context = _sharing(number)
            working = [agent.start(context, desk, f"an-{number}") for agent in agents]
            done_by = [work.result() for work in working]
            tally.seconds += [took for _, took in done_by]
            tally.add(context, {report.agent: report for report, _ in done_by})
        tally.charged = Cost(**{name: sum(getattr(call.usage, name) for call in stand_in.calls) for name in _TOKENS})
        tally.booked = spending.of_all(day_of(SystemClock().now()))
    return tally


class _Agent:
    """One agent with a client of its own."""

    def __init__(self, name: AgentName, url: str) -> None:
        self._name = name
        self._model = OpenAiLanguageModel("gpt-4.1-mini", lambda: "k", base_url=url)
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.submit(self._model.__exit__, None, None, None).result()
        self._thread.shutdown()

    def start(self, context: UserHealthContext, desk: ModelDesk, analysis_id: str) -> Future[tuple[AgentReport, float]]:
        ports = AgentPorts(
            InMemoryAnalysisStore(),
            InMemorySnapshotStore(),
            InMemoryAuditLog(),
            SystemClock(),
            replace(desk, model=self._model),
        )
        return self._thread.submit(self._work, AgentRunner(SPECS[self._name], ports), context, analysis_id)

    @staticmethod
    def _work(runner: AgentRunner, context: UserHealthContext, analysis_id: str) -> tuple[AgentReport, float]:
        began = time.monotonic()
        return runner.report(context, analysis_id), time.monotonic() - began


def _sharing(seed: int) -> UserHealthContext:
    return a_person(seed=seed, days=40, privacy={"share_with_language_model": True})


def _desk(spending: InMemorySpendingLog, seconds: float) -> ModelDesk:
    return ModelDesk(
        model=FakeLanguageModel(),  # each agent puts its own there
        circuits=InMemoryCircuitBreaker(),
        spending=spending,
        answers=InMemoryAnswerStore(),
        clock=SystemClock(),
        limits=PLENTY,
        seconds=seconds,
    )


def main() -> int:
    analyses, longest = 100, 5.0
    # The agents log what was worded, and the server that connections break.
    logging.disable(logging.CRITICAL)
    with redirect_stdout(StringIO()):
        tally = run(analyses)
    print(f"{len(tally.results)} of {analyses} analyses valid; {len(tally.differing)} reports differ from the rules")
    print(f"slowest agent {max(tally.seconds):.2f} s, median {median(tally.seconds):.2f} s, limit {longest:.0f} s")
    cost = tally.charged
    print(f"tokens charged {cost.tokens_in:,} in ({cost.tokens_cached:,} cached), {cost.tokens_out:,} out")
    print(f"ledger exact: {'yes' if tally.ledger_is_exact else 'NO'} (${tally.booked.nano_usd / NANO_USD:.6f})")
    print("| worded by | reports |", "|---|---|", sep="\n")
    for outcome, count in tally.outcomes.most_common():
        print(f"| {outcome} | {count} |")
    good = len(tally.results) == analyses and not tally.differing and tally.ledger_is_exact
    return 0 if good and max(tally.seconds) < longest else 1


if __name__ == "__main__":
    sys.exit(main())
