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
│   └── AnalysisRunningError           another analysis of the user is not final yet; carries its id
├── SnapshotCorruptError           the bytes are not those the digest names
├── StoreError                     a store or service of ours refused or failed
│   ├── StoreUnavailableError          throttled or out of reach: worth another try
│   └── TooLargeError                  more than the store can keep in one piece
├── LanguageModelError             no wording from the model; carries its cause
└── ConfigurationError             the environment is wrong; names the variable

Names end up in Retry and Catch of the state machines as they stand here. Messages end up in logs and
execution histories: they say what failed and where, and quote neither a user's id nor a health value.
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


class AnalysisRunningError(ConflictError):
    """The user has an analysis that may still be running: ``analysis_id``."""

    def __init__(self, analysis_id: str) -> None:
        super().__init__(f"analysis {analysis_id} is running")
        self.analysis_id = analysis_id


class SnapshotCorruptError(HolisticOsError):
    """The stored bytes do not have the digest by which they were asked for."""


class StoreError(HolisticOsError):
    """A store or service of ours refused or failed; the message has its error code and no data."""


class StoreUnavailableError(StoreError):
    """Throttled or out of reach, also after the client's own retries: worth another try later."""


class TooLargeError(StoreError):
    """The value is larger than the store can keep in one piece."""


class ConfigurationError(HolisticOsError):
    """The environment is incomplete or wrong; the message names the variable."""


class LanguageModelError(HolisticOsError):
    """The language model could not word a report; ``cause`` is the label shown to the user, a ``Fallback``.

    ``retry_after`` is the number of seconds the provider asked for, where it did. Where it ``may_be_paid`` the
    provider may have done the work and charge for it, though no answer came.
    """

    def __init__(
        self, cause: str, message: str, *, retry_after: float | None = None, may_be_paid: bool = False
    ) -> None:
        super().__init__(message)
        self.cause = cause
        self.retry_after = retry_after
        self.may_be_paid = may_be_paid
