"""What a day should look like: the sleep window, what the body can do, and how it copes."""

from dataclasses import replace
from typing import Final

from functions.agents.routine.activity import activity
from functions.agents.routine.input import RoutineInput
from functions.agents.routine.sleep import sleep
from holisticos.agents import ids, metrics
from holisticos.agents.day import day_of
from holisticos.agents.formatting import first_sentence
from holisticos.agents.recovery import State, recovery
from holisticos.agents.safety import red_flags
from holisticos.agents.spec import Analysis, combine
from holisticos.contracts.names import AgentName, Area, PartOfDay
from holisticos.contracts.report import Recommendation

ME: Final = AgentName.ROUTINE
EASY_MINUTES: Final = 20


def analyse(data: RoutineInput) -> Analysis:
    hrv, resting = data.daily(metrics.HRV), data.daily(metrics.RESTING_HEART_RATE)
    oxygen = data.daily(metrics.OXYGEN_ASLEEP)
    coping = recovery(hrv, resting, data.window, data.history)
    flags = red_flags(ME, oxygen, resting, data.window, data.history)
    told = Analysis(coping.evidence, coping.findings(ME))
    if coping.state is State.STRAINED:
        told = Analysis(told.evidence, told.findings, (_easy_day(told, data.move_in_the or PartOfDay.AFTERNOON),))
    takes_more = coping.state is not State.STRAINED and not flags.findings
    found = combine(flags, told, sleep(data), activity(data, takes_more=takes_more))
    return replace(found, day=day_of(found.evidence, found.recommendations))


def _easy_day(told: Analysis, part: PartOfDay) -> Recommendation:
    strained = max(told.findings, key=lambda item: item.importance)
    return Recommendation(
        id=ids.EASY_DAY,
        text=f"Keep today easy: {EASY_MINUTES} minutes of slow walking or stretching instead of hard training.",
        why=first_sentence(strained.text),
        area=Area.MOVEMENT,
        finding_ids=(strained.id,),
        evidence_ids=strained.evidence_ids,
        effort_minutes=EASY_MINUTES,
        time_of_day=part,
        measure="Resting heart rate and heart rate variability are back at your usual before you do more.",
    )
