"""Memory as older versions stored it."""

from typing import Any

MEMORY_VERSION_1: dict[str, Any] = {
    "schema_version": 1,
    "analyses": 3,
    "last_analysis_id": "an-1",
    "last_window": {"start": "2026-03-08", "end": "2026-03-14"},
    "findings": [
        {
            "id": "behavior.steps_weekends",
            "title": "Step count is lower on weekends",
            "text": "Your step count is 2,560 lower on a typical weekend day than on a weekday (41 days).",
            "direction": "down",
            "importance": 0.6,
            "confidence": 0.9,
            "evidence_ids": ["steps.weekend_contrast.42d"],
            "red_flag": False,
        }
    ],
    "evidence": [
        {
            "id": "steps.weekend_contrast.42d",
            "metric": "steps",
            "statistic": "weekend_contrast",
            "value": -2560.0,
            "unit": "count",
            "window": {"start": "2026-02-01", "end": "2026-03-14"},
            "n": 41,
            "method": "difference of medians",
            "rests_on": [],
        }
    ],
    "recommendations": [
        {
            "recommendation": {
                "id": "routine.walk",
                "text": "Add one walk of 6 min: aim at 6,350 steps a day.",
                "why": "You walk 5,790 steps on a typical day.",
                "finding_ids": ["routine.step_capacity"],
                "evidence_ids": ["steps.median.28d"],
                "effort_minutes": 6,
                "time_of_day": None,
                "target": {"metric": "steps", "value": 6350.0, "unit": "count"},
                "measure": "The median of the next 7 days reaches 6,350 steps.",
                "adds_load": True,
            },
            "given_on": "2026-03-10",
            "analysis_id": "an-0",
        }
    ],
}
