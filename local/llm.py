"""Which language model a stack on this machine has."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from holisticos.agents.settings import NO_MODEL
from local.state import LocalStackError

KEY: Final = "sk-stand-in"
"""Of the stand-in, which takes any other as well."""


class Llm(StrEnum):
    """As ``--llm`` takes it."""

    NONE = "none"
    """The rules word everything."""
    STUB = "stub"
    """The stand-in of ``local.language_model``, on this machine."""
    OPENAI = "openai"
    """The provider that OPENAI_BASE_URL and OPENAI_API_KEY of the environment name. Findings leave this machine."""


@dataclass(frozen=True)
class Provider:
    """Where a model is asked, and with which key."""

    base_url: str
    key: str = field(repr=False)


def provider(llm: Llm, stub_url: str, environ: Mapping[str, str] = os.environ) -> Provider:
    """Raises ``LocalStackError`` where the environment names no provider."""
    if llm is Llm.NONE:
        return Provider(NO_MODEL, "")
    if llm is Llm.STUB:
        return Provider(stub_url, KEY)
    for variable in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        if not environ.get(variable):
            raise LocalStackError(f"--llm openai needs {variable} in the environment")
    return Provider(environ["OPENAI_BASE_URL"].rstrip("/"), environ["OPENAI_API_KEY"])
