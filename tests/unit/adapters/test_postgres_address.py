import ssl
from pathlib import Path

import pytest

from holisticos.adapters.postgres_address import Address
from holisticos.contracts.errors import ConfigurationError


def test_reads_a_url() -> None:
    address = Address.from_url("postgresql://a%40b:p%3Aw@db.test:6543/health?sslmode=disable")
    assert (address.host, address.port, address.database) == ("db.test", 6543, "health")
    assert (address.user, address.password, address.tls) == ("a@b", "p:w", None)


def test_has_the_defaults_of_every_client() -> None:
    address = Address.from_url("postgres://ada@localhost")
    assert (address.port, address.database, address.password) == (5432, "ada", None)


def test_never_shows_the_password() -> None:
    assert "secret" not in repr(Address.from_url("postgresql://ada:secret@localhost/x"))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_speaks_plainly_to_this_machine_alone(host: str) -> None:
    assert Address.from_url(f"postgresql://ada:x@{host}/x").tls is None


@pytest.mark.parametrize(
    ("mode", "verify", "hostname"),
    [
        ("", ssl.CERT_REQUIRED, True),
        ("?sslmode=verify-full", ssl.CERT_REQUIRED, True),
        ("?sslmode=verify-ca", ssl.CERT_REQUIRED, False),
        ("?sslmode=require", ssl.CERT_NONE, False),
    ],
)
def test_verifies_what_it_is_told_to_and_everything_by_default(mode: str, verify: int, hostname: bool) -> None:
    tls = Address.from_url(f"postgresql://ada:x@db.test/x{mode}").tls
    assert tls is not None
    assert tls.verify_mode == verify
    assert tls.check_hostname is hostname


@pytest.mark.parametrize(
    "url",
    [
        "",
        "postgresql://",
        "postgresql://db.test/x",
        "mysql://ada:secret@db.test/x",
        "postgresql://ada:secret@db.test:port/x",
        "postgresql://ada:secret@db.test/x?sslmode=prefer",
        "postgresql://ada:secret@db.test/x?sslrootcert=/no/such/file",
        "replace me",
    ],
)
def test_a_url_that_cannot_be_used_is_named_and_not_quoted(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Address.from_url(url)
    assert "secret" not in str(caught.value)


def test_a_file_without_certificates_is_no_authority(tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("nothing")
    with pytest.raises(ConfigurationError, match="sslrootcert"):
        Address.from_url(f"postgresql://ada:x@db.test/x?sslrootcert={empty}")
