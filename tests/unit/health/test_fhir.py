"""Health records as FHIR resources, read by an implementation of the standard that is not ours."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient

from holisticos.health import fhir
from holisticos.health.catalogue import CATALOGUE, Kind
from holisticos.health.fhir_codes import LOINC, LOINC_OF_A_DAY, UCUM
from holisticos.health.parsing import parse_biomarkers, parse_scores
from holisticos.health.records import Biomarker
from tests.wire import BERLIN, Record, biomarker, daily, nightly, score

DAY = date(2026, 3, 13)
AS_OF = datetime(2026, 3, 15, tzinfo=UTC)


def parsed(record: Record) -> Biomarker:
    (found,) = parse_biomarkers([record], zone=BERLIN, as_of=AS_OF).kept
    return found


def observed(record: Record) -> dict[str, Any]:
    resource = fhir.biomarker_observation(parsed(record), "ana")
    Observation.model_validate(resource)
    return resource


def codes(resource: dict[str, Any]) -> list[tuple[str, str]]:
    return [(coding["system"], coding["code"]) for coding in resource["code"]["coding"]]


def test_steps_of_a_day() -> None:
    resource = observed(daily("steps", DAY, "3263."))
    assert resource["status"] == "final"
    assert codes(resource) == [("http://loinc.org", "41950-7"), ("urn:holisticos:biomarker-type", "steps")]
    assert resource["effectivePeriod"] == {"start": "2026-03-13T00:00:00+01:00", "end": "2026-03-13T23:59:59+01:00"}
    assert resource["valueQuantity"] == {
        "value": 3263.0,
        "unit": "count",
        "system": "http://unitsofmeasure.org",
        "code": "{count}",
    }
    assert resource["category"][0]["coding"][0]["code"] == "activity"


def test_steps_of_an_hour_have_another_code() -> None:
    hour = datetime(2026, 3, 13, 9, tzinfo=BERLIN)
    assert codes(observed(biomarker("steps", 600, hour, hour, periodicity="hourly")))[0][1] == "55423-8"


def test_a_day_in_progress_is_preliminary() -> None:
    assert observed(daily("steps", DAY, 1, periodicity="intraday"))["status"] == "preliminary"


def test_a_value_is_in_the_unit_of_its_code() -> None:
    height = observed(daily("height", DAY, 1.83, category="body", unit="m"))["valueQuantity"]
    assert (height["value"], height["code"]) == (183.0, "cm")
    saturation = observed(nightly("oxygen_saturation_sleep", DAY, "0.97", category="vitals", unit="percentage"))
    assert (saturation["valueQuantity"]["value"], saturation["valueQuantity"]["code"]) == (97.0, "%")


def test_vital_signs_are_in_their_category() -> None:
    resource = observed(daily("heart_rate_resting", DAY, 52, category="vitals", unit="bpm"))
    assert resource["category"][0]["coding"][0]["code"] == "vital-signs"
    assert codes(resource)[0] == ("http://loinc.org", "40443-4")


def test_bedtimes_are_instants_and_words_are_words() -> None:
    bedtime = nightly("sleep_start_time", DAY, "2026-03-12T23:10+01:00", unit="datetime", valueType="datetime")
    assert observed(bedtime)["valueDateTime"] == "2026-03-12T23:10:00+01:00"
    sex = daily("biological_sex", DAY, "female", category="characteristic", valueType="string")
    assert observed(sex)["valueString"] == "female"


def test_a_point_in_time_is_one() -> None:
    at = datetime(2026, 3, 13, 8, 30, tzinfo=BERLIN)
    resource = observed(biomarker("weight", 70, at, category="body", unit="kg"))
    assert resource["effectiveDateTime"] == "2026-03-13T08:30:00+01:00"
    assert "effectivePeriod" not in resource


def test_a_type_that_nobody_told_us_about_is_kept_under_its_own_name() -> None:
    resource = observed(daily("moon_phase", DAY, 0.3, category="astrology", unit="furlong"))
    assert codes(resource) == [("urn:holisticos:biomarker-type", "moon_phase")]
    assert resource["valueQuantity"] == {"value": 0.3, "unit": "furlong"}
    assert "category" not in resource
    assert observed(daily("moon_phase", DAY, 0.3, unit=""))["valueQuantity"] == {"value": 0.3}


def test_scores_are_observations_too() -> None:
    (found,) = parse_scores([score("sleep", DAY, 0.7)], zone=BERLIN, as_of=AS_OF).kept
    resource = fhir.score_observation(found, "ana")
    Observation.model_validate(resource)
    assert (resource["valueQuantity"]["value"], resource["effectiveDateTime"]) == (0.7, "2026-03-13T00:00:00+01:00")


def test_a_bundle_refers_to_its_own_patient() -> None:
    person = fhir.patient("ana")
    Patient.model_validate(person)
    resources = [person, observed(daily("steps", DAY, 1)), observed(daily("steps", DAY, 2, id="other"))]
    entries = [fhir.entry(one) for one in resources]
    Bundle.model_validate({"resourceType": "Bundle", "type": "collection", "entry": entries})
    urls = [entry["fullUrl"] for entry in entries]
    assert len(set(urls)) == 3
    assert {one["subject"]["reference"] for one in resources[1:]} == {urls[0]}


def test_the_same_record_is_the_same_resource_and_another_users_is_another() -> None:
    record = parsed(daily("steps", DAY, 1))
    assert fhir.biomarker_observation(record, "ana") == fhir.biomarker_observation(record, "ana")
    assert fhir.biomarker_observation(record, "ana")["id"] != fhir.biomarker_observation(record, "bob")["id"]


@pytest.mark.parametrize("type_", [metric.type for metric in CATALOGUE.values() if metric.kind is Kind.NUMBER])
def test_every_number_of_the_catalogue_has_a_ucum_unit(type_: str) -> None:
    metric = CATALOGUE[type_]
    resource = observed(daily(type_, DAY, (metric.low + metric.high) / 2, category=metric.category, unit=metric.unit))
    assert resource["valueQuantity"]["code"] == UCUM[metric.unit].code


@pytest.mark.parametrize("type_", LOINC)
def test_codes_are_of_types_that_exist_and_have_right_check_digits(type_: str) -> None:
    assert type_ in CATALOGUE
    for code, display in (*LOINC[type_], *LOINC_OF_A_DAY.get(type_, ())):
        assert display
        number, _, check = code.partition("-")
        assert int(check) == mod_10(number), code


def mod_10(number: str) -> int:
    """The check digit of a LOINC code (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10
