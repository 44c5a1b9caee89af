"""GET and PUT /api/v1/users/{user_id}/profile"""

from typing import Any

import pytest

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.names import Archetype, Area
from holisticos.health.profile import PrivacyPreferences, Profile
from tests.unit.functions.api.served import Served

URL = "/api/v1/users/ana/profile"

SETTINGS: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "language": "de-AT",
    "archetype": "Peak Performer",
    "privacy": {"withheld_categories": ["reproductive", "sleep"], "share_with_language_model": True},
    "daily_analysis": True,
}


NO_PREFERENCES: dict[str, Any] = {"not_wanted": [], "move_in_the": None}


def test_a_user_who_never_set_anything_has_the_defaults(api: Served) -> None:
    assert api.get(URL).json() == {
        "schema_version": 1,
        "user_id": "ana",
        "timezone": "UTC",
        "language": "en",
        "archetype": None,
        "privacy": {"withheld_categories": [], "share_with_language_model": False},
        "daily_analysis": False,
        "preferences": {"not_wanted": [], "move_in_the": None},
        "synthetic": False,
    }


def test_what_is_put_is_stored_and_read(api: Served) -> None:
    answer = api.request("PUT", URL, json=SETTINGS)
    assert answer.status_code == 200
    assert answer.json() == {
        "schema_version": 1,
        "user_id": "ana",
        "synthetic": False,
        "preferences": NO_PREFERENCES,
        **SETTINGS,
    }
    assert api.get(URL).json() == answer.json()
    assert api.users.profile("ana") == Profile(
        user_id="ana",
        timezone="Europe/Berlin",
        language="de-AT",
        archetype=Archetype.PEAK_PERFORMER,
        privacy=PrivacyPreferences(
            withheld_categories=frozenset({"reproductive", "sleep"}), share_with_language_model=True
        ),
        daily_analysis=True,
    )


def test_putting_it_again_changes_nothing(api: Served) -> None:
    first, second = (api.request("PUT", URL, json=SETTINGS) for _ in range(2))
    assert first.json() == second.json()


def test_generated_data_stay_marked_as_generated(api: Served) -> None:
    api.users.put_profile(Profile(user_id="ana", synthetic=True))
    assert api.request("PUT", URL, json=SETTINGS).json()["synthetic"] is True
    assert api.request("PUT", URL, json={**SETTINGS, "synthetic": False}).status_code == 422


@pytest.mark.parametrize("missing", SETTINGS)
def test_nothing_may_be_forgotten(api: Served, missing: str) -> None:
    answer = api.request("PUT", URL, json={name: value for name, value in SETTINGS.items() if name != missing})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == missing


def test_preferences_stay_where_they_are_not_given_and_can_be_taken_back(api: Served) -> None:
    wanted = {"not_wanted": ["eating"], "move_in_the": "morning"}
    assert api.request("PUT", URL, json={**SETTINGS, "preferences": wanted}).json()["preferences"] == wanted
    assert api.request("PUT", URL, json=SETTINGS).json()["preferences"] == wanted
    assert api.users.profile("ana").preferences.not_wanted == {Area.EATING}
    answer = api.request("PUT", URL, json={**SETTINGS, "preferences": NO_PREFERENCES})
    assert answer.json()["preferences"] == NO_PREFERENCES


def test_an_area_that_does_not_exist_is_named(api: Served) -> None:
    wanted = {"not_wanted": ["weather"], "move_in_the": None}
    answer = api.request("PUT", URL, json={**SETTINGS, "preferences": wanted})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("preferences.not_wanted")


def test_the_archetype_may_be_left_open(api: Served) -> None:
    assert api.request("PUT", URL, json={**SETTINGS, "archetype": None}).json()["archetype"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": "/etc/localtime"}, "timezone"),
        ({"timezone": "Europe/Berlin\0"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"timezone": "x" * 65}, "timezone"),
        ({"timezone": 1}, "timezone"),
        ({"language": "German"}, "language"),
        ({"language": "de\n"}, "language"),
        ({"archetype": "Couch Potato"}, "archetype"),
        ({"daily_analysis": "yes"}, "daily_analysis"),
        ({"daily_analysis": 1}, "daily_analysis"),
        ({"privacy": {}}, "privacy.withheld_categories"),
        ({"privacy": {**SETTINGS["privacy"], "withheld_categories": ["sleeep"]}}, "privacy.withheld_categories.0"),
        ({"privacy": {**SETTINGS["privacy"], "withheld_categories": "sleep"}}, "privacy.withheld_categories"),
        ({"privacy": {**SETTINGS["privacy"], "share_with_language_model": 1}}, "privacy.share_with_language_model"),
        ({"privacy": {**SETTINGS["privacy"], "share": True}}, "privacy.share"),
        ({"user_id": "bob"}, "user_id"),
    ],
)
def test_what_cannot_be_a_setting_is_refused_by_name(api: Served, change: dict[str, Any], field: str) -> None:
    answer = api.request("PUT", URL, json={**SETTINGS, **change})
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert api.get(URL).json()["timezone"] == "UTC"


def test_an_unknown_archetype_is_the_same_problem_everywhere(api: Served) -> None:
    answer = api.request("PUT", URL, json={**SETTINGS, "archetype": "Couch Potato"})
    assert answer.json()["type"] == "/problems/unknown-archetype"


def test_reading_and_writing_are_on_the_audit_trail(api: Served) -> None:
    api.get(URL)
    api.request("PUT", URL, json=SETTINGS)
    assert [(record.action, record.user_id, record.resource) for record in api.records()] == [
        (AuditAction.PROFILE_READ, "ana", "profile"),
        (AuditAction.PROFILE_WRITTEN, "ana", "profile"),
    ]
