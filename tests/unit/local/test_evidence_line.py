"""One line says what a number is and what it is compared with."""

from holisticos.contracts.names import BaselineKind
from holisticos.contracts.report import Baseline, Evidence
from local.console.evidence import evidence_line
from tests.examples import WEEK


def evidence(unit: str, value: float | None, baseline: Baseline | None, **changes: object) -> Evidence:
    return Evidence.model_validate(
        {
            "id": "steps.median.window",
            "metric": "steps",
            "statistic": "median",
            "value": value,
            "unit": unit,
            "window": WEEK,
            "n": 6,
            "baseline": baseline,
            "p_value": 0.04,
            "method": "median of the days",
            "reference": "Somebody 2020",
            **changes,
        }
    )


def line(kind: BaselineKind, unit: str = "count", **changes: object) -> str:
    baseline = Baseline(value=8000, spread=1500, n=28, kind=kind)
    return evidence_line(evidence(unit, 6200, baseline, **changes))


def test_what_a_value_is_compared_with_is_called_by_its_name() -> None:
    head = "step count, median: 6,200; 8-14 Mar 2026, n 6"
    assert line(BaselineKind.USUAL) == f"{head}; your usual 8,000 ± 1,500 (n 28)"
    assert line(BaselineKind.WEEKDAYS) == f"{head}; on weekdays 8,000 ± 1,500 (n 28)"
    assert line(BaselineKind.BEFORE) == f"{head}; before 8,000 ± 1,500 (n 28)"
    assert line(BaselineKind.GUIDELINE) == f"{head}; guideline 8,000"
    assert line(BaselineKind.NO_DIFFERENCE) == head


def test_a_baseline_in_another_unit_is_told_in_its_own() -> None:
    usual = Baseline(value=5980, spread=1500, n=28, unit="count")
    said = evidence_line(evidence("ratio", 1.1, usual, statistic="load_ratio"))
    assert said == "step count, load ratio: 1.10; 8-14 Mar 2026, n 6; your usual 5,980 ± 1,500 (n 28)"


def test_the_spread_of_a_time_of_day_is_a_duration_and_of_logarithms_none() -> None:
    bed = Baseline(value=1410, spread=45, n=28)
    assert "your usual 23:30 ± 45 min (n 28)" in evidence_line(evidence("clock", 1400, bed, metric="bedtime"))
    hrv = Baseline(value=3.4, spread=0.2, n=28)
    assert evidence_line(evidence("ln_ms", 3.5, hrv)).endswith("your usual 30 ms (n 28)")


def test_how_it_was_computed_is_told_where_it_is_asked_for() -> None:
    said = evidence_line(evidence("count", 6200, None), with_method=True)
    assert said.endswith("n 6; p 0.04. median of the days [Somebody 2020]")
    missing = evidence("count", None, None, p_value=None, unavailable_because="have 2 valid days, need 4")
    assert evidence_line(missing) == "step count, median: have 2 valid days, need 4"
