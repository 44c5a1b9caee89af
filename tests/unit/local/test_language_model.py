"""The stand-in for a provider of language models, as the SDK and as tools see it."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openai import OpenAI

from local.language_model.app import StandIn
from local.language_model.server import running
from local.language_model.wordings import Lie, faithful, untrue
from local.llm import Llm, Provider, provider
from local.state import LocalStackError

FINDINGS = [
    {"id": "f1", "title": "A", "text": "You slept 7 h, below your usual.", "importance": 0.2, "evidence_ids": ["e1"]},
    {"id": "f2", "title": "B", "text": "62 bpm.", "importance": 0.9, "evidence_ids": ["e2"]},
    {"id": "f3", "title": "C", "text": "x" * 401, "importance": 1.0, "evidence_ids": ["e2"]},
]
DATA = f"<findings>\n{json.dumps(FINDINGS)}\n</findings>\n<recommendations>\n[]\n</recommendations>"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(StandIn()) as url:
        yield url


@pytest.fixture
def switches(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url.removesuffix("/v1")) as client:
        client.delete("/_requests").raise_for_status()
        yield client
        client.put("/_faults", json={"modes": []}).raise_for_status()


def test_says_the_same_with_what_matters_most_first_and_leaves_out_what_is_too_long() -> None:
    said = faithful({"findings": FINDINGS})
    assert [item["finding_id"] for item in said["findings"]] == ["f2", "f1"]
    assert said["findings"][0]["text"] == "62 bpm."


@pytest.mark.parametrize("lie", list(Lie))
def test_every_lie_changes_the_text_of_the_first_finding_alone(lie: Lie) -> None:
    true, said = faithful({"findings": FINDINGS}), untrue(lie, {"findings": FINDINGS})
    assert said["findings"][0]["text"] != true["findings"][0]["text"]
    assert said["findings"][1:] == true["findings"][1:]


def test_speaks_chat_completions_too(url: str, switches: httpx.Client) -> None:
    messages: Any = [{"role": "system", "content": "Word this."}, {"role": "user", "content": DATA}]
    switches.put("/_faults", json={"modes": [None, "refusal", "truncated"]}).raise_for_status()
    with OpenAI(api_key="k", base_url=url, max_retries=0) as client:
        plain, refused, cut = (client.chat.completions.create(model="m", messages=messages) for _ in range(3))
    assert [item["finding_id"] for item in json.loads(plain.choices[0].message.content or "")["findings"]] == [
        "f2",
        "f1",
    ]
    assert refused.choices[0].message.refusal
    assert cut.choices[0].finish_reason == "length"
    recorded = switches.get("/_requests").json()
    assert plain.usage
    assert [call["mode"] for call in recorded] == ["ok", "refusal", "truncated"]
    assert recorded[0]["usage"]["tokens_in"] == plain.usage.prompt_tokens
    assert [call["usage"]["tokens_cached"] for call in recorded] == [0, 3, 3]


def test_a_script_is_followed_call_by_call_and_then_forgotten_or_begun_anew(url: str, switches: httpx.Client) -> None:
    body = {"model": "m", "instructions": "Word this.", "input": DATA}

    def statuses(script: dict[str, object]) -> list[int]:
        switches.put("/_faults", json=script).raise_for_status()
        return [httpx.post(f"{url}/responses", json=body).status_code for _ in range(4)]

    assert statuses({"modes": ["quota", None, "server_error"]}) == [429, 200, 500, 200]
    assert statuses({"modes": ["quota", None], "forever": True}) == [429, 200, 429, 200]
    assert switches.get("/_faults").json()["forever"] is True


def test_a_wrong_script_is_refused_with_what_is_wrong(switches: httpx.Client) -> None:
    refused = switches.put("/_faults", json={"modes": ["explode"]})
    assert refused.status_code == 422
    assert "modes" in refused.text


def test_the_same_question_gets_the_same_answer(url: str) -> None:
    body = {"model": "m", "instructions": "Word this.", "input": DATA}
    one, other = (httpx.post(f"{url}/responses", json=body).json()["output"] for _ in range(2))
    assert one == other


def test_a_stack_has_the_model_that_was_asked_for() -> None:
    stub = "http://127.0.0.1:1/v1"
    assert provider(Llm.NONE, stub).base_url == "none"
    assert provider(Llm.STUB, stub).base_url == stub
    real = {"OPENAI_BASE_URL": "https://provider.test/v1/", "OPENAI_API_KEY": "sk-1"}
    assert provider(Llm.OPENAI, stub, real) == Provider("https://provider.test/v1", "sk-1")
    assert "sk-1" not in repr(provider(Llm.OPENAI, stub, real))


@pytest.mark.parametrize("missing", ["OPENAI_BASE_URL", "OPENAI_API_KEY"])
def test_a_provider_that_is_not_named_is_asked_for_by_its_variable(missing: str) -> None:
    real = {"OPENAI_BASE_URL": "https://provider.test/v1", "OPENAI_API_KEY": "sk-1"}
    with pytest.raises(LocalStackError, match=missing):
        provider(Llm.OPENAI, "", {**real, missing: ""})
