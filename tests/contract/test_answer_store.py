"""What every ``AnswerStore`` keeps to."""

import pytest

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_answers import DynamoDbAnswerStore
from holisticos.contracts.names import AgentName
from holisticos.contracts.usage import Fallback, Usage
from holisticos.contracts.wording import Answer, WordedFinding, Wording
from holisticos.ports import AnswerStore
from tests.contract.conftest import EMULATOR, MOTO, Backend
from tests.examples import a_head, an_event
from tests.fakes.language_model import InMemoryAnswerStore
from tests.tables import HEAD_FIELDS, create_table

DIGEST = "d" * 64
USAGE = Usage(tokens_in=10, tokens_out=5)
SAID = Answer(
    usage=USAGE,
    wording=Wording(
        findings=(WordedFinding(finding_id="f1", title="You walk", text="Gern: 8,124 naïve", evidence_ids=("e1",)),),
        recommendations=(),
    ),
)


@pytest.fixture
def table(backend: Backend) -> str:
    name = backend.new_name()
    if backend.dynamodb:
        create_table(backend.dynamodb, name, HEAD_FIELDS)
    return name


@pytest.fixture
def answers(backend: Backend, table: str) -> AnswerStore:
    return DynamoDbAnswerStore(table, backend.dynamodb) if backend.dynamodb else InMemoryAnswerStore()


def test_an_answer_is_found_by_analysis_agent_and_question(answers: AnswerStore) -> None:
    answers.put("an-1", AgentName.ROUTINE, DIGEST, SAID)
    assert answers.find("an-1", AgentName.ROUTINE, DIGEST) == SAID
    assert answers.find("an-2", AgentName.ROUTINE, DIGEST) is None
    assert answers.find("an-1", AgentName.MEMORY, DIGEST) is None
    assert answers.find("an-1", AgentName.ROUTINE, "e" * 64) is None


def test_all_answers_of_an_analysis_are_found_by_agent(answers: AnswerStore) -> None:
    second = SAID.model_copy(update={"model": "m", "nano_usd": 7})
    answers.put("an-1", AgentName.ROUTINE, DIGEST, SAID)
    answers.put("an-1", AgentName.MEMORY, DIGEST, second)
    answers.put("an-2", AgentName.MEMORY, DIGEST, SAID)
    assert dict(answers.of_analysis("an-1")) == {AgentName.ROUTINE: SAID, AgentName.MEMORY: second}
    assert answers.of_analysis("an-3") == []


def test_an_answer_of_no_use_is_kept_too(answers: AnswerStore) -> None:
    refused = Answer(usage=USAGE, cause=Fallback.REFUSAL)
    answers.put("an-1", AgentName.ROUTINE, DIGEST, refused)
    assert answers.find("an-1", AgentName.ROUTINE, DIGEST) == refused


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_answers_are_erased_with_their_analysis_and_are_no_reports(
    backend: Backend, table: str, answers: AnswerStore
) -> None:
    analyses = DynamoDbAnalysisStore(table, backend.dynamodb)
    analyses.create(a_head(), an_event())
    answers.put("an-1", AgentName.ROUTINE, DIGEST, SAID)
    assert analyses.reports("an-1") == {}
    assert analyses.erase("an-1") == 2
    assert answers.find("an-1", AgentName.ROUTINE, DIGEST) is None
