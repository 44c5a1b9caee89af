"""The gate between a language model's words and the user."""

from holisticos.agents.language_model.grounding.check import GroundedInEvidence, GroundingCheck

__all__ = ["GroundedInEvidence", "GroundingCheck"]
