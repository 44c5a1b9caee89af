"""Which cache a deployment has."""

from holisticos.adapters.dynamodb_cache import DynamoDbCache
from holisticos.ports import Cache, Clock


def cache_of(redis_url: str, redis_secret_arn: str, table_name: str, clock: Clock) -> Cache:
    """The server at ``redis_url`` where there is one, else the table. Raises ``ConfigurationError``.

    A password travels under TLS only: for a ``redis://`` URL the secret is not read.
    """
    if not redis_url:
        return DynamoDbCache(table_name, clock)
    from holisticos.adapters.redis_cache import RedisCache  # most deployments have none
    from holisticos.adapters.secrets import RedisSecret

    if not redis_url.startswith("rediss:"):
        return RedisCache(redis_url)
    secret = RedisSecret(redis_secret_arn)
    return RedisCache(redis_url, secret.sign_in, on_refused_password=secret.forget)
