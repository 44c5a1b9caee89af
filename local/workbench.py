"""A person at a running stack: loads people, signs in as them, asks for advice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.config import Config
from rich.console import Console

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_cache import DynamoDbCache
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.errors import NotFoundError, SnapshotCorruptError
from holisticos.contracts.names import AnalysisType, Archetype
from holisticos.contracts.workflow import ReconcileOutcome
from holisticos.health.profile import Profile
from holisticos.services.health_cache import HealthCache
from local.accounts import Accounts
from local.client import ApiClient
from local.console.counting import counting
from local.console.progress import AnalysisProgress
from local.endpoints import Endpoints
from local.errors import LocalError
from local.people.records import PersonRecords
from local.people.registry import ImportedPerson, PersonRegistry
from local.people.store import import_records
from local.reconciling import reconcile_person
from local.replay import Replay, replay
from local.state import StateDirectory
from local.webhooks import Announced, WebhookSender


@dataclass(frozen=True)
class Workbench:
    """What the commands do with a stack that is up; progress is told on ``console``."""

    endpoints: Endpoints
    state: StateDirectory
    console: Console

    def client(self, service: str) -> Any:
        """A client of the embedded cloud, with the rights of whoever deployed it."""
        return boto3.client(  # type: ignore[call-overload]  # one door for every service
            service,
            endpoint_url=self.endpoints.emulator_url,
            region_name=self.endpoints.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106  # the emulator's own root, on the loopback address
            config=Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=30),
        )

    @cached_property
    def accounts(self) -> Accounts:
        pool = self.endpoints.user_pool_id
        return Accounts(self.client("cognito-idp"), pool, self.endpoints.user_pool_client_id)

    @cached_property
    def users(self) -> DynamoDbUserStore:
        return DynamoDbUserStore(self.endpoints.tables["users"], self.client("dynamodb"))

    @cached_property
    def registry(self) -> PersonRegistry:
        return PersonRegistry(self.state.path / "people.json")

    def import_person(self, person: PersonRecords, *, share: bool = False) -> ImportedPerson:
        """Give a person an account, a profile, and their data at both places where they are looked for.

        With ``share`` their findings may be shown to a language model; else that stays as it is.
        """
        self.accounts.ensure(person.person_id)
        try:
            profile = self.users.profile(person.person_id)
        except NotFoundError:
            profile = Profile(user_id=person.person_id)
        facts: dict[str, object] = {"timezone": person.timezone, "synthetic": person.synthetic}
        if share:
            facts["privacy"] = profile.privacy.model_copy(update={"share_with_language_model": True})
        self.users.put_profile(profile.model_copy(update=facts))
        with counting(self.console, "Storing the records") as stored:
            import_records(person, self.endpoints.health_api_url, self.endpoints.database_url, stored)
        # As a webhook of the source would.
        clock = SystemClock()
        cache = DynamoDbCache(self.endpoints.tables["ephemeral"], clock, self.client("dynamodb"))
        HealthCache(cache, clock).invalidate(person.person_id)
        imported = ImportedPerson(
            user_id=person.person_id,
            origin=person.origin,
            timezone=person.timezone,
            as_of=person.as_of,
            days=(person.last_day - person.first_day).days + 1,
            synthetic=person.synthetic,
            notes=person.notes,
        )
        self.registry.add(imported)
        return imported

    def replay(self, analysis_id: str) -> Replay:
        """Run an analysis once more from what was recorded of it.

        Raises:
            LocalError: there is no such analysis, it ended without a result, or its snapshot is gone or damaged.
        """
        analyses = DynamoDbAnalysisStore(self.endpoints.tables["analyses"], self.client("dynamodb"))
        snapshots = S3SnapshotStore(self.endpoints.snapshot_bucket, self.client("s3"))
        try:
            head, result = analyses.head(analysis_id), analyses.result(analysis_id)
            if result.snapshot is None:
                raise LocalError(f"the result of {analysis_id} names no snapshot")
            return replay(head, result, snapshots.get(result.snapshot))
        except (NotFoundError, SnapshotCorruptError) as error:
            raise LocalError(f"{analysis_id} cannot be replayed: {error}") from error

    def announce(self, user_id: str, days: int) -> Announced:
        """Send signed webhooks with what the upstream has of a person's last days, as the source does.

        Raises:
            LocalError: the user was never imported, or a webhook was refused.
        """
        person = self._imported(user_id)
        secret = self.client("secretsmanager").get_secret_value(SecretId=self.endpoints.webhook_secret_arn)
        last = person.as_of.astimezone(ZoneInfo(person.timezone)).date()
        sender = WebhookSender(self.endpoints, json.loads(secret["SecretString"])["current"].encode())
        return sender.announce(user_id, last - timedelta(days=days - 1), last)

    def reconcile(self, user_id: str, days: int) -> ReconcileOutcome:
        """Make the database what the health API says of a person's last days.

        Raises:
            LocalError: the user was never imported, or one of the two cannot be used.
        """
        person = self._imported(user_id)
        return reconcile_person(self.endpoints, self.users.profile(user_id), person.as_of, days)

    def _imported(self, user_id: str) -> ImportedPerson:
        person = self.registry.find(user_id)
        if person is None:
            raise LocalError(f"{user_id!r} was never imported; see `holisticos import`")
        return person

    def watch(self, user_id: str) -> Iterator[dict[str, Any]]:
        """The events of a user's wearable feed, as a signed-in client gets them, without end."""
        with ApiClient(self.endpoints.api_url, self.accounts.token(user_id)) as client:
            yield from client.watch(user_id)

    def analyze(
        self,
        user_id: str,
        *,
        archetype: Archetype | None = None,
        analysis_type: AnalysisType = AnalysisType.AUTO,
        as_of: datetime | None = None,
    ) -> AnalysisResult:
        """Ask for an analysis as a signed-in client does, show its progress, and return its result.

        Without ``as_of`` an imported person is analysed as of their last day.

        Raises:
            LocalError: the user is unknown, the API refused, or the analysis failed; the message says why.
        """
        token = self.accounts.token(user_id)
        person = self.registry.find(user_id)
        instant = as_of or (person.as_of if person else None)
        last = "it ended without an event"
        with ApiClient(self.endpoints.api_url, token) as client, AnalysisProgress(self.console) as progress:
            analysis_id = client.analyze(user_id, archetype=archetype, analysis_type=analysis_type, as_of=instant)
            for event in client.follow(analysis_id):
                progress.show(event)
                last = event.message
            result = client.result(analysis_id)
        if result is None:
            raise LocalError(f"analysis {analysis_id} failed: {last}; `holisticos logs` has the details")
        return result
