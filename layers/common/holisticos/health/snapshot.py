"""A context as bytes, and back: what every later step of an analysis, and every replay of it, reads.

Canonical JSON: keys sorted, no spaces, so that the same context always gives the same bytes and so the
same digest. Compression belongs to the store, since compressed bytes change with the library.
"""

import json

from pydantic import ValidationError

from holisticos.contracts.errors import SnapshotCorruptError
from holisticos.health.context import UserHealthContext


def encode(context: UserHealthContext) -> bytes:
    """Canonical JSON in UTF-8."""
    document = context.model_dump(mode="json")
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def decode(content: bytes) -> UserHealthContext:
    """Raises ``SnapshotCorruptError`` where the bytes are no context."""
    try:
        return UserHealthContext.model_validate_json(content)
    except ValidationError as error:
        # The message of the validation quotes health values.
        raise SnapshotCorruptError(f"the snapshot does not validate in {error.error_count()} places") from None
