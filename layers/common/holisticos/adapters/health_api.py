"""The upstream health API (hos-fapi, which wraps Sahha) as a ``HealthSource``.

``GET {base}/api/v1/sahha/{scores|biomarkers|archetypes}?user_id&start_date&end_date&limit``; dates are
local dates of the user, both included.
"""

from typing import Final

import httpx

from holisticos.adapters.http_json import HttpLimits, JsonClient, Parameters
from holisticos.adapters.json_health_source import Days, JsonHealthSource
from holisticos.contracts.names import Part

PAGE_SIZE: Final = 8_000
"""Three months of daily records of fifty types and of hourly steps are fewer. So many fit into the largest body."""


class HttpHealthSource(JsonHealthSource):
    """``HealthSource`` over hos-fapi."""

    def __init__(
        self,
        base_url: str,
        *,
        limits: HttpLimits | None = None,
        page_size: int = PAGE_SIZE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(JsonClient(base_url, limits=limits, transport=transport), page_size=page_size)
        self._limit = page_size

    async def _answer(self, part: Part, user_id: str, days: Days, deadline: float) -> object | None:
        params: Parameters = {
            "user_id": user_id,
            "start_date": days.first.isoformat(),
            "end_date": days.last.isoformat(),
            "limit": self._limit,
        }
        return await self._client.get(f"api/v1/sahha/{part}", params, deadline)
