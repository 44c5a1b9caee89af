"""Health data through the API on the running stack: where they come from is told, and they come in time."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.people.registry import ImportedPerson
from local.workbench import Workbench
from tests.integration.flow.conftest import BrokenFunction, Faults

ROUTES = ["health-context", "scores", "biomarkers", "wearable-data"]


@pytest.fixture
def http(workbench: Workbench, person: ImportedPerson) -> Iterator[httpx.Client]:
    base = f"{workbench.endpoints.api_url}/api/v1/users/{person.user_id}/"
    headers = {"Authorization": f"Bearer {workbench.accounts.token(person.user_id)}"}
    with httpx.Client(base_url=base, headers=headers, timeout=40) as signed_in:
        yield signed_in


def asked_for(route: str, person: ImportedPerson) -> dict[str, str]:
    """The last week of a person whose data are old."""
    last = person.as_of.date().isoformat()
    match route:
        case "health-context":
            return {"as_of": person.as_of.isoformat()}
        case "wearable-data":
            return {"date_range": f"2026-03-08/{last}"}
    return {"start_date": "2026-03-08", "end_date": last}


def sources(route: str, view: dict[str, Any]) -> set[str]:
    if route != "health-context":
        return {view["provenance"]["source"]}
    return {part["source"] for name, part in view["sources"].items() if name != "memory"}


@pytest.mark.parametrize("route", ROUTES)
def test_data_come_from_the_source_then_from_the_cache_and_say_so(
    http: httpx.Client, person: ImportedPerson, faults: Faults, route: str
) -> None:
    faults("ok", "all")
    answer = http.get(route, params=asked_for(route, person))

    assert answer.status_code == 200, answer.text
    assert sources(route, answer.json()) == {"health_api"}
    again = http.get(route, params=asked_for(route, person), headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304

    kept = http.get(route, params=asked_for(route, person))
    assert sources(route, kept.json()) == {"cache"}
    for name in ("items", "series", "biomarkers", "nights"):
        assert kept.json().get(name) == answer.json().get(name)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("mode", ["500", "hang", "slow", "garbage"])
def test_where_the_source_fails_they_come_from_the_database_in_time(
    http: httpx.Client, person: ImportedPerson, faults: Faults, route: str, mode: str
) -> None:
    healthy = http.get(route, params=asked_for(route, person)).json()
    faults(mode, "all")
    began = time.monotonic()
    answer = http.get(route, params=asked_for(route, person))
    took = time.monotonic() - began

    assert answer.status_code == 200, answer.text
    assert sources(route, answer.json()) == {"database"}
    for name in ("items", "series", "biomarkers", "nights"):
        assert answer.json().get(name) == healthy.get(name)
    # Two seconds are for reading; the rest is for a machine that does other things besides.
    assert took < 4


@pytest.mark.parametrize("route", ROUTES)
def test_where_both_fail_it_is_an_error_and_never_no_data(
    http: httpx.Client, person: ImportedPerson, faults: Faults, reconfigured: BrokenFunction, route: str
) -> None:
    faults("500", "all")
    with reconfigured("api", DATABASE_SECRET_ARN="no-such-secret"):
        answer = http.get(route, params=asked_for(route, person))

    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/health-data-unavailable"
    assert int(answer.headers["Retry-After"]) > 0
