"""Which provider of health data a deployment has."""

from holisticos.adapters.http_json import HttpLimits
from holisticos.adapters.json_health_source import JsonHealthSource
from holisticos.contracts.names import HealthProvider


def health_source_of(
    provider: HealthProvider, base_url: str, secret_arn: str, *, limits: HttpLimits
) -> JsonHealthSource:
    """The provider at ``base_url``; its secret is read where it asks for credentials. Raises ``ConfigurationError``.

    An adapter is imported where it is chosen: a function needs one.
    """
    match provider:
        case HealthProvider.HOS_FAPI:
            from holisticos.adapters.health_api import HttpHealthSource

            return HttpHealthSource(base_url, limits=limits)
        case HealthProvider.SAHHA:
            from holisticos.adapters.sahha import SahhaHealthSource
            from holisticos.adapters.secrets import SahhaSecret

            secret = SahhaSecret(secret_arn)
            return SahhaHealthSource(base_url, secret.credentials, on_refused_credentials=secret.forget, limits=limits)
