"""What the health API gives is queued for our database, beside the answer."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from holisticos.contracts.deliveries import MESSAGES, FetchedRecords
from holisticos.contracts.errors import HealthSourceUnavailableError, TooLargeError
from holisticos.contracts.names import Part, Source
from holisticos.services.background import Background
from holisticos.services.packing import unpack
from holisticos.services.write_through import AGAIN_AFTER, BYTES_A_MESSAGE, WrittenThroughSource, bodies
from tests.examples import noise
from tests.fakes.clock import FixedClock
from tests.fakes.delivery_queue import InMemoryDeliveryQueue
from tests.fakes.health_source import InMemoryHealthSource
from tests.wire import BERLIN, archetype, daily, score

NOW = datetime(2025, 7, 12, 9, tzinfo=UTC)
SPAN = datetime(2025, 1, 1, tzinfo=BERLIN), NOW.astimezone(BERLIN)
DAY = date(2025, 7, 11)
LARGEST_MESSAGE = 256 * 1024


class Written:
    """A written-through source over fakes."""

    def __init__(self) -> None:
        self.upstream = InMemoryHealthSource()
        self.queue = InMemoryDeliveryQueue()
        self.background = Background()
        self.clock = FixedClock(NOW)
        self.source = WrittenThroughSource(self.upstream, self.queue, self.background, self.clock)

    def read(self, part: Part = Part.BIOMARKERS, user: str = "ada", span: tuple[datetime, datetime] = SPAN) -> Any:
        records = asyncio.run(getattr(self.source, part)(user, *span))
        self.background.finish()
        return records

    @property
    def sent(self) -> list[tuple[Part, str, list[Any]]]:
        return [
            (message.part, message.user_id, json.loads(unpack(message.body)))
            for message, _ in self.queue.sent
            if isinstance(message, FetchedRecords)
        ]


def test_each_part_is_queued_as_it_was_given() -> None:
    written = Written()
    records = {
        Part.SCORES: score("sleep", DAY, 0.5),
        Part.BIOMARKERS: daily("steps", DAY, "1"),
        Part.ARCHETYPES: archetype("bed_schedule", "early", DAY),
    }
    written.upstream.add("ada", **{part.value: [record] for part, record in records.items()})

    answers = [written.read(part) for part in records]

    assert written.source.source is Source.HEALTH_API
    assert all(answer.received == 1 for answer in answers)
    assert written.sent == [(part, "ada", [record]) for part, record in records.items()]
    message = written.queue.sent[0][0]
    assert isinstance(message, FetchedRecords)
    assert message.read_at == NOW
    assert MESSAGES.validate_json(message.model_dump_json()) == message


def test_what_cannot_be_used_and_what_is_not_there_is_not_queued() -> None:
    written = Written()
    written.read()
    written.upstream.add("ada", biomarkers=[daily("steps", DAY, "NaN")])
    written.read()

    assert written.sent == []


def test_the_same_question_is_queued_again_after_a_while_only() -> None:
    written = Written()
    written.upstream.add("ada", biomarkers=[daily("steps", DAY, 1)])
    written.upstream.add("bob", biomarkers=[daily("steps", DAY, 2)])

    for _ in range(3):
        written.read()
    written.read(user="bob")
    written.read(span=(SPAN[0] - timedelta(days=1), SPAN[1]))
    assert [user for _, user, _ in written.sent] == ["ada", "bob", "ada"]

    written.clock.advance(AGAIN_AFTER)
    written.read()
    assert len(written.sent) == 4


def test_a_failure_of_the_source_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    written = Written()
    written.upstream.failure = HealthSourceUnavailableError("down")

    with pytest.raises(HealthSourceUnavailableError):
        written.read()

    assert written.sent == []


def test_a_queue_that_is_down_harms_no_answer_and_the_next_one_is_queued() -> None:
    written = Written()
    written.upstream.add("ada", biomarkers=[daily("steps", DAY, 1)])
    written.queue.is_down = True
    assert written.read().received == 1

    written.queue.is_down = False
    written.read()

    assert len(written.sent) == 1


def test_much_goes_in_several_messages_and_nothing_is_lost() -> None:
    written = Written()
    records = [daily("steps", date(2025, 1, 2) + timedelta(days=number % 180), number) for number in range(2_500)]
    written.upstream.add("ada", biomarkers=records)

    written.read()

    assert [record["value"] for _, _, batch in written.sent for record in batch] == list(range(2_500))
    assert len(written.sent) == 3


def test_records_that_hardly_shrink_fit_too() -> None:
    records = [{"number": number, "noise": noise(20_000) + str(number)} for number in range(40)]
    # The same noise in each would shrink to one: each is shifted by its number.
    records = [{**one, "noise": noise(20_000 + number)[number:]} for number, one in enumerate(records)]

    packed = list(bodies(records))

    assert [one["number"] for body in packed for one in json.loads(unpack(body))] == list(range(40))
    assert all(len(body) <= BYTES_A_MESSAGE < LARGEST_MESSAGE for body in packed)
    with pytest.raises(TooLargeError):
        list(bodies([{"noise": noise(400_000)}]))
