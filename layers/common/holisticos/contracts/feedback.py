"""What a user says of a recommendation."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from holisticos.contracts.base import Contract

MAX_NOTE = 1000
"""Characters: a paragraph."""


class Adherence(StrEnum):
    """Whether a recommendation was followed."""

    FOLLOWED = "followed"
    PARTLY = "partly"
    NOT = "not"


class Answer(Contract):
    """What analyses read of an answer to a recommendation: everything but the user's own words."""

    recommendation_id: str
    analysis_id: str = Field(description="the analysis that gave the recommendation")
    at: datetime
    adherence: Adherence
    helpful: bool | None = None


class Feedback(Answer):
    """One answer to one recommendation. ``note`` is the user's own words: kept and shown, never interpreted."""

    schema_version: int = 1
    user_id: str
    note: str | None = Field(default=None, max_length=MAX_NOTE)

    @property
    def answer(self) -> Answer:
        return Answer(**self.model_dump(include=set(Answer.model_fields)))
