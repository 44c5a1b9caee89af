"""Where data lie: four tables, and a bucket for snapshots and exports."""

from typing import cast

from aws_cdk import CfnElement, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.function import ServiceFunction
from infra.constructs.rules import accept

SNAPSHOT_PREFIX = "snapshots/"
EXPORT_PREFIX = "exports/"

_INDEX = "GSI1"


class Storage(Construct):
    """Durable tables can be restored to any second of the last weeks; snapshots and exports expire."""

    def __init__(self, scope: Construct, id_: str, stage: StageConfig) -> None:
        super().__init__(scope, id_)
        self._stage = stage
        self.analyses = self._table("Analyses", index=True)
        # Short-term memory expires; everything else of a user stays.
        self.users = self._table("Users", index=True, expires=True)
        self.audit = self._table("Audit")
        self.ephemeral = self._table("Ephemeral", sort_key=False, expires=True, durable=False)
        self.snapshots = self._bucket()

    def _table(
        self, id_: str, *, index: bool = False, sort_key: bool = True, expires: bool = False, durable: bool = True
    ) -> dynamodb.TableV2:
        return dynamodb.TableV2(
            self,
            id_,
            partition_key=_text("pk"),
            sort_key=_text("sk") if sort_key else None,
            global_secondary_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=_INDEX, partition_key=_text("gsi1pk"), sort_key=_text("gsi1sk")
                )
            ]
            if index
            else None,
            # The key of the account, not the one AWS owns: its every use is on record.
            encryption=dynamodb.TableEncryptionV2.aws_managed_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=durable
            ),
            time_to_live_attribute="expires_at" if expires else None,
            deletion_protection=self._stage.protected and durable,
            removal_policy=self._stage.removal_policy,
        )

    def _bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Snapshots",
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            # A key is the digest of its content: there is no second version to keep, and erasure must erase.
            versioned=False,
            lifecycle_rules=[
                s3.LifecycleRule(
                    prefix=SNAPSHOT_PREFIX,
                    expiration=Duration.days(self._stage.snapshot_retention_days),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
                # Links to them work for minutes. S3 counts whole days.
                s3.LifecycleRule(
                    prefix=EXPORT_PREFIX,
                    expiration=Duration.days(1),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
            ],
            removal_policy=self._stage.removal_policy,
        )
        accept(
            bucket,
            "AwsSolutions-S1",
            "Every read and write of a snapshot is in the audit table, with whose data it was; access logs lack that",
        )
        return bucket

    def allow_audit(self, function: ServiceFunction) -> None:
        """Append, and nothing else: no function changes or deletes what was recorded."""
        function.allow("dynamodb:PutItem", on=self.audit.table_arn)

    def allow_shared_state(self, function: ServiceFunction) -> None:
        """What processes tell each other for a while: the circuits of what they depend on."""
        function.allow("dynamodb:GetItem", "dynamodb:PutItem", on=self.ephemeral.table_arn)

    def allow_cache(self, function: ServiceFunction) -> None:
        """What the health API said, for a while."""
        function.allow("dynamodb:BatchGetItem", "dynamodb:PutItem", on=self.ephemeral.table_arn)

    def allow_snapshots(self, function: ServiceFunction, *actions: str) -> None:
        """``actions`` on the objects of all snapshots."""
        self._allow_objects(
            function, actions, SNAPSHOT_PREFIX, "Keys are digests of the content and known only when it is written"
        )

    def allow_exports(self, function: ServiceFunction, *actions: str) -> None:
        """``actions`` on the archives of all exports."""
        self._allow_objects(function, actions, EXPORT_PREFIX, "Keys are random and known only when one is asked for")

    def _allow_objects(self, function: ServiceFunction, actions: tuple[str, ...], prefix: str, reason: str) -> None:
        function.allow(*actions, on=self.snapshots.arn_for_objects(f"{prefix}*"))
        bucket = Stack.of(self).get_logical_id(cast("CfnElement", self.snapshots.node.default_child))
        accept(
            function.role,
            f"AwsSolutions-IAM5[Resource::<{bucket}.Arn>/{prefix}*]",
            reason,
        )


def index_of(table: dynamodb.TableV2) -> str:
    """ARN of the table's index."""
    return f"{table.table_arn}/index/{_INDEX}"


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
