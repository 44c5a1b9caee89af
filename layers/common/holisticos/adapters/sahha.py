"""Sahha, asked directly, as a ``HealthSource``.

``GET {base}/api/v1/profile/{score|biomarker|archetypes}/{externalId}``, where the external id is the user's
id with us, under an account token (``sahha_token``). Times are instants with the user's offset. 204 means no
data, as does 404: a profile Sahha does not know.

Sahha takes no limit: an answer that is too large is refused as such, and none is known to be cut off. Biomarkers
are only given by category, so that those of a category that is not in ``CATEGORIES`` are not seen.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final
from urllib.parse import quote

import httpx

from holisticos.adapters.http_json import HttpLimits, JsonClient, Parameters
from holisticos.adapters.json_health_source import Days, JsonHealthSource
from holisticos.adapters.sahha_token import AccountToken
from holisticos.adapters.secrets import SahhaCredentials
from holisticos.contracts.errors import HealthSourceUnauthorizedError
from holisticos.contracts.names import Part

CATEGORIES: Final = ("activity", "body", "characteristic", "reproductive", "sleep", "vitals")
SCORES: Final = ("activity", "sleep", "readiness", "wellbeing", "mental_wellbeing")

_PATHS: Final = {Part.SCORES: "score", Part.BIOMARKERS: "biomarker", Part.ARCHETYPES: "archetypes"}
_CHOICES: Final[dict[Part, Parameters]] = {
    Part.SCORES: {"types": SCORES},
    Part.BIOMARKERS: {"categories": CATEGORIES},
    Part.ARCHETYPES: {},
}
_LAST_SECOND: Final = time(23, 59, 59)
_EARLIER: Final = timedelta(days=1)
"""The night of the first day begins the evening before, and records may be found by their beginning."""


class SahhaHealthSource(JsonHealthSource):
    """``HealthSource`` over Sahha's own API."""

    def __init__(
        self,
        base_url: str,
        credentials: Callable[[], SahhaCredentials],
        *,
        on_refused_credentials: Callable[[], None] = lambda: None,
        limits: HttpLimits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        client = JsonClient(base_url, limits=limits, transport=transport)
        super().__init__(client)
        self._token = AccountToken(client, credentials, on_refused_credentials)

    async def aclose(self) -> None:
        await self._token.aclose()
        await super().aclose()

    async def _answer(self, part: Part, user_id: str, days: Days, deadline: float) -> object | None:
        path = f"api/v1/profile/{_PATHS[part]}/{_segment(user_id)}"
        params = {
            **_CHOICES[part],
            "startDateTime": datetime.combine(days.first - _EARLIER, time(), days.zone).isoformat(),
            "endDateTime": datetime.combine(days.last, _LAST_SECOND, days.zone).isoformat(),
        }
        token = await self._token.current(deadline)
        try:
            return await self._client.get(path, params, deadline, _signed(token))
        except HealthSourceUnauthorizedError:
            # It was withdrawn, or our clocks differ: a new one is tried once.
            self._token.forget(token)
        return await self._client.get(path, params, deadline, _signed(await self._token.current(deadline)))


def _signed(token: str) -> dict[str, str]:
    return {"authorization": f"account {token}"}


def _segment(user_id: str) -> str:
    """One segment of a path, whatever the id is: one of dots alone would be taken for another folder."""
    return quote(user_id, safe="") if user_id.strip(".") else user_id.replace(".", "%2E")
