import pytest

from holisticos.analytics.families import adjusted, established
from holisticos.analytics.question import Question
from holisticos.contracts.names import Direction
from holisticos.contracts.report import Evidence
from tests.unit.analytics.series import spans

WINDOW, _ = spans()


def evidence(name: str, p: float | None, direction: Direction | None = Direction.UP, strength: float = 1.0) -> Evidence:
    question = Question(name, "trend", "42d", "count", WINDOW, "a test")
    return question.answer(1.0, 10, direction=direction, strength=strength, p_value=p)


def test_a_family_is_corrected_together_and_says_so() -> None:
    found = adjusted([evidence("a", 0.01), evidence("b", 0.04), evidence("c", None), evidence("d", 0.5)])
    assert [item.p_value for item in found] == pytest.approx([0.03, 0.08, None, 0.5])
    assert found[0].method == "a test; p corrected for 3 tests (Holm 1979)"
    assert found[2].method == "a test"


def test_the_leading_series_share_four_fifths_of_the_rate() -> None:
    found = adjusted([evidence("steps", 0.01), evidence("sleep_duration", 0.2), *(evidence(n, 0.01) for n in "abcd")])
    # Of the rate 2/5 are for each leading series and 1/20 for each of the four others.
    assert found[0].p_value == pytest.approx(0.025)
    assert found[2].p_value == pytest.approx(0.01 / 0.05 * 0.6)
    assert "Holm 1979, weighted" in found[0].method
    assert adjusted([evidence("steps", 0.01), evidence("weight", 0.2)])[0].p_value == pytest.approx(0.02)


def test_what_is_unavailable_stays_and_does_not_count() -> None:
    missing = Question("a", "trend", "42d", "count", WINDOW, "a test").missing(3, 8)
    assert adjusted([missing, evidence("b", 0.04)])[1].p_value == 0.04
    assert established(adjusted([missing])) == ()
    assert adjusted([]) == ()


def test_only_sure_and_noticeable_evidence_is_told_the_surest_first() -> None:
    told = established(
        [
            evidence("weaker", 0.02, Direction.DOWN, -0.8),
            evidence("unsure", 0.051),
            evidence("small", 0.001, Direction.STABLE, 0.1),
            evidence("untested", None),
            evidence("aimless", 0.001, None),
            evidence("strong", 0.02, Direction.UP, 2.0),
            evidence("surest", 0.001),
        ]
    )
    assert [item.metric for item in told] == ["surest", "strong", "weaker"]
    assert len(established([evidence("unsure", 0.051)], rate=0.06)) == 1
