"""A user's whole journey through the API with the generated client, as a program of its own.

It is told by its environment where the API is, who the user is and with which token, and prints what it saw.
"""

import json
import os
import re
import time
from typing import Any

from holisticos_client import AuthenticatedClient
from holisticos_client.api.account import erase_user, export_data, read_audit, read_erasure
from holisticos_client.api.analyses import ask_for_analysis, follow_analysis, list_analyses, read_analysis
from holisticos_client.api.health_data import read_biomarkers, read_health_context, read_scores, read_wearable_data
from holisticos_client.api.profile import read_profile, replace_profile
from holisticos_client.api.recommendations import give_feedback
from holisticos_client.models import (
    AnalysisAccepted,
    AnalysisPage,
    AnalysisResult,
    AnalysisView,
    AnalyzeRequest,
    AuditPage,
    BiomarkersPage,
    ErasureView,
    ExportRequest,
    ExportView,
    FeedbackRequest,
    FeedbackView,
    HealthContextView,
    PrivacySettings,
    Problem,
    ProfileSettings,
    ProfileView,
    ScoresView,
    WearableDataView,
)

PATIENCE = 150.0
"""Seconds for an analysis, and for an erasure."""


def main() -> None:
    user = os.environ["JOURNEY_USER"]
    client = AuthenticatedClient(os.environ["JOURNEY_URL"], token=os.environ["JOURNEY_TOKEN"], timeout=40)  # type: ignore[arg-type,unused-ignore]  # a number is a timeout
    seen: dict[str, Any] = {}

    settings = ProfileSettings(
        timezone="Europe/Berlin",
        language="en",
        archetype="Systematic Improver",
        privacy=PrivacySettings(withheld_categories=["reproductive"], share_with_language_model=False),
        daily_analysis=False,
    )
    profile = replace_profile.sync(user, client=client, body=settings)
    assert isinstance(profile, ProfileView)
    again = read_profile.sync(user, client=client)
    assert isinstance(again, ProfileView)
    seen["archetype"] = again.archetype

    context = read_health_context.sync(user, client=client, days=7, include_memory=False)
    assert isinstance(context, HealthContextView)
    scores = read_scores.sync(user, client=client, score_types=["sleep"])
    assert isinstance(scores, ScoresView)
    wearable = read_wearable_data.sync(user, client=client, metrics=["steps"], date_range="30d")
    assert isinstance(wearable, WearableDataView)
    page = read_biomarkers.sync(user, client=client, categories=["activity"], limit=2)
    assert isinstance(page, BiomarkersPage)
    seen["sources"] = sorted({scores.provenance.source, page.provenance.source, wearable.provenance.source})

    accepted = ask_for_analysis.sync(user, client=client, body=AnalyzeRequest(), idempotency_key="journey-1")
    assert isinstance(accepted, AnalysisAccepted)
    seen["events"] = follow(accepted.analysis_id, client)
    analysis = read_analysis.sync(accepted.analysis_id, client=client)
    assert isinstance(analysis, AnalysisView)
    assert isinstance(analysis.result, AnalysisResult)
    seen["status"] = analysis.status
    listed = list_analyses.sync(user, client=client)
    assert isinstance(listed, AnalysisPage)
    seen["listed"] = accepted.analysis_id in [item.analysis_id for item in listed.items]

    if analysis.result.plan.items:
        first = analysis.result.plan.items[0].id
        said = give_feedback.sync(user, first, client=client, body=FeedbackRequest(adherence="partly", helpful=True))
        assert isinstance(said, FeedbackView)
        seen["adherence"] = said.adherence
    unknown = give_feedback.sync(user, "no.such", client=client, body=FeedbackRequest(adherence="not"))
    assert isinstance(unknown, Problem)
    seen["problem"] = unknown.type_

    export = export_data.sync(user, client=client, body=ExportRequest())
    assert isinstance(export, ExportView)
    seen["export"] = {"url": export.url, "sha256": export.sha256, "files": [file.name for file in export.files]}
    trail = read_audit.sync(user, client=client, limit=100)
    assert isinstance(trail, AuditPage)
    seen["actions"] = sorted({item.action for item in trail.items})

    erasure = erase_user.sync(user, client=client)
    assert isinstance(erasure, ErasureView)
    seen["erased"] = until_erased(user, client)
    print(json.dumps(seen))  # noqa: T201 - its answer


def follow(analysis_id: str, client: AuthenticatedClient) -> list[str]:
    """The types of the events, each once, over as many streams as it takes."""
    types: list[str] = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        stream = follow_analysis.sync(analysis_id, client=client, after=str(len(types)))
        if not isinstance(stream, str):
            return types
        types += re.findall(r"^event: (.+)$", stream, re.MULTILINE)
    raise AssertionError("the analysis comes to no end")


def until_erased(user: str, client: AuthenticatedClient) -> dict[str, int]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        erasure = read_erasure.sync(user, client=client)
        assert isinstance(erasure, ErasureView)
        if erasure.status == "completed":
            counts: dict[str, int] = erasure.erased.to_dict() if erasure.erased else {}
            return counts
        time.sleep(1)
    raise AssertionError("the erasure comes to no end")


if __name__ == "__main__":
    main()
