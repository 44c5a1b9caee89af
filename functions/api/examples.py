"""An example of every answer, for the description of the API. Tests hold them against the models."""

from typing import Any, Final

_ANALYSIS = "an-3f0c9a4e5b1d4c1f9a7e2b6d8c0e1f23"
_TICKET = "hT0yq3Zc9rGm1vXb4sKdWn7pLf2uJe8aQi5oRtYxU6E"
_LINKS = {"self": f"/api/v1/analysis/{_ANALYSIS}", "stream": f"/api/v1/analysis/{_ANALYSIS}/stream"}
_WINDOW = {"start": "2026-03-07", "end": "2026-03-13", "timezone": "Europe/Berlin"}
_NIGHT = {
    "wake_date": "2026-03-13",
    "start": "2026-03-12T23:10:00+01:00",
    "end": "2026-03-13T07:05:00+01:00",
    "asleep_minutes": 431,
    "awake_minutes": 38,
}
_PROFILE = {
    "schema_version": 1,
    "user_id": "ana",
    "timezone": "Europe/Berlin",
    "language": "en",
    "archetype": "Systematic Improver",
    "privacy": {"withheld_categories": ["reproductive"], "share_with_language_model": False},
    "daily_analysis": True,
    "preferences": {"not_wanted": ["eating"], "move_in_the": "morning"},
    "synthetic": False,
}
_PROVENANCE = {
    "source": "health_api",
    "fetched_at": "2026-03-14T09:00:00Z",
    "newest": "2026-03-13T23:59:59+01:00",
    "kept": 8,
    "dropped": {"implausible": 1},
}
_PART = {
    "source": "health_api",
    "fetched_at": "2026-03-14T09:00:00Z",
    "newest": "2026-03-13T23:59:59+01:00",
    "kept": 214,
    "dropped": 1,
}
_QUALITY = {
    "score": 0.93,
    "parts": {"completeness": 0.96, "wear": 1.0, "freshness": 1.0, "validity": 0.5},
    "completeness": {"steps": 1.0, "sleep_duration": 0.86},
    "longest_gap_days": {"steps": 0, "sleep_duration": 1},
    "freshness_hours": 10.0,
    "wear_days": 7,
    "dropped": {"implausible": 1},
    "gaps": [{"metric": "sleep_duration", "reason": "no value on 1 of the 7 days of the window"}],
}
_EVIDENCE = {
    "id": "steps.median.7d",
    "metric": "steps",
    "statistic": "median",
    "value": 8123.0,
    "unit": "count",
    "window": {"start": "2026-03-07", "end": "2026-03-13"},
    "n": 7,
    "baseline": {"value": 9480.0, "spread": 1210.0, "n": 84},
    "direction": "down",
    "strength": -1.12,
    "method": "median of days against the usual of the 90 days before",
    "reference": None,
    "rests_on": [],
}
_FINDING = {
    "id": "behavior.steps_down",
    "title": "You walk less than usual",
    "text": "8,123 steps a day, usually 9,480 (medians of 7 and 84 days).",
    "direction": "down",
    "importance": 0.6,
    "confidence": 0.9,
    "evidence_ids": ["steps.median.7d"],
    "red_flag": False,
}
_RECOMMENDATION = {
    "id": "routine.walk_after_lunch",
    "text": "Walk for 15 minutes after lunch.",
    "why": "You walk less than usual.",
    "area": "movement",
    "finding_ids": ["behavior.steps_down"],
    "evidence_ids": ["steps.median.7d"],
    "effort_minutes": 15,
    "time_of_day": "13:00",
    "target": {"metric": "steps", "value": 9500, "unit": "count"},
    "measure": "9,500 steps are reached on 4 of the next 7 days.",
    "adds_load": True,
}
_HEAD = {
    "analysis_id": _ANALYSIS,
    "analysis_type": "initial",
    "archetype": "Systematic Improver",
    "trigger": "user",
    "as_of": "2026-03-14T09:00:00Z",
    "requested_at": "2026-03-14T09:00:00Z",
    "links": _LINKS,
}
_RUNNING = {
    "schema_version": 1,
    "user_id": "ana",
    **_HEAD,
    "status": "analyzing",
    "progress": 55,
    "message": "Routine agent completed, findings: 4",
    "last_event_id": 9,
    "deadline_at": "2026-03-14T09:05:00Z",
}
_RESULT = {
    "schema_version": 1,
    "analysis_id": _ANALYSIS,
    "user_id": "ana",
    "analysis_type": "initial",
    "archetype": "Systematic Improver",
    "trigger": "user",
    "status": "completed",
    "requested_at": "2026-03-14T09:00:00Z",
    "completed_at": "2026-03-14T09:00:04Z",
    "as_of": "2026-03-14T09:00:00Z",
    "synthetic": False,
    "window": _WINDOW,
    "sources": {"biomarkers": _PART},
    "data_quality": _QUALITY,
    "brief": "You walked less than usual this week.",
    "insights": [
        {
            **_FINDING,
            "agents": ["behavior"],
            "score": 0.32,
            "score_parts": {"impact": 0.6, "confidence": 0.9, "novelty": 1.0, "actionability": 0.6},
        }
    ],
    "plan": {"minutes_budget": 75, "minutes_used": 15, "items": [_RECOMMENDATION]},
    "red_flags": [],
    "agents": {
        "behavior": {
            "schema_version": 1,
            "agent": "behavior",
            "status": "complete",
            "engine": "rules",
            "findings": [_FINDING],
            "recommendations": [_RECOMMENDATION],
            "evidence": [_EVIDENCE],
            "duration_ms": 310,
        }
    },
    "missing": [],
    "cost": {"tokens_in": 0, "tokens_out": 0, "usd": 0.0},
    "snapshot": {
        "key": "snapshots/bc21b7294c524b4489b20af558bf4312/0c1f.json.gz",
        "sha256": "0c1fb0b1e0a9bd2c6a0a3b8f0e7d7c1f5f0b6a0d2e1c3b4a5968778695a4b3c2",
    },
}
_ERASURE = {
    "schema_version": 1,
    "erasure_id": "er-9b2f0c9a4e5b1d4c1f9a7e2b6d8c0e1f",
    "requested_at": "2026-03-14T09:00:00Z",
    "links": {"self": "/api/v1/users/ana/erasure"},
}

