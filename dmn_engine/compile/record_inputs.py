"""The record schema of a DMN model: the types and constraints of its inputs as JSON Schema.

A record for a model is therefore read, typed and explained like any other. A constraint that JSON Schema cannot
express is left to the evaluation, which makes the value null and keeps the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from dmn_engine.compile.definitions import CompiledModel
from dmn_engine.compile.requirement_graph import DrgElement, ModelFile
from dmn_engine.feel.types import ANY, BOOLEAN, NUMBER, STRING, ContextType, ListType, Type
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.definitions import Decision, InputData
from dmn_engine.model.type_constraints import FREE, AllowedValues, ItemType, read_domain
from dmn_engine.records import RecordSchema
from dmn_engine.records.conversion import to_json
from dmn_engine.records.documents import Document
from dmn_engine.records.formats import is_temporal
from dmn_engine.records.schema_writing import list_bounds

Schema = dict[str, object]
Inputs = Mapping[str, ItemType]


class InputSchema(RecordSchema):
    """A record schema made from types that are already checked."""

    def __init__(self, inputs: Inputs, file: str, titles: Mapping[str, str] | None = None) -> None:
        super().__init__(Document(describe_inputs(inputs, titles or {}), "", file))
        self.is_sound = True
        self.diagnostics = ()

    def adapt(self, name: str, value: object) -> object:
        """Convert a list of one value to that value, or a value to a list of it (DMN 1.5, 10.3.2.9.4)."""
        field = self.dictionary.fields.get(name)
        if field is None or field.type == ANY or value is None:
            return value
        if isinstance(field.type, ListType):
            return value if isinstance(value, list) else [value]
        return value[0] if isinstance(value, list) and len(value) == 1 else value


def list_inputs(model: CompiledModel) -> Inputs:
    """The inputs of a model by their names in a record, its own first; those of an import are members of its name."""
    found: dict[str, ItemType] = {}
    for name, item in _list_of_file(model.model_file, model):
        found.setdefault(name, item)
    return found


def list_titles(model: CompiledModel) -> Mapping[str, str]:
    """The second names of the model's own inputs, for those whose variable has another name."""
    inputs = (node for node in model.model_file.nodes if isinstance(node.element, InputData))
    return {name: node.element.name for node in inputs if (name := name_input(node)) != node.element.name}


def name_input(node: DrgElement) -> str:
    """The name of an input in a record: that of its variable, unless another element has this name."""
    if node.name == node.element.name or node.name in node.model_file.by_name:
        return node.element.name
    return node.name if sum(other.name == node.name for other in node.model_file.nodes) == 1 else node.element.name


def _list_of_file(model_file: ModelFile, model: CompiledModel) -> Iterator[tuple[str, ItemType]]:
    for node in model_file.nodes:
        if isinstance(node.element, InputData):
            name = name_input(node) if model_file is model.model_file else node.element.name
            yield name, model_file.types.resolve(node.element.variable.type)
        yield from ((name, _find_type(name, node, model_file)) for name in model.elements[node].undeclared)
    for link in model_file.imports:
        inner = tuple(_list_of_file(link.model_file, model))
        if not link.name:
            yield from inner
        elif inner:
            members = tuple((name, item.type) for name, item in inner)
            yield link.name, ItemType(ContextType(members), members=inner)


def _find_type(name: str, node: DrgElement, model_file: ModelFile) -> ItemType:
    """The type of an undeclared variable, from a column that tests it."""
    logic = node.element.logic if isinstance(node.element, Decision) else None
    for clause in logic.inputs if isinstance(logic, TableExpression) else ():
        if clause.expression.type is not None and clause.expression.text.text == name:
            return model_file.types.resolve(clause.expression.type)
    return FREE


def complete(value: Value, item: Type, place: str, missing: dict[str, Value]) -> Value:
    """The value with null for every missing component; the places of these are added to `missing`."""
    if isinstance(item, ListType) and isinstance(value, list):
        return [complete(part, item.item, f"{place}[{number}]", missing) for number, part in enumerate(value, 1)]
    if not isinstance(item, ContextType) or not isinstance(value, dict):
        return value
    found = dict(value)
    for name, type_ in item.members:
        if name in value:
            found[name] = complete(value[name], type_, f"{place}.{name}", missing)
        else:
            found[name] = missing[f"{place}.{name}"] = None
    return found


def describe_inputs(inputs: Inputs, titles: Mapping[str, str]) -> Schema:
    """The JSON Schema of a record with these fields; null is the same as a missing field."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"title": titles.get(name, name), **_describe(item)} for name, item in inputs.items()},
    }


def _describe(item: ItemType) -> Schema:
    found = _describe_type(item.type, item)
    for restriction in item.restrictions:
        found |= describe_restriction(restriction, item.type)
    return found


def _describe_type(type_: Type, item: ItemType) -> Schema:
    match type_:
        case ListType():
            inner = item.item or ItemType(type_.item)
            return {"type": "array", "items": _allow_null(_describe(inner))}
        case ContextType(members=members) if members:
            parts = dict(item.members)
            described = {name: _allow_null(_describe(parts.get(name) or ItemType(part))) for name, part in members}
            return {"type": "object", "properties": described, "additionalProperties": False}
        case ContextType():
            return {"type": "object"}
    if is_temporal(type_):
        return {"type": "string", "x-type": str(type_)}
    names = {STRING: "string", NUMBER: "number", BOOLEAN: "boolean"}
    return {"type": names[type_]} if type_ in names else {}


def _allow_null(schema: Schema) -> Schema:
    """The schema with null allowed, because every part of a FEEL value may be null."""
    if "type" in schema:
        schema["type"] = [schema["type"], "null"]
    if isinstance(schema.get("enum"), list):
        schema["enum"] = [*_as_list(schema["enum"]), None]
    return schema


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def describe_restriction(restriction: AllowedValues, type_: Type) -> Schema:
    """A restriction as JSON Schema: a list of values, bounds of a number, whole numbers; empty for others."""
    domain = read_domain(restriction.tests)
    if domain is None or isinstance(type_, ListType | ContextType):
        return {}
    if domain.values is not None:
        return {"enum": [_to_exact(value) for value in domain.values]}
    if type_ != NUMBER:
        return {}
    return ({"type": "integer"} if domain.integer else {}) | dict[str, object](list_bounds(domain))


def _to_exact(value: Value) -> object:
    """The value as in a JSON document, with exact numbers."""
    return value if isinstance(value, Decimal) else to_json(value)
