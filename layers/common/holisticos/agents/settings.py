"""The environment of an agent function: the same variables for all six."""

from pydantic import Field

from holisticos.runtime.settings import Settings

NO_MODEL = "none"
"""In the place of the provider's URL: this stage has no language model."""


class AgentSettings(Settings):
    analyses_table: str
    audit_table: str
    ephemeral_table: str
    snapshot_bucket: str
    openai_base_url: str
    """Or ``none``."""
    language_model: str
    language_model_secret_arn: str
    language_model_seconds: float = Field(gt=0, le=12)
    """What a report may wait for the model, of the five seconds there are."""
    language_model_tokens: int = Field(ge=100, le=10_000)
    """Of one answer, at most."""
    user_budget_usd: float = Field(ge=0)
    """A day, for one user."""
    daily_budget_usd: float = Field(ge=0)
    """A day, for all users."""
