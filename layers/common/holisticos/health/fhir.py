"""Health records as FHIR R4 resources (hl7.org/fhir/R4), for other systems to read.

Plain mappings, in the order in which FHIR lists the elements. Ids follow from the contents: the same records
give the same resources in every export.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from holisticos.health.fhir_codes import LOINC, LOINC_OF_A_DAY, UCUM, category
from holisticos.health.records import Biomarker, Score

Resource = dict[str, Any]

BIOMARKERS: Final = "urn:holisticos:biomarker-type"
SCORES: Final = "urn:holisticos:score-type"
USERS: Final = "urn:holisticos:user"
_LOINC: Final = "http://loinc.org"
_UCUM: Final = "http://unitsofmeasure.org"
_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:holisticos:fhir")


def patient(user_id: str) -> Resource:
    """The person the observations are about, known by our id alone."""
    return {
        "resourceType": "Patient",
        "id": str(_uuid("patient", user_id)),
        "identifier": [{"system": USERS, "value": user_id}],
    }


def biomarker_observation(record: Biomarker, user_id: str) -> Resource:
    """One measured value."""
    return {
        "resourceType": "Observation",
        "id": str(
            _uuid("biomarker", user_id, record.type, record.start.isoformat(), record.end.isoformat(), record.id)
        ),
        # A value of a day in progress will change.
        "status": "preliminary" if record.periodicity == "intraday" else "final",
        **_category_of(category(record.type, record.category)),
        "code": {"coding": _codings(record), "text": record.type.replace("_", " ")},
        "subject": _subject(user_id),
        **_effective(record.start, record.end),
        **_value(record),
    }


def score_observation(score: Score, user_id: str) -> Resource:
    """One score, 0..1. Scores have no LOINC terms: each source computes them in its own way."""
    return {
        "resourceType": "Observation",
        "id": str(_uuid("score", user_id, score.type, score.at.isoformat(), score.id)),
        "status": "final",
        "code": {"coding": [{"system": SCORES, "code": score.type}], "text": f"{score.type.replace('_', ' ')} score"},
        "subject": _subject(user_id),
        "effectiveDateTime": score.at.isoformat(),
        "valueQuantity": {"value": score.value, "unit": "index 0 to 1", "system": _UCUM, "code": "1"},
    }


def entry(resource: Mapping[str, Any]) -> Resource:
    """An entry of a bundle."""
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}


def _codings(record: Biomarker) -> list[dict[str, str]]:
    terms = LOINC.get(record.type, ())
    if record.periodicity in {"daily", "intraday"}:
        terms = LOINC_OF_A_DAY.get(record.type, terms)
    loinc = [{"system": _LOINC, "code": code, "display": display} for code, display in terms]
    return [*loinc, {"system": BIOMARKERS, "code": record.type}]


def _category_of(code: str | None) -> Resource:
    return {"category": [{"coding": [{"system": _CATEGORY, "code": code}]}]} if code else {}


def _subject(user_id: str) -> Resource:
    return {"reference": f"urn:uuid:{_uuid('patient', user_id)}"}


def _effective(start: datetime, end: datetime) -> Resource:
    if start == end:
        return {"effectiveDateTime": start.isoformat()}
    return {"effectivePeriod": {"start": start.isoformat(), "end": end.isoformat()}}


def _value(record: Biomarker) -> Resource:
    if isinstance(record.value, datetime):
        return {"valueDateTime": record.value.isoformat()}
    if isinstance(record.value, str):
        return {"valueString": record.value}
    unit = UCUM.get(record.unit)
    if unit is None:
        return {"valueQuantity": {"value": record.value, **({"unit": record.unit} if record.unit else {})}}
    value = record.value if unit.factor == 1 else round(record.value * unit.factor, 6)
    return {"valueQuantity": {"value": value, "unit": record.unit, "system": _UCUM, "code": unit.code}}


def _uuid(*parts: str) -> UUID:
    return uuid5(_NAMESPACE, "\n".join(parts))
