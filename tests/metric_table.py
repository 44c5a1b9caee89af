"""The metrics of the project, as the table in ``holisticos.runtime.metrics`` says."""

import re

from holisticos.runtime import metrics


def documented() -> dict[str, frozenset[str]]:
    """The further dimensions of each metric."""
    rows = re.findall(r"^``(\w+)`` +(none|``\w+``(?:, ``\w+``)*)  ", metrics.__doc__ or "", re.MULTILINE)
    return {name: frozenset(re.findall(r"``(\w+)``", dimensions)) for name, dimensions in rows}
