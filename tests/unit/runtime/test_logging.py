"""Log records are structured, bound to their request, and give nothing of a person away."""

import asyncio
import logging
from pathlib import PurePosixPath

import pytest

from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.names import AgentName
from holisticos.runtime.logging import LogCategory, bind, clear_bound, describe, log, logger, user_digest
from tests.output import Output

SECRET = "resting heart rate 47"


def test_a_record_has_category_message_fields_and_service(capsys: pytest.CaptureFixture[str]) -> None:
    log(LogCategory.DB, "scores read", level=logging.WARNING, records=3)

    (record,) = Output.of(capsys).logs

    assert record["category"] == "DB"
    assert record["message"] == "scores read"
    assert record["level"] == "WARNING"
    assert record["records"] == 3
    assert record["service"] == "runtime-tests"
    assert record["timestamp"].endswith("+00:00")
    assert record["location"].startswith("test_a_record_has_category")


def test_records_of_either_way_are_lines_of_one_kind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
    bind(correlation_id="corr-1")

    log(LogCategory.SYSTEM, "100% {}", records=3, source=None)
    logger().info("100% {}", extra={"category": "SYSTEM", "records": 3, "source": None})

    ours, library = Output.of(capsys).logs
    assert list(ours) == list(library)
    assert ours["xray_trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert "source" not in ours
    differing = {name for name in ours if ours[name] != library[name]}
    assert differing <= {"location", "timestamp"}


def test_a_message_that_looks_like_something_else_stays_text(capsys: pytest.CaptureFixture[str]) -> None:
    log(LogCategory.SYSTEM, '{"a": 1}\n%s')
    logger().info("47")

    assert [record["message"] for record in Output.of(capsys).logs] == ['{"a": 1}\n%s', "47"]


def test_what_json_does_not_know_is_written_as_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    log(LogCategory.SYSTEM, "odd", path=PurePosixPath("a/b"), words={"one"}, error=KeyError)

    (record,) = Output.of(capsys).logs
    assert (record["path"], record["words"]) == ("a/b", ["one"])
    assert "KeyError" in record["error"]


def test_records_below_the_level_are_not_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "quiet")
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "WARNING")

    log(LogCategory.SYSTEM, "unheard")
    log(LogCategory.SYSTEM, "heard", level=logging.WARNING)

    assert [record["message"] for record in Output.of(capsys).logs] == ["heard"]


@pytest.mark.parametrize("category", LogCategory)
def test_timing_and_errors_stay_in_the_family(category: LogCategory) -> None:
    family = category.partition("-")[0]

    assert category.timing.partition("-")[0] == family
    assert category.error == f"{family}-ERROR"


def test_durations_have_the_category_of_the_plan() -> None:
    assert LogCategory.API.timing is LogCategory.API_TIMING
    assert LogCategory.DB.timing is LogCategory.DB_PERFORMANCE
    assert LogCategory.AGENT_ROUTINE.timing is LogCategory.AGENT_PERFORMANCE
    assert LogCategory.SYSTEM.timing is LogCategory.SYSTEM_PERFORMANCE
    assert LogCategory.MEMORY.timing is LogCategory.MEMORY
    assert LogCategory.MEMORY_CACHE.timing is LogCategory.MEMORY_CACHE


@pytest.mark.parametrize("agent", AgentName)
def test_every_agent_has_a_category(agent: AgentName) -> None:
    assert LogCategory.of_agent(agent) == f"AGENT-{agent.value.upper()}"


def test_bound_keys_are_on_every_record_until_cleared(capsys: pytest.CaptureFixture[str]) -> None:
    bind(correlation_id="corr-1")
    bind(analysis_id="an-1")
    log(LogCategory.SYSTEM, "first")
    clear_bound()
    log(LogCategory.SYSTEM, "second")

    first, second = Output.of(capsys).logs
    assert (first["correlation_id"], first["analysis_id"]) == ("corr-1", "an-1")
    assert not {"correlation_id", "analysis_id"} & set(second)


def test_requests_side_by_side_do_not_share_bound_keys(capsys: pytest.CaptureFixture[str]) -> None:
    async def request(name: str, first: asyncio.Event, second: asyncio.Event) -> None:
        bind(correlation_id=name)
        first.set()
        await second.wait()
        log(LogCategory.API, name)

    async def both() -> None:
        one, two = asyncio.Event(), asyncio.Event()
        await asyncio.gather(request("one", one, two), request("two", two, one))

    asyncio.run(both())

    records = Output.of(capsys).logs
    assert {record["message"]: record["correlation_id"] for record in records} == {"one": "one", "two": "two"}


def failing_on(data: str) -> None:
    raise ValueError(data)


def hiding_the_cause() -> None:
    try:
        failing_on(SECRET)
    except ValueError as error:
        raise NotFoundError("there is no analysis an-1") from error


def failing_again() -> None:
    try:
        failing_on(SECRET)
    except ValueError:
        raise KeyError(SECRET)  # noqa: B904 - the implicit context is what is tested


def test_messages_of_foreign_errors_are_withheld_and_ours_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        hiding_the_cause()
    except NotFoundError:
        logger().exception("failed")

    text = Output.of(capsys).text
    assert SECRET not in text
    assert text.index("ValueError") < text.index("NotFoundError")
    assert "there is no analysis an-1" in text
    assert "in failing_on" in text


def test_the_context_of_an_error_is_followed_and_withheld(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        failing_again()
    except KeyError:
        logger().exception("failed")

    text = Output.of(capsys).text
    assert SECRET not in text
    assert text.index("ValueError") < text.index("KeyError")


@pytest.mark.parametrize("library", ["httpx", "botocore.endpoint", "openai._base_client"])
def test_libraries_that_log_urls_are_hushed(library: str) -> None:
    log(LogCategory.SYSTEM, "first record of the process")

    assert not logging.getLogger(library).isEnabledFor(logging.INFO)


def test_an_error_is_described_by_its_message_if_it_is_ours() -> None:
    assert describe(NotFoundError("there is no analysis an-1")) == "there is no analysis an-1"
    assert describe(ValueError(SECRET)) == "ValueError"


def test_a_digest_stands_for_one_user() -> None:
    assert user_digest("user-1") == user_digest("user-1")
    assert user_digest("user-1") != user_digest("user-2")
    assert len(user_digest("user-1")) == 32
    assert int(user_digest("user-1"), 16) >= 0
