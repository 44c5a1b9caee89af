"""Archives of exports in S3: ``exports/{owner_digest}/{name}``.

They lie in the bucket of the snapshots under a prefix of their own, whose objects expire within a day or two.
"""

from datetime import timedelta
from typing import IO, TYPE_CHECKING

from holisticos.adapters import aws
from holisticos.adapters.s3_prefix import erase_prefix
from holisticos.runtime.pseudonym import user_digest

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class S3ExportStore:
    """``ExportStore`` in one bucket."""

    def __init__(self, bucket: str, client: "S3Client | None" = None) -> None:
        self._bucket = bucket
        self._given_client = client

    @property
    def _client(self) -> "S3Client":
        return self._given_client or aws.s3()

    def put(self, owner: str, name: str, content: IO[bytes]) -> str:
        key = f"{_prefix(owner)}{name}"
        with aws.translated("store export"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType="application/zip")
        return key

    def link(self, key: str, filename: str, valid_for: timedelta) -> str:
        with aws.translated("link export"):
            return self._client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "ResponseContentDisposition": f'attachment; filename="{filename}"',
                    "ResponseCacheControl": "no-store",
                },
                ExpiresIn=round(valid_for.total_seconds()),
            )

    def erase(self, owner: str) -> int:
        with aws.translated("erase exports"):
            return erase_prefix(self._client, self._bucket, _prefix(owner))


def _prefix(owner: str) -> str:
    return f"exports/{user_digest(owner)}/"
