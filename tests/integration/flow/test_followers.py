"""A page in a browser, in both ways of signing in to a stream, and curl, on the running stack."""

from pathlib import Path

from holisticos.contracts.events import EventType
from local.client import ApiClient
from local.people.registry import ImportedPerson
from local.workbench import Workbench
from tests.e2e.followers import NEEDED, check, followed, protocol

pytestmark = NEEDED


def test_fault_22_browsers_and_curl_follow_an_analysis_through_two_cuts(
    client: ApiClient, workbench: Workbench, person: ImportedPerson, tmp_path: Path
) -> None:
    def begin() -> tuple[str, str]:
        return client.analyze(person.user_id, as_of=person.as_of), workbench.accounts.token(person.user_id)

    told = followed(workbench.endpoints.api_url, begin, tmp_path)

    events = check(told)
    assert events[0]["type"] == EventType.QUEUED
    assert events[-1]["type"] == EventType.COMPLETED
    print(protocol(told))  # noqa: T201 - for people, with `pytest -s`
