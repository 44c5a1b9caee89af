"""Where a PostgreSQL server is and how it is to be trusted, from its URL."""

import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from holisticos.contracts.errors import ConfigurationError

_DEFAULT_PORT: Final = 5432


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is and how to get in. ``tls`` is None for a plain connection."""

    host: str
    port: int
    user: str
    password: str | None = field(repr=False)
    database: str
    tls: ssl.SSLContext | None

    @classmethod
    def from_url(cls, url: str) -> "Address":
        """From ``postgresql://user:password@host:port/database?sslmode=...&sslrootcert=...``.

        ``sslmode`` is ``disable``, ``require`` (encrypted, but the server is not verified, as in libpq),
        ``verify-ca`` or ``verify-full``. Without it a server on this machine is spoken to in plain text and
        any other is verified in full. Raises ``ConfigurationError``, which never quotes the URL.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _DEFAULT_PORT
        except ValueError:
            raise ConfigurationError("the database URL is not a URL") from None
        if parts.scheme not in {"postgresql", "postgres"} or not parts.hostname or not parts.username:
            raise ConfigurationError("the database URL is not of the form postgresql://user:password@host:port/name")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        mode = options.get("sslmode") or ("disable" if _is_loopback(parts.hostname) else "verify-full")
        return cls(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username),
            password=unquote(parts.password) if parts.password is not None else None,
            database=unquote(parts.path.lstrip("/")) or unquote(parts.username),
            tls=_tls(mode, options.get("sslrootcert")),
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _tls(mode: str, authorities: str | None) -> ssl.SSLContext | None:
    if mode == "disable":
        return None
    if mode not in {"require", "verify-ca", "verify-full"}:
        raise ConfigurationError(
            f"the database URL's sslmode {mode!r} is none of disable, require, verify-ca, verify-full"
        )
    try:
        context = ssl.create_default_context(cafile=authorities)
    except OSError as error:
        raise ConfigurationError(f"the database URL's sslrootcert cannot be read: {type(error).__name__}") from None
    context.check_hostname = mode == "verify-full"
    # As libpq: a given authority is always checked against.
    if mode == "require" and authorities is None:
        context.verify_mode = ssl.CERT_NONE
    return context
