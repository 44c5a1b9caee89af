"""The upstream health API: which provider answers, where, and our credentials there."""

from aws_cdk import CfnParameter
from constructs import Construct

from holisticos.contracts.names import HealthProvider
from infra.config import StageConfig
from infra.constructs.function import ServiceFunction
from infra.constructs.secret import HandFilledSecret


class HealthApiAccess(Construct):
    """A deployment has one provider. The secret is read where that provider asks for credentials."""

    def __init__(self, scope: Construct, id_: str, stage: StageConfig) -> None:
        super().__init__(scope, id_)
        self._base_url = CfnParameter(
            scope,
            "HealthApiBaseUrl",
            description="Where the upstream health API answers; paths are appended",
            allowed_pattern="^https?://[^/ ]+[^ ]*[^/ ]$",
            constraint_description="must be an http or https URL without a slash at its end",
        )
        self._provider = CfnParameter(
            scope,
            "HealthProvider",
            default=HealthProvider.HOS_FAPI.value,
            description="What answers there: hos-fapi, or Sahha itself, which asks for credentials",
            allowed_values=[provider.value for provider in HealthProvider],
        )
        self.secret = HandFilledSecret(
            self,
            "Credentials",
            stage,
            description="For Sahha; filled by hand after the first deployment: client_id and client_secret",
            unset={"client_id": "", "client_secret": ""},
            because="The provider gives them out; they are changed there, and put here",
        )

    @property
    def settings(self) -> dict[str, str]:
        """The variables of a function that asks the health API."""
        return {
            "HEALTH_PROVIDER": self._provider.value_as_string,
            "HEALTH_API_BASE_URL": self._base_url.value_as_string,
            "HEALTH_API_SECRET_ARN": self.secret.secret_arn,
        }

    def allow(self, function: ServiceFunction) -> None:
        """Read the credentials."""
        self.secret.allow(function)
