"""All objects below a prefix: what one user owns in a bucket."""

from typing import TYPE_CHECKING

from holisticos.contracts.errors import StoreError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def erase_prefix(client: "S3Client", bucket: str, prefix: str) -> int:
    """Delete them; how many there were. Raises ``StoreError`` where one could not be deleted."""
    erased = 0
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        keys = [entry["Key"] for entry in page.get("Contents", [])]
        if not keys:
            continue
        answer = client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True})
        if failed := answer.get("Errors"):
            raise StoreError(f"{len(failed)} objects could not be deleted: {failed[0].get('Code')}")
        erased += len(keys)
    return erased
