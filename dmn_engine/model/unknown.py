"""Partial values: unknown until fields are known, or replaced by errors."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.values import freeze
from dmn_engine.model.data_dictionary import Value


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that depends on missing fields and has no finite list of possible values."""

    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """The place of a value that does not exist because of errors."""

    errors: tuple[EvaluationError, ...]


Partial = Unknown | ErrorValue


def merge(parts: Iterable[Value]) -> Partial | None:
    """The partial value of a result that needs all parts: errors before unknowns; None if no part is partial."""
    errors: dict[EvaluationError, None] = {}
    needs: dict[str, None] = {}
    unknown = False
    for part in parts:
        if isinstance(part, ErrorValue):
            errors.update(dict.fromkeys(part.errors))
        elif isinstance(part, Unknown):
            unknown = True
            needs.update(dict.fromkeys(part.needs))
    if errors:
        return ErrorValue(tuple(errors))
    return Unknown(tuple(needs)) if unknown else None


def merge_open(parts: Iterable[Value]) -> Partial | None:
    """As `merge`, for parts of which some may not count: unknowns before errors, because an error may not count."""
    found = list(parts)
    return merge(part for part in found if isinstance(part, Unknown)) or merge(found)


def find_partial(value: Value) -> Partial | None:
    """The partial value that a value is, or that its items and members contain; None if it is complete."""
    if isinstance(value, Unknown | ErrorValue):
        return value
    if isinstance(value, list):
        return merge(found for item in value if (found := find_partial(item)) is not None)
    if isinstance(value, dict):
        return merge(found for item in value.values() if (found := find_partial(item)) is not None)
    return None


def key_value(value: Value) -> Hashable:
    """A key: two values, complete or partial, have equal keys only if they are equal and of one type."""
    if isinstance(value, Unknown | ErrorValue):
        return value
    if isinstance(value, list):
        return ("list", *map(key_value, value))
    if isinstance(value, dict):
        return ("context", *((name, key_value(item)) for name, item in value.items()))
    if isinstance(value, tuple | frozenset):
        return value
    return freeze(value)
