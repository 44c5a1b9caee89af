"""JSON Schema in words and tables."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from functions.api.reference.markup import Content, Markup, code, element, inline, joined, link, prose

Schema = Mapping[str, Any]

_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
}


def anchor(name: str) -> str:
    return f"schema-{name}"


def kind(schema: Schema) -> Markup:
    """What a value is, in a few words; another schema is a link."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return link(anchor(name), name)
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return joined(*map(kind, choices), by=" or ")
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else None):
        return joined(*(code(shown(value)) for value in values), by=" | ")
    return _plain(schema)


def _plain(schema: Schema) -> Markup:
    match schema.get("type"):
        case "array":
            return joined("list of ", kind(schema.get("items", {})))
        case "object" if isinstance(values := schema.get("additionalProperties"), Mapping):
            return joined("map of ", kind(schema.get("propertyNames", {"type": "string"})), " to ", kind(values))
        case str(name):
            return joined(schema.get("format", name))
    return joined("any value")


def notes(schema: Schema) -> Iterator[Markup]:
    """What else holds of a value: bounds, pattern, default, examples."""
    yield from _bounds(schema)
    if schema.get("default") is not None:
        yield joined("by default ", code(shown(schema["default"])))
    examples = [*schema.get("examples", ()), *([schema["example"]] if "example" in schema else ())]
    if examples:
        yield joined("for example ", joined(*(code(shown(example)) for example in examples), by=", "))


def _bounds(schema: Schema) -> Iterator[Markup]:
    for name, text in _BOUNDS.items():
        if name in schema:
            yield joined(text.format(shown(schema[name])))
    if schema.get("uniqueItems"):
        yield joined("no two alike")
    if "pattern" in schema:
        yield joined("matches ", code(schema["pattern"]))
    for part in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _bounds(part)


def row(name: str, schema: Schema, said: str | None, *, required: bool, where: str | None = None) -> Markup:
    """One field or parameter."""
    more = joined(*notes(schema), by="; ")
    return element(
        "tr",
        element("td", code(name), " ", element("small", "required", class_="required") if required else None),
        element("td", where) if where else None,
        element("td", kind(schema)),
        element("td", inline(said or ""), element("small", more, class_="notes") if more else None),
    )


def table(columns: tuple[str, ...], rows: Content) -> Markup:
    head = element("thead", element("tr", *(element("th", column, scope="col") for column in columns)))
    return element("table", head, element("tbody", rows))


def example(summary: str, value: Any) -> Markup:
    """An example that is folded away."""
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return element("details", element("summary", inline(summary)), element("pre", code(text)))


def examples(schema: Schema) -> list[Markup]:
    """Those of a schema as a whole."""
    given = schema.get("examples", ())
    return [example("Example" if len(given) == 1 else f"Example {number}", one) for number, one in enumerate(given, 1)]


def section(name: str, schema: Schema) -> Markup:
    """One schema with its fields."""
    needed = schema.get("required", ())
    fields = [
        row(field, value, value.get("description"), required=field in needed)
        for field, value in schema.get("properties", {}).items()
    ]
    return element(
        "section",
        element("h3", link(anchor(name), name)),
        prose(schema.get("description")),
        table(("Field", "Type", "Meaning"), fields) if fields else element("p", kind(schema)),
        element("p", "Other fields are refused.") if schema.get("additionalProperties") is False else None,
        examples(schema),
        id=anchor(name),
        class_="schema",
    )


def shown(value: Any) -> str:
    """A value as it stands in JSON; text without its quotes, and a whole number as one."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
