"""The reference as a page: whole, readable by itself, and nothing that could be made to do something else."""

import base64
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.reference.markup import prose
from functions.api.reference.page import render
from tests.unit.functions.api.served import Served

DOCUMENT: dict[str, Any] = Served().app.openapi()
HOSTILE = """</td><script>alert('"&')</script><img src=x onerror=y>"""

VOID = {"meta"}
KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "nav", "main", "section", "div", "a", "p", "ul", "li"),
    *("h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "b", "strong", "small"),
    *("details", "summary"),
}


class Read(HTMLParser):
    """A page as a browser reads it: its elements, its places, its links, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.texts: list[str] = []
        self.examples: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []
        self.text = "".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        given = dict(attrs)
        if "id" in given:
            self.ids.append(str(given["id"]))
        if "href" in given:
            self.links.add(str(given["href"]))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "pre":
            self.examples.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if "pre" in self.open:
            self.examples[-1] += data


PAGE = Read(render(DOCUMENT).html.decode())


def examples(node: Any) -> Iterator[Any]:
    """Every example of the document, wherever it stands."""
    if isinstance(node, list):
        for value in node:
            yield from examples(value)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == "example":
                yield value
            elif name == "examples" and isinstance(value, dict):
                yield from (one["value"] for one in value.values())
            elif name == "examples" and isinstance(value, list):
                yield from value
            else:
                yield from examples(value)


def test_every_operation_is_on_it_with_all_it_takes_and_answers() -> None:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            assert operation["operationId"] in PAGE.ids
            assert f"{method.upper()} {path}" in PAGE.text
            assert operation["summary"] in PAGE.text
            for parameter in operation.get("parameters", ()):
                assert parameter["name"] in PAGE.text
            for status, answer in operation["responses"].items():
                assert f"{status} {answer['description'].replace('`', '')}" in PAGE.text


def test_every_schema_is_on_it_with_all_fields() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert f"schema-{name}" in PAGE.ids
        for field in schema.get("properties", {}):
            assert field in PAGE.text
        for value in schema.get("enum", ()):
            assert value in PAGE.text


def test_every_example_is_on_it() -> None:
    found = list(examples(DOCUMENT))
    assert len(found) > 200
    for value in found:
        block = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        in_a_line = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        assert block in PAGE.examples or f"example {in_a_line}" in PAGE.text or f", {in_a_line}" in PAGE.text


def test_headers_and_ways_to_sign_in_are_on_it() -> None:
    for name in DOCUMENT["components"]["headers"]:
        assert f"header-{name.lower()}" in PAGE.ids
    assert "RateLimit-Remaining" in DOCUMENT["components"]["headers"]
    for name in DOCUMENT["components"]["securitySchemes"]:
        assert f"security-{name}" in PAGE.ids


def test_links_lead_to_places_on_it() -> None:
    assert len(set(PAGE.ids)) == len(PAGE.ids)
    assert {link.removeprefix("#") for link in PAGE.links} - set(PAGE.ids) == {"openapi.json"}
    contents = {f"#{operation['operationId']}" for item in DOCUMENT["paths"].values() for operation in item.values()}
    assert contents <= PAGE.links


def test_it_loads_and_runs_nothing() -> None:
    assert PAGE.elements <= KNOWN
    assert PAGE.attributes <= {"id", "class", "href", "scope", "lang", "charset", "name", "content"}
    html = render(DOCUMENT).html.decode()
    assert "<script" not in html
    style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(style) == 1
    assert not re.search(r"url\(|@import|//", style[0])


def hostile(node: Any) -> Any:
    """The document with something hostile in every text that is meant for people, and in every value."""
    if isinstance(node, dict):
        plain = {"$ref", "type", "operationId", "in", "security", "tags", "required", "propertyNames"}
        return {name: value if name in plain else hostile(value) for name, value in node.items()}
    if isinstance(node, list):
        return [hostile(value) for value in node]
    return f"{node}{HOSTILE}" if isinstance(node, str) else node


def test_hostile_words_stay_words() -> None:
    document = {**hostile(DOCUMENT), "tags": [{**tag, "description": HOSTILE} for tag in DOCUMENT["tags"]]}
    document["paths"] = {f"{path}{HOSTILE}": item for path, item in document["paths"].items()}
    html = render(document).html.decode()
    page = Read(html)
    assert page.elements <= KNOWN
    assert "onerror" not in page.attributes
    assert "<script" not in html
    assert page.text.count(HOSTILE) > 500


@given(st.text())
def test_prose_of_any_kind_is_only_words(text: str) -> None:
    assert Read(prose(text)).elements <= {"p", "ul", "li", "code", "strong"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("* a `b`\n* **c**\n  d", "<ul><li>a <code>b</code></li><li><strong>c</strong>\n  d</li></ul>"),
        ("``value`` < `1`", "<p><code>value</code> &lt; <code>1</code></p>"),
        (None, ""),
    ],
)
def test_prose_is_laid_out(text: str | None, html: str) -> None:
    assert prose(text) == html


def test_it_is_served_to_anybody_with_a_policy_that_allows_its_style_alone(api: Served) -> None:
    answer = api.get("/docs", user=None)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rules = dict(rule.split(maxsplit=1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style
    digest = base64.b64encode(sha256(style[1].encode()).digest()).decode()
    assert rules.pop("style-src") == f"'sha256-{digest}'"
    assert set(rules) >= {"default-src", "frame-ancestors", "base-uri", "form-action"}
    assert set(rules.values()) == {"'none'"}


def test_machines_get_the_document(api: Served) -> None:
    assert api.get("/openapi.json", user=None).json() == DOCUMENT


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_who_has_it_is_not_sent_it_again(api: Served, path: str) -> None:
    answer = api.get(path, user=None)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = api.get(path, user=None, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert Served().get(path, user=None).headers["ETag"] == answer.headers["ETag"]
