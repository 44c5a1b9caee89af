"""The stages: what differs between development, staging and production, from the CDK context."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Literal, Self

from aws_cdk import RemovalPolicy
from aws_cdk.aws_logs import RetentionDays
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from holisticos.contracts.names import AgentName

Origin = Annotated[str, Field(pattern=r"^https?://[^/\s]+$")]

_RETENTIONS = {
    7: RetentionDays.ONE_WEEK,
    14: RetentionDays.TWO_WEEKS,
    30: RetentionDays.ONE_MONTH,
    90: RetentionDays.THREE_MONTHS,
    180: RetentionDays.SIX_MONTHS,
    365: RetentionDays.ONE_YEAR,
    731: RetentionDays.TWO_YEARS,
}


class StageConfigError(ValueError):
    """The context does not describe the stage; the message names each wrong key."""


class LanguageModelConfig(BaseModel):
    """The language model of a stage, where its deployment names a provider and its secret holds a key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(default="gpt-4.1-mini", min_length=1, description="as the provider names it")
    by_agent: dict[AgentName, Annotated[str, Field(min_length=1)]] = Field(
        default={}, description="another model for some agents"
    )
    seconds: float = Field(default=4.0, gt=0, le=4.5, description="a report may wait for it, of the five there are")
    tokens: int = Field(default=2_000, ge=100, le=10_000, description="of one answer, at most")
    user_usd_a_day: float = Field(default=0.25, ge=0)
    usd_a_day: float = Field(default=20.0, ge=0, description="for all users together")

    def of(self, agent: AgentName) -> str:
        """The model that words the findings of ``agent``."""
        return self.by_agent.get(agent, self.model)


class StageConfig(BaseModel):
    """One stage, under ``stages`` in ``cdk.json``; ``every_stage`` there gives what all have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal["dev", "staging", "prod"]
    log_level: Literal["DEBUG", "INFO"] = Field(
        default="INFO", description="no higher: Lambda drops metrics, which are log lines, above INFO"
    )
    log_retention_days: Literal[7, 14, 30, 90, 180, 365, 731]
    tracing: bool
    protected: bool = Field(description="data outlive the stack, and tables and users cannot be deleted")
    snapshot_retention_days: int = Field(ge=1, le=3650)
    requests_per_second: int = Field(ge=1, le=10_000, description="of all clients together")
    request_burst: int = Field(ge=1, le=5_000)
    webhooks_per_second: int = Field(ge=1, le=10_000, description="of the source; its own, beside that of clients")
    analysis_after_points: int = Field(
        default=50, ge=10, le=100, description="new or changed records after which a user is analysed"
    )
    requests_per_address: int | None = Field(
        default=None, ge=10, description="a minute, let through by a firewall; without it there is none"
    )
    live_streams: bool = Field(default=False, description="streams are sent as they come into being, not in pieces")
    cors_origins: tuple[Origin, ...] = Field(
        default=(), description="web pages that may call; mobile clients need none"
    )
    reconciled_percent: int = Field(
        default=5, ge=0, le=100, description="of the daily users, whose database is compared with the health API"
    )
    daily_at: time = Field(description="local time of the daily analyses, at a quarter of an hour")
    language_model: LanguageModelConfig = LanguageModelConfig()
    alarm_email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")

    @model_validator(mode="after")
    def _burst_covers_rate(self) -> Self:
        if self.request_burst < self.requests_per_second:
            raise ValueError("request_burst is smaller than requests_per_second")
        return self

    @field_validator("daily_at")
    @classmethod
    def _at_a_quarter(cls, value: time) -> time:
        if value.minute % 15 or value.second or value.microsecond or value.tzinfo:
            raise ValueError("must be a quarter of an hour such as 06:15")
        return value

    @property
    def log_retention(self) -> RetentionDays:
        return _RETENTIONS[self.log_retention_days]

    @property
    def removal_policy(self) -> RemovalPolicy:
        """What becomes of data and logs when they leave the stack."""
        return RemovalPolicy.RETAIN if self.protected else RemovalPolicy.DESTROY

    @classmethod
    def from_context(cls, name: str, context: Mapping[str, Any]) -> Self:
        """The stage ``name``. Raises ``StageConfigError``."""
        stages = context.get("stages") or {}
        if name not in stages:
            raise StageConfigError(f"stage {name!r} is not one of: {', '.join(sorted(stages)) or 'none is configured'}")
        common, own = context.get("every_stage") or {}, stages[name]
        try:
            return cls.model_validate({"name": name, **common, **own})
        except ValidationError as error:
            problems = []
            for problem in error.errors(include_url=False):
                path = [str(part) for part in problem["loc"]]
                shared = bool(path) and path[0] in common and path[0] not in own
                where = ".".join(["every_stage"] if shared else ["stages", name])
                problems.append(f"{'.'.join([where, *path])}: {problem['msg']}")
            raise StageConfigError("cdk.json: " + "; ".join(problems)) from None
