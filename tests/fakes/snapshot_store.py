"""Snapshots in memory."""

from hashlib import sha256

from holisticos.contracts.analysis import SnapshotRef
from holisticos.contracts.errors import NotFoundError, SnapshotCorruptError
from holisticos.runtime.pseudonym import user_digest


class InMemorySnapshotStore:
    """``SnapshotStore`` for tests; ``contents`` may be spoilt by them."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def put(self, owner: str, content: bytes) -> SnapshotRef:
        digest = sha256(content).hexdigest()
        ref = SnapshotRef(key=f"snapshots/{user_digest(owner)}/{digest}.json.gz", sha256=digest)
        self.contents[ref.key] = content
        return ref

    def get(self, ref: SnapshotRef) -> bytes:
        if ref.key not in self.contents:
            raise NotFoundError("there is no such snapshot")
        content = self.contents[ref.key]
        if sha256(content).hexdigest() != ref.sha256:
            raise SnapshotCorruptError("the snapshot's content does not have its digest")
        return content

    def erase(self, owner: str) -> int:
        keys = [key for key in self.contents if key.startswith(f"snapshots/{user_digest(owner)}/")]
        for key in keys:
            del self.contents[key]
        return len(keys)
