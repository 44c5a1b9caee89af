"""What is still kept of a user on the running stack."""

import json

from holisticos.runtime.pseudonym import user_digest
from local.endpoints import Endpoints
from tests.databases import connect
from tests.integration.conftest import AwsClient


def nothing_is_left(user: str, endpoints: Endpoints, aws: AwsClient) -> bool:
    """Nothing but the audit trail and the tombstone: looked for everywhere, by what all of a user has in common."""
    return not (_items(user, endpoints, aws) or _objects(user, endpoints, aws) or _rows(user, endpoints))


def _items(user: str, endpoints: Endpoints, aws: AwsClient) -> list[dict[str, object]]:
    return [
        item
        for name in ("analyses", "users")
        for page in aws("dynamodb").get_paginator("scan").paginate(TableName=endpoints.tables[name])
        for item in page["Items"]
        if user in json.dumps(item, default=str) and not _is_tombstone(item["pk"]["S"], item["sk"]["S"])
    ]


def _is_tombstone(pk: str, sk: str) -> bool:
    return pk.startswith("ERASURE#") or (pk.startswith("USER#") and sk == "ERASURE")


def _objects(user: str, endpoints: Endpoints, aws: AwsClient) -> list[str]:
    return [
        entry["Key"]
        for prefix in ("snapshots", "exports")
        for page in aws("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=endpoints.snapshot_bucket, Prefix=f"{prefix}/{user_digest(user)}/")
        for entry in page.get("Contents", [])
    ]


def _rows(user: str, endpoints: Endpoints) -> int:
    connection = connect(endpoints.database_url)
    try:
        cursor = connection.cursor()
        cursor.execute(
            "select (select count(*) from scores where profile_id = %s)"
            " + (select count(*) from biomarkers where profile_id = %s)"
            " + (select count(*) from archetypes where profile_id = %s)",
            (user, user, user),
        )
        count: int = cursor.fetchone()[0]
        return count
    finally:
        connection.close()
