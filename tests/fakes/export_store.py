"""Archives in memory."""

from datetime import timedelta
from typing import IO
from urllib.parse import quote

from holisticos.runtime.pseudonym import user_digest


class InMemoryExportStore:
    """``ExportStore`` for tests; ``contents`` are what a link leads to."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def put(self, owner: str, name: str, content: IO[bytes]) -> str:
        key = f"exports/{user_digest(owner)}/{name}"
        self.contents[key] = content.read()
        return key

    def link(self, key: str, filename: str, valid_for: timedelta) -> str:
        return f"https://exports.test/{key}?filename={quote(filename)}&expires={round(valid_for.total_seconds())}"

    def erase(self, owner: str) -> int:
        keys = [key for key in self.contents if key.startswith(f"exports/{user_digest(owner)}/")]
        for key in keys:
            del self.contents[key]
        return len(keys)
