"""Who may sign in."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.rules import accept


class Identity(Construct):
    """A user pool, the client of the mobile app, and the group of operators.

    A user's name is the id of the person's health profile. Users are therefore made by an operator, never
    by themselves: who could choose a name could choose whose data to read.
    """

    def __init__(self, scope: Construct, id_: str, stage: StageConfig) -> None:
        super().__init__(scope, id_)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True),
            # Ids of the upstream differ by case.
            sign_in_case_sensitive=True,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            deletion_protection=stage.protected,
            removal_policy=stage.removal_policy,
        )
        self.client = self.pool.add_client(
            "MobileApp",
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
            generate_secret=False,
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
        )
        self.operators = cognito.CfnUserPoolGroup(
            self,
            "Operators",
            user_pool_id=self.pool.user_pool_id,
            group_name="ops",
            description="May read the audit trail and administer",
        )
        accept(
            self.pool,
            "AwsSolutions-COG2",
            "A second factor is offered; asking for it at every sign-in would keep people from their own data",
        )
        accept(
            self.pool,
            "AwsSolutions-COG8",
            "The plus plan's threat protection is charged per user; passwords are long and operators make the users",
        )
