"""Exceptions from the cdk-nag rules, written down where they are made."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def accept(construct: IConstruct, rule: str, because: str) -> None:
    """Let ``construct`` and what is in it break ``rule``, for the reason given."""
    Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=because))
