"""Operations of an OpenAPI document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from functions.api.reference.markup import Content, Markup, code, element, inline, joined, link, prose
from functions.api.reference.schemas import example, examples, kind, row, table

Document = Mapping[str, Any]

_METHODS = frozenset({"get", "put", "post", "delete", "patch"})


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    said: Mapping[str, Any]

    @property
    def anchor(self) -> str:
        return str(self.said["operationId"])

    @property
    def title(self) -> str:
        return str(self.said["summary"])

    @property
    def verb(self) -> Markup:
        return element("b", self.method.upper(), class_=f"verb {self.method}")


def operations(document: Document, tag: str) -> list[Operation]:
    """Those of a tag, in the order of the document."""
    return [
        Operation(method, path, said)
        for path, item in document["paths"].items()
        for method, said in item.items()
        if method in _METHODS and tag in said["tags"]
    ]


def security_anchor(scheme: str) -> str:
    return f"security-{scheme}"


def header_anchor(name: str) -> str:
    return f"header-{name.lower()}"


def section(operation: Operation, document: Document) -> Markup:
    """All that is to be known of one operation."""
    said = operation.said
    return element(
        "section",
        element("h3", link(operation.anchor, operation.title)),
        element("p", operation.verb, " ", code(operation.path), class_="route"),
        prose(said.get("description")),
        element("p", element("strong", "Sign-in: "), _sign_in(said)),
        _parameters(said),
        _body(said, document),
        element("h4", "Answers"),
        [_answer(status, answer) for status, answer in sorted(said["responses"].items())],
        id=operation.anchor,
        class_="operation",
    )


def _sign_in(said: Mapping[str, Any]) -> Markup:
    schemes = [name for way in said.get("security", ()) for name in way]
    if not schemes:
        return joined("none needed")
    return joined(*(link(security_anchor(name), name) for name in schemes), by=" or ")


def _parameters(said: Mapping[str, Any]) -> Content:
    given = said.get("parameters", ())
    if not given:
        return None
    rows = [
        row(one["name"], one["schema"], one.get("description"), required=one.get("required", False), where=one["in"])
        for one in given
    ]
    return [element("h4", "Parameters"), table(("Name", "In", "Type", "Meaning"), rows)]


def _body(said: Mapping[str, Any], document: Document) -> Content:
    body = said.get("requestBody")
    if body is None:
        return None
    needed = "required" if body.get("required") else "may be left out"
    return [
        element("h4", "Body ", element("small", needed)),
        [
            [element("p", _content(media_type, content)), _examples(content), examples(_model(content, document))]
            for media_type, content in body["content"].items()
        ],
    ]


def _model(content: Mapping[str, Any], document: Document) -> Mapping[str, Any]:
    """The schema of a body, with which its examples stand."""
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    model: Mapping[str, Any] = document["components"]["schemas"].get(name, {})
    return model


def _answer(status: str, answer: Mapping[str, Any]) -> Markup:
    contents = answer.get("content", {})
    names = list(answer.get("headers", ()))
    links = joined(*(link(header_anchor(name), name) for name in names), by=", ")
    return element(
        "div",
        element("p", element("b", status, class_=f"status s{status[0]}"), " ", inline(answer["description"])),
        [[element("p", _content(*content), class_="notes"), _examples(content[1])] for content in contents.items()],
        element("p", "Headers: ", links, class_="notes") if names else None,
        class_="answer",
    )


def _content(media_type: str, content: Mapping[str, Any]) -> Markup:
    return joined(kind(content["schema"]), " as ", code(media_type))


def _examples(content: Mapping[str, Any]) -> Iterator[Markup]:
    if "example" in content:
        yield example("Example", content["example"])
    for name, given in content.get("examples", {}).items():
        summary = given.get("summary", name)
        same = summary == name.replace("_", " ")
        yield example(f"Example: {summary}" if same else f"`{name}`: {summary}", given["value"])
