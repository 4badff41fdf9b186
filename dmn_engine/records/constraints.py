"""The impossible combinations of a record schema: their places, the fields that they read, their statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.records.documents import escape_pointer
from dmn_engine.records.predicate import OF_THE_SAME_VALUE, UnknownKeyword, list_subschemas, resolve_pointer

CONSTRAINT_KEYWORDS = frozenset(("allOf", "if", "not", "anyOf", "oneOf", "dependentRequired", "dependentSchemas"))
"""Keywords that, at the root of a record schema, say something of several fields at once."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-schema that a whole record must satisfy; `fields` are the names of what it reads, in its order.

    `statement` is the schema's own sentence (`description`, `$comment` or `title`), or one made of the fields' titles;
    `has_words` is false where a sentence of the schema's own is wanting.
    """

    schema: Mapping[str, object]
    pointer: str
    fields: tuple[str, ...]
    statement: str
    has_words: bool


def list_parts(schema: Mapping[str, object]) -> tuple[Part, ...]:
    """Every combination rule of a record schema, in the schema's order."""
    return tuple(_build_part(part, pointer, schema) for part, pointer in _split(schema))


def list_cuts(part: Part, root: Mapping[str, object]) -> dict[str, tuple[Decimal, ...]]:
    """The numbers that the part compares each field with, ascending; fields compared with none are left out."""
    found: dict[str, set[Decimal]] = {}
    for name, schema in _read_schemas(part.schema, root, ()):
        found.setdefault(name, set()).update(_numbers_in(schema, root, ()))
    return {name: tuple(sorted(numbers)) for name, numbers in found.items() if numbers}


def list_uncuttable(part: Part, root: Mapping[str, object]) -> tuple[str, ...]:
    """Keywords of the part whose cases no finite set of numbers or listed values represents."""
    found: dict[str, None] = {}
    for _, schema in _read_schemas(part.schema, root, ()):
        for inner in _walk(schema, root, ()):
            found.update(dict.fromkeys(key for key in _UNCUTTABLE if key in inner))
    return tuple(found)


_UNCUTTABLE = ("multipleOf", "pattern", "minLength", "maxLength", "format")


def _split(schema: Mapping[str, object]) -> Iterator[tuple[Mapping[str, object], str]]:
    for keyword, argument in schema.items():
        match keyword, argument:
            case "allOf", list():
                for index, part in enumerate(argument):
                    if isinstance(part, Mapping):
                        yield part, f"/allOf/{index}"
            case "if", Mapping():
                yield {key: schema[key] for key in ("if", "then", "else") if key in schema}, "/if"
            case (("not" | "anyOf" | "oneOf"), _):
                yield {keyword: argument}, f"/{keyword}"
            case (("dependentRequired" | "dependentSchemas"), Mapping()):
                for name, needed in argument.items():
                    yield {keyword: {name: needed}}, f"/{keyword}/{escape_pointer(name)}"


def _build_part(part: Mapping[str, object], pointer: str, root: Mapping[str, object]) -> Part:
    names = tuple(dict.fromkeys(_read_names(part, root, ())))
    statement = _statement(part, root)
    if statement:
        return Part(part, pointer, names, statement, True)
    titles = [_title(name, root) for name in names]
    if "dependentRequired" in part and len(titles) > 1:  # the keyword has no room for words
        return Part(part, pointer, names, f"{titles[0]} is given only together with {' and '.join(titles[1:])}.", True)
    return Part(part, pointer, names, f"Not every combination of {' and '.join(titles)} is possible.", False)


def _title(name: str, root: Mapping[str, object]) -> str:
    properties = root.get("properties")
    schema = properties.get(name) if isinstance(properties, Mapping) else None
    title = schema.get("title") if isinstance(schema, Mapping) else None
    return title if isinstance(title, str) else name


def _statement(part: Mapping[str, object], root: Mapping[str, object]) -> str:
    for candidate in _sayers(part, root):
        for key in ("description", "$comment", "title"):
            words = candidate.get(key)
            if isinstance(words, str) and words.strip():
                return words.strip()
    return ""


def _sayers(part: Mapping[str, object], root: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The part itself, and the parts that it refers to or wraps, the outermost first."""
    yield part
    match part:
        case {"$ref": str(reference)}:
            found = _follow(reference, root)
            if isinstance(found, Mapping):
                yield found
        case {"not": Mapping() as inner}:
            yield inner
        case {"dependentSchemas": Mapping() as inner}:
            yield from (item for item in inner.values() if isinstance(item, Mapping))


def _read_names(schema: object, root: Mapping[str, object], references: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    for keyword, argument in schema.items():
        match keyword, argument:
            case "properties", Mapping():
                yield from argument
            case "required", list():
                yield from (name for name in argument if isinstance(name, str))
            case "dependentRequired", Mapping():
                for name, needed in argument.items():
                    yield name
                    yield from (item for item in needed if isinstance(item, str))
            case "dependentSchemas", Mapping():
                yield from argument
            case "$ref", str() if argument not in references:
                yield from _read_names(_follow(argument, root), root, (*references, argument))
            case _ if keyword in _OF_ALL_FIELDS:
                properties = root.get("properties")
                yield from properties if isinstance(properties, Mapping) else ()
        for _, part in list_subschemas({keyword: argument}, OF_THE_SAME_VALUE):
            yield from _read_names(part, root, references)


_OF_ALL_FIELDS = frozenset(("minProperties", "maxProperties", "propertyNames", "patternProperties")) | frozenset(
    ("additionalProperties", "unevaluatedProperties")
)


def _read_schemas(
    schema: object, root: Mapping[str, object], references: tuple[str, ...]
) -> Iterator[tuple[str, object]]:
    """Each field that the schema of a record says something of, with what it says."""
    for inner in _walk(schema, root, references):
        properties = inner.get("properties")
        if isinstance(properties, Mapping):
            yield from properties.items()


def _walk(schema: object, root: Mapping[str, object], references: tuple[str, ...]) -> Iterator[Mapping[str, object]]:
    """The schema and every schema that it applies to the same value, and to the items of a list."""
    if not isinstance(schema, Mapping):
        return
    yield schema
    for _, part in list_subschemas(schema, OF_THE_SAME_VALUE | {"prefixItems", "items", "contains"}):
        yield from _walk(part, root, references)
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in references:
        yield from _walk(_follow(reference, root), root, (*references, reference))


def _numbers_in(schema: object, root: Mapping[str, object], references: tuple[str, ...]) -> Iterator[Decimal]:
    for inner in _walk(schema, root, references):
        enum = inner.get("enum")
        listed = enum if isinstance(enum, list) else []
        bounds = (inner.get(key) for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const"))
        yield from (number for number in (*bounds, *listed) if isinstance(number, Decimal))


def _follow(reference: str, root: Mapping[str, object]) -> object:
    try:
        return resolve_pointer(reference, root)
    except UnknownKeyword:
        return None
