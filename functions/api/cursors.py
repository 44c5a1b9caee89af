"""Places in lists, as clients carry them: opaque, so that what they hold may change."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from functions.api.problems import FieldError, invalid

PATTERN = r"^[A-Za-z0-9_-]{1,200}$"

_POSITION = re.compile(r"[\x20-\x7e]{1,150}")


def sealed(position: str) -> str:
    return urlsafe_b64encode(position.encode()).decode().rstrip("=")


def opened(cursor: str) -> str:
    """Raises the problem ``invalid-request``."""
    try:
        position = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (Error, UnicodeDecodeError):
        position = ""
    if not _POSITION.fullmatch(position):
        raise invalid(FieldError(location="query", field="cursor", detail="is not one that was given out"))
    return position
