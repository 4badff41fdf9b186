"""All built-in functions of DMN 1.5 (10.3.4), by name. Each family has its own module."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dmn_engine.feel.builtins import (
    booleans,
    contexts,
    conversions,
    lists,
    numeric,
    ranges,
    statistics,
    strings,
    temporals,
)
from dmn_engine.feel.builtins.builtin import Builtin, Parameter, as_function, choose
from dmn_engine.feel.builtins.temporals import fixed_clock
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.types import ANY

__all__ = ["BUILTINS", "BUILTIN_NAMES", "Builtin", "Parameter", "as_function", "choose", "fixed_clock"]

_FAMILIES = (
    conversions,
    booleans,
    strings,
    lists,
    statistics,
    numeric,
    ranges,
    temporals,
    contexts,
)


def _collect() -> dict[str, tuple[Builtin, ...]]:
    found: dict[str, tuple[Builtin, ...]] = {}
    for family in _FAMILIES:
        for item in family.BUILTINS:
            found[item.name] = (*found.get(item.name, ()), item)
    return found


BUILTINS: Mapping[str, tuple[Builtin, ...]] = MappingProxyType(_collect())
"""Every built-in by name, its signatures in the order in which they are tried."""

BUILTIN_NAMES = Scope(dict.fromkeys(BUILTINS, ANY))
"""The outermost scope of every text."""
