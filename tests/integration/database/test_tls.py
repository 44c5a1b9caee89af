"""Verified TLS, against a server of our own: the embedded PostgreSQL has none."""

import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holisticos.adapters.postgres_connections import Cursor, PostgresConnections
from holisticos.contracts.errors import (
    HealthSourceError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
)

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
# What PostgreSQL says to a wrong password: it is only said to who got through the handshake.
_REFUSAL = b"SFATAL\0VFATAL\0C28P01\0Mno\0\0"


@dataclass(frozen=True)
class Authority:
    """A certificate authority that signed one certificate, for 127.0.0.1."""

    root: Path
    chain: Path
    key: Path


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test root")])
    now = datetime.now(UTC)

    def builder(subject: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    root = (
        builder(root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "database")]), key.public_key())
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    made = Authority(folder / "root.pem", folder / "chain.pem", folder / "key.pem")
    made.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    made.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


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
