"""The error tree.

HolisticOsError
├── InputError                     the caller's fault: names what is wrong
│   └── InvalidPayloadError        a state or message payload that does not validate
├── HealthSourceError              a source of health data could not answer
│   ├── HealthSourceUnavailableError   down, slow, overloaded: worth another try or source
│   ├── HealthSourceRejectedError      it answered 4xx: trying again will not help
│   │   └── HealthSourceUnauthorizedError  its credentials are wrong or expired
│   └── HealthSourceInvalidError       it answered, and nothing of it could be used
├── NotFoundError                  no such analysis, user or snapshot
├── ConflictError                  a condition failed: somebody else was first
├── SnapshotCorruptError           the bytes are not those the digest names
├── LanguageModelError             no wording from the model; carries its cause
└── ConfigurationError             the environment is wrong; names the variable

Names end up in Retry and Catch of the state machines as they stand here.
"""


class HolisticOsError(Exception):
    """Base of all our errors."""


class InputError(HolisticOsError):
    """The caller gave something that cannot be used; the message names it."""


class InvalidPayloadError(InputError):
    """A payload between states or from a queue does not validate."""


class HealthSourceError(HolisticOsError):
    """A source of health data could not answer. Never raised for "there are no data"."""


class HealthSourceUnavailableError(HealthSourceError):
    """Down, slow or overloaded: another try or another source may help.

    ``retry_after`` is the number of seconds the source asked for, where it did.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class HealthSourceRejectedError(HealthSourceError):
    """The source refused the request; the same request will be refused again."""


class HealthSourceUnauthorizedError(HealthSourceRejectedError):
    """The source does not accept our credentials."""


class HealthSourceInvalidError(HealthSourceError):
    """The source answered, and nothing of the answer could be used."""


class NotFoundError(HolisticOsError):
    """There is no such thing."""


class ConflictError(HolisticOsError):
    """A condition did not hold: somebody else was first, or the state moved on."""


class SnapshotCorruptError(HolisticOsError):
    """The stored bytes do not have the digest by which they were asked for."""


class ConfigurationError(HolisticOsError):
    """The environment is incomplete or wrong; the message names the variable."""


class LanguageModelError(HolisticOsError):
    """The language model could not word a report; ``cause`` is the label shown to the user."""

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause
