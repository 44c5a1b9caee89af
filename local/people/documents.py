"""Strict reading of JSON documents of bounded size."""

import json
from pathlib import Path
from typing import IO, Any, Final

from local.people.errors import UnreadableFileError

_LARGEST: Final = 64 << 20
"""Bytes; a document is held in memory whole, at some ten times its size."""


def read_document(stream: IO[bytes], path: Path) -> Any:
    """The value in an open file, called ``path`` in errors.

    Raises:
        UnreadableFileError: naming file and line, on what is no JSON in UTF-8 or larger than 64 MB.
    """
    content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise UnreadableFileError(path, f"larger than {_LARGEST >> 20} MB, which is too much for one document")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableFileError(path, "not text in UTF-8") from error
    except json.JSONDecodeError as error:
        raise UnreadableFileError(path, f"cut off or no JSON ({error.msg})", error.lineno) from error
    except RecursionError as error:
        raise UnreadableFileError(path, "nested too deeply") from error
