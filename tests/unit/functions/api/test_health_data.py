"""GET /api/v1/users/{user_id}/health-context, /scores, /biomarkers and /wearable-data"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import (
    HealthSourceError,
    HealthSourceInvalidError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
)
from holisticos.health.profile import PrivacyPreferences, Profile
from tests.examples import a_memory
from tests.fakes.clock import FixedClock
from tests.unit.functions.api.served import Served
from tests.wire import AUCKLAND, BERLIN, archetype, daily, hourly, night, nightly, score

USER = "/api/v1/users/ana"
ROUTES = ["health-context", "scores", "biomarkers", "wearable-data"]

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 14)
LAST = date(2026, 3, 13)
DAY = timedelta(days=1)


@pytest.fixture
def api() -> Served:
    served = Served(clock=FixedClock(NOW))
    served.users.put_profile(Profile(user_id="ana", timezone="Europe/Berlin"))
    return served


def get(api: Served, route: str, status: int = 200, **params: Any) -> Any:
    answer = api.get(f"{USER}/{route}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


def fields(problem: Any) -> list[tuple[str, str]]:
    return [(error["location"], error["field"]) for error in problem["errors"]]


class TestEveryRoute:
    @pytest.mark.parametrize("route", ROUTES)
    def test_a_user_without_data_gets_none_and_no_error(self, api: Served, route: str) -> None:
        assert get(api, route)["user_id"] == "ana"

    @pytest.mark.parametrize("route", ROUTES)
    def test_another_users_data_are_refused_and_not_read(self, api: Served, route: str) -> None:
        assert api.get(f"/api/v1/users/bob/{route}").status_code == 403
        assert api.health.asked == 0
        assert [record.action for record in api.records()] == [AuditAction.ACCESS_DENIED]

    @pytest.mark.parametrize("route", ROUTES)
    def test_reading_is_on_the_audit_trail(self, api: Served, route: str) -> None:
        get(api, route)
        (record,) = api.records()
        assert (record.user_id, record.action, record.resource) == (
            "ana",
            AuditAction.HEALTH_DATA_READ,
            route.replace("-", "_"),
        )

    @pytest.mark.parametrize("route", ROUTES)
    def test_what_has_not_changed_is_not_sent_again(self, api: Served, route: str) -> None:
        api.health.add("ana", scores=[score("sleep", LAST, 0.5)], biomarkers=[daily("steps", LAST, 5000)])
        tag = api.get(f"{USER}/{route}").headers["ETag"]
        api.clock.advance(timedelta(minutes=10))
        assert api.get(f"{USER}/{route}", headers={"If-None-Match": tag}).status_code == 304
        api.health.add("ana", scores=[score("sleep", LAST - DAY, 0.6)], biomarkers=[daily("steps", LAST - DAY, 1)])
        assert api.get(f"{USER}/{route}", headers={"If-None-Match": tag}).status_code == 200

    @pytest.mark.parametrize("route", ROUTES)
    @pytest.mark.parametrize(
        ("error", "retry_after"),
        [
            (HealthSourceUnavailableError("down"), "10"),
            (HealthSourceUnavailableError("down", retry_after=30.2), "31"),
            (HealthSourceUnavailableError("down", retry_after=1e9), "300"),
            (HealthSourceUnauthorizedError("401 by the source"), "10"),
            (HealthSourceInvalidError("garbage"), "10"),
        ],
    )
    def test_what_cannot_be_read_is_never_called_no_data(
        self, api: Served, route: str, error: HealthSourceError, retry_after: str
    ) -> None:
        api.health.failure = error
        answer = api.get(f"{USER}/{route}")
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/health-data-unavailable"
        assert answer.headers["Retry-After"] == retry_after
        assert str(error) not in answer.text

    @pytest.mark.parametrize("route", ROUTES)
    def test_an_unknown_parameter_is_refused(self, api: Served, route: str) -> None:
        assert fields(get(api, route, 422, user_id="bob")) == [("query", "user_id")]


class TestHealthContext:
    def test_it_is_what_an_analysis_would_be_made_from(self, api: Served) -> None:
        api.health.add(
            "ana",
            scores=[score("sleep", LAST, 0.7)],
            biomarkers=[
                *(daily("steps", LAST - DAY * n, 8000 + n) for n in range(20)),
                *night(LAST, datetime(2026, 3, 12, 23, tzinfo=BERLIN), datetime(2026, 3, 13, 7, tzinfo=BERLIN)),
                hourly("steps", datetime(2026, 3, 13, 9, tzinfo=BERLIN), 600),
            ],
            archetypes=[archetype("bed_schedule", "early_sleeper", LAST)],
        )
        context = get(api, "health-context")
        assert context["window"] == {"start": "2026-03-07", "end": "2026-03-13", "timezone": "Europe/Berlin"}
        assert context["history"]["end"] == "2026-03-06"
        assert len(context["biomarkers"]["steps"]["values"]) == 20
        assert context["scores"]["sleep"]["values"] == {"2026-03-13": 0.7}
        assert context["hourly"]["steps"]["values"] == {"2026-03-13T09:00:00+01:00": 600}
        assert context["nights"][0]["start"] == "2026-03-12T23:00:00+01:00"
        assert context["archetypes"][0]["value"] == "early_sleeper"
        assert context["profile"]["timezone"] == "Europe/Berlin"
        assert {part["source"] for part in context["sources"].values()} == {"health_api", "store"}
        assert 0 < context["quality"]["score"] <= 1

    @pytest.mark.parametrize("days", [1, 90])
    def test_the_window_is_as_long_as_asked_for(self, api: Served, days: int) -> None:
        window = get(api, "health-context", days=days)["window"]
        assert date.fromisoformat(window["end"]) - date.fromisoformat(window["start"]) == (days - 1) * DAY

    @pytest.mark.parametrize("days", ["0", "91", "-1", "x", "1.5", "", "١"])
    def test_an_impossible_number_of_days_is_refused(self, api: Served, days: str) -> None:
        assert fields(get(api, "health-context", 422, days=days)) == [("query", "days")]

    def test_memory_is_there_unless_it_is_not_wanted(self, api: Served) -> None:
        api.users.put_memory("ana", a_memory(analyses=3), NOW)
        assert get(api, "health-context")["memory"]["long_term"]["analyses"] == 3
        without = get(api, "health-context", include_memory="false")
        assert without["memory"] is None
        assert "memory" not in without["sources"]

    @pytest.mark.parametrize("flag", ["1", "yes", "True", ""])
    def test_a_flag_is_true_or_false(self, api: Served, flag: str) -> None:
        assert fields(get(api, "health-context", 422, include_memory=flag)) == [("query", "include_memory")]

    def test_old_data_are_seen_as_of_then(self, api: Served) -> None:
        api.health.add("ana", biomarkers=[daily("steps", date(2016, 5, 12), 9000)])
        context = get(api, "health-context", days=1, as_of="2016-05-12T23:59:59+02:00")
        assert context["window"]["end"] == "2016-05-12"
        assert context["biomarkers"]["steps"]["values"] == {"2016-05-12": 9000}

    @pytest.mark.parametrize("as_of", ["2026-03-15T09:00:00Z", "2026-03-14T08:00:00", "yesterday", "1700000000"])
    def test_an_instant_has_an_offset_and_is_past(self, api: Served, as_of: str) -> None:
        assert fields(get(api, "health-context", 422, as_of=as_of)) == [("query", "as_of")]


class TestScores:
    def test_they_come_per_day_with_their_factors(self, api: Served) -> None:
        good = {"name": "steps", "goal": 10000, "score": 0.83, "state": "medium", "unit": "count", "value": 5962.0}
        unknown = {"name": "intense_activity_duration", "score": None, "value": None}
        bad = [None, 1, {}, {"name": 5}, {"name": "x", "value": "many"}, {"name": "x", "value": float("inf")}]
        api.health.add("ana", scores=[score("activity", LAST, 0.79, factors=[good, unknown, *bad])])
        (item,) = get(api, "scores")["items"]
        assert (item["type"], item["day"], item["score"], item["state"]) == ("activity", "2026-03-13", 0.79, "medium")
        assert [factor["name"] for factor in item["factors"]] == ["steps", "intense_activity_duration"]
        assert item["factors"][0] == good
        assert item["data_sources"] == ["activity", "sleep"]

    def test_of_several_versions_of_a_day_the_newest_is_shown(self, api: Served) -> None:
        versions = [
            score("sleep", LAST, value, id=f"v{n}", createdAt=f"2026-03-14T0{n}:00:00Z")
            for n, value in ((2, 0.9), (1, 0.2))
        ]
        api.health.add("ana", scores=versions)
        assert [item["score"] for item in get(api, "scores")["items"]] == [0.9]

    def test_types_can_be_chosen(self, api: Served) -> None:
        api.health.add("ana", scores=[score(type_, LAST, 0.5) for type_ in ("sleep", "readiness", "activity")])
        chosen = api.get(f"{USER}/scores?score_types=sleep&score_types=readiness").json()["items"]
        assert [item["type"] for item in chosen] == ["readiness", "sleep"]

    @pytest.mark.parametrize("type_", ["", "Sleep", "sleep,readiness", "x" * 65, "' or 1=1", "../sleep"])
    def test_what_cannot_be_a_type_is_refused(self, api: Served, type_: str) -> None:
        assert fields(get(api, "scores", 422, score_types=type_)) == [("query", "score_types.0")]

    def test_the_source_is_named_and_what_it_sent_is_counted(self, api: Served) -> None:
        api.health.add("ana", scores=[score("sleep", LAST, 0.5), score("sleep", LAST - DAY, 79), "garbage"])  # type: ignore[list-item]  # as the wire may have it
        provenance = get(api, "scores")["provenance"]
        assert (provenance["source"], provenance["kept"]) == ("health_api", 1)
        assert provenance["dropped"] == {"implausible": 1, "not_an_object": 1}

    def test_what_is_withheld_is_not_shown(self, api: Served) -> None:
        api.health.add("ana", scores=[score("sleep", LAST, 0.5)])
        private = PrivacyPreferences(withheld_categories=frozenset({"sleep"}))
        api.users.put_profile(Profile(user_id="ana", timezone="Europe/Berlin", privacy=private))
        view = get(api, "scores")
        assert view["items"] == []
        assert view["provenance"]["dropped"] == {"withheld": 1}


class TestDates:
    def test_the_default_are_the_last_seven_complete_days(self, api: Served) -> None:
        assert get(api, "scores")["window"] == {
            "start": "2026-03-07",
            "end": "2026-03-13",
            "timezone": "Europe/Berlin",
        }

    def test_days_are_those_of_the_users_zone(self, api: Served) -> None:
        api.users.put_profile(Profile(user_id="ana", timezone="Pacific/Auckland"))
        # In Auckland it is the 14th, 22 h: the 13th is complete there, and so it is everywhere west of it.
        api.health.add("ana", scores=[score("sleep", TODAY, 0.5, AUCKLAND), score("sleep", LAST, 0.6, AUCKLAND)])
        assert [item["day"] for item in get(api, "scores", end_date="2026-03-14")["items"]] == [
            "2026-03-13",
            "2026-03-14",
        ]
        assert get(api, "scores")["window"]["end"] == "2026-03-13"

    def test_both_ends_are_included_and_nothing_else_is(self, api: Served) -> None:
        api.health.add("ana", scores=[score("sleep", LAST - DAY * n, 0.5) for n in range(10)])
        items = get(api, "scores", start_date="2026-03-08", end_date="2026-03-10")["items"]
        assert [item["day"] for item in items] == ["2026-03-08", "2026-03-09", "2026-03-10"]

    def test_a_first_day_alone_reaches_to_the_last_complete_one(self, api: Served) -> None:
        assert get(api, "scores", start_date="2026-03-01")["window"]["end"] == "2026-03-13"
        assert get(api, "scores", start_date="2026-03-14")["window"]["end"] == "2026-03-14"

    def test_a_last_day_alone_is_the_end_of_a_week(self, api: Served) -> None:
        assert get(api, "scores", end_date="2016-05-12")["window"]["start"] == "2016-05-06"
        assert get(api, "scores", end_date="2000-01-02")["window"]["start"] == "2000-01-01"

    def test_ninety_days_can_be_asked_for_at_once(self, api: Served) -> None:
        get(api, "scores", start_date="2025-12-14", end_date="2026-03-13")
        problem = get(api, "scores", 422, start_date="2025-12-13", end_date="2026-03-13")
        assert fields(problem) == [("query", "start_date")]

    @pytest.mark.parametrize("route", ["scores", "biomarkers"])
    @pytest.mark.parametrize(
        ("start", "end", "field"),
        [
            ("2026-03-10", "2026-03-09", "start_date"),
            ("2026-03-10", "2026-03-15", "end_date"),
            ("2026-03-15", None, "start_date"),
            (None, "9999-12-31", "end_date"),
            ("1999-12-31", None, "start_date"),
            ("2026-02-29", None, "start_date"),
            ("1700000000", None, "start_date"),
            ("2026-3-1", None, "start_date"),
            ("2026-03-01T00:00:00Z", None, "start_date"),
            ("", None, "start_date"),
            ("٢٠٢٦-٠٣-٠١", None, "start_date"),
        ],
    )
    def test_impossible_days_are_refused_by_name(
        self, api: Served, route: str, start: str | None, end: str | None, field: str
    ) -> None:
        given = {"start_date": start, "end_date": end}
        problem = get(api, route, 422, **{name: text for name, text in given.items() if text is not None})
        assert fields(problem) == [("query", field)]
        assert api.health.asked == 0


class TestBiomarkers:
    def test_records_come_as_they_were_measured(self, api: Served) -> None:
        api.health.add(
            "ana",
            biomarkers=[
                daily("steps", LAST, "3263.", source="x"),
                daily("weight", LAST, "165", category="body", unit="lb"),
                nightly("sleep_start_time", LAST, "2026-03-12T23:10+01:00", unit="datetime", valueType="datetime"),
                daily("biological_sex", LAST, "female", category="characteristic", valueType="string"),
                daily("steps", TODAY, "120", periodicity="intraday", deviceType="SmartWatch"),
            ],
        )
        items = get(api, "biomarkers", end_date="2026-03-14")["items"]
        shown = {(item["type"], item["day"]): item for item in items}
        assert shown["steps", "2026-03-13"]["value"] == 3263
        assert (shown["weight", "2026-03-13"]["value"], shown["weight", "2026-03-13"]["unit"]) == (
            pytest.approx(74.84, abs=0.01),
            "kg",
        )
        bedtime = shown["sleep_start_time", "2026-03-13"]
        assert (bedtime["kind"], bedtime["value"]) == ("instant", "2026-03-12T23:10:00+01:00")
        assert (shown["biological_sex", "2026-03-13"]["kind"]) == "word"
        today = shown["steps", "2026-03-14"]
        assert (today["in_progress"], today["device_type"]) == (True, "watch")
        assert shown["steps", "2026-03-13"]["device_type"] == "unknown"

    def test_a_day_that_is_over_is_not_shown_in_progress_too(self, api: Served) -> None:
        halfway, whole = daily("steps", LAST, 4000, periodicity="intraday", id="a"), daily("steps", LAST, 9000)
        api.health.add("ana", biomarkers=[halfway, whole])
        assert [(item["value"], item["in_progress"]) for item in get(api, "biomarkers")["items"]] == [(9000, False)]

    def test_categories_can_be_chosen(self, api: Served) -> None:
        api.health.add(
            "ana",
            biomarkers=[
                daily("steps", LAST, 1),
                nightly("sleep_duration", LAST, 400),
                daily("weight", LAST, 70, category="something_else", unit="kg"),
            ],
        )
        answer = api.get(f"{USER}/biomarkers?categories=sleep&categories=body")
        assert [item["type"] for item in answer.json()["items"]] == ["sleep_duration", "weight"]

    def test_an_unknown_category_is_refused(self, api: Served) -> None:
        assert fields(get(api, "biomarkers", 422, categories="sleeep")) == [("query", "categories.0")]

    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 9, 100])
    def test_pages_have_every_record_once_and_in_order(self, api: Served, limit: int) -> None:
        hour = datetime(2026, 3, 13, 9, tzinfo=BERLIN)
        records = [hourly(f"type_{n % 4}", hour + timedelta(hours=n // 4), n, id=f"r{n}") for n in range(8)]
        api.health.add("ana", biomarkers=records)
        found: list[str] = []
        cursor: str | None = None
        while not found or cursor:
            page = api.get(
                f"{USER}/biomarkers", params={"limit": limit, "cursor": cursor} if cursor else {"limit": limit}
            ).json()
            assert 0 < len(page["items"]) <= limit
            found += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
        assert found == [f"r{n}" for n in range(8)]

    @pytest.mark.parametrize("cursor", ["", "a", "=", "ä", "eA", "eH4x", "MjAyNi0wMy0xM34x", "fg"])
    def test_a_cursor_that_was_not_given_out_is_refused(self, api: Served, cursor: str) -> None:
        api.health.add("ana", biomarkers=[daily("steps", LAST, 1)])
        assert fields(get(api, "biomarkers", 422, cursor=cursor)) == [("query", "cursor")]

    def test_the_evening_before_belongs_to_the_first_night(self, api: Served) -> None:
        api.health.add("ana", biomarkers=[nightly("sleep_duration", LAST, 400), daily("steps", LAST - DAY, 1)])
        (item,) = get(api, "biomarkers", start_date="2026-03-13", end_date="2026-03-13")["items"]
        assert (item["type"], item["start"]) == ("sleep_duration", "2026-03-12T18:00:00+01:00")


class TestWearableData:
    def test_it_is_one_value_a_local_day(self, api: Served) -> None:
        api.health.add(
            "ana",
            biomarkers=[
                daily("steps", LAST, 8000),
                daily("steps", LAST, 7000, id="another device"),
                daily("steps", TODAY, 300, periodicity="intraday"),
                *night(LAST, datetime(2026, 3, 12, 23, tzinfo=BERLIN), datetime(2026, 3, 13, 7, tzinfo=BERLIN)),
            ],
        )
        view = get(api, "wearable-data", date_range="2026-03-12/2026-03-14")
        (steps,) = view["series"]
        assert steps == {
            "metric": "steps",
            "category": "activity",
            "unit": "count",
            "aggregation": "max",
            "values": {"2026-03-13": 8000},
        }
        assert [item["wake_date"] for item in view["nights"]] == ["2026-03-13"]
        assert view["wear_days"] == 1

    def test_a_day_without_the_device_is_no_day_of_rest(self, api: Served) -> None:
        api.health.add("ana", biomarkers=[daily("steps", LAST, 0), daily("steps", LAST - DAY, 5000)])
        (steps,) = get(api, "wearable-data")["series"]
        assert steps["values"] == {"2026-03-12": 5000}

    def test_metrics_can_be_chosen_and_what_is_missing_is_named(self, api: Served) -> None:
        api.health.add(
            "ana",
            biomarkers=[
                daily("steps", LAST, 8000),
                daily("active_hours", LAST, 8, unit="hour"),
                *night(LAST, datetime(2026, 3, 12, 23, tzinfo=BERLIN), datetime(2026, 3, 13, 7, tzinfo=BERLIN)),
            ],
        )
        view = api.get(f"{USER}/wearable-data?metrics=steps&metrics=vo2_max&metrics=vo2_max").json()
        assert [one["metric"] for one in view["series"]] == ["steps"]
        assert view["missing"] == ["vo2_max"]
        assert view["nights"] == []
        assert get(api, "wearable-data", metrics="sleep_duration")["nights"] != []

    def test_devices_can_be_chosen(self, api: Served) -> None:
        api.health.add(
            "ana",
            biomarkers=[
                daily("steps", LAST, 8000, deviceType="SmartWatch"),
                daily("steps", LAST, 9000, id="p", deviceType="Smart-Phone"),
                daily("steps", LAST, 9500, id="o", deviceType="Toaster"),
                daily("steps", LAST, 9900, id="u"),
            ],
        )

        def steps(**params: Any) -> tuple[float, list[str]]:
            view = get(api, "wearable-data", **params)
            return view["series"][0]["values"]["2026-03-13"], view["device_types"]

        assert steps() == (9900, ["watch", "phone", "other", "unknown"])
        assert steps(device_types="watch") == (8000, ["watch"])
        assert steps(device_types=["watch", "phone"]) == (9000, ["watch", "phone"])
        assert get(api, "wearable-data", device_types="scale")["series"] == []
        assert fields(get(api, "wearable-data", 422, device_types="car")) == [("query", "device_types.0")]

    @pytest.mark.parametrize(
        ("date_range", "start", "end"),
        [
            ("1d", "2026-03-13", "2026-03-13"),
            ("90d", "2025-12-14", "2026-03-13"),
            ("2026-03-01/2026-03-14", "2026-03-01", "2026-03-14"),
            ("2016-02-29/2016-02-29", "2016-02-29", "2016-02-29"),
        ],
    )
    def test_a_range_is_some_days_or_an_interval(self, api: Served, date_range: str, start: str, end: str) -> None:
        window = get(api, "wearable-data", date_range=date_range)["window"]
        assert (window["start"], window["end"]) == (start, end)

    @pytest.mark.parametrize(
        "date_range",
        [
            *("", "0d", "91d", "100d", "7", "P7D", "2026-03-01", "2026-03-01/", "2026-03-02/2026-03-01"),
            *("2026-03-01/2026-03-15", "2026-02-30/2026-03-01", "1999-12-31/2000-01-01", "2025-01-01/2026-03-01"),
            *("0000-01-01/2026-03-01", "2026-03-01/2026-03-02\n"),
        ],
    )
    def test_an_impossible_range_is_refused(self, api: Served, date_range: str) -> None:
        assert fields(get(api, "wearable-data", 422, date_range=date_range)) == [("query", "date_range")]
