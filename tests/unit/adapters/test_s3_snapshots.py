"""What the bucket answers when it cannot; the rest is in the contract suite."""

import boto3
import pytest
from botocore.stub import Stubber

from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.contracts.analysis import SnapshotRef
from holisticos.contracts.errors import StoreError, StoreUnavailableError

REF = SnapshotRef(key="snapshots/owner/0.json.gz", sha256="0" * 64)


@pytest.mark.parametrize(
    ("code", "error"), [("SlowDown", StoreUnavailableError), ("AccessDenied", StoreError), ("NoSuchBucket", StoreError)]
)
def test_a_refusal_is_an_error_of_the_store(code: str, error: type[Exception]) -> None:
    client = boto3.client("s3")
    with Stubber(client) as stub:
        stub.add_client_error("get_object", code)
        stub.add_client_error("put_object", code)

        with pytest.raises(error, match=code):
            S3SnapshotStore("bucket", client).get(REF)
        with pytest.raises(error, match=code):
            S3SnapshotStore("bucket", client).put("user-1", b"{}")
