"""Both generated clients make the whole journey of a user on the running stack."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

import httpx
import pytest
from fhir.resources.R4B.bundle import Bundle
from rich.console import Console

from local.endpoints import Endpoints
from local.people.persona import Persona
from local.people.registry import ImportedPerson
from local.people.synthetic import synthetic_person
from local.stack import Stack
from local.workbench import Workbench
from tests.integration.clients.conftest import Program
from tests.integration.conftest import AwsClient
from tests.integration.leftovers import nothing_is_left

FINAL = {"analysis.completed", "analysis.partial"}


@pytest.fixture
def workbench(stack: Stack, endpoints: Endpoints) -> Workbench:
    return Workbench(endpoints, stack.state, Console(file=io.StringIO()))


@pytest.fixture
def person(workbench: Workbench, program: Program) -> ImportedPerson:
    """Somebody for each client, who wore the device until yesterday."""
    persona = Persona(name=program.folder.name.rstrip("0123456789"))
    return workbench.import_person(synthetic_person(persona, seed=3, as_of=datetime.now(UTC), days=60))


def test_a_user_does_everything_and_leaves_nothing(
    program: Program, workbench: Workbench, person: ImportedPerson, endpoints: Endpoints, aws: AwsClient
) -> None:
    user = person.user_id
    seen = program.run(endpoints.api_url, user, workbench.accounts.token(user))

    assert seen["archetype"] == "Systematic Improver"
    assert set(seen["sources"]) <= {"health_api", "cache"}
    assert seen["events"][0] == "analysis.queued"
    assert seen["events"][-1] in FINAL
    assert (seen["status"], seen["listed"]) == ("completed", True)
    assert seen["problem"] == "/problems/not-found"
    assert {"data.exported", "health_data.read", "result.written"} <= set(seen["actions"])

    # The archive was erased with the rest: its link leads nowhere any more.
    assert httpx.get(seen["export"]["url"], trust_env=False).status_code == 404

    assert seen["erased"]["analyses"] == 1
    assert seen["erased"]["health records"] > 1000
    # Data that were read twice, because the first reading took too long, are two snapshots; other tests export too.
    assert seen["erased"]["snapshots"] >= 1
    assert seen["erased"]["exports"] >= 1
    assert nothing_is_left(user, endpoints, aws)


def test_the_archive_is_whole_and_reads_as_fhir(
    program: Program, workbench: Workbench, person: ImportedPerson, endpoints: Endpoints
) -> None:
    headers = {"Authorization": f"Bearer {workbench.accounts.token(person.user_id)}"}
    answer = httpx.post(f"{endpoints.api_url}/api/v1/users/{person.user_id}/export", headers=headers, timeout=40)
    assert answer.status_code == 201, answer.text
    fetched = httpx.get(answer.json()["url"], trust_env=False, timeout=40)

    assert hashlib.sha256(fetched.content).hexdigest() == answer.json()["sha256"]
    assert fetched.headers["Content-Disposition"].startswith('attachment; filename="holisticos-')
    archive = zipfile.ZipFile(io.BytesIO(fetched.content))
    bundle = Bundle.model_validate_json(archive.read("fhir/bundle.json"))
    manifest = json.loads(archive.read("manifest.json"))
    counts = {file["name"]: file["records"] for file in manifest["files"]}
    assert len(bundle.entry or ()) == counts["fhir/bundle.json"]
    assert counts["fhir/bundle.json"] == 1 + counts["health/scores.jsonl"] + counts["health/biomarkers.jsonl"]
    assert manifest["synthetic"] is True
