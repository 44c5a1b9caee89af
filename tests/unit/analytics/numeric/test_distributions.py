import pytest
from scipy import stats

from holisticos.analytics.numeric.distributions import (
    hypergeometric_at_least,
    normal_two_sided,
    student_t_two_sided,
)
from tests.unit.analytics.series import seeded


def test_normal_tails_agree_with_scipy() -> None:
    random = seeded(1)
    for z in [0.0, *(random.gauss(0, 4) for _ in range(2000))]:
        assert normal_two_sided(z) == pytest.approx(2 * float(stats.norm.sf(abs(z))), rel=1e-9)


def test_student_tails_agree_with_scipy() -> None:
    random = seeded(2)
    for degrees in range(1, 130):
        for t in [0.0, 1e-3, 1e3, *(random.gauss(0, 5) for _ in range(40))]:
            expected = 2 * float(stats.t.sf(abs(t), degrees))
            assert student_t_two_sided(t, degrees) == pytest.approx(expected, abs=1e-12)


def test_an_endless_t_has_no_tail() -> None:
    assert student_t_two_sided(float("inf"), 5) == 0.0
    assert student_t_two_sided(1e300, 5) == pytest.approx(0.0, abs=1e-12)


def test_there_is_no_student_distribution_without_degrees_of_freedom() -> None:
    with pytest.raises(ValueError, match="0 degrees"):
        student_t_two_sided(1.0, 0)


def test_hypergeometric_tails_agree_with_scipy() -> None:
    random = seeded(3)
    for _ in range(2000):
        of_all = random.randint(1, 60)
        hits, draws = random.randint(0, of_all), random.randint(0, of_all)
        least = random.randint(0, draws)
        expected = float(stats.hypergeom.sf(least - 1, of_all, hits, draws))
        assert hypergeometric_at_least(least, draws, hits, of_all) == pytest.approx(expected, abs=1e-12)
