"""The whole page."""

import base64
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from functions.api.reference import operations, schemas
from functions.api.reference.markup import Content, Markup, code, element, inline, joined, link, prose
from functions.api.reference.operations import Document, Operation, header_anchor, security_anchor


@dataclass(frozen=True, slots=True)
class Page:
    html: bytes
    policy: str
    """The Content-Security-Policy under which it shows as it is meant to."""


def render(document: Document) -> Page:
    """The reference of the API that ``document`` (OpenAPI 3.1) describes."""
    info, parts = document["info"], document["components"]
    tags = [(tag, operations.operations(document, tag["name"])) for tag in document["tags"]]
    title = f"{info['title']} API"
    main = element(
        "main",
        element("h1", title, " ", element("small", f"version {info['version']}")),
        element("p", info["summary"], class_="lead"),
        prose(info["description"]),
        element("p", "For machines: ", element("a", "openapi.json", href="openapi.json"), " (OpenAPI 3.1)"),
        _security(parts["securitySchemes"]),
        [_tag(tag["name"], tag["description"], found, document) for tag, found in tags],
        _headers(parts["headers"]),
        element("h2", link("schemas", "Schemas"), id="schemas"),
        [schemas.section(name, schema) for name, schema in sorted(parts["schemas"].items())],
    )
    body = element("body", _contents(tags, sorted(parts["schemas"])), main, link("contents", "Contents", class_="up"))
    html = f"<!doctype html>\n{element('html', _head(title), body, lang='en')}\n"
    return Page(html.encode(), _policy(_style()))


def _head(title: str) -> Markup:
    # Void elements and the style, which no escaping may touch, are the page's own words.
    return element(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        element("title", title),
        Markup(f"<style>{_style()}</style>"),
    )


@cache
def _style() -> str:
    return files(__package__).joinpath("style.css").read_text(encoding="utf-8")


def _policy(style: str) -> str:
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    nothing = " ".join(f"{name} 'none';" for name in ("default-src", "base-uri", "form-action", "frame-ancestors"))
    return f"{nothing} style-src 'sha256-{digest}'"


def _contents(tags: list[tuple[dict[str, Any], list[Operation]]], names: list[str]) -> Markup:
    def entries(links: Content) -> Markup:
        return element("ul", links)

    return element(
        "nav",
        element("h2", "Contents"),
        entries([element("li", link("security", "Sign-in"))]),
        [
            [
                element("h3", link(_tag_anchor(tag["name"]), tag["name"].capitalize())),
                entries([element("li", link(one.anchor, one.verb, " ", one.title)) for one in found]),
            ]
            for tag, found in tags
        ],
        element("h3", link("headers", "Headers of answers")),
        element("h3", link("schemas", "Schemas")),
        element(
            "details",
            element("summary", f"all {len(names)}"),
            entries([element("li", link(schemas.anchor(name), name)) for name in names]),
        ),
        id="contents",
    )


def _tag_anchor(name: str) -> str:
    return f"tag-{name.replace(' ', '-')}"


def _tag(name: str, said: str, found: list[Operation], document: Document) -> Content:
    anchor = _tag_anchor(name)
    return [
        element("h2", link(anchor, name.capitalize()), id=anchor),
        element("p", inline(said), class_="lead"),
        [operations.section(operation, document) for operation in found],
    ]


def _security(schemes: dict[str, dict[str, Any]]) -> Content:
    rows = [
        element(
            "tr",
            element("td", code(name), id=security_anchor(name)),
            element("td", _way(scheme)),
            element("td", inline(scheme.get("description", ""))),
        )
        for name, scheme in schemes.items()
    ]
    head = element("h2", link("security", "Sign-in"), id="security")
    return [head, schemas.table(("Name", "How", "What"), rows)]


def _way(scheme: dict[str, Any]) -> Markup:
    if scheme["type"] == "http":
        return joined("header ", code(f"Authorization: {scheme['scheme'].capitalize()} <{scheme['bearerFormat']}>"))
    return joined(scheme["in"], " parameter ", code(scheme["name"]))


def _headers(headers: dict[str, dict[str, Any]]) -> Content:
    rows = [
        element(
            "tr",
            element("td", code(name), id=header_anchor(name)),
            element("td", schemas.kind(header["schema"])),
            element("td", inline(header["description"]), element("small", _notes(header), class_="notes")),
        )
        for name, header in headers.items()
    ]
    head = element("h2", link("headers", "Headers of answers"), id="headers")
    return [head, schemas.table(("Header", "Type", "Meaning"), rows)]


def _notes(header: dict[str, Any]) -> Markup:
    return joined(*schemas.notes({**header["schema"], "example": header["example"]}), by="; ")
