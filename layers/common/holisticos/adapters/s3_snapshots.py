"""Snapshots in S3, addressed by their content: ``snapshots/{owner_digest}/{sha256}.json.gz``.

The digest is of the content before compression. All of a user's snapshots share a prefix, by which they can
be found and erased without an id in any key.
"""

import gzip
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING

from holisticos.adapters import aws
from holisticos.adapters.s3_prefix import erase_prefix
from holisticos.contracts.analysis import SnapshotRef
from holisticos.contracts.errors import NotFoundError, SnapshotCorruptError
from holisticos.runtime.pseudonym import user_digest

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class S3SnapshotStore:
    """``SnapshotStore`` in one bucket."""

    def __init__(self, bucket: str, client: "S3Client | None" = None) -> None:
        self._bucket = bucket
        self._given_client = client

    @property
    def _client(self) -> "S3Client":
        return self._given_client or aws.s3()

    def put(self, owner: str, content: bytes) -> SnapshotRef:
        digest = sha256(content).hexdigest()
        ref = SnapshotRef(key=f"{_prefix(owner)}{digest}.json.gz", sha256=digest)
        with aws.translated("store snapshot"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=ref.key,
                Body=gzip.compress(content, mtime=0),
                ContentType="application/json",
                ContentEncoding="gzip",
            )
        return ref

    def get(self, ref: SnapshotRef) -> bytes:
        with aws.translated("read snapshot"):
            try:
                stored = self._client.get_object(Bucket=self._bucket, Key=ref.key)["Body"].read()
            except Exception as error:
                if aws.error_code(error) == "NoSuchKey":
                    raise NotFoundError("there is no such snapshot") from None
                raise
        try:
            content = gzip.decompress(stored)
        except (OSError, EOFError, zlib.error):
            raise SnapshotCorruptError("the snapshot cannot be decompressed") from None
        if sha256(content).hexdigest() != ref.sha256:
            raise SnapshotCorruptError("the snapshot's content does not have its digest")
        return content

    def erase(self, owner: str) -> int:
        with aws.translated("erase snapshots"):
            return erase_prefix(self._client, self._bucket, _prefix(owner))


def _prefix(owner: str) -> str:
    return f"snapshots/{user_digest(owner)}/"
