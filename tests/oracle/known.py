"""Differences between the engine and the oracle that are known, each with the reason; an entry goes with its fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .comparing import Difference
from .model import Model, Table


@dataclass(frozen=True)
class Known:
    """A difference by its name, with what the right answer is, and which differences it explains."""

    name: str
    right: str
    explains: Callable[[Model, Difference], bool]


def has(model: Model, holds: Callable[[Table], bool]) -> bool:
    return any(map(holds, model.tables))


def restricts_inputs(table: Table) -> bool:
    return any(column.allowed is not None for column in table.inputs)


def differs_in(difference: Difference, key: str) -> bool:
    """Whether the answers of a workbook and a .dmn file differ in one thing."""
    first, second = difference.oracle, difference.engine
    if not (isinstance(first, dict) and isinstance(second, dict) and difference.law == "forms"):
        return False
    return difference.place.startswith("xlsx dmn") and first.get(key) != second.get(key)


KNOWN: tuple[Known, ...] = ()


def explained(model: Model, difference: Difference) -> str:
    """The name of the known difference that this one is; empty where there is none."""
    return next((known.name for known in KNOWN if known.explains(model, difference)), "")
