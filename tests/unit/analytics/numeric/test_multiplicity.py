import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holisticos.analytics.numeric.multiplicity import benjamini_hochberg, holm, sidak
from tests.unit.analytics.series import seeded

P_VALUES = st.lists(st.floats(0, 1), max_size=40)


def holm_by_definition(p_values: list[float]) -> list[float]:
    """The smallest level at which step-down testing rejects each hypothesis."""
    m = len(p_values)
    order = sorted(range(m), key=lambda index: p_values[index])
    return [
        max(min(1.0, (m - place) * p_values[other]) for place, other in enumerate(order[: order.index(index) + 1]))
        for index in range(m)
    ]


@given(P_VALUES)
def test_holm_agrees_with_its_definition(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(holm_by_definition(p_values), abs=1e-12)


@given(st.lists(st.tuples(st.floats(1e-12, 1), st.sampled_from([0.1, 1.0, 4.0])), max_size=20))
def test_weighted_holm_agrees_with_its_definition(tests: list[tuple[float, float]]) -> None:
    """Reject the smallest p / weight while it is at most the level over the weights that are left (Holm 1979)."""

    def rejected_at(level: float) -> set[int]:
        left = sorted(range(len(tests)), key=lambda index: tests[index][0] / tests[index][1])
        rejected: set[int] = set()
        while left and tests[left[0]][0] / tests[left[0]][1] <= level / sum(tests[index][1] for index in left):
            rejected.add(left.pop(0))
        return rejected

    adjusted = holm([p for p, _ in tests], [weight for _, weight in tests])
    for index, p in enumerate(adjusted):
        assert index in rejected_at(p * (1 + 1e-9)) or p == 1
        assert index not in rejected_at(p * (1 - 1e-9))


def test_equal_weights_are_none_and_each_test_needs_one() -> None:
    p_values = [0.01, 0.5, 0.02]
    assert holm(p_values, [3.0] * 3) == pytest.approx(holm(p_values))
    assert benjamini_hochberg(p_values, [3.0] * 3) == pytest.approx(benjamini_hochberg(p_values))
    for correct in (holm, benjamini_hochberg):
        with pytest.raises(ValueError, match="zip"):
            correct(p_values, [1.0])


def test_benjamini_hochberg_agrees_with_scipy() -> None:
    random = seeded(5)
    for _ in range(1000):
        p_values = [random.choice((random.random(), 0.05, random.random() ** 4)) for _ in range(random.randint(1, 60))]
        assert benjamini_hochberg(p_values) == pytest.approx(
            stats.false_discovery_control(p_values, method="bh").tolist(), abs=1e-12
        )
    assert benjamini_hochberg([]) == []


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.1, 1.0, 4.0])), min_size=1, max_size=40))
def test_weighted_benjamini_hochberg_is_that_of_p_over_weight(tests: list[tuple[float, float]]) -> None:
    """Genovese, Roeder & Wasserman 2006, with weights of mean 1; scipy takes no p above 1, which none rejects."""
    mean = sum(weight for _, weight in tests) / len(tests)
    relative = [min(1.0, p * mean / weight) for p, weight in tests]
    adjusted = benjamini_hochberg([p for p, _ in tests], [weight for _, weight in tests])
    assert adjusted == pytest.approx(stats.false_discovery_control(relative, method="bh").tolist(), abs=1e-12)


@given(P_VALUES)
def test_corrections_never_make_bolder_and_keep_the_order(p_values: list[float]) -> None:
    for correct in (holm, benjamini_hochberg):
        adjusted = correct(p_values)
        assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
        pairs = sorted(zip(p_values, adjusted, strict=True))
        assert [q for _, q in pairs] == sorted(q for _, q in pairs)


def test_sidak_is_the_chance_of_any_of_several() -> None:
    assert sidak(0.05, 1) == pytest.approx(0.05)
    assert sidak(0.5, 2) == pytest.approx(0.75)
    assert sidak(1e-15, 10) == pytest.approx(1e-14)
    assert sidak(1.0, 10) == 1.0
