"""HTML that cannot be broken out of: whatever was not made here is escaped."""

import re
from collections.abc import Iterable
from html import escape
from typing import Final

_INLINE: Final = re.compile(r"(`{1,2})(?P<code>[^`]+)\1|\*\*(?P<strong>[^*]+)\*\*")


class Markup(str):
    """Text that is HTML already. Only this module makes it."""

    __slots__ = ()


Content = str | None | Iterable["Content"]
"""What may be in an element; None is nothing."""


def joined(*inside: Content, by: str = "") -> Markup:
    """All of it, one after the other, with ``by`` in between."""
    return Markup(escape(by).join(part for part in map(_html, inside) if part))


def element(name: str, *inside: Content, **attributes: str | None) -> Markup:
    """An element with what is ``inside``. ``class_`` is ``class``; attributes that are None are left out."""
    given = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items() if value is not None)
    return Markup(f"<{name}{given}>{joined(*inside)}</{name}>")


def link(anchor: str, *inside: Content, **attributes: str | None) -> Markup:
    """A link to a place on the page."""
    return element("a", *inside, href=f"#{anchor}", **attributes)


def code(text: str) -> Markup:
    return element("code", text)


def prose(text: str | None) -> Markup:
    """Paragraphs, lists with ``*``, ``**strong**`` words and `code`, which is all that our descriptions use."""
    blocks = re.split(r"\n\s*\n", (text or "").strip())
    return joined(*(_block(block) for block in blocks if block))


def inline(text: str) -> Markup:
    """A sentence or two, without blocks."""
    parts: list[str] = []
    end = 0
    for found in _INLINE.finditer(text):
        marked = code(found["code"]) if found["code"] else element("strong", found["strong"])
        parts += [text[end : found.start()], marked]
        end = found.end()
    return joined(*parts, text[end:])


def _block(block: str) -> Markup:
    if block.startswith("* "):
        return element("ul", *(element("li", inline(item)) for item in re.split(r"(?:^|\n)\* ", block) if item))
    return element("p", inline(block))


def _html(content: Content) -> str:
    if content is None or isinstance(content, Markup):
        return content or ""
    if isinstance(content, str):
        return escape(content)
    return joined(*content)
