"""The public API as a phone uses it: signed in, over HTTPS, following the progress stream."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self

import httpx
from httpx_sse import ServerSentEvent, connect_sse
from pydantic import ValidationError

from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.events import Event
from holisticos.contracts.names import AnalysisType, Archetype
from local.errors import LocalError

_TIMEOUT = httpx.Timeout(90.0, connect=10.0)
"""A stream waits 20 seconds for news, behind cold starts of many functions on a small machine."""
_MAX_QUIET_RECONNECTS = 20
"""Streams that end without news before the client gives up; each lasts up to about 20 seconds."""


class ApiProblemError(LocalError):
    """The API answered with a problem; the message is its title and detail."""


class ApiClient:
    """One signed-in user's view of the API at ``base_url``."""

    def __init__(self, base_url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/", headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def analyze(
        self,
        user_id: str,
        *,
        archetype: Archetype | None = None,
        analysis_type: AnalysisType = AnalysisType.AUTO,
        as_of: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> str:
        """Ask for an analysis and return its id."""
        body: dict[str, Any] = {"analysis_type": analysis_type}
        if archetype:
            body["archetype"] = archetype
        if as_of:
            body["as_of"] = as_of.isoformat()
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        answer = self._checked(self._http.post(f"api/v1/users/{user_id}/analyze", json=body, headers=headers))
        return str(answer["analysis_id"])

    def follow(self, analysis_id: str) -> Iterator[Event]:
        """Yield every progress event once and in order, resuming where a stream ended, until the final one.

        Raises:
            ApiProblemError: the stream cannot be read, or stays silent for too long.
        """
        last = 0
        for message in self._messages(f"api/v1/analysis/{analysis_id}/stream", "0", _MAX_QUIET_RECONNECTS):
            event = Event.model_validate_json(message.data)
            if event.seq <= last:
                continue
            last = event.seq
            yield event
            if event.type.is_final:
                return
        raise ApiProblemError("the progress stream brought no news for several minutes; see `holisticos logs`")

    def watch(self, user_id: str) -> Iterator[dict[str, Any]]:
        """Yield the events of the user's wearable feed, the present state first, without end.

        Raises:
            ApiProblemError: the stream cannot be read.
        """
        for message in self._messages(f"api/v1/users/{user_id}/wearable-data/stream", None, None):
            event: dict[str, Any] = json.loads(message.data)
            yield event

    def _messages(self, path: str, last: str | None, quiet_reconnects: int | None) -> Iterator[ServerSentEvent]:
        """The messages of a stream, taken up wherever it ends, until it was quiet for so many times."""
        quiet = 0
        while quiet_reconnects is None or quiet < quiet_reconnects:
            quiet += 1
            headers = {} if last is None else {"Last-Event-ID": last}
            with connect_sse(self._http, "GET", path, headers=headers) as stream:
                if stream.response.status_code != httpx.codes.OK:
                    stream.response.read()
                    self._checked(stream.response)
                for message in stream.iter_sse():
                    if message.data:
                        last, quiet = message.id, 0
                        yield message

    def result(self, analysis_id: str) -> AnalysisResult | None:
        """The result, or None where the analysis ended without one (failed)."""
        answer = self._checked(self._http.get(f"api/v1/analysis/{analysis_id}"))
        if answer.get("result") is None:
            return None
        try:
            return AnalysisResult.model_validate(answer["result"])
        except ValidationError as error:
            raise ApiProblemError(f"the result of {analysis_id} does not validate: {error}") from error

    @staticmethod
    def _checked(response: httpx.Response) -> dict[str, Any]:
        if response.is_success:
            body: dict[str, Any] = response.json()
            return body
        try:
            problem = response.json()
            title = problem.get("title") or problem.get("message") or response.reason_phrase
            said = f"{title}: {problem['detail']}" if problem.get("detail") else title
        except (ValueError, AttributeError):
            said = response.reason_phrase or "no explanation"
        raise ApiProblemError(f"the API answered {response.status_code}: {said}")
