"""The language model that may word reports: where it answers, its key, and what may be spent on it."""

from typing import Final

from aws_cdk import CfnParameter
from constructs import Construct

from holisticos.agents.settings import NO_MODEL
from holisticos.contracts.names import AgentName
from infra.config import StageConfig
from infra.constructs.function import ServiceFunction
from infra.constructs.secret import HandFilledSecret
from infra.constructs.storage import Storage

PARAMETER: Final = "LanguageModelBaseUrl"


class LanguageModelAccess(Construct):
    """Without a base URL a stage has no model, and without a key in the secret none is asked: the rules speak."""

    def __init__(self, scope: Construct, id_: str, stage: StageConfig, storage: Storage) -> None:
        super().__init__(scope, id_)
        self._stage = stage
        self._storage = storage
        self._base_url = CfnParameter(
            scope,
            PARAMETER,
            default=NO_MODEL,
            description=f"Where a provider with OpenAI's Responses API answers, or {NO_MODEL}",
            allowed_pattern=f"^({NO_MODEL}|https?://[^/ ]+[^ ]*[^/ ])$",
            constraint_description=f"must be {NO_MODEL}, or an http or https URL without a slash at its end",
        )
        self.secret = HandFilledSecret(
            self,
            "Key",
            stage,
            description="Filled by hand after the first deployment: the provider's key, under api_key",
            unset={"api_key": ""},
            because="The provider gives the key out; it is changed there, and put here",
        )

    def settings(self, agent: AgentName) -> dict[str, str]:
        """The variables of one agent."""
        config = self._stage.language_model
        return {
            "EPHEMERAL_TABLE": self._storage.ephemeral.table_name,
            "OPENAI_BASE_URL": self._base_url.value_as_string,
            "LANGUAGE_MODEL": config.of(agent),
            "LANGUAGE_MODEL_SECRET_ARN": self.secret.secret_arn,
            "LANGUAGE_MODEL_SECONDS": str(config.seconds),
            "LANGUAGE_MODEL_TOKENS": str(config.tokens),
            "USER_BUDGET_USD": str(config.user_usd_a_day),
            "DAILY_BUDGET_USD": str(config.usd_a_day),
        }

    def allow(self, function: ServiceFunction) -> None:
        """Read the key, share what is known of the provider, and account for what is spent."""
        self.secret.allow(function)
        self._storage.allow_shared_state(function)
        function.allow("dynamodb:UpdateItem", on=self._storage.ephemeral.table_arn)
