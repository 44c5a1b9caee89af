"""A batch of the queue: what fails comes back, later each time, and nothing else does."""

from datetime import timedelta
from typing import Any

import pytest

from functions.ingest.batch import LONGEST_PAUSE, handle_batch, pause
from holisticos.contracts.deliveries import AnyMessage, PointsCheck
from holisticos.contracts.errors import HealthSourceUnavailableError, StoreUnavailableError
from tests.output import Output

Postponed = list[tuple[str, timedelta]]


def a_batch(*bodies: str, attempt: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": f"r{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(attempt)},
            }
            for number, body in enumerate(bodies)
        ]
    }


def a_check(user: str) -> str:
    return PointsCheck(user_id=user, correlation_id="c").model_dump_json()


def failed(answer: dict[str, Any]) -> list[str]:
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def test_messages_that_fail_are_named_and_the_others_are_done() -> None:
    done: list[str] = []
    postponed: Postponed = []

    def handle(message: AnyMessage) -> None:
        if message.user_id == "bad":
            raise RuntimeError("boom")
        done.append(message.user_id)

    answer = handle_batch(
        a_batch(a_check("a"), a_check("bad"), a_check("b"), attempt=2), handle, lambda *one: postponed.append(one)
    )

    assert (failed(answer), done) == (["m1"], ["a", "b"])
    assert postponed == [("r1", timedelta(seconds=8))]


@pytest.mark.parametrize("body", ["", "no json", "{}", '{"kind": "webhook"}', '{"kind": "other"}', "[]"])
def test_a_poisonous_message_harms_no_other(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []

    answer = handle_batch(a_batch(body, a_check("a")), lambda one: done.append(one.user_id), lambda *_: None)

    assert (failed(answer), done) == (["m0"], ["a"])
    assert [one["error_type"] for one in Output.of(capsys).logs if one.get("success") is False] == [
        "InvalidPayloadError"
    ]


def test_while_the_database_is_away_the_rest_waits_without_being_tried() -> None:
    tried: list[str] = []

    def handle(message: AnyMessage) -> None:
        tried.append(message.user_id)
        raise HealthSourceUnavailableError("the database could not be reached")

    answer = handle_batch(a_batch(*map(a_check, "abc")), handle, lambda *_: None)

    assert (failed(answer), tried) == (["m0", "m1", "m2"], ["a"])


def test_what_cannot_be_postponed_is_still_named() -> None:
    def handle(_: AnyMessage) -> None:
        raise StoreUnavailableError("x")

    def postpone(_receipt: str, _by: timedelta) -> None:
        raise StoreUnavailableError("postpone a delivery: x")

    assert failed(handle_batch(a_batch(a_check("a")), handle, postpone)) == ["m0"]


def test_pauses_grow_up_to_a_quarter_of_an_hour() -> None:
    pauses = [pause(attempt) for attempt in range(1, 20)]

    assert pauses[:3] == [timedelta(seconds=seconds) for seconds in (2, 8, 32)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
