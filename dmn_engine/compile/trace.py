"""What happened in the tables of one evaluation, for those who ask: the rules that gave each outcome, and the inputs.

A trace takes the place of the list of causes, which every expression is handed; without one, nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from dmn_engine.compile.table import CompiledTable
from dmn_engine.feel.values import Cause
from dmn_engine.model.data_dictionary import Value


@dataclass(frozen=True, slots=True)
class TableTrace:
    """One evaluation of a table: the rules that gave its outcome (or broke its hit policy), by index, and what each
    column met. No rules: none matched."""

    table: CompiledTable
    rules: tuple[int, ...]
    met: tuple[Value, ...]


class Trace(list[Cause]):
    """The causes of nulls, and beside them every table that was evaluated, in the order in which each ended."""

    __slots__ = ("tables",)

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[TableTrace] = []
