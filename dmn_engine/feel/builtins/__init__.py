"""All built-in functions of DMN 1.5 (10.3.4), by name: a module a family."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dmn_engine.feel.builtins.record import Builtin, Parameter, as_function, choose

__all__ = ["BUILTINS", "Builtin", "Parameter", "as_function", "choose"]

_FAMILIES: tuple[tuple[Builtin, ...], ...] = ()


def _collect() -> dict[str, tuple[Builtin, ...]]:
    found: dict[str, tuple[Builtin, ...]] = {}
    for family in _FAMILIES:
        for item in family:
            found[item.name] = (*found.get(item.name, ()), item)
    return found


BUILTINS: Mapping[str, tuple[Builtin, ...]] = MappingProxyType(_collect())
"""Every built-in by name, its signatures in the order in which they are tried."""
