"""Traversal of all parts of a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from dmn_engine.diagnostics import Source


def walk(node: object) -> Iterator[object]:
    """Every dataclass instance in a model, the outer before the inner, without texts and places."""
    pending = [node]
    while pending:
        at = pending.pop()
        if isinstance(at, tuple):
            pending.extend(reversed(at))
        elif is_dataclass(at) and not isinstance(at, Source | type):
            yield at
            pending.extend(getattr(at, name) for name in reversed(_list_fields(type(at))))


@cache
def _list_fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
