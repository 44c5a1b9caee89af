from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from holisticos.adapters.secrets import (
    DatabaseSecret,
    RedisSecret,
    RedisSignIn,
    SahhaCredentials,
    SahhaSecret,
    WebhookSecret,
)
from holisticos.contracts.errors import ConfigurationError, StoreUnavailableError

URL = "postgresql://ada:secret@db.test/x"


class FakeSecrets:
    def __init__(self, text: str | None = f'{{"url": "{URL}"}}') -> None:
        self.text = text
        self.read = 0

    def get_secret_value(self, *, SecretId: str) -> Mapping[str, Any]:  # noqa: N803 - the SDK's name
        self.read += 1
        assert SecretId == "arn"
        return {"SecretString": self.text} if self.text is not None else {"SecretBinary": b"x"}


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_reads_once_and_again_after_a_while() -> None:
    client, clock = FakeSecrets(), Clock()
    secret = DatabaseSecret("arn", client, keep_seconds=300, monotonic=clock)
    assert [secret.url(), secret.url()] == [URL, URL]
    assert client.read == 1
    clock.seconds = 301
    secret.url()
    assert client.read == 2


def test_reads_again_what_was_refused() -> None:
    client = FakeSecrets()
    secret = DatabaseSecret("arn", client)
    secret.url()
    secret.forget()
    secret.url()
    assert client.read == 2


@pytest.mark.parametrize("text", ["", "placeholder", "{}", "[]", '{"url": 5}', '{"url": "replace me"}', None])
def test_a_secret_that_was_never_filled_names_the_variable(text: str | None) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_SECRET_ARN"):
        DatabaseSecret("arn", FakeSecrets(text)).url()


def test_a_secret_that_cannot_be_read_is_an_error_of_its_service() -> None:
    class Throttled(FakeSecrets):
        def get_secret_value(self, *, SecretId: str) -> Mapping[str, Any]:  # noqa: N803 - the SDK's name
            super().get_secret_value(SecretId=SecretId)
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetSecretValue")

    with pytest.raises(StoreUnavailableError, match="database secret"):
        DatabaseSecret("arn", Throttled()).url()


def test_webhooks_may_be_signed_by_the_present_key_and_the_one_before() -> None:
    client = FakeSecrets('{"current": "0123456789abcdef", "previous": "fedcba9876543210"}')
    assert WebhookSecret("arn", client).keys() == (b"0123456789abcdef", b"fedcba9876543210")


@pytest.mark.parametrize(
    "text", ['{"current": "short"}', '{"current": ""}', '{"other": "0123456789abcdef"}', "[]", "x"]
)
def test_a_webhook_key_that_is_missing_or_can_be_guessed_is_a_wrong_configuration(text: str) -> None:
    with pytest.raises(ConfigurationError, match="WEBHOOK_SECRET_ARN"):
        WebhookSecret("arn", FakeSecrets(text)).keys()


def test_credentials_of_the_health_api_are_two() -> None:
    secret = SahhaSecret("arn", FakeSecrets('{"client_id": "me", "client_secret": "s3cr3t", "placeholder": "x"}'))
    assert secret.credentials() == SahhaCredentials("me", "s3cr3t")
    assert "s3cr3t" not in repr(secret.credentials())


@pytest.mark.parametrize(
    "text",
    [
        None,
        "{}",
        '{"client_id": "", "client_secret": "", "placeholder": "x"}',
        '{"client_id": "me"}',
        '{"client_id": "me", "client_secret": 5}',
    ],
)
def test_credentials_that_were_never_put_there_name_the_variable(text: str | None) -> None:
    with pytest.raises(ConfigurationError, match="HEALTH_API_SECRET_ARN"):
        SahhaSecret("arn", FakeSecrets(text)).credentials()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"password": "s3cr3t"}', RedisSignIn(password="s3cr3t")),
        ('{"password": "s3cr3t", "username": "ada"}', RedisSignIn("ada", "s3cr3t")),
        ('{"password": "", "username": "", "placeholder": "x"}', RedisSignIn()),
        ('{"password": 5}', RedisSignIn()),
        ("text", RedisSignIn()),
    ],
)
def test_a_cache_server_may_have_a_password_and_a_user(text: str, said: RedisSignIn) -> None:
    assert RedisSecret("arn", FakeSecrets(text)).sign_in() == said
    assert "s3cr3t" not in repr(said)
