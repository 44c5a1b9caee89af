"""Secrets of other systems, which nobody here can make up."""

import json
from collections.abc import Mapping

from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.function import ServiceFunction
from infra.constructs.rules import accept


class HandFilledSecret(secretsmanager.Secret):
    """A secret that is put in after the first deployment; until then its keys have the values of ``unset``.

    ``because`` says why it is not rotated from here.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        stage: StageConfig,
        *,
        description: str,
        unset: Mapping[str, str],
        because: str,
    ) -> None:
        super().__init__(
            scope,
            id_,
            description=description,
            # A made-up value keeps the real one out of every template; nobody reads the key "placeholder".
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps(unset), generate_string_key="placeholder"
            ),
            removal_policy=stage.removal_policy,
        )
        accept(self, "AwsSolutions-SMG4", because)

    def allow(self, function: ServiceFunction) -> None:
        """Let ``function`` read this secret, and no other."""
        function.allow("secretsmanager:GetSecretValue", on=self.secret_arn)
