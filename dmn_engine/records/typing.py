"""The data dictionary from a JSON Schema: fields with FEEL types and domains, and impossible combinations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TypeGuard

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Source, nearest, nearest_name, offer
from dmn_engine.feel.types import (
    ANY,
    BOOLEAN,
    BY_NAME,
    NUMBER,
    STRING,
    ContextType,
    ListType,
    Type,
)
from dmn_engine.model.cell_text import fold_label, squeeze
from dmn_engine.model.data_dictionary import Constraint, DataDictionary, Domain, Field, Value
from dmn_engine.records.constraints import Part, list_cuts, list_parts, list_uncuttable
from dmn_engine.records.conversion import to_json, to_value
from dmn_engine.records.documents import Document, escape_pointer, read_document
from dmn_engine.records.formats import is_temporal, temporal_type
from dmn_engine.records.predicate import UnknownKeyword, compile_predicate, freeze_json, resolve_pointer
from dmn_engine.records.schema_errors import find_schema_errors
from dmn_engine.records.wording import read_bounds, show_json

Schema = Mapping[str, object]

JSON_TYPES: Mapping[str, Type] = {"string": STRING, "boolean": BOOLEAN, "number": NUMBER, "integer": NUMBER}
_NARROWING = frozenset({"multipleOf", "pattern", "minLength", "maxLength", "minItems", "maxItems", "contains", "not"})
"""Keywords that allow fewer values than a domain can say."""

_ALL_TYPES = (*JSON_TYPES, "array", "object", "null")


def load_vocabulary(path: Path, file: str = "") -> tuple[DataDictionary, tuple[Diagnostic, ...]]:
    """The data dictionary from a record schema in a file, and every error in the schema. Raises UnreadableFile."""
    return build_vocabulary(read_document(path, file))


def build_vocabulary(document: Document) -> tuple[DataDictionary, tuple[Diagnostic, ...]]:
    """The data dictionary from the valid part of a record schema, and every error in the schema."""
    builder = _Builder(document)
    dictionary = builder.build()
    return dictionary, (*document.errors, *builder.diagnostics.sorted())


@dataclass(slots=True)
class _Builder:
    document: Document
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    def build(self) -> DataDictionary:
        root = self.document.value
        if not is_schema(root) or not is_schema(root.get("properties")):
            self.error("no-fields", "the schema has no `properties`, so a record has no fields", "", "")
            return DataDictionary()
        fields = dict(self.build_fields(root["properties"], "/properties"))
        outputs = {
            item.title: item for _, item in self.build_fields(_output_schemas(root), "/$defs/outputs/properties")
        }
        self.report_titles(fields)
        constraints = tuple(self.build_constraints(root, fields))
        known = {
            str(item.source.origin) for item in self.diagnostics.items
        }  # reported with a better message than the metaschema's
        errors = find_schema_errors(self.document)
        self.diagnostics.items.extend(item for item in errors if str(item.source.origin) not in known)
        return DataDictionary(fields, outputs, constraints)

    def build_fields(self, properties: object, pointer: str) -> Iterator[tuple[str, Field]]:
        if not is_schema(properties):
            return
        for name, schema in properties.items():
            place = f"{pointer}/{escape_pointer(name)}"
            yield name, self.build_field(name, {} if schema is True else schema, place)

    def build_field(self, name: str, written: object, pointer: str) -> Field:
        if not is_schema(written):
            self.error("malformed-schema", f"`{name}` is not a valid JSON Schema", written, pointer)
            return Field(name, name, ANY)
        schema = self.merge(written, pointer)
        title = _text(schema, "title") or name
        type_ = self.find_type(schema, title, pointer)
        domain = self.find_domain(schema, type_, title, pointer)
        has_default, default = "default" in schema, None
        if has_default:
            default = self.find_default(schema, type_, title, pointer)
        return Field(
            name,
            title,
            type_,
            domain,
            _text(schema, "description"),
            _text(schema, "x-unit"),
            default,
            has_default,
            isinstance(type_, ListType) and schema.get("uniqueItems") is True,
            type_ != ANY and takes_null(schema, self.document.value),
            self.build_accepts(schema, type_),
        )

    def build_accepts(self, schema: Schema, type_: Type) -> Callable[[Value], bool] | None:
        """Whether a FEEL value is one of the field; None where its domain says that."""
        if not _NARROWING & schema.keys():
            return None
        accepts = compile_predicate(schema, self.document.value)
        if accepts is None:
            return None
        is_text = is_temporal(type_)
        return lambda value: accepts(to_json(value) if is_text else value)

    def merge(self, schema: Schema, pointer: str, seen: tuple[str, ...] = ()) -> Schema:
        """The schema with what its `$ref` names put in, its own words first."""
        reference = schema.get("$ref")
        if not isinstance(reference, str) or reference in seen:  # the metaschema's check reports a cycle
            return schema
        try:
            target = resolve_pointer(reference, self.document.value)
        except UnknownKeyword:
            target = None
        if not is_schema(target):
            self.error("unknown-reference", f"`{reference}` names no part of this schema", reference, f"{pointer}/$ref")
            return schema
        found = self.merge(target, pointer, (*seen, reference))
        return {**found, **{key: value for key, value in schema.items() if key != "$ref"}}

    def find_type(self, schema: Schema, title: str, pointer: str) -> Type:
        """The FEEL type of the values that the schema describes; Any where it does not say."""
        own = schema.get("x-type")
        if isinstance(own, str):
            if own in BY_NAME:
                return BY_NAME[own]
            self.unknown_type(own, title, BY_NAME, f"{pointer}/x-type")
            return ANY
        names = _type_names(schema)
        for name in names:
            if name not in _ALL_TYPES:
                self.unknown_type(name, title, _ALL_TYPES, f"{pointer}/type")
                return ANY
        kinds = {JSON_TYPES.get(str(name), name) for name in names}
        if not kinds:
            return self.type_of_listed(listed_values(schema))
        if len(kinds) > 1:
            message = f"{title}: a field has one type, not {' or '.join(map(str, names))}"
            self.error("several-types", message, schema["type"], f"{pointer}/type")
            return ANY
        match kinds.pop():
            case "array":
                items = schema.get("items")
                return ListType(self.find_inner(items, title, f"{pointer}/items"))
            case "object":
                return ContextType(tuple(self.find_members(schema, title, pointer)))
            case type_ if type_ == STRING:
                return temporal_type(schema) or STRING
            case type_:
                return NUMBER if type_ == NUMBER else BOOLEAN

    def find_inner(self, schema: object, title: str, pointer: str) -> Type:
        return self.find_type(self.merge(schema, pointer), title, pointer) if is_schema(schema) else ANY

    def find_members(self, schema: Schema, title: str, pointer: str) -> Iterator[tuple[str, Type]]:
        properties = schema.get("properties")
        if is_schema(properties):
            for name, part in properties.items():
                place = f"{pointer}/properties/{escape_pointer(name)}"
                yield name, self.find_inner(part, f"{title}, {name}", place)

    def type_of_listed(self, values: list[object] | None) -> Type:
        kinds = {_kind(value) for value in values or ()}
        return kinds.pop() if len(kinds) == 1 else ANY

    def find_domain(self, schema: Schema, type_: Type, title: str, pointer: str) -> Domain:
        if isinstance(type_, ListType):
            items = schema.get("items")
            if not is_schema(items):
                return Domain()
            return self.find_domain(self.merge(items, f"{pointer}/items"), type_.item, title, f"{pointer}/items")
        bounds = read_bounds(schema)
        if bounds.is_empty():
            ends = f"the minimum {bounds.low} and the maximum {bounds.high}"
            message = f"{title}: no number is possible, because {ends} exclude each other"
            self.error("empty-range", message, "", pointer)
        values = self.find_values(schema, type_, title, pointer)
        if type_ != NUMBER:
            return Domain(values)
        return replace(bounds, values=values, integer=_type_names(schema) == ["integer"])

    def find_values(self, schema: Schema, type_: Type, title: str, pointer: str) -> tuple[Value, ...] | None:
        """The listed values as FEEL values, null left out; None where the schema lists none."""
        written = listed_values(schema)
        if written is None:
            return None
        accepts = compile_predicate(schema, self.document.value)
        found: dict[object, Value] = {}
        place = f"{pointer}/enum" if "enum" in schema else pointer
        if not written:
            self.error("no-values", f"{title}: the list of values is empty, so nothing is allowed", "", place)
        for index, value in enumerate(written):
            if value is None:
                continue
            here = f"{place}/{index}" if "enum" in schema else place
            if freeze_json(value) in found:
                self.warning("repeated-value", f"{title}: {show_json(value)} is listed twice", value, here)
            if type_ != ANY and not _conforms(value, type_):
                self.error(
                    "mixed-values",
                    f"{title}: the listed value {show_json(value)} is not of the type {type_}",
                    value,
                    here,
                )
            elif accepts is not None and not accepts(value):
                message = f"{title}: the listed value {show_json(value)} breaks another rule of the same field"
                self.error("impossible-value", message, value, here)
            else:
                found.setdefault(freeze_json(value), to_value(value, type_))
        if type_ == ANY and len({_kind(value) for value in written if value is not None}) > 1:
            message = f"{title}: the listed values are of several types: {', '.join(map(show_json, written))}"
            self.error("mixed-values", message, "", place)
        return tuple(found.values())

    def find_default(self, schema: Schema, type_: Type, title: str, pointer: str) -> Value:
        default = schema["default"]
        accepts = compile_predicate(schema, self.document.value)
        is_null = default is None and takes_null(schema, self.document.value)
        if not is_null and (not _conforms(default, type_) or (accepts is not None and not accepts(default))):
            message = f"{title}: the default {show_json(default)} is not a value of the field"
            self.error("impossible-value", message, default, f"{pointer}/default")
            return None
        return to_value(default, type_)

    def build_constraints(self, root: Schema, fields: Mapping[str, Field]) -> Iterator[Constraint]:
        for part in list_parts(root):
            unknown = [name for name in part.fields if name not in fields]
            for name in unknown:
                hint = offer(nearest_name(name, fields))
                message = f"this rule reads `{name}`, which is not a field of the schema"
                self.error("unknown-field", message, name, part.pointer, hint)
            if not part.has_words and not unknown:
                titles = ", ".join(fields[name].title for name in part.fields)
                message = f"this rule on {titles} does not say in words what is impossible"
                hint = 'add a sentence as "description"; it is shown to whoever gives such a record'
                self.warning("rule-without-words", message, "", part.pointer, hint)
            if uncuttable := list_uncuttable(part, root):
                message = f"a rule on several fields cannot use `{uncuttable[0]}`"
                hint = "answers for missing fields are exact only for listed values and bounds; use those"
                self.error("unusable-rule", message, uncuttable[0], part.pointer, hint)
            elif not unknown:
                holds = _build_holds(part, root, fields)
                yield Constraint(part.fields, part.statement, holds, list_cuts(part, root))

    def report_titles(self, fields: Mapping[str, Field]) -> None:
        """Report titles that two fields share, that name another field, or that FEEL cannot read as a name."""
        owners: dict[str, Field] = {}
        for item in fields.values():
            for label in dict.fromkeys((fold_label(item.name), fold_label(item.title))):
                owner = owners.setdefault(label, item)
                if owner is not item:
                    message = f"`{item.name}` and `{owner.name}` are both called `{item.title}`"
                    pointer = f"/properties/{escape_pointer(item.name)}/title"
                    self.error("repeated-title", message, item.title, pointer, "give each field a title of its own")
            if not is_feel_name(item.title):
                message = f"`{item.title}` cannot be read as a name inside a FEEL expression"
                pointer = f"/properties/{escape_pointer(item.name)}/title"
                hint = (
                    f"in expressions write `{item.name}`, or choose a title of letters, digits, blanks and + - * / . '"
                )
                self.warning("unusable-title", message, item.title, pointer, hint)

    def unknown_type(self, name: object, title: str, choices: Mapping[str, Type] | tuple[str, ...], place: str) -> None:
        hint = offer(nearest(str(name), choices), f"types are: {', '.join(choices)}")
        self.error("unknown-type", f"{title}: {show_json(name)} is not a type", name, place, hint)

    def error(self, code: str, message: str, value: object, pointer: str, help: str = "") -> None:
        self.diagnostics.error(code, message, self.source(value, pointer), help=help)

    def warning(self, code: str, message: str, value: object, pointer: str, help: str = "") -> None:
        self.diagnostics.warning(code, message, self.source(value, pointer), help=help)

    def source(self, value: object, pointer: str) -> Source:
        return Source("" if value == "" else show_json(value), self.document.place(pointer))


def listed_values(schema: Schema) -> list[object] | None:
    """The values of `enum`, of `const`, or of a choice of constants (`oneOf`, `anyOf`); None where none are listed."""
    enum = schema.get("enum")
    if isinstance(enum, list):
        return enum
    if "const" in schema:
        return [schema["const"]]
    for key in ("oneOf", "anyOf"):
        options = schema.get(key)
        if isinstance(options, list) and options and all(is_schema(item) and "const" in item for item in options):
            return [item["const"] for item in options]
    return None


def is_schema(value: object) -> TypeGuard[Schema]:
    """Whether a value is a schema written as an object."""
    return isinstance(value, Mapping)


def is_feel_name(title: str) -> bool:
    """Whether FEEL can read the text as one name (DMN 1.5, 10.3.1.2, rules 27 to 32)."""
    from dmn_engine.feel.tokens import KEYWORDS, TokenKind, tokenise

    first, *rest = tokenise(title)
    if first.kind is not TokenKind.WORD or title.strip() in KEYWORDS | {"date and time", "list", "context", "range"}:
        return False
    usable = (TokenKind.WORD, TokenKind.NUMBER, TokenKind.END)
    return all(token.kind in usable or token.text in ("+", "-", "*", "**", "/", ".", "..", "'", "’") for token in rest)


def _build_holds(part: Part, root: Schema, fields: Mapping[str, Field]) -> Callable[[Mapping[str, Value]], bool]:
    accepts = compile_predicate(part.schema, root)
    if accepts is None:
        from dmn_engine.records.validation import build_test

        accepts = build_test(part.schema, root)
    names = part.fields
    texts = frozenset(name for name in names if is_temporal(fields[name].type))

    def holds(values: Mapping[str, Value]) -> bool:
        record: dict[str, object] = {}
        for name in names:
            value = values.get(name)
            if value is not None:
                record[name] = to_json(value) if name in texts else value
        return accepts(record)

    return holds


def _output_schemas(root: Schema) -> object:
    definitions = root.get("$defs")
    outputs = definitions.get("outputs") if is_schema(definitions) else None
    return outputs.get("properties") if is_schema(outputs) else None


def _text(schema: Schema, key: str) -> str:
    found = schema.get(key)
    return squeeze(found) if isinstance(found, str) else ""


def _type_names(schema: Schema) -> list[object]:
    """The types that a schema names, null left out."""
    return [name for name in _list_types(schema) if name not in (None, "null")]


def _list_types(schema: Schema) -> list[object]:
    written = schema.get("type")
    return written if isinstance(written, list) else [written]


def takes_null(part: object, root: object) -> bool:
    """Whether a part of a schema accepts null."""
    accepts = compile_predicate(part, root)
    if accepts is None:
        return is_schema(part) and "null" in _list_types(part)
    return accepts(None)


def _kind(value: object) -> Type:
    match value:
        case bool():
            return BOOLEAN
        case Decimal():
            return NUMBER
        case str():
            return STRING
    return ANY


def _conforms(value: object, type_: Type) -> bool:
    if isinstance(type_, ListType):
        return isinstance(value, list) and all(_conforms(item, type_.item) for item in value)
    if isinstance(type_, ContextType):
        return isinstance(value, Mapping)
    if is_temporal(type_):
        return isinstance(value, str)
    return type_ == ANY or _kind(value) == type_
