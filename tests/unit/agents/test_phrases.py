import pytest

from holisticos.agents import phrases
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName
from tests.unit.analytics.series import daily, noise, spans

WINDOW, HISTORY = spans()


@pytest.mark.parametrize(
    ("week", "remark"),
    [
        ([None, 300.0, None, 310.0, None, 320.0, None], " (3 nights recorded)"),
        ([300.0, 310.0, None, 310.0, None, 320.0, None], ""),
    ],
)
def test_a_level_of_few_nights_says_how_few(week: list[float | None], remark: str) -> None:
    nights: list[float | None] = [*noise(28, 1, centre=430, sd=60)]
    evidence = level(daily([*nights, *week], "sleep_duration", "minute"), WINDOW, HISTORY, nightly=True)
    text = phrases.level(AgentName.INSIGHTS, evidence, claimed=True).text
    assert f"on a typical night of 9-15 Mar 2026{remark}, below your usual" in text
