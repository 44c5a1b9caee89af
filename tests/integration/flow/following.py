"""Following an analysis as a client does."""

from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.events import Event
from local.client import ApiClient


def followed(client: ApiClient, analysis_id: str) -> tuple[list[Event], AnalysisResult]:
    events = list(client.follow(analysis_id))
    result = client.result(analysis_id)
    assert result is not None, events[-1]
    return events, result
