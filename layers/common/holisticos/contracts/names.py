"""The fixed vocabularies: agents, statuses, engines, archetypes, sources, parts."""

from enum import StrEnum


class AgentName(StrEnum):
    """The six agents, in the order in which they are shown."""

    BEHAVIOR = "behavior"
    MEMORY = "memory"
    NUTRITION = "nutrition"
    ROUTINE = "routine"
    ADAPTATION = "adaptation"
    INSIGHTS = "insights"


class AgentStatus(StrEnum):
    COMPLETE = "complete"
    DEGRADED = "degraded"
    FAILED = "failed"
    SKIPPED = "skipped"


class Engine(StrEnum):
    """Who worded a report. Numbers always come from the statistics, never from the model."""

    MODEL = "model"
    RULES = "rules"


class AnalysisStatus(StrEnum):
    QUEUED = "queued"
    FETCHING = "fetching"
    ANALYZING = "analyzing"
    AGGREGATING = "aggregating"
    COMPLETED = "completed"
    PARTIAL = "partial"
    NO_DATA = "no_data"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in FINAL_STATUSES

    @property
    def may_follow(self) -> frozenset["AnalysisStatus"]:
        """The statuses from which an analysis can come to this one: itself and earlier ones, never a final one."""
        order = list(AnalysisStatus)
        return frozenset(order[: order.index(self) + 1]) - FINAL_STATUSES


FINAL_STATUSES = frozenset(
    {AnalysisStatus.COMPLETED, AnalysisStatus.PARTIAL, AnalysisStatus.NO_DATA, AnalysisStatus.FAILED}
)


class AnalysisType(StrEnum):
    """``initial`` looks at seven days, ``follow_up`` at one; ``auto`` picks by the user's last analysis."""

    AUTO = "auto"
    INITIAL = "initial"
    FOLLOW_UP = "follow_up"


class Trigger(StrEnum):
    """Why an analysis was started."""

    USER = "user"
    DAILY = "daily"
    NEW_DATA = "new_data"


class Archetype(StrEnum):
    """How much change a user wants to take on; chosen by the user."""

    FOUNDATION_BUILDER = "Foundation Builder"
    RESILIENCE_REBUILDER = "Resilience Rebuilder"
    CONNECTED_EXPLORER = "Connected Explorer"
    SYSTEMATIC_IMPROVER = "Systematic Improver"
    TRANSFORMATION_SEEKER = "Transformation Seeker"
    PEAK_PERFORMER = "Peak Performer"


class Source(StrEnum):
    """Where a part of the data was read from."""

    HEALTH_API = "health_api"
    DATABASE = "database"
    CACHE = "cache"
    STORE = "store"
    """The product's own store (profile, memory)."""


class HealthProvider(StrEnum):
    """Who answers as the health API of a deployment; to everything else it is ``Source.HEALTH_API``."""

    HOS_FAPI = "hos-fapi"
    SAHHA = "sahha"


class CacheUse(StrEnum):
    """What the cache had to do with an answer."""

    FRESH = "fresh"
    STALE = "stale"
    """Given at once, and read anew beside it."""
    MISSED = "missed"
    UNAVAILABLE = "unavailable"
    """It could not be asked; the answer was read as if there were none."""


class Part(StrEnum):
    """The parts of a user's data that are fetched separately."""

    SCORES = "scores"
    BIOMARKERS = "biomarkers"
    ARCHETYPES = "archetypes"
    MEMORY = "memory"


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    STABLE = "stable"


class BaselineKind(StrEnum):
    """What a value is compared with."""

    USUAL = "usual"
    """The person's own usual."""
    BEFORE = "before"
    """The person's own level up to a certain day."""
    WEEKDAYS = "weekdays"
    """The person's own working days."""
    GUIDELINE = "guideline"
    """What is advised to people in general, or the edge of a published band."""
    NO_DIFFERENCE = "no_difference"
    """Zero, for a value that is a difference itself."""


class Category(StrEnum):
    """Categories of biomarkers as the source names them, and as a user may withhold them."""

    ACTIVITY = "activity"
    BODY = "body"
    CHARACTERISTIC = "characteristic"
    DEVICE = "device"
    EXERCISE = "exercise"
    NUTRITION = "nutrition"
    REPRODUCTIVE = "reproductive"
    SLEEP = "sleep"
    VITALS = "vitals"


class Area(StrEnum):
    """What a recommendation is about, as a user may decline it."""

    MOVEMENT = "movement"
    SLEEP = "sleep"
    EATING = "eating"


class PartOfDay(StrEnum):
    """The waking parts of a day, by local hour: from 5, 12 and 17."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
