"""Reading the keys of a user pool."""

import json
import socket
from contextlib import closing

import pytest

from holisticos.adapters.cognito_keys import CognitoKeySet
from holisticos.contracts.errors import ConfigurationError, StoreUnavailableError
from tests.tokens import ISSUER, POOL_ID, TestPool, published


def at(monkeypatch: pytest.MonkeyPatch, url: str) -> CognitoKeySet:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    return CognitoKeySet(POOL_ID)


def test_the_issuer_follows_from_the_pools_id_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CognitoKeySet(POOL_ID).issuer == ISSUER
    assert at(monkeypatch, "http://127.0.0.1:1").issuer == ISSUER
    assert CognitoKeySet("eu-central-1_AbC").issuer == "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC"


@pytest.mark.parametrize("pool_id", ["", "us-east-1", "_x", "us-east-1_"])
def test_what_is_no_pool_is_a_wrong_environment(pool_id: str) -> None:
    with pytest.raises(ConfigurationError, match="USER_POOL_ID"):
        CognitoKeySet(pool_id)


@pytest.mark.parametrize("slash", ["", "/"])
def test_keys_are_read_where_the_sdk_would_find_the_pool(monkeypatch: pytest.MonkeyPatch, slash: str) -> None:
    keys = {"keys": TestPool().keys}
    with published(json.dumps(keys).encode()) as url:
        assert at(monkeypatch, url + slash).fetch() == keys


def test_the_services_own_variable_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    with published(b'{"keys": []}') as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", url)
        assert at(monkeypatch, "http://127.0.0.1:1").fetch() == {"keys": []}


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with published(b'{"keys": []}') as url:
        assert at(monkeypatch, url).fetch() == {"keys": []}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b"[]", 200),
        (b"\xff", 200),
        (b'{"keys": []}', 500),
        (b'{"keys": []}', 404),
        (b'{"keys": []}', 302),
        (b'{"keys": "' + b"x" * 100_000 + b'"}', 200),
    ],
)
def test_an_answer_that_is_no_key_set_is_an_outage(monkeypatch: pytest.MonkeyPatch, body: bytes, status: int) -> None:
    with published(body, status) as url, pytest.raises(StoreUnavailableError, match="read signing keys"):
        at(monkeypatch, url).fetch()


def test_nobody_there_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(StoreUnavailableError, match="ConnectionRefusedError"):
        at(monkeypatch, f"http://127.0.0.1:{port}").fetch()
