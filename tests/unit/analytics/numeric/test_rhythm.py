import numpy as np
import pytest

from holisticos.analytics.numeric import rhythm
from tests.unit.analytics.series import seeded


def test_the_figures_agree_with_numpy() -> None:
    random = seeded(11)
    for _ in range(100):
        days = random.randint(2, 20)
        values = [random.lognormvariate(4, 1) * (1 + (place % 24 > 7)) for place in range(24 * days)]
        hours = [place % 24 for place in range(24 * days)]
        profile = rhythm.profile(hours, values)
        assert profile is not None
        table = np.array(values).reshape(days, 24)
        assert profile == pytest.approx(table.mean(axis=0).tolist())
        assert rhythm.interdaily_stability(profile, values) == pytest.approx(
            float(table.mean(axis=0).var(ddof=1) / table.var(ddof=1)), abs=1e-12
        )
        assert rhythm.intradaily_variability(range(len(values)), values) == pytest.approx(
            float((np.diff(values) ** 2).mean() / np.var(values, ddof=1)), abs=1e-12
        )


def test_the_same_day_again_and_again_is_all_rhythm() -> None:
    day = [float(hour > 7) for hour in range(24)]
    values = day * 10
    stability = rhythm.interdaily_stability(day, values)
    assert stability is not None
    assert stability == pytest.approx(1, abs=0.05)


def test_steps_across_an_absent_hour_do_not_count() -> None:
    assert rhythm.intradaily_variability([0, 1, 5, 6], [0.0, 1.0, 9.0, 9.0]) == pytest.approx(
        0.5 / float(np.var([0.0, 1.0, 9.0, 9.0], ddof=1))
    )
    assert rhythm.intradaily_variability([0, 2, 4], [0.0, 1.0, 9.0]) is None


def test_a_stretch_may_cross_midnight() -> None:
    profile = [0.0 if hour >= 22 or hour < 3 else 10.0 for hour in range(24)]
    assert rhythm.extreme_stretch(profile, 5, most=False) == rhythm.Stretch(22, 0.0)
    assert rhythm.extreme_stretch(profile, 10, most=True).mean == 10.0


def test_constant_or_incomplete_hours_have_no_rhythm() -> None:
    assert rhythm.profile([0, 1], [1.0, 2.0]) is None
    assert rhythm.interdaily_stability([3.0] * 24, [3.0] * 48) is None
    assert rhythm.interdaily_stability([3.0] * 24, [3.0]) is None
    assert rhythm.intradaily_variability(range(48), [3.0] * 48) is None
