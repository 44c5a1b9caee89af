"""The erasure of users: its function and its workflow."""

from constructs import Construct

from infra.constructs.cache import CacheAccess
from infra.constructs.function import FunctionDefaults, ServiceFunction
from infra.constructs.secret import HandFilledSecret
from infra.constructs.storage import Storage, index_of
from infra.constructs.workflow import Workflow


class Erasure(Construct):
    """The only one that may delete what is kept of users. It may read none of it but the heads of analyses."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        defaults: FunctionDefaults,
        storage: Storage,
        database: HandFilledSecret,
        *,
        cache: CacheAccess,
    ) -> None:
        super().__init__(scope, id_)
        self.function = ServiceFunction(
            self,
            "Function",
            defaults,
            package="erasure",
            description="Deletes everything that is kept of a user, and proves it",
            timeout_seconds=60,
            settings={
                "ANALYSES_TABLE": storage.analyses.table_name,
                "USERS_TABLE": storage.users.table_name,
                "AUDIT_TABLE": storage.audit.table_name,
                "EPHEMERAL_TABLE": storage.ephemeral.table_name,
                "SNAPSHOT_BUCKET": storage.snapshots.bucket_name,
                "DATABASE_SECRET_ARN": database.secret_arn,
                **cache.settings,
            },
        )
        changes = ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
        self.function.allow(*changes, on=storage.analyses.table_arn)
        self.function.allow("dynamodb:Query", on=index_of(storage.analyses))
        self.function.allow(*changes, on=storage.users.table_arn)
        database.allow(self.function)
        self.function.allow("s3:ListBucket", on=storage.snapshots.bucket_arn)
        cache.allow(self.function)
        # What is cached of a user is not found any more, and expires.
        self.function.allow("dynamodb:PutItem", on=storage.ephemeral.table_arn)
        storage.allow_audit(self.function)
        storage.allow_snapshots(self.function, "s3:DeleteObject")
        storage.allow_exports(self.function, "s3:DeleteObject")

        self.workflow = Workflow(
            self,
            "Workflow",
            defaults.stage,
            definition="erasure",
            substitutions={
                "ErasureFunctionArn": self.function.function.function_arn,
                "UsersTable": storage.users.table_name,
            },
        )
        self.workflow.allow("dynamodb:UpdateItem", on=storage.users.table_arn)
        self.workflow.may_invoke(self.function)
