"""What the host must know about a function beyond what the emulator tells a bootstrap."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

VARIABLE = "HOLISTICOS_LOCAL_FUNCTION"
"""The one variable that the overlay adds to a function's environment."""


@dataclass(frozen=True)
class LocalFunction:
    """The overlay's note to the host about one function.

    ``timeout`` is the template's, in seconds: the deployed one is longer by the time an event may
    queue. ``variables`` are the names of those that the template sets: nothing else of the
    emulator's environment may reach the function. ``logging`` are the variables by which Lambda
    tells a runtime about the function's logging configuration. ``layers`` are the folders of their
    contents; ``code`` names the content of function and layers, so that a new build gets new workers.
    """

    runtime: str
    timeout: float
    workers: int
    variables: tuple[str, ...]
    layers: tuple[str, ...]
    logging: dict[str, str]
    code: str

    def dump(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "LocalFunction":
        """Raises ``KeyError`` where the function was not deployed through the overlay."""
        fields = json.loads(environment[VARIABLE])
        return cls(**{**fields, "variables": tuple(fields["variables"]), "layers": tuple(fields["layers"])})
