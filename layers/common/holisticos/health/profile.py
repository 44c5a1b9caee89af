"""What a user told us about themselves."""

from zoneinfo import ZoneInfo

from pydantic import Field, field_serializer, field_validator

from holisticos.contracts.base import Contract
from holisticos.contracts.names import Archetype, Area, PartOfDay

DEFAULT_ARCHETYPE = Archetype.FOUNDATION_BUILDER
"""Taken where a user chose none: the smallest budget, so that a plan never asks too much."""


class PrivacyPreferences(Contract):
    """What may be used. A withheld category is neither fetched, analysed nor sent anywhere."""

    withheld_categories: frozenset[str] = frozenset()
    share_with_language_model: bool = False

    @field_serializer("withheld_categories")
    def _sorted(self, value: frozenset[str]) -> list[str]:
        # A set has another order in every process; the same preferences must give the same bytes.
        return sorted(value)


class Preferences(Contract):
    """What a plan should be like for this person."""

    not_wanted: frozenset[Area] = Field(default=frozenset(), description="areas in which no advice is wanted")
    move_in_the: PartOfDay | None = Field(default=None, description="when walks are to be suggested; null: no matter")

    @field_serializer("not_wanted")
    def _sorted(self, value: frozenset[Area]) -> list[str]:
        # As above: the same preferences must give the same bytes.
        return sorted(value)


NO_PREFERENCES = Preferences()


class Profile(Contract):
    """Settings of one user; the defaults are those of a user who never set any."""

    schema_version: int = 1
    user_id: str
    timezone: str = "UTC"
    language: str = "en"
    archetype: Archetype | None = None
    privacy: PrivacyPreferences = PrivacyPreferences()
    preferences: Preferences = NO_PREFERENCES
    daily_analysis: bool = False
    synthetic: bool = Field(default=False, description="true where this person's data are generated")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not an IANA time zone such as 'Europe/Berlin'") from error
        return value
