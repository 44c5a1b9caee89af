"""How our values stand in DynamoDB items: strings, small integers, maps, and gzipped JSON for the large."""

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from holisticos.contracts.errors import TooLargeError

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

ModelT = TypeVar("ModelT", bound=BaseModel)

MAX_BODY_BYTES = 390_000
"""DynamoDB keeps at most 400 KB in an item; the rest is left for keys and attribute names."""


def instant(value: datetime) -> str:
    """UTC in fixed width, so that the order of the strings is the order of time."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def attributes(model: BaseModel) -> "dict[str, AttributeValueTypeDef]":
    """The fields of a flat model, without those that are ``None`` or an empty map."""
    return {name: attribute(value) for name, value in model if value is not None and value != {}}


def attribute(value: str | int | datetime | Mapping[str, int]) -> "AttributeValueTypeDef":
    """One scalar, or counts by name. Fractions have no place here: what has them is kept as JSON."""
    if isinstance(value, Mapping):
        return {"M": {name: attribute(count) for name, count in value.items()}}
    if isinstance(value, datetime):
        return {"S": instant(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    return {"S": str(value)}


def plain(item: "Mapping[str, AttributeValueTypeDef]") -> dict[str, Any]:
    """The reverse, for a model to validate: scalars and maps as they are, numbers as text."""
    return {name: _plain(value) for name, value in item.items()}


def _plain(value: "AttributeValueTypeDef") -> Any:
    ((kind, content),) = value.items()
    if kind == "M":
        return plain(content)  # type: ignore[arg-type]  # the kind says what the content is
    if kind == "L":
        return [_plain(element) for element in content]  # type: ignore[attr-defined]
    return None if kind == "NULL" else content


def packed(model: BaseModel, what: str) -> bytes:
    """Gzipped JSON. Raises ``TooLargeError`` where no item can hold it."""
    body = gzip.compress(model.model_dump_json().encode(), mtime=0)
    if len(body) > MAX_BODY_BYTES:
        raise TooLargeError(f"{what} takes {len(body)} bytes compressed; at most {MAX_BODY_BYTES} can be stored")
    return body


def unpacked(model_type: type[ModelT], item: "Mapping[str, AttributeValueTypeDef]") -> ModelT:
    """The model that ``packed`` put in the item's ``body``."""
    return model_type.model_validate_json(gzip.decompress(bytes(item["body"]["B"])))
