"""POST /api/v1/users/{user_id}/export"""

import asyncio
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.api.routes import export
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import HealthSourceUnavailableError
from holisticos.contracts.events import EventType
from holisticos.contracts.feedback import Adherence, Feedback
from holisticos.contracts.names import AnalysisStatus
from holisticos.health.profile import PrivacyPreferences, Profile
from tests.examples import a_memory, a_report, a_result, an_event
from tests.fakes.clock import FixedClock
from tests.unit.functions.api.served import ANALYSIS, Served
from tests.wire import archetype, daily, nightly, score

URL = "/api/v1/users/ana/export"
NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
LAST = date(2026, 3, 13)
DAY = timedelta(days=1)


@pytest.fixture
def api() -> Served:
    served = Served(clock=FixedClock(NOW))
    served.users.put_profile(Profile(user_id="ana", timezone="Europe/Berlin"))
    return served


def exported(api: Served, **body: Any) -> tuple[dict[str, Any], zipfile.ZipFile]:
    """The answer, and the archive that its link leads to."""
    answer = api.request("POST", URL, json=body)
    assert answer.status_code == 201, answer.text
    (content,) = api.exports.contents.values()
    view: dict[str, Any] = answer.json()
    assert hashlib.sha256(content).hexdigest() == view["sha256"]
    assert len(content) == view["bytes"]
    return view, zipfile.ZipFile(io.BytesIO(content))


def lines(archive: zipfile.ZipFile, name: str) -> list[Any]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


def test_an_archive_has_everything_that_is_kept(api: Served) -> None:
    api.users.put_memory("ana", a_memory(analyses=3), NOW)
    api.users.add_feedback(
        Feedback(
            user_id="ana",
            recommendation_id="r1",
            analysis_id="an-1",
            at=NOW,
            adherence=Adherence.PARTLY,
            note="naïve 🙂",
        )
    )
    api.given_analysis()
    api.analyses.put_report(ANALYSIS, a_report())
    api.analyses.finish(a_result(ANALYSIS), an_event(EventType.COMPLETED, progress=100))
    api.get("/api/v1/users/ana/profile")
    api.health.add(
        "ana",
        scores=[score("sleep", LAST, 0.7)],
        biomarkers=[daily("steps", LAST, "3263", source="kept as it came")],
        archetypes=[archetype("bed_schedule", "early_sleeper", LAST)],
    )
    view, archive = exported(api)

    assert archive.testzip() is None
    assert json.loads(archive.read("profile.json"))["timezone"] == "Europe/Berlin"
    memory = json.loads(archive.read("memory.json"))
    assert set(memory) == {"schema_version", "working", "short_term", "long_term", "meta"}
    assert memory["long_term"]["analyses"] == 3
    assert lines(archive, "feedback.jsonl")[0]["note"] == "naïve 🙂"
    (analysis,) = lines(archive, "analyses.jsonl")
    assert analysis["analysis"]["status"] == "completed"
    assert analysis["result"]["agents"]["routine"]["findings"]
    assert [event["type"] for event in analysis["events"]] == ["analysis.queued", "analysis.completed"]
    assert {record["action"] for record in lines(archive, "audit.jsonl")} >= {"profile.read", "data.exported"}
    assert [record["type"] for record in lines(archive, "health/scores.jsonl")] == ["sleep"]
    assert lines(archive, "health/biomarkers.jsonl")[0]["source"] == "kept as it came"
    assert [record["name"] for record in lines(archive, "health/archetypes.jsonl")] == ["bed_schedule"]
    assert {file["name"] for file in view["files"]} == set(archive.namelist())


def test_the_manifest_proves_every_file(api: Served) -> None:
    api.health.add("ana", biomarkers=[daily("steps", LAST - DAY * n, n) for n in range(5)])
    _, archive = exported(api)
    manifest = json.loads(archive.read("manifest.json"))
    assert {file["name"] for file in manifest["files"]} == set(archive.namelist()) - {"manifest.json"}
    for file in manifest["files"]:
        content = archive.read(file["name"])
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["bytes"]
    counts = {file["name"]: file["records"] for file in manifest["files"]}
    assert (counts["health/biomarkers.jsonl"], counts["fhir/bundle.json"]) == (5, 6)
    assert manifest["health_data"] == {
        "start": "2025-03-14",
        "end": "2026-03-14",
        "timezone": "Europe/Berlin",
        "dropped": {},
    }


def test_an_analysis_without_a_result_has_its_reports(api: Served) -> None:
    api.given_analysis(status=AnalysisStatus.ANALYZING)
    api.analyses.put_report(ANALYSIS, a_report())
    _, archive = exported(api)
    (analysis,) = lines(archive, "analyses.jsonl")
    assert "result" not in analysis
    assert set(analysis["reports"]) == {"routine"}


