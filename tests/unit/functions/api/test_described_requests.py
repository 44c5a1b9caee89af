"""Every operation, asked as its description says and otherwise; ``benchmarks.api.at_large`` asks for longer."""

import pytest

from tests.unit.functions.api.at_large import OPERATIONS, send


@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_is_as_described(signed_in: bool) -> None:
    outcome = send(examples=3, signed_in=signed_in, thorough=False)
    assert outcome.findings == {}
    assert set(outcome.requests) == OPERATIONS
    assert (200 in outcome.statuses, 401 in outcome.statuses) == (True, True)
    assert not any(status >= 500 for status in outcome.statuses)
