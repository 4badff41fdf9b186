"""The decision graph: which decision reads what, in which order, and the field regions that its conditions tell apart.

Compiles a table when it is first asked for. Evaluates nothing; keeps no record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dmn_engine.decisions.compiler import CompiledTable, compile_table
from dmn_engine.decisions.model import DecisionTable, Tables
from dmn_engine.decisions.regions import Usage, divide, is_finite, locate_region, read_test_usage, read_usage
from dmn_engine.decisions.vocabulary import Value
from dmn_engine.feel.syntax import Expression, UnaryTests, free_names
from dmn_engine.feel.types import ListType


@dataclass(slots=True)
class Graph:
    """Tables wired by names, without cycles (the builder reports them)."""

    tables: Tables
    _compiled: dict[str, CompiledTable] = field(default_factory=dict)
    _usage: dict[str, Usage] | None = None
    _order: tuple[str, ...] | None = None
    _regions: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    _lists: dict[str, bool] = field(default_factory=dict)

    def table(self, name: str) -> CompiledTable:
        """The compiled table of a decision; KeyError where there is none."""
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = compile_table(self.tables.tables[name])
        return found

    def is_decision(self, name: str) -> bool:
        return name in self.tables.tables

    def list_reads(self, name: str) -> tuple[str, ...]:
        """The fields and decisions that a decision reads by name, Use cells included, in the order of reading."""
        return tuple(dict.fromkeys(_walk_reads(self.tables.tables[name])))

    def list_used(self, name: str) -> tuple[str, ...]:
        """The decisions that a decision names in Use cells."""
        return tuple(self.table(name).list_used())

    def list_roots(self) -> tuple[str, ...]:
        """The decisions that no other one reads: what the tables are for."""
        read = {other for name in self.tables.tables for other in self.list_reads(name)}
        return tuple(name for name in self.tables.tables if name not in read)

    def reach(self, name: str) -> tuple[str, ...]:
        """The decision and all that it draws on, those first that others need."""
        done: dict[str, None] = {}

        def visit(current: str) -> None:
            if current in done or not self.is_decision(current):
                return
            for read in self.list_reads(current):
                visit(read)
            done[current] = None

        visit(name)
        return tuple(done)

    def is_list(self, name: str) -> bool:
        """Whether the outcome is a list of items: by the hit policy, an output that is a list, or what it uses."""
        found = self._lists.get(name)
        if found is None:
            table = self.tables.tables[name]
            found = table.hit_policy.is_list
            if not found and table.is_single and not table.hit_policy.aggregates:
                used = self.list_used(name)
                found = (bool(used) and all(map(self.is_list, used))) or (
                    not used and isinstance(table.outputs[0].type, ListType)
                )
            self._lists[name] = found
        return found

    @property
    def field_order(self) -> tuple[str, ...]:
        """All fields that decisions read, in the order in which an evaluation from the top meets them."""
        if self._order is None:
            seen: dict[str, None] = {}
            visited: set[str] = set()

            def visit(name: str) -> None:
                if not self.is_decision(name):
                    seen[name] = None
                elif name not in visited:
                    visited.add(name)
                    for read in self.list_reads(name):
                        visit(read)

            for root in (*self.list_roots(), *self.tables.tables):
                visit(root)
            for constraint in self.tables.vocabulary.constraints:
                for name in constraint.fields:
                    seen[name] = None
            self._order = tuple(seen)
        return self._order

    def regions(self, name: str) -> tuple[Value, ...]:
        """One value for each region of a field that conditions tell apart; empty where it cannot be divided."""
        found = self._regions.get(name)
        if found is None:
            item = self.tables.vocabulary.fields.get(name)
            constants = self._read_usages().get(name, Usage()).constants
            found = self._regions[name] = () if item is None else divide(item, constants)
        return found

    def locate(self, name: str, value: Value) -> int | None:
        """Which region of a field holds the value; None where none does."""
        constants = self._read_usages().get(name, Usage()).constants
        return locate_region(self.regions(name), constants, value)

    def is_opaque_in(self, name: str, node: Expression) -> bool:
        """Whether the expression computes with the field, so that its regions do not carry over."""
        item = self.tables.vocabulary.fields.get(name)
        if item is None or is_finite(item):
            return False
        return read_usage(node, name).opaque or not self.regions(name)

    def _read_usages(self) -> Mapping[str, Usage]:
        if self._usage is None:
            usages: dict[str, Usage] = {}
            for name, usage in self._list_usages():
                usages[name] = usages.get(name, Usage()).add(usage)
            self._usage = usages
        return self._usage

    def _list_usages(self) -> Iterator[tuple[str, Usage]]:
        for table in self.tables.tables.values():
            for node in _walk_expressions(table):
                for name in sorted_names(node):
                    yield name, read_usage(node, name)
            for index, column in enumerate(table.inputs):
                for rule in table.rules:
                    tests = rule.inputs[index].tests
                    if column.name:
                        yield column.name, read_test_usage(tests)
                    for name in sorted_names(tests):
                        yield name, read_test_usage(tests, name)
        for property_ in self.tables.safety:
            if property_.condition is not None:
                for name in sorted_names(property_.condition):
                    yield name, read_usage(property_.condition, name)
        for constraint in self.tables.vocabulary.constraints:
            for name, cuts in constraint.cuts.items():
                yield name, Usage(tuple(cuts))


def _walk_expressions(table: DecisionTable) -> Iterator[Expression]:
    """Every expression of a table that is not a plain input name or a test."""
    for column in table.inputs:
        if not column.name:
            yield column.expression
    cells = [*(column.default for column in table.outputs), *(cell for rule in table.rules for cell in rule.outputs)]
    for cell in cells:
        if cell is not None and cell.expression is not None:
            yield cell.expression


def _walk_reads(table: DecisionTable) -> Iterator[str]:
    """Every name that the table reads: inputs first, then conditions, then outputs and Use cells."""
    for column in table.inputs:
        yield from sorted_names(column.expression)
    for rule in table.rules:
        for cell in rule.inputs:
            yield from sorted_names(cell.tests)
    cells = [*(column.default for column in table.outputs), *(cell for rule in table.rules for cell in rule.outputs)]
    for output in cells:
        if output is not None and output.decision is not None:
            yield output.decision
        elif output is not None and output.expression is not None:
            yield from sorted_names(output.expression)


def sorted_names(node: Expression | UnaryTests) -> list[str]:
    """The free names of a node in an order that does not change from run to run."""
    return sorted(free_names(node))
