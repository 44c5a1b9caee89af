"""The adapter over the SDK, against a server that speaks the protocol and fails in every way it can."""

import json
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic

import httpx2
import pytest

from holisticos.adapters.openai_model import OpenAiLanguageModel
from holisticos.contracts.errors import LanguageModelError
from holisticos.contracts.usage import Fallback
from holisticos.contracts.wording import Prompt
from local.language_model.app import StandIn
from local.language_model.faults import Fault, Mode, Script
from local.language_model.server import running
from local.processes import free_port

FINDING = {"id": "f1", "title": "You walk", "text": "8,124 steps a day.", "importance": 0.5, "evidence_ids": ["e1"]}
PROMPT = Prompt(
    instructions="Word this.",
    data=f"<findings>\n{json.dumps([FINDING])}\n</findings>\n<recommendations>\n[]\n</recommendations>",
    version="1",
)
KEY = "sk-of-the-test"
PATIENT = 60.0
"""Seconds: for what does not depend on time, however busy the machine is."""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[StandIn, str]]:
    stand_in = StandIn(seconds_a_byte=0.02)
    with running(stand_in) as url:
        yield stand_in, url


@pytest.fixture
def stand_in(server: tuple[StandIn, str]) -> Iterator[StandIn]:
    stand_in, _ = server
    stand_in.calls.clear()
    stand_in.seen.clear()
    yield stand_in
    stand_in.director.follow(Script())


@pytest.fixture(scope="module")
def model(server: tuple[StandIn, str]) -> Iterator[OpenAiLanguageModel]:
    with OpenAiLanguageModel("gpt-4.1-mini", lambda: KEY, base_url=server[1], most_tokens_out=700) as model:
        # The import of the SDK must not count in tests of short deadlines.
        model.answer(PROMPT, PATIENT)
        yield model


def direct(stand_in: StandIn, *modes: Mode) -> None:
    stand_in.director.follow(Script(modes=modes))


def test_asks_for_a_strict_form_bounded_and_not_to_be_stored(stand_in: StandIn, model: OpenAiLanguageModel) -> None:
    answer = model.answer(PROMPT, PATIENT)
    assert answer.wording is not None
    assert answer.wording.findings[0].text == "8,124 steps a day."
    (call,) = stand_in.calls
    assert set(call.body) == {"model", "instructions", "input", "text", "max_output_tokens", "store"}
    assert (call.body["store"], call.body["max_output_tokens"]) == (False, 700)
    form = call.body["text"]["format"]
    assert (form["type"], form["strict"]) == ("json_schema", True)
    finding = form["schema"]["$defs"]["_Finding"]
    assert finding["additionalProperties"] is False
    assert set(finding["required"]) == set(finding["properties"])


def test_tokens_are_those_the_provider_counted(stand_in: StandIn, model: OpenAiLanguageModel) -> None:
    first, second = model.answer(PROMPT, PATIENT), model.answer(PROMPT, PATIENT)
    for answer, call in zip((first, second), stand_in.calls, strict=True):
        counted = (answer.usage.tokens_in, answer.usage.tokens_cached, answer.usage.tokens_out)
        assert counted == (call.usage.tokens_in, call.usage.tokens_cached, call.usage.tokens_out)
    assert (first.usage.tokens_cached, second.usage.tokens_cached) == (0, 3)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault.INVALID_JSON, Fallback.MALFORMED),
        (Fault.SCHEMA, Fallback.SCHEMA),
        (Fault.REFUSAL, Fallback.REFUSAL),
        (Fault.TRUNCATED, Fallback.TRUNCATED),
    ],
)
def test_an_answer_of_no_use_names_its_cause_and_what_it_cost(
    stand_in: StandIn, model: OpenAiLanguageModel, fault: Fault, cause: Fallback
) -> None:
    direct(stand_in, fault)
    answer = model.answer(PROMPT, PATIENT)
    assert (answer.wording, answer.cause) == (None, cause)
    assert answer.usage.tokens_out == stand_in.calls[0].usage.tokens_out > 0


