"""What stands in the place of a value that cannot be told: unknown until fields are known, or at fault."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from dmn_engine.feel.values import Cause, freeze
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Failure


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that depends on fields that are missing, in a way that no list of possible values can show."""

    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that does not exist because a table or a computation is at fault."""

    failures: tuple[Failure, ...]


Partial = Unknown | Fault


def merge(parts: Iterable[Value]) -> Partial | None:
    """What stands for a result that needs all the values: a fault before an unknown; None where all are there."""
    faults: dict[Failure, None] = {}
    needs: dict[str, None] = {}
    unknown = False
    for part in parts:
        if isinstance(part, Fault):
            faults.update(dict.fromkeys(part.failures))
        elif isinstance(part, Unknown):
            unknown = True
            needs.update(dict.fromkeys(part.needs))
    if faults:
        return Fault(tuple(faults))
    return Unknown(tuple(needs)) if unknown else None


def merge_open(parts: Iterable[Value]) -> Partial | None:
    """As `merge`, of parts that need not all count: an unknown before a fault, which may come to nothing."""
    found = list(parts)
    return merge(part for part in found if isinstance(part, Unknown)) or merge(found)


def find_partial(value: Value) -> Partial | None:
    """The unknown or the fault that a value is, or that its items and members hold; None in a whole value."""
    if isinstance(value, Unknown | Fault):
        return value
    if isinstance(value, list):
        return merge(found for item in value if (found := find_partial(item)) is not None)
    if isinstance(value, dict):
        return merge(found for item in value.values() if (found := find_partial(item)) is not None)
    return None


def key_value(value: Value) -> Hashable:
    """A key under which two values are the same only if they are equal and of one type, partial ones included."""
    if isinstance(value, Unknown | Fault):
        return value
    if isinstance(value, list):
        return ("list", *map(key_value, value))
    if isinstance(value, dict):
        return ("context", *((name, key_value(item)) for name, item in value.items()))
    if isinstance(value, tuple | frozenset):
        return value
    return freeze(value)


def keep_cause(cause: Cause) -> Failure:
    """The cause of a null as a result carries it."""
    source = cause.source
    start, end = (cause.span.start, cause.span.end) if cause.span is not None else (0, 0)
    return Failure(cause.message, str(source.origin), source.text, start, end)


def keep_causes(causes: Iterable[Cause]) -> tuple[Failure, ...]:
    """The causes of nulls, each once."""
    return tuple(dict.fromkeys(map(keep_cause, causes)))
