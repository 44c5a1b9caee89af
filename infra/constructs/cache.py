"""Where answers are cached: in DynamoDB, or on a Redis or Valkey server of somebody else's."""

from aws_cdk import CfnParameter
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.function import ServiceFunction
from infra.constructs.secret import HandFilledSecret


class CacheAccess(Construct):
    """Without a URL the cache is a table, and the secret is not read."""

    def __init__(self, scope: Construct, id_: str, stage: StageConfig) -> None:
        super().__init__(scope, id_)
        self._url = CfnParameter(
            scope,
            "RedisUrl",
            default="",
            description="Redis or Valkey server for the cache, without password; empty: the cache is in DynamoDB",
            allowed_pattern="^(rediss?://[^@/ ]+[^@ ]*)?$",
            constraint_description="must be empty, or a redis or rediss URL without a password",
        )
        self.secret = HandFilledSecret(
            self,
            "Password",
            stage,
            description="Of the server in RedisUrl, where that is a rediss URL; filled by hand: password, and username",
            unset={"username": "", "password": ""},
            because="The server is not of this stack; its password is changed where it runs",
        )

    @property
    def settings(self) -> dict[str, str]:
        """The variables of a function that reads or ends what is cached."""
        return {"REDIS_URL": self._url.value_as_string, "REDIS_SECRET_ARN": self.secret.secret_arn}

    def allow(self, function: ServiceFunction) -> None:
        """Read the password."""
        self.secret.allow(function)