def test_nothing_of_others_is_in_it(api: Served) -> None:
    api.users.put_profile(Profile(user_id="bob"))
    api.given_analysis(user_id="bob")
    api.get("/api/v1/users/bob/profile", user="bob")
    api.health.add("bob", biomarkers=[daily("steps", LAST, 4711)])
    _, archive = exported(api)
    assert not [name for name in archive.namelist() if b"bob" in archive.read(name) or b"4711" in archive.read(name)]


def test_records_at_the_edges_of_months_come_once(api: Served) -> None:
    days = [date(2025, 3, 20) + DAY * n for n in range(350)]
    api.health.add(
        "ana",
        scores=[score("sleep", day, 0.5) for day in days],
        biomarkers=[record for day in days for record in (daily("steps", day, 1), nightly("sleep_duration", day, 400))],
    )
    _, archive = exported(api)
    assert len(lines(archive, "health/biomarkers.jsonl")) == 700
    assert len(lines(archive, "health/scores.jsonl")) == 350


def test_days_can_be_chosen(api: Served) -> None:
    api.health.add("ana", scores=[score("sleep", LAST - DAY * n, 0.5) for n in range(10)])
    _, archive = exported(api, start_date="2026-03-10", end_date="2026-03-11")
    assert [record["scoreDateTime"][:10] for record in lines(archive, "health/scores.jsonl")] == [
        "2026-03-10",
        "2026-03-11",
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"start_date": "2026-03-15"}, "start_date"),
        ({"end_date": "2026-03-15"}, "end_date"),
        ({"start_date": "2026-03-02", "end_date": "2026-03-01"}, "start_date"),
        ({"start_date": "2025-03-13", "end_date": "2026-03-14"}, "start_date"),
        ({"start_date": "1999-12-31"}, "start_date"),
        ({"start_date": 1700000000}, "start_date"),
        ({"start_date": "2026-02-30"}, "start_date"),
        ({"format": "xml"}, "format"),
    ],
)
def test_impossible_days_are_refused_by_name(api: Served, body: dict[str, Any], field: str) -> None:
    answer = api.request("POST", URL, json=body)
    assert answer.status_code == 422
    assert [(error["location"], error["field"]) for error in answer.json()["errors"]] == [("body", field)]
    assert api.exports.contents == {}


def test_what_is_withheld_is_not_read_and_not_exported(api: Served) -> None:
    private = PrivacyPreferences(withheld_categories=frozenset({"sleep"}))
    api.users.put_profile(Profile(user_id="ana", privacy=private))
    api.health.add("ana", biomarkers=[nightly("sleep_duration", LAST, 400), daily("steps", LAST, 1)])
    _, archive = exported(api)
    assert [record["type"] for record in lines(archive, "health/biomarkers.jsonl")] == ["steps"]
    assert b"sleep_duration" not in archive.read("fhir/bundle.json")


def test_records_that_json_cannot_hold_are_exported_as_far_as_it_can(api: Served) -> None:
    api.health.add(
        "ana", biomarkers=[daily("steps", LAST, 1, note="\ud800", extra=[float("nan"), {"x": float("inf")}])]
    )
    _, archive = exported(api)
    (record,) = lines(archive, "health/biomarkers.jsonl")
    assert (record["note"], record["extra"]) == ("\ud800", [None, {"x": None}])


def test_the_link_works_for_a_quarter_of_an_hour(api: Served) -> None:
    view, _ = exported(api)
    assert (view["created_at"], view["expires_at"]) == ("2026-03-14T09:00:00Z", "2026-03-14T09:15:00Z")
    assert view["url"].endswith("filename=holisticos-2026-03-14.zip&expires=900")
    assert "ana" not in view["url"]


def test_the_answer_with_the_link_is_kept_by_nobody(api: Served) -> None:
    answer = api.request("POST", URL)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_export_is_on_the_audit_trail(api: Served) -> None:
    view, _ = exported(api)
    (record,) = api.records(AuditAction.DATA_EXPORTED)
    assert (record.user_id, record.resource) == ("ana", view["export_id"])


def test_health_data_that_cannot_be_read_are_never_left_out_in_silence(api: Served) -> None:
    api.health.failure = HealthSourceUnavailableError("down")
    answer = api.request("POST", URL)
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/health-data-unavailable"
    assert api.exports.contents == {}


def test_what_takes_too_long_is_said_to_be_too_much(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "READING_SECONDS", 0.01)
    api.health.gate = asyncio.Event()
    answer = api.request("POST", URL)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/export-too-large"


def test_another_users_data_are_refused(api: Served) -> None:
    assert api.request("POST", URL, user="bob").status_code == 403
    assert (api.health.asked, api.exports.contents) == (0, {})
