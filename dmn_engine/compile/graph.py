"""The requirement graph of tables: dependencies, order, and the regions of fields that conditions distinguish.

A table is compiled at its first use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from dmn_engine.compile.names import read_names
from dmn_engine.compile.nodes import FunctionNode, Logic
from dmn_engine.compile.regions import (
    Usage,
    divide,
    is_finite,
    is_whole_region,
    list_constants,
    locate_region,
    read_test_usage,
    read_usage,
)
from dmn_engine.compile.table import CompiledTable, compile_table
from dmn_engine.diagnostics import Source
from dmn_engine.feel.reduction import has_unread, reduce_unread
from dmn_engine.feel.syntax import Comparison, Expression, ListLiteral, Name, UnaryTests, walk
from dmn_engine.feel.types import ANY, ContextType, ListType, Type
from dmn_engine.feel.values import freeze
from dmn_engine.model.cycles import order
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, OutputEntry, Tables, map_expressions
from dmn_engine.model.type_constraints import ItemType, TypeConstraint
from dmn_engine.model.unknown import find_partial


@dataclass(repr=False)
class Graph:
    """Decisions connected by names, without cycles (which are reported before). Results are computed once and cached.

    `logic` holds the decisions that are not tables, `functions` what expressions call, and `inputs` the types to which
    the values of a record are converted, with their places; `results` are those of tables, where the columns do not
    imply it. `types` are, by table, the types that its texts can name besides FEEL's own; `bound` keeps the functions
    as values. A missing field is unknown where `clinical`; else (mode dmn) it is null, which is then a value of every
    field.
    """

    tables: Tables
    clinical: bool = True
    logic: Mapping[str, Logic] = field(default_factory=dict)
    functions: Mapping[str, FunctionNode] = field(default_factory=dict)
    inputs: Mapping[str, tuple[ItemType, Source]] = field(default_factory=dict)
    types: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    results: Mapping[str, tuple[ItemType, Source]] = field(default_factory=dict)
    bound: dict[str, Value] = field(init=False, default_factory=dict)
    _compiled: dict[str, CompiledTable] = field(init=False, default_factory=dict)
    _reads: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    _always_read: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    _reached: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    _regions: dict[str, tuple[Value, ...]] = field(init=False, default_factory=dict)
    _lists: dict[str, bool] = field(init=False, default_factory=dict)
    _opaque: dict[tuple[str, int, bool], tuple[Expression | UnaryTests, bool]] = field(
        init=False, default_factory=dict
    )  # with the node, so that its id stays its own

    def __post_init__(self) -> None:
        """Take out what no answer depends on, so that it is never asked for."""
        tables = {name: _reduce(table) for name, table in self.tables.tables.items()}
        self.tables = replace(self.tables, tables=tables)

    def table(self, name: str) -> CompiledTable:
        """The compiled table of a decision. Raises: KeyError if there is none."""
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = compile_table(self.tables.tables[name], self.types.get(name, {}))
        return found

    def is_decision(self, name: str) -> bool:
        return name in self.tables.tables or name in self.logic

    @cached_property
    def decisions(self) -> tuple[str, ...]:
        """All decisions, tables first."""
        return (*self.tables.tables, *self.logic)

    def __contains__(self, name: object) -> bool:
        """Whether there is a decision or function of that name."""
        return name in self.tables.tables or name in self.logic or name in self.functions

    def list_reads(self, name: str) -> tuple[str, ...]:
        """The fields and decisions that a decision reads by name, Use cells included, in the order of reading."""
        found = self._reads.get(name)
        if found is None:
            reads = self.list_required_by(name)
            found = self._reads[name] = tuple(read for read in reads if read not in self.functions)
        return found

    def list_required_by(self, name: str) -> tuple[str, ...]:
        """What a decision reads, or a function requires, and the functions that it calls; nothing for a field."""
        table = self.tables.tables.get(name)
        if table is not None:
            return tuple(dict.fromkeys(_walk_reads(table)))
        node = self.logic.get(name) or self.functions.get(name)
        return () if node is None else tuple(dict.fromkeys(node.requires))

    def list_required(self, names: Iterable[str]) -> tuple[str, ...]:
        """Decisions or functions, with all fields, decisions and functions that they depend on."""
        return tuple(order(names, self.list_required_by))

    def outcome_type(self, name: str) -> Type:
        """The type of a decision's value; Any for a context that is not of a table, which may have more members."""
        table = self.tables.tables.get(name)
        if table is not None and name not in self.results:
            return table.outcome_type
        declared = self.outcome_item(name).type
        return ANY if isinstance(declared, ContextType) else declared

    def outcome_item(self, name: str) -> ItemType:
        """What a value must be that replaces that of a decision."""
        table = self.tables.tables.get(name)
        if name in self.results:
            return self.results[name][0]
        return self.logic[name].result if table is None else table.outcome_item

    def is_single(self, name: str) -> bool:
        """Whether a decision is a table with one output column."""
        table = self.tables.tables.get(name)
        return table is not None and table.is_single

    def list_always_read(self, name: str) -> tuple[str, ...]:
        """The decisions that every evaluation of a decision reads: not those that only some of its outputs read."""
        found = self._always_read.get(name)
        if found is None:
            table = self.tables.tables.get(name)
            reads = self.list_reads(name) if table is None else dict.fromkeys(_walk_conditions(table))
            found = self._always_read[name] = tuple(filter(self.is_decision, reads))
        return found

    def list_used(self, name: str) -> tuple[str, ...]:
        """The decisions that a decision names in Use cells."""
        table = self.tables.tables.get(name)
        if table is None:
            return ()
        cells = [
            *(cell for rule in table.rules for cell in rule.outputs),
            *(column.default for column in table.outputs),
        ]
        return tuple(dict.fromkeys(cell.decision for cell in cells if cell is not None and cell.decision))

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The decisions that no other decision reads."""
        read = {other for name in self.decisions for other in self.list_reads(name)}
        return tuple(name for name in self.decisions if name not in read)

    def reach(self, name: str) -> tuple[str, ...]:
        """The decision and all decisions that it depends on, each after those that it needs."""
        found = self._reached.get(name)
        if found is None:
            found = self._reached[name] = tuple(
                order([name], lambda each: filter(self.is_decision, self.list_reads(each)))
            )
        return found

    def is_list(self, name: str) -> bool:
        """Whether the result is a list of items: by the hit policy, an output that is a list, or a used decision."""
        found = self._lists.get(name)
        if found is None:
            table = self.tables.tables.get(name)
            is_own = name not in self.results  # and not converted, as a whole
            found = table is not None and table.hit_policy.is_list and is_own
            if table is not None and not found and is_own and table.is_single and not table.hit_policy.aggregates:
                cells = [*(rule.outputs[0] for rule in table.rules), table.outputs[0].default]
                gives_null = table.outputs[0].constraint.nullable and table.outputs[0].default is None
                found = not gives_null and all(self._gives_list(table, cell) for cell in cells if cell is not None)
            self._lists[name] = found
        return found

    def find_used(self, cell: OutputEntry) -> str | None:
        """The decision whose outcome a cell gives as it is: of a Use column, or by a name alone."""
        if cell.decision is None and isinstance(cell.expression, Name):
            return cell.expression.name if self.is_decision(cell.expression.name) else None
        return cell.decision

    def find_used_list(self, cell: OutputEntry, constraint: TypeConstraint) -> str | None:
        """The decision whose items are those of the cell's list, unless the column converts or checks them."""
        used = self.find_used(cell)
        if used is None or not self.is_list(used):
            return None
        if cell.decision is not None or constraint.is_free:
            return used
        table = self.tables.tables.get(used)
        is_plain = table is not None and table.is_single and constraint.allowed is None
        if table is None or not is_plain or constraint.type.is_restricted:
            return None
        return used if constraint.type.type == ListType(table.outputs[0].type) else None

    def _gives_list(self, table: DecisionTable, cell: OutputEntry) -> bool:
        if self.find_used_list(cell, table.outputs[0].constraint) is not None:
            return True
        if cell.decision is not None:
            return False
        column = table.outputs[0]
        never_null = isinstance(column.type, ListType) and not column.constraint.nullable
        return isinstance(cell.expression, ListLiteral) or never_null

    @cached_property
    def field_order(self) -> tuple[str, ...]:
        """All fields that decisions read, in the order in which an evaluation from the top reads them; then those that
        only a constraint or a safety condition reads."""
        roots = [*self.roots, *self.decisions]
        met = order(roots, lambda name: self.list_reads(name) if self.is_decision(name) else ())
        seen = (name for name in met if not self.is_decision(name))
        constrained = (name for constraint in self.tables.dictionary.constraints for name in constraint.fields)
        return tuple(dict.fromkeys((*seen, *constrained, *self._list_stated())))

    def _list_stated(self) -> Iterator[str]:
        """The fields that safety conditions read."""
        for property_ in self.tables.safety:
            if property_.condition is not None:
                for name in read_names(property_.condition):
                    if name in self.tables.dictionary.fields:
                        yield name

    def regions(self, name: str) -> tuple[Value, ...]:
        """A representative of each region of a field; empty if the field cannot be divided."""
        found = self._regions.get(name)
        if found is None:
            item = self.tables.dictionary.fields.get(name)
            regions = () if item is None else divide(item, self._usages.get(name, Usage()))
            is_nullable = item is not None and (item.nullable or not self.clinical)
            if regions and is_nullable and None not in regions:
                regions = (*regions, None)
            found = self._regions[name] = regions
        return found

    def locate(self, name: str, value: Value) -> int | None:
        """The index of the region of a field that contains the value; None if none does."""
        item = self.tables.dictionary.fields.get(name)
        if item is None or find_partial(value) is not None:
            return None
        return locate_region(item, self._usages.get(name, Usage()), self.regions(name), value)

    def is_exact(self, name: str) -> bool:
        """Whether the regions of a field determine every answer, because no expression computes with it."""
        item = self.tables.dictionary.fields.get(name)
        if item is None or not self.regions(name):
            return False
        return is_finite(item) or not self._usages.get(name, Usage()).is_opaque_for(item)

    def is_whole_region(self, name: str, value: Value) -> bool:
        """Whether a representative is the only value of its region."""
        item = self.tables.dictionary.fields[name]
        return value is None or is_whole_region(item, self._usages.get(name, Usage()), value)

    def list_cuts(self, name: str) -> tuple[Decimal, ...]:
        """The numbers that conditions compare a field with, ascending: the ends of its regions."""
        constants = self._usages.get(name, Usage()).constants
        return tuple(sorted({each for each in constants if isinstance(each, Decimal)}))

    def list_computations(self, name: str, table: DecisionTable) -> tuple[Source, ...]:
        """The cells of a table whose text computes with a field, so that its regions do not answer them."""
        found: dict[Source, None] = {}
        for column in table.inputs:
            if not column.name and self._computes(name, column.expression):
                found[column.source.source] = None
        for output in _list_outputs(table):
            if output.expression is not None and self._computes(name, output.expression):
                found[output.source.source] = None
        for rule in table.rules:
            for column, cell in zip(table.inputs, rule.inputs, strict=True):
                is_read = column.name == name or name in read_names(cell.tests)
                if is_read and self.is_opaque_in_test(name, cell.tests, is_input=column.name == name):
                    found[cell.source.source] = None
        return tuple(found)

    def _computes(self, name: str, node: Expression) -> bool:
        return name in read_names(node) and self.is_opaque_in(name, node)

    def list_readers(self, name: str) -> tuple[Expression | UnaryTests, ...]:
        """Every expression and cell that reads a field."""
        return tuple(node for node, reads in self._readers if name in reads)

    def list_compared(self, name: str) -> Iterator[tuple[Expression, tuple[Decimal, ...]]]:
        """The formulas of one field alone, with the numbers that cells or conditions compare them with."""
        for table in self.tables.tables.values():
            for index, column in enumerate(table.inputs):
                if not column.name and read_names(column.expression) == [name]:
                    tests = [rule.inputs[index].tests for rule in table.rules]
                    yield column.expression, _pick_numbers(value for test in tests for value in list_constants(test))
        for node in self.list_readers(name):
            for part in walk(node):
                if isinstance(part, Comparison):
                    for formula, other in ((part.left, part.right), (part.right, part.left)):
                        if read_names(formula) == [name] and not read_names(other):
                            yield formula, _pick_numbers(list_constants(other))

    @cached_property
    def constants(self) -> tuple[Value, ...]:
        """The constants that tables and safety conditions write."""
        found = {freeze(value): value for node, _ in self._readers for value in list_constants(node)}
        return tuple(found.values())

    @cached_property
    def _readers(self) -> tuple[tuple[Expression | UnaryTests, frozenset[str]], ...]:
        found: list[tuple[Expression | UnaryTests, frozenset[str]]] = []
        for table in self.tables.tables.values():
            found += ((node, frozenset(read_names(node))) for node in _walk_expressions(table))
            for index, column in enumerate(table.inputs):
                for rule in table.rules:
                    tests = rule.inputs[index].tests
                    found.append((tests, frozenset((column.name, *read_names(tests)))))
        for property_ in self.tables.safety:
            if property_.condition is not None:
                found.append((property_.condition, frozenset(read_names(property_.condition))))
        return tuple(found)

    def is_opaque_in(self, name: str, node: Expression) -> bool:
        """Whether the expression computes with the field, so that the field's regions do not determine its value."""
        item = self.tables.dictionary.fields.get(name)
        if item is None or is_finite(item):
            return False
        key = (name, id(node), False)
        found = self._opaque.get(key)
        if found is None:
            found = node, read_usage(node, name).is_opaque_for(item) or not self.regions(name)
            self._opaque[key] = found
        return found[1]

    def is_opaque_in_test(self, name: str, tests: UnaryTests, *, is_input: bool) -> bool:
        """Whether the tests compute with the field, so that its regions do not determine their results."""
        item = self.tables.dictionary.fields.get(name)
        if item is None or is_finite(item):
            return False
        key = (name, id(tests), is_input)
        found = self._opaque.get(key)
        if found is None:
            usage = read_test_usage(tests, "" if is_input else name)
            found = self._opaque[key] = tests, usage.is_opaque_for(item) or not self.regions(name)
        return found[1]

    def is_opaque_in_logic(self, name: str, logic: Logic) -> bool:
        """Whether logic computes with the field; a field that its texts do not name is read as a part of another."""
        item = self.tables.dictionary.fields.get(name)
        if item is None or is_finite(item):
            return False
        usages = [_read_text(text, name) for text in logic.texts if name in read_names(text)]
        return not usages or not self.regions(name) or any(usage.is_opaque_for(item) for usage in usages)

    @cached_property
    def _usages(self) -> Mapping[str, Usage]:
        usages: dict[str, Usage] = {}
        for name, usage in self._list_usages():
            usages[name] = usages.get(name, Usage()).add(usage)
        return usages

    def _list_usages(self) -> Iterator[tuple[str, Usage]]:
        for table in self.tables.tables.values():
            for node in _walk_expressions(table):
                for name in read_names(node):
                    yield name, read_usage(node, name)
            for index, column in enumerate(table.inputs):
                if column.name:
                    yield from ((column.name, usage) for usage in _read_constraint(column.constraint))
                for rule in table.rules:
                    tests = rule.inputs[index].tests
                    if column.name:
                        yield column.name, read_test_usage(tests)
                    for name in read_names(tests):
                        yield name, read_test_usage(tests, name)
        for logic in self.logic.values():
            for text in logic.texts:
                yield from ((name, _read_text(text, name)) for name in read_names(text))
        for property_ in self.tables.safety:
            if property_.condition is not None:
                for name in read_names(property_.condition):
                    yield name, read_usage(property_.condition, name)
        for constraint in self.tables.dictionary.constraints:
            for name, cuts in constraint.cuts.items():
                yield name, Usage(tuple(cuts))


