"""Write a data dictionary as a JSON Schema: the record schema of tables that bring their own fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dmn_engine.feel.types import ANY, BOOLEAN, DATE, DATE_TIME, NUMBER, STRING, TIME, ContextType, ListType, Type
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Field
from dmn_engine.records.conversion import to_json
from dmn_engine.records.formats import is_temporal

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FORMATS: Mapping[Type, str] = {DATE: "date", TIME: "time", DATE_TIME: "date-time"}
_NAMES: Mapping[Type, str] = {STRING: "string", BOOLEAN: "boolean", NUMBER: "number"}


def write_record_schema(dictionary: DataDictionary, title: str) -> str:
    """The text of a record schema that loads as the same fields and outputs.

    Of a type that JSON has no values for (a function, a range), nothing is said: any value is allowed. Impossible
    combinations are not written; a data dictionary that was read from a model has none.
    """
    schema: dict[str, Any] = {
        "$schema": _DIALECT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _write_field(field) for name, field in dictionary.fields.items()},
    }
    if dictionary.outputs:
        outputs = {field.name: _write_field(field) for field in dictionary.outputs.values()}
        schema["$defs"] = {"outputs": {"properties": outputs}}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _write_field(field: Field) -> dict[str, Any]:
    written: dict[str, Any] = {"title": field.title}
    if field.description:
        written["description"] = field.description
    written |= _write_type(field.type, field.domain)
    if field.nullable:
        written["type"] = [written["type"], "null"]
    if field.nullable and "enum" in written:
        written["enum"] = [*written["enum"], None]
    if field.distinct:
        written["uniqueItems"] = True
    if field.unit:
        written["x-unit"] = field.unit
    if field.has_default:
        written["default"] = to_json(field.default)
    return written


def _write_type(type_: Type, domain: Domain) -> dict[str, Any]:
    if isinstance(type_, ListType):
        return {"type": "array", "items": _write_type(type_.item, domain)}
    if isinstance(type_, ContextType):
        members = {name: _write_type(member, Domain()) for name, member in type_.members}
        return {"type": "object", "properties": members}
    written: dict[str, Any] = {}
    if type_ in _NAMES:
        written["type"] = "integer" if domain.integer else _NAMES[type_]
    elif type_ in _FORMATS:
        written |= {"type": "string", "format": _FORMATS[type_]}
    elif is_temporal(type_):
        written |= {"type": "string", "x-type": str(type_)}
    elif type_ == ANY and domain.values is not None:
        written["x-type"] = str(ANY)  # else the type would be told from the values
    if domain.values is not None:
        written["enum"] = [to_json(value) for value in domain.values]
    return written | {keyword: to_json(bound) for keyword, bound in list_bounds(domain).items()}


def list_bounds(domain: Domain) -> dict[str, Decimal]:
    """The keywords for the bounds of a domain, such as `minimum`."""
    ends = (
        (domain.low, "minimum" if domain.low_closed else "exclusiveMinimum"),
        (domain.high, "maximum" if domain.high_closed else "exclusiveMaximum"),
    )
    return {keyword: bound for bound, keyword in ends if bound is not None}
