"""Which cache a deployment has."""

from holisticos.adapters.dynamodb_cache import DynamoDbCache
from holisticos.ports import Cache, Clock


def cache_of(redis_url: str, table_name: str, clock: Clock) -> Cache:
    """The server at ``redis_url`` where there is one, else the table. Raises ``ConfigurationError``."""
    if not redis_url:
        return DynamoDbCache(table_name, clock)
    from holisticos.adapters.redis_cache import RedisCache  # most deployments have none

    return RedisCache(redis_url)