@pytest.mark.parametrize(
    ("fault", "cause", "may_be_paid"),
    [
        (Fault.RATE_LIMITED, Fallback.RATE_LIMITED, False),
        (Fault.QUOTA, Fallback.QUOTA, False),
        (Fault.SERVER_ERROR, Fallback.SERVER_ERROR, False),
        (Fault.UNAUTHORIZED, Fallback.REJECTED, False),
        (Fault.MALFORMED, Fallback.MALFORMED, True),
        (Fault.HUGE, Fallback.MALFORMED, True),
        (Fault.DROPPED, Fallback.UNREACHABLE, True),
        (Fault.TIMEOUT, Fallback.TIMEOUT, True),
        (Fault.STALL, Fallback.STALL, True),
        (Fault.SLOW, Fallback.STALL, True),
    ],
)
def test_no_answer_names_its_cause(
    stand_in: StandIn, model: OpenAiLanguageModel, fault: Fault, cause: Fallback, *, may_be_paid: bool
) -> None:
    direct(stand_in, fault)
    seconds = 0.4 if cause in {Fallback.TIMEOUT, Fallback.STALL} else PATIENT
    began = monotonic()
    with pytest.raises(LanguageModelError) as raised:
        model.answer(PROMPT, seconds)
    assert (raised.value.cause, raised.value.may_be_paid) == (cause, may_be_paid)
    assert raised.value.retry_after == (1.0 if fault is Fault.RATE_LIMITED else None)
    assert KEY not in str(raised.value)
    assert len(stand_in.calls) == 1
    # Generous: it is about a stall that would last forever.
    assert monotonic() - began < seconds + 5
    # The connection that was given up leaves the next call alone.
    assert model.answer(PROMPT, PATIENT).wording is not None


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"7",
        b'""',
        b"null",
        b"{}",
        b'{"output": 5}',
        b'{"output": [1]}',
        b'{"output": [{"type": "message", "content": null}]}',
        b'{"output": [{"type": "message", "content": [{"type": "output_text", "text": 4}]}]}',
        b'{"output": [], "usage": {"input_tokens": -4, "output_tokens": "many"}}',
        b'{"status": "failed"}',
    ],
)
def test_json_that_is_no_answer_is_a_failure_with_a_cause(body: bytes) -> None:
    transport = httpx2.MockTransport(
        lambda _: httpx2.Response(200, content=body, headers={"content-type": "application/json"})
    )
    with OpenAiLanguageModel("m", lambda: KEY, base_url="http://provider.test/v1", transport=transport) as model:
        try:
            answer = model.answer(PROMPT, PATIENT)
        except LanguageModelError as error:
            assert error.cause in {Fallback.SCHEMA, Fallback.MALFORMED}  # noqa: PT017 - either way will do
        else:
            assert answer.wording is None
            assert answer.cause is not None


def test_where_nobody_listens_nothing_is_paid() -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    with OpenAiLanguageModel("m", lambda: KEY, base_url=url) as model, pytest.raises(LanguageModelError) as raised:
        model.answer(PROMPT, PATIENT)
    assert (raised.value.cause, raised.value.may_be_paid) == (Fallback.UNREACHABLE, False)


def test_a_client_that_takes_all_the_time_to_load_says_nothing_of_the_provider(
    stand_in: StandIn, server: tuple[StandIn, str]
) -> None:
    with (
        OpenAiLanguageModel("m", lambda: KEY, base_url=server[1]) as model,
        pytest.raises(LanguageModelError) as raised,
    ):
        model.answer(PROMPT, 1e-6)
    assert (raised.value.cause, raised.value.may_be_paid) == (Fallback.COLD_START, False)
    assert stand_in.calls == []


def test_without_a_key_it_is_not_asked(stand_in: StandIn, server: tuple[StandIn, str]) -> None:
    model = OpenAiLanguageModel("m", lambda: "", base_url=server[1])
    assert not model.is_available()
    with pytest.raises(LanguageModelError) as raised:
        model.answer(PROMPT, PATIENT)
    assert raised.value.cause == Fallback.NO_KEY
    assert stand_in.calls == []


def test_an_agent_without_a_model_imports_no_sdk() -> None:
    script = """
import os, sys
os.environ.update(
    STAGE="dev", POWERTOOLS_SERVICE_NAME="a", POWERTOOLS_METRICS_NAMESPACE="a", POWERTOOLS_LOG_LEVEL="INFO",
    POWERTOOLS_TRACE_DISABLED="true", ANALYSES_TABLE="a", AUDIT_TABLE="a", EPHEMERAL_TABLE="a", SNAPSHOT_BUCKET="a",
    OPENAI_BASE_URL=sys.argv[1], LANGUAGE_MODEL="m", LANGUAGE_MODEL_SECRET_ARN="a", LANGUAGE_MODEL_SECONDS="4",
    LANGUAGE_MODEL_TOKENS="700", USER_BUDGET_USD="1", DAILY_BUDGET_USD="1",
)
import functions.agents.routine.handler
from holisticos.agents.bootstrap import ports
ports()
print(sorted({"openai", "httpx2", "httpx"} & set(sys.modules)))
"""
    for url in ("none", "http://127.0.0.1:1/v1"):
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", script, url], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "[]", url
