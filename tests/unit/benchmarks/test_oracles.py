"""A small version of the comparison of every statistic with its oracle."""

from benchmarks.oracles.__main__ import measured
from benchmarks.oracles.checks import CHECKS
from benchmarks.oracles.samples import samples


def test_every_statistic_is_within_its_tolerance() -> None:
    rows = measured(64)
    assert len(rows) >= len(CHECKS)
    assert {name: error for name, _, limit, error, _ in rows if not error <= limit} == {}


def test_the_series_are_of_every_kind_and_always_the_same() -> None:
    some = list(samples(200))
    assert some == list(samples(200))
    assert any(len(set(values)) == 1 for values in some)
    assert any(len(set(values)) < len(values) for values in some)
    assert {len(values) for values in some} >= {2, 60}
