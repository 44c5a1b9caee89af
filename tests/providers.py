"""Sources of both providers of health data at an address that a test serves."""

import json
from collections.abc import Sequence

import pytest

from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.http_json import HttpLimits
from holisticos.adapters.json_health_source import JsonHealthSource
from holisticos.adapters.sahha import SahhaHealthSource
from holisticos.adapters.sahha_token import PATH
from holisticos.adapters.secrets import SahhaCredentials
from holisticos.contracts.names import HealthProvider
from local.health_api.tokens import CLIENT_ID, CLIENT_SECRET
from tests.loopback import Answer, Exchange

CREDENTIALS = SahhaCredentials(CLIENT_ID, CLIENT_SECRET)
TOKEN = json.dumps({"accountToken": "eyJ.token", "expiresIn": 86_400}).encode()

BOTH = pytest.mark.parametrize("provider", list(HealthProvider))


def source_at(provider: HealthProvider, url: str, limits: HttpLimits | None = None) -> JsonHealthSource:
    if provider is HealthProvider.SAHHA:
        return SahhaHealthSource(url, lambda: CREDENTIALS, limits=limits)
    return HttpHealthSource(url, limits=limits)


def with_tokens(answer: Answer) -> Answer:
    """``answer`` to all but Sahha's requests for a token, which get one."""

    async def give(exchange: Exchange) -> None:
        await (exchange.answer(200, TOKEN) if exchange.target == f"/{PATH}" else answer(exchange))

    return give


def for_records(targets: Sequence[str]) -> list[str]:
    """The requests that ask for records."""
    return [target for target in targets if target != f"/{PATH}"]
