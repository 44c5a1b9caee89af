"""One line for one piece of evidence."""

from holisticos.agents.narration import period, quantity
from holisticos.contracts.report import Evidence


def evidence_line(evidence: Evidence, *, with_method: bool = False) -> str:
    """Metric, value, what it is compared with and over which days; where asked for, also how it was computed."""
    name = f"{evidence.metric}, {evidence.statistic}".replace("_", " ")
    if evidence.value is None:
        return f"{name}: {evidence.unavailable_because}"
    parts = [f"{name}: {quantity(evidence.value, evidence.unit)}", f"{period(evidence.window)}, n {evidence.n}"]
    if evidence.baseline:
        usual = evidence.baseline
        # A spread of times of day is a duration.
        unit = "minute" if evidence.unit == "clock" else evidence.unit
        parts.append(f"usual {quantity(usual.value, evidence.unit)} ± {quantity(usual.spread, unit)} (n {usual.n})")
    if evidence.p_value is not None:
        parts.append(f"p {evidence.p_value:.2g}")
    line = "; ".join(parts)
    if with_method:
        line += f". {evidence.method}"
        line += f" [{evidence.reference}]" if evidence.reference else ""
    return line
