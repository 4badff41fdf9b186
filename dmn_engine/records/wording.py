"""Describe a value and a schema in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal

from dmn_engine.model.data_dictionary import Domain
from dmn_engine.model.value_text import show_bounds, show_number
from dmn_engine.records.formats import EXAMPLES, temporal_type

_LONGEST = 60
_MOST_LISTED = 12


def show_json(value: object) -> str:
    """A JSON value as it would be written, numbers in plain notation, cut where it is long."""
    text = _write(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def name_kind(value: object) -> str:
    """What sort of value this is, as a word with its article: `text`, `a number`, `a list`."""
    match value:
        case None:
            return "null, nothing"
        case bool():
            return "a yes or no"
        case Decimal() if value.is_finite():
            return "a number"
        case Decimal() | float():
            return "not a number"
        case str():
            return "text"
        case list():
            return "a list"
        case Mapping():
            return "an object"
    return f"a Python {type(value).__name__}"


def say_allowed(schema: Mapping[str, object]) -> str:
    """What values the schema allows, in words: `a whole number, 0 to 130 (years)`."""
    values = _listed(schema)
    if values is not None:
        return say_choice([show_json(item) for item in values])
    names = schema.get("type")
    kinds = [str(name) for name in (names if isinstance(names, list) else [names]) if name]
    words = " or ".join(_say_type(name, schema) for name in kinds if name != "null")
    if not words:
        return "null" if kinds else "another value"
    return f"{words}, or null" if "null" in kinds else words


def say_bounds(schema: Mapping[str, object]) -> str:
    """The bounds of a number with their unit: `0 to 130 (years)`, `more than 0`; empty where there are none."""
    words = show_bounds(read_bounds(schema))
    unit = schema.get("x-unit")
    return f"{words} ({unit})" if words and isinstance(unit, str) and unit else words


def read_bounds(schema: Mapping[str, object]) -> Domain:
    """The bounds of a number; of an open and a closed one, the tighter."""
    low, over, high, under = (
        bound if isinstance(bound := schema.get(keyword), Decimal) else None
        for keyword in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
    )
    is_over = over is not None and (low is None or over >= low)
    is_under = under is not None and (high is None or under <= high)
    return Domain(None, over if is_over else low, under if is_under else high, not is_over, not is_under)


def say_choice(words: Iterable[str]) -> str:
    """The words as a choice: `a, b or c`; a long list is cut."""
    items = list(words)
    if len(items) > _MOST_LISTED:
        return f"{', '.join(items[: _MOST_LISTED - 1])} or one of {len(items) - _MOST_LISTED + 1} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} or {items[-1]}"


def _say_type(name: str, schema: Mapping[str, object]) -> str:
    match name:
        case "number" | "integer":
            bounds = say_bounds(schema)
            noun = "a whole number" if name == "integer" else "a number"
            return f"{noun}, {bounds}" if bounds else noun
        case "boolean":
            return "true or false"
        case "array":
            items = schema.get("items")
            listed = _listed(items) if isinstance(items, Mapping) else None
            return f"a list of {say_choice([show_json(item) for item in listed])}" if listed else "a list"
        case "object":
            return "an object"
    type_ = temporal_type(schema)
    return f'a {type_} such as "{EXAMPLES[type_]}"' if type_ else "text"


def _listed(schema: Mapping[str, object]) -> list[object] | None:
    enum = schema.get("enum")
    if isinstance(enum, list):
        return enum
    return [schema["const"]] if "const" in schema else None


def _write(value: object) -> str:
    match value:
        case Decimal():
            return show_number(value)
        case list():
            return f"[{', '.join(map(_write, value))}]"
        case Mapping():
            pairs = (f"{json.dumps(name, ensure_ascii=False)}: {_write(item)}" for name, item in value.items())
            return f"{{{', '.join(pairs)}}}"
        case None | bool() | str() | int() | float():
            return json.dumps(value, ensure_ascii=False)
    return repr(value)
