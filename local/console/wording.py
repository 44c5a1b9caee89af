"""Who worded a result, why not the language model where it did not, and what it cost."""

from collections.abc import Iterator
from typing import Final

from holisticos.agents.formatting import plural
from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.names import AgentName, AgentStatus, Engine
from holisticos.contracts.usage import Fallback

_REASONS: Final = {
    Fallback.NOT_CONFIGURED: "this stage has no language model",
    Fallback.NO_KEY: "there is no key for the language model",
    Fallback.OPTED_OUT: "findings are not shared with a language model",
    Fallback.LANGUAGE: "texts in this language cannot be checked",
    Fallback.BUDGET: "the money of the day is spent",
    Fallback.CIRCUIT_OPEN: "the provider kept failing and is left alone for a while",
    Fallback.RATE_LIMITED: "the provider is busy",
    Fallback.QUOTA: "the account at the provider has no money left",
    Fallback.SERVER_ERROR: "the provider failed",
    Fallback.REJECTED: "the provider refused the key or the request",
    Fallback.UNREACHABLE: "the provider could not be reached",
    Fallback.COLD_START: "loading the client took all the time there was",
    Fallback.TIMEOUT: "the provider did not answer in time",
    Fallback.STALL: "the answer did not end in time",
    Fallback.MALFORMED: "the answer was no JSON",
    Fallback.SCHEMA: "the answer had another form than was asked for",
    Fallback.REFUSAL: "the model would not answer",
    Fallback.TRUNCATED: "the answer was cut off",
    Fallback.GROUNDING: "blocked: what it said does not follow from the evidence",
    Fallback.STORE: "what may be spent could not be looked up",
}


def wording_lines(result: AnalysisResult) -> Iterator[tuple[str, str]]:
    """Rows for the facts below a result: engine by agent, and tokens and cost where a model was asked."""
    by_engine: dict[tuple[Engine, str, str], list[AgentName]] = {}
    for name, report in result.agents.items():
        if report.status is AgentStatus.COMPLETE:
            model = report.language_model.model if report.language_model and report.engine is Engine.MODEL else ""
            key = report.engine, model, (report.reason or "") if report.engine is Engine.RULES else ""
            by_engine.setdefault(key, []).append(name)
    for (engine, model, reason), names in by_engine.items():
        yield "Wording", f"{', '.join(names)} by {_by(engine, model, reason)}"
    uses = [report.language_model for report in result.agents.values() if report.language_model]
    if not uses:
        return
    calls = sum(len(use.calls) for use in uses)
    cost = result.cost
    models = ", ".join(sorted({use.model for use in uses}))
    made = f"{plural(calls, 'call')}, {sum(use.repaired for use in uses)} repaired"
    tokens = f"{cost.tokens_in:,} tokens in ({cost.tokens_cached:,} cached), {cost.tokens_out:,} out"
    yield "Model", f"{models}: {made}; {tokens}; ${cost.usd:.6f}"


def _by(engine: Engine, model: str, reason: str) -> str:
    if engine is Engine.MODEL:
        return f"the language model {model}, checked against the evidence"
    known = next((text for cause, text in _REASONS.items() if cause == reason), None)
    return f"rules; {known} ({reason})" if known else "rules"
