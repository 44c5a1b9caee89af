"""Verified TLS, against a server of our own: the embedded PostgreSQL has none."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from holisticos.adapters.postgres_connections import Cursor, PostgresConnections
from holisticos.contracts.errors import (
    HealthSourceError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
)
from tests.certificates import Authority, new_authority

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
# What PostgreSQL says to a wrong password: it is only said to who got through the handshake.
_REFUSAL = b"SFATAL\0VFATAL\0C28P01\0Mno\0\0"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def port(authority: Authority) -> Iterator[int]:
    """A server that offers TLS and then refuses everybody's password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.chain, authority.key)

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            plain, _ = server.accept()
            with plain:
                plain.settimeout(10)
                assert plain.recv(8) == _SSL_REQUEST
                plain.sendall(b"S")
                with context.wrap_socket(plain, server_side=True) as channel:
                    channel.recv(1024)
                    channel.sendall(b"E" + struct.pack("!i", len(_REFUSAL) + 4) + _REFUSAL)
                    channel.recv(1024)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def connect(url: str) -> HealthSourceError:
    def nothing(_cursor: Cursor) -> None: ...

    with pytest.raises(HealthSourceError) as caught:
        PostgresConnections(lambda: url).run(nothing)
    return caught.value


def test_a_server_with_a_certificate_of_the_authority_is_trusted(port: int, authority: Authority) -> None:
    error = connect(f"postgresql://ada:x@127.0.0.1:{port}/x?sslmode=verify-full&sslrootcert={authority.root}")
    assert isinstance(error, HealthSourceUnauthorizedError)


def test_a_server_with_any_other_certificate_is_not(port: int) -> None:
    error = connect(f"postgresql://ada:x@127.0.0.1:{port}/x?sslmode=verify-full")
    assert isinstance(error, HealthSourceRejectedError)
    assert "certificate" in str(error)


def test_a_certificate_for_another_name_is_not_trusted_in_full(port: int, authority: Authority) -> None:
    error = connect(f"postgresql://ada:x@localhost:{port}/x?sslmode=verify-full&sslrootcert={authority.root}")
    assert "certificate" in str(error)


def test_the_name_does_not_matter_where_only_the_authority_is_checked(port: int, authority: Authority) -> None:
    error = connect(f"postgresql://ada:x@localhost:{port}/x?sslmode=verify-ca&sslrootcert={authority.root}")
    assert isinstance(error, HealthSourceUnauthorizedError)
