"""Sign-in accounts in the local user pool."""

import secrets
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient


class Accounts:
    """Creates users of the pool and signs them in, as the mobile app does."""

    def __init__(self, cognito: "CognitoIdentityProviderClient", pool_id: str, client_id: str) -> None:
        self._cognito = cognito
        self._pool_id = pool_id
        self._client_id = client_id

    def ensure(self, user_id: str) -> None:
        """Create the user unless there is one."""
        try:
            self._cognito.admin_create_user(UserPoolId=self._pool_id, Username=user_id, MessageAction="SUPPRESS")
        except self._cognito.exceptions.UsernameExistsException:
            return

    def exists(self, user_id: str) -> bool:
        try:
            self._cognito.admin_get_user(UserPoolId=self._pool_id, Username=user_id)
        except self._cognito.exceptions.UserNotFoundException:
            return False
        return True

    def token(self, user_id: str) -> str:
        """An access token of the user.

        The password is drawn anew each time, so none is ever kept on disk.

        Raises:
            LocalError: there is no such user.
        """
        if not self.exists(user_id):
            raise LocalError(f"there is no user {user_id!r} here; import a person first: holisticos import PATH")
        # The pool asks for upper and lower case, digits and symbols.
        password = f"{secrets.token_urlsafe(24)}aA1!"
        self._cognito.admin_set_user_password(
            UserPoolId=self._pool_id, Username=user_id, Password=password, Permanent=True
        )
        answer = self._cognito.initiate_auth(
            ClientId=self._client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user_id, "PASSWORD": password},
        )
        return answer["AuthenticationResult"]["AccessToken"]
