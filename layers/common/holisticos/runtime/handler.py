"""The frame of every Lambda function: context, logs, metrics, traces, and errors that give nothing away."""

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from holisticos.contracts.errors import HolisticOsError, InvalidPayloadError
from holisticos.runtime.logging import LogCategory, bind, clear_bound, logger
from holisticos.runtime.metrics import record_cold_start
from holisticos.runtime.telemetry import operation

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

Handler = Callable[[dict[str, Any], "LambdaContext"], dict[str, Any]]
Task = TypeVar("Task", bound=BaseModel)

_BOUND = ("correlation_id", "analysis_id")
"""Fields of a payload that go on every log record of its invocation."""


def instrumented(handle: Handler) -> Handler:
    """Wrap a handler of events so that every invocation is logged, counted and traced alike.

    What an earlier invocation bound to the log is forgotten. Exceptions keep the name of their class, by which
    state machines retry and catch; those that are not ours lose their message, because it ends up in execution
    histories.
    """

    @cache
    def in_context() -> Handler:
        # Decorated on the first call, not at import, because the logger reads the environment when it is made.
        return logger().inject_lambda_context(_discreet(handle))

    @wraps(handle)
    def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
        record_cold_start()
        return in_context()(event, context)

    return handler


def state_handler(
    task_model: type[Task],
    execute: Callable[[Task], BaseModel],
    *,
    category: LogCategory = LogCategory.SYSTEM,
    name: str = "invocation",
) -> Handler:
    """A handler for a Task state: payload in, validated task to ``execute``, its outcome out as JSON.

    ``execute`` builds what it needs when it is called, never at import. ``name`` is the operation under
    which the invocation is logged and counted. Raises ``InvalidPayloadError`` for a payload that does not
    validate, and whatever ``execute`` raises.
    """

    @instrumented
    def handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
        bind(**_identifiers(event))
        with operation(category, name):
            return execute(_parse(task_model, event)).model_dump(mode="json")

    return handler


def _parse(task_model: type[Task], event: object) -> Task:
    try:
        return task_model.model_validate(event)
    except ValidationError as error:
        problems = ", ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'payload'}: {problem['type']}"
            for problem in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise InvalidPayloadError(f"{task_model.__name__} does not validate: {problems}") from None


def _identifiers(event: object) -> dict[str, str]:
    if not isinstance(event, Mapping):
        return {}
    return {key: value[:128] for key in _BOUND if isinstance(value := event.get(key), str)}


def _discreet(handle: Handler) -> Handler:
    @wraps(handle)
    def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
        clear_bound()
        try:
            return handle(event, context)
        except HolisticOsError:
            raise
        except Exception as error:  # noqa: BLE001 - raised again under the same name
            logger().exception("invocation failed", extra={"category": LogCategory.SYSTEM_ERROR.value})
            raise _namesake(error).with_traceback(error.__traceback__) from None

    return handler


def _namesake(error: Exception) -> Exception:
    """An exception whose class has the same name, and whose message says nothing of the data."""
    kind: type[Exception] = type(type(error).__name__, (Exception,), {"__module__": type(error).__module__})
    return kind("unexpected error; its place is in the log")