EXAMPLES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "live": {"200": {"alive": {"status": "live"}}},
    "ready": {
        "200": {
            "ready": {
                "status": "ready",
                "dependencies": {
                    "analyses": {"status": "up", "latency_ms": 4.2},
                    "users": {"status": "up", "latency_ms": 3.9},
                },
            }
        }
    },
    "ask_for_analysis": {
        "202": {
            "accepted": {
                "analysis_id": _ANALYSIS,
                "requested_at": "2026-03-14T09:00:00Z",
                "deadline_at": "2026-03-14T09:05:00Z",
                "links": _LINKS,
            }
        }
    },
    "read_analysis": {
        "200": {
            "under_way": _RUNNING,
            "completed": {
                **_RUNNING,
                "status": "completed",
                "progress": 100,
                "message": "Your analysis is ready",
                "last_event_id": 18,
                "completed_at": "2026-03-14T09:00:04Z",
                "result": _RESULT,
            },
            "failed": {
                **_RUNNING,
                "status": "failed",
                "progress": 100,
                "message": "Your health data could not be read. Please try again later.",
                "last_event_id": 3,
                "completed_at": "2026-03-14T09:00:31Z",
                "reason": "data_unavailable",
            },
        }
    },
    "issue_stream_ticket": {
        "201": {
            "a_ticket": {
                "ticket": _TICKET,
                "expires_at": "2026-03-14T09:05:00Z",
                "url": f"/api/v1/ticketed/analysis/{_ANALYSIS}/stream?ticket={_TICKET}",
            }
        }
    },
    "issue_wearable_data_ticket": {
        "201": {
            "a_ticket": {
                "ticket": _TICKET,
                "expires_at": "2026-03-14T09:05:00Z",
                "url": f"/api/v1/ticketed/users/ana/wearable-data/stream?ticket={_TICKET}",
            }
        }
    },
    "list_analyses": {
        "200": {
            "a_page": {
                "items": [{**_HEAD, "status": "completed", "completed_at": "2026-03-14T09:00:04Z"}],
                "next_cursor": "MjAyNi0wMy0xNFQwOTowMDowMC4wMDAwMDBaI2FuLTNm",
            },
            "nothing_yet": {"items": [], "next_cursor": None},
        }
    },
    "read_profile": {"200": {"a_profile": _PROFILE}},
    "replace_profile": {"200": {"as_it_is_now": _PROFILE}},
    "read_health_context": {
        "200": {
            "a_week": {
                "schema_version": 1,
                "user_id": "ana",
                "as_of": "2026-03-14T09:00:00Z",
                "analysis_type": "initial",
                "profile": _PROFILE,
                "window": _WINDOW,
                "history": {"start": "2025-12-07", "end": "2026-03-06"},
                "scores": {"sleep": {"metric": "sleep", "unit": "index", "values": {"2026-03-13": 0.79}}},
                "biomarkers": {
                    "steps": {"metric": "steps", "unit": "count", "values": {"2026-03-12": 7421, "2026-03-13": 8123}}
                },
                "hourly": {"steps": {"metric": "steps", "unit": "count", "values": {"2026-03-13T09:00:00+01:00": 640}}},
                "nights": [_NIGHT],
                "archetypes": [
                    {
                        "name": "bed_schedule",
                        "value": "early_sleeper",
                        "ordinality": 1,
                        "periodicity": "weekly",
                        "start": "2026-03-06T00:00:00+01:00",
                        "end": "2026-03-13T00:00:00+01:00",
                    }
                ],
                "memory": {
                    "schema_version": 2,
                    "working": {"analysis_id": _ANALYSIS},
                    "long_term": {"analyses": 3, "archetype": "Systematic Improver"},
                },
                "sources": {"scores": _PART, "biomarkers": _PART, "archetypes": _PART},
                "quality": _QUALITY,
            }
        }
    },
    "read_scores": {
        "200": {
            "one_day": {
                "schema_version": 1,
                "user_id": "ana",
                "window": _WINDOW,
                "items": [
                    {
                        "type": "activity",
                        "day": "2026-03-13",
                        "at": "2026-03-13T00:00:00+01:00",
                        "score": 0.79,
                        "state": "medium",
                        "factors": [
                            {
                                "name": "steps",
                                "value": 8123,
                                "goal": 10000,
                                "unit": "count",
                                "score": 0.83,
                                "state": "medium",
                            }
                        ],
                        "data_sources": ["activity"],
                    }
                ],
                "provenance": _PROVENANCE,
            }
        }
    },
    "read_biomarkers": {
        "200": {
            "a_page": {
                "schema_version": 1,
                "user_id": "ana",
                "window": _WINDOW,
                "items": [
                    {
                        "id": "c78bc687-2326-5471-8608-fcc1ca14bb4e",
                        "category": "activity",
                        "type": "steps",
                        "day": "2026-03-13",
                        "start": "2026-03-13T00:00:00+01:00",
                        "end": "2026-03-13T23:59:59+01:00",
                        "kind": "number",
                        "value": 8123.0,
                        "unit": "count",
                        "periodicity": "daily",
                        "aggregation": "total",
                        "in_progress": False,
                        "device_type": "watch",
                    },
                    {
                        "id": "780605e8-db2d-5220-ba66-000bbc755144",
                        "category": "sleep",
                        "type": "sleep_start_time",
                        "day": "2026-03-13",
                        "start": "2026-03-12T18:00:00+01:00",
                        "end": "2026-03-13T17:59:59+01:00",
                        "kind": "instant",
                        "value": "2026-03-12T23:10:00+01:00",
                        "unit": "instant",
                        "periodicity": "daily",
                        "aggregation": "none",
                        "in_progress": False,
                        "device_type": "unknown",
                    },
                ],
                "next_cursor": "MjAyNi0wMy0xM1QyMzowMDowMCswMDowMH4y",
                "provenance": _PROVENANCE,
            }
        }
    },
    "read_wearable_data": {
        "200": {
            "steps_and_sleep": {
                "schema_version": 1,
                "user_id": "ana",
                "window": _WINDOW,
                "series": [
                    {
                        "metric": "steps",
                        "category": "activity",
                        "unit": "count",
                        "aggregation": "max",
                        "values": {"2026-03-12": 7421, "2026-03-13": 8123},
                    }
                ],
                "nights": [_NIGHT],
                "missing": ["vo2_max"],
                "wear_days": 7,
                "device_types": ["watch", "unknown"],
                "provenance": _PROVENANCE,
            }
        }
    },
    "give_feedback": {
        "201": {
            "kept": {
                "schema_version": 1,
                "recommendation_id": "routine.walk_after_lunch",
                "analysis_id": _ANALYSIS,
                "at": "2026-03-16T18:30:00Z",
                "adherence": "partly",
                "helpful": True,
                "note": "Not on weekends.",
            }
        }
    },
    "read_audit": {
        "200": {
            "a_page": {
                "items": [
                    {
                        "at": "2026-03-14T09:00:01Z",
                        "action": "health_data.read",
                        "actor": "service",
                        "resource": "health_api",
                        "success": True,
                        "correlation_id": "6f1c0c1e-6a0b-4f0e-9d8c-2b7a51e0a9d3",
                        "counts": {},
                    },
                    {
                        "at": "2026-03-14T08:59:12Z",
                        "action": "access.denied",
                        "actor": "somebody_else",
                        "resource": "user",
                        "success": False,
                        "correlation_id": "0b7e8f0c-2c1e-4a55-8b60-5f1f0e1d2c3b",
                        "counts": {},
                    },
                ],
                "next_cursor": "MjAyNi0wMy0xNFQwODo1OToxMi4wMDAwMDBaIzBi",
            }
        }
    },
    "export_data": {
        "201": {
            "an_archive": {
                "schema_version": 1,
                "export_id": "ex-1c0f9a4e5b1d4c1f9a7e2b6d8c0e1f23",
                "created_at": "2026-03-14T09:00:00Z",
                "expires_at": "2026-03-14T09:15:00Z",
                "media_type": "application/zip",
                "bytes": 483112,
                "sha256": "9f1fb0b1e0a9bd2c6a0a3b8f0e7d7c1f5f0b6a0d2e1c3b4a5968778695a4b3c2",
                "files": [
                    {
                        "name": "fhir/bundle.json",
                        "bytes": 2914033,
                        "records": 4211,
                        "sha256": "1a1fb0b1e0a9bd2c6a0a3b8f0e7d7c1f5f0b6a0d2e1c3b4a5968778695a4b3c2",
                    }
                ],
                "url": "https://bucket.s3.eu-central-1.amazonaws.com/exports/bc21/ex-1c0f.zip?X-Amz-Signature=...",
            }
        }
    },
    "erase_user": {"202": {"accepted": {**_ERASURE, "status": "requested"}}},
    "read_erasure": {
        "200": {
            "under_way": {**_ERASURE, "status": "requested", "erased": {"analyses": 12, "parts of analyses": 96}},
            "completed": {
                **_ERASURE,
                "status": "completed",
                "completed_at": "2026-03-14T09:01:09Z",
                "erased": {
                    "analyses": 12,
                    "parts of analyses": 96,
                    "snapshots": 12,
                    "exports": 1,
                    "health records": 4211,
                    "profile, memory and feedback": 5,
                },
            },
        }
    },
}
"""By operation and status."""