def _reduce(table: DecisionTable) -> DecisionTable:
    tests = (cell.tests for rule in table.rules for cell in rule.inputs)
    return map_expressions(table, reduce_unread) if any(map(has_unread, (*_walk_expressions(table), *tests))) else table


def _read_text(text: Expression | UnaryTests, name: str) -> Usage:
    return read_test_usage(text, name) if isinstance(text, UnaryTests) else read_usage(text, name)


def _pick_numbers(values: Iterable[Value]) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys(value for value in values if isinstance(value, Decimal)))


def _read_constraint(constraint: TypeConstraint) -> Iterator[Usage]:
    """The uses of a column's value in its allowed values; for a list, of its items."""
    for restriction in (*constraint.type.restrictions, constraint.allowed):
        if restriction is not None:
            yield read_test_usage(restriction.tests)
    for restriction in () if constraint.type.item is None else constraint.type.item.restrictions:
        yield Usage(members=read_test_usage(restriction.tests).constants)


def _walk_expressions(table: DecisionTable) -> Iterator[Expression]:
    """Every expression of a table that is not a plain input name or a test."""
    for column in table.inputs:
        if not column.name:
            yield column.expression
    for cell in _list_outputs(table):
        if cell.expression is not None:
            yield cell.expression


def _walk_conditions(table: DecisionTable) -> Iterator[str]:
    """Every name that the table reads in an input or a condition."""
    for column in table.inputs:
        yield from read_names(column.expression)
    for rule in table.rules:
        for cell in rule.inputs:
            yield from read_names(cell.tests)


def _walk_names(table: DecisionTable) -> Iterator[str]:
    """Every name that the table reads in an expression: inputs first, then conditions and outputs."""
    yield from _walk_conditions(table)
    for output in _list_outputs(table):
        if output.expression is not None:
            yield from read_names(output.expression)


def _walk_reads(table: DecisionTable) -> Iterator[str]:
    """Every name that the table reads: those in its expressions, then the decisions in Use cells."""
    yield from _walk_names(table)
    for output in _list_outputs(table):
        if output.decision is not None:
            yield output.decision


def _list_outputs(table: DecisionTable) -> list[OutputEntry]:
    cells = [*(cell for rule in table.rules for cell in rule.outputs), *(column.default for column in table.outputs)]
    return [cell for cell in cells if cell is not None]
