"""How records are wrapped in a webhook's body."""

from typing import Final

_WRAPPERS: Final = ("data", "items", "results")


def records_in(content: object) -> list[object]:
    """The records of a body: a list of them, an object that has the list under one of several names, or one alone."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        for name in _WRAPPERS:
            inside = content.get(name)
            if isinstance(inside, list):
                return inside
            if isinstance(inside, dict):
                return [inside]
    return [content]
