"""One line for one piece of evidence."""

from typing import Final

from holisticos.agents.formatting import period, quantity
from holisticos.agents.metrics import measure
from holisticos.contracts.names import BaselineKind
from holisticos.contracts.report import PAIR, Baseline, Evidence

_STATISTICS: Final = {
    "habitual_need": "mean against the need",
    "guideline_band": "mean",
    "moderate_equivalent": "moderate minutes a week",
    "weekend_contrast": "weekend against weekdays",
    "usual": "median",
    "ln_mean": "mean of logarithms",
    "variability": "spread",
    "deviation": "median against the usual",
    "spearman": "rank correlation",
    "before_after": "since against before",
}
"""Where the name of a statistic says too little."""

_COMPARED_WITH: Final = {
    BaselineKind.USUAL: "your usual",
    BaselineKind.BEFORE: "before",
    BaselineKind.WEEKDAYS: "on weekdays",
    BaselineKind.GUIDELINE: "guideline",
}
"""A value that is a difference is not told what it would be without one."""


def evidence_line(evidence: Evidence, *, with_method: bool = False) -> str:
    """Metric, value, days, and what it is compared with; where asked for, also how it was computed."""
    name = " and ".join(measure(part).name for part in evidence.metric.split(PAIR))
    name = f"{name}, {_STATISTICS.get(evidence.statistic, evidence.statistic.replace('_', ' '))}"
    if evidence.value is None:
        return f"{name}: {evidence.unavailable_because}"
    parts = [f"{name}: {quantity(evidence.value, evidence.unit)}", f"{period(evidence.window)}, n {evidence.n}"]
    if evidence.baseline and evidence.baseline.kind in _COMPARED_WITH:
        parts.append(_compared_with(evidence.baseline, evidence.unit))
    if not with_method:
        return "; ".join(parts)
    if evidence.p_value is not None:
        parts.append(f"p {evidence.p_value:.2g}")
    reference = f" [{evidence.reference}]" if evidence.reference else ""
    return f"{'; '.join(parts)}. {evidence.method}{reference}"


def _compared_with(baseline: Baseline, unit: str) -> str:
    unit = baseline.unit or unit
    said = f"{_COMPARED_WITH[baseline.kind]} {quantity(baseline.value, unit)}"
    if baseline.kind is BaselineKind.GUIDELINE:
        return said
    # A spread of times of day is a duration, that of logarithms no amount of what they are of.
    spread = quantity(baseline.spread, "minute" if unit == "clock" else unit)
    return f"{said} (n {baseline.n})" if unit == "ln_ms" else f"{said} ± {spread} (n {baseline.n})"
