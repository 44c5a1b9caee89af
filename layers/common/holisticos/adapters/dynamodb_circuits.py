"""Circuits in DynamoDB: ``pk`` = ``CIRCUIT#{dependency}``, the fields of ``Circuit``, ``version``, ``expires_at``.

A change is written under the condition that the version is the one it was made from; so of all processes that
want to be the probe one is. That a circuit is closed is believed for a moment, so that a healthy dependency costs
next to nothing: its successes write nothing, and its calls read once in that time.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_items import attribute, instant
from holisticos.contracts.circuit import Admission, Circuit, CircuitPolicy, CircuitState
from holisticos.contracts.errors import StoreError
from holisticos.runtime.logging import LogCategory, describe, log
from holisticos.runtime.metrics import record

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

_TRIES: Final = 3
"""Against other writers. In an outage many fail at once, and it opens also where some of them go uncounted."""
_KEPT: Final = timedelta(hours=1)


class DynamoDbCircuitBreaker:
    """``CircuitBreaker`` on a table whose items expire."""

    def __init__(
        self,
        table_name: str,
        policy: CircuitPolicy | None = None,
        client: "DynamoDBClient | None" = None,
        believed_for: timedelta = timedelta(seconds=2),
    ) -> None:
        self._table = table_name
        self._policy = policy or CircuitPolicy()
        self._given_client = client
        self._believed_for = believed_for
        self._views: dict[str, tuple[Circuit, datetime]] = {}

    def admit(self, dependency: str, at: datetime) -> Admission:
        circuit = self._view(dependency, at)
        if circuit is None:
            return Admission(allowed=True)
        admission, after = circuit.admit(at, self._policy)
        if after == circuit:
            return admission
        # It is for the probe to say, and all processes want to be it.
        answers = [admission]

        def ask(latest: Circuit) -> Circuit:
            answers[-1], changed = latest.admit(at, self._policy)
            return changed

        won = self._change(dependency, at, ask)
        return answers[-1] if won else Admission(allowed=False, retry_after=self._policy.probe_for.total_seconds())

    def succeeded(self, dependency: str, at: datetime) -> None:
        known = self._views.get(dependency)
        if known and known[0] != Circuit():
            self._change(dependency, at, lambda circuit: circuit.succeeded(at))

    def failed(self, dependency: str, at: datetime) -> None:
        self._change(dependency, at, lambda circuit: circuit.failed(at, self._policy))

    def _view(self, dependency: str, at: datetime) -> Circuit | None:
        """What is known of the circuit; None where it cannot be known."""
        known = self._views.get(dependency)
        if known and known[0].open_until is None and at - known[1] < self._believed_for:
            return known[0]
        try:
            circuit, _ = self._read(dependency)
        except StoreError as error:
            self._give_up(dependency, at, error)
            return None
        self._views[dependency] = circuit, at
        return circuit

    def _change(self, dependency: str, at: datetime, change: Callable[[Circuit], Circuit]) -> bool:
        """Apply ``change`` to the stored circuit; False where others kept changing it meanwhile."""
        try:
            for _ in range(_TRIES):
                before, version = self._read(dependency)
                after = change(before)
                if after == before or self._write(dependency, after, version, at):
                    self._views[dependency] = after, at
                    _tell(dependency, before, after, at)
                    return True
        except StoreError as error:
            self._give_up(dependency, at, error)
            return True
        return False

    def _give_up(self, dependency: str, at: datetime, error: StoreError) -> None:
        """Without the store everything is asked, as without a breaker, and the store is left alone for a moment."""
        self._views[dependency] = Circuit(), at
        log(
            LogCategory.SYSTEM_ERROR,
            "the circuit's state is unknown; taken for closed",
            level=logging.WARNING,
            dependency=dependency,
            error=describe(error),
        )

    def _read(self, dependency: str) -> tuple[Circuit, int]:
        with aws.translated("read circuit"):
            answer = self._client.get_item(TableName=self._table, Key=_key(dependency), ConsistentRead=True)
        item = answer.get("Item")
        return (_circuit(item), int(item["version"]["N"])) if item else (Circuit(), 0)

    def _write(self, dependency: str, circuit: Circuit, version: int, at: datetime) -> bool:
        item: dict[str, AttributeValueTypeDef] = {
            **_key(dependency),
            **_attributes(circuit),
            "version": {"N": str(version + 1)},
            "expires_at": {"N": str(int((at + _KEPT).timestamp()))},
        }
        with aws.translated("write circuit"):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk) OR version = :version",
                    ExpressionAttributeValues={":version": {"N": str(version)}},
                )
            except Exception as error:
                if aws.error_code(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True

    @property
    def _client(self) -> "DynamoDBClient":
        return self._given_client or aws.hurried_dynamodb()


def _key(dependency: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"CIRCUIT#{dependency}"}}


def _attributes(circuit: Circuit) -> "dict[str, AttributeValueTypeDef]":
    times = {
        "failed_at": circuit.failed_at,
        "open_until": circuit.open_until,
        "probe_until": circuit.probe_until,
    }
    return {
        "failures": attribute(circuit.failures),
        **{name: {"S": instant(time)} for name, time in times.items() if time is not None},
    }


def _circuit(item: "dict[str, AttributeValueTypeDef]") -> Circuit:
    def time(name: str) -> datetime | None:
        return datetime.fromisoformat(item[name]["S"]) if name in item else None

    return Circuit(int(item["failures"]["N"]), time("failed_at"), time("open_until"), time("probe_until"))


def _tell(dependency: str, before: Circuit, after: Circuit, at: datetime) -> None:
    was, is_now = before.state(at), after.state(at)
    if was is is_now:
        return
    log(LogCategory.SYSTEM, f"circuit {is_now}", level=logging.WARNING, dependency=dependency, before=was.value)
    if is_now is CircuitState.OPEN:
        record("CircuitOpened", 1, dependency=dependency)
