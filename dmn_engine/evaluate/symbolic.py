"""The exact value of every decision as a decision diagram over the missing fields.

Fields of the record are constants; every other field branches over its regions. A field that cannot be divided into
regions (a number that enters a computation) is an Unknown leaf that names it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from dmn_engine.compile.graph import Graph
from dmn_engine.compile.hit_policy import NO_RULE, Hits, conclude, select_rule
from dmn_engine.compile.names import open_scope, read_names, reads_clock
from dmn_engine.compile.nodes import Logic
from dmn_engine.compile.open_evaluation import Compute, open_expression
from dmn_engine.compile.table import CompiledColumn, CompiledOutput, CompiledTable, CompiledTest, TestFailure, list_bits
from dmn_engine.diagnostics import Source
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, Diagram, Diagrams, list_levels, list_values
from dmn_engine.evaluate.evaluation import bind_functions
from dmn_engine.evaluate.three_valued import conjoin, disjoin, is_partial, keep_error, merge_errors, negate
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.errors import EvaluationError, distinct
from dmn_engine.feel.syntax import Conjunction, Disjunction, Expression
from dmn_engine.model.data_dictionary import Constraint, Value
from dmn_engine.model.decision_table import HitPolicy, InputEntry
from dmn_engine.model.unknown import ErrorValue, Unknown, find_partial, key_value, merge

CLOCK = "the current date or time"
"""The name among unknown fields of a call of now() or today()."""

_MOST_OUTCOMES = 3000  # distinct sets of matching rules of one table


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: the condition under which it is in the list, its value, and the rule that gives it.

    The rule is NO_RULE for the row Default of a list, absent for other defaults and where no rule matches.
    """

    guard: Diagram
    value: Diagram
    decision: str
    rule: int | None


@dataclass(slots=True)
class Symbolic:
    """All decisions as diagrams over the fields that are missing in `record`."""

    graph: Graph
    record: Mapping[str, Value]
    in_proof: bool = False
    diagrams: Diagrams = field(default_factory=lambda: Diagrams(_key_leaf))
    levels: dict[str, int] = field(default_factory=dict)
    functions: Mapping[str, Value] = field(default_factory=dict)
    _values: dict[str, Diagram] = field(default_factory=dict)
    _guards: dict[str, tuple[Diagram, ...]] = field(default_factory=dict)
    _hits: dict[str, Diagram] = field(default_factory=dict)
    _selections: dict[str, Mapping[int, Diagram]] = field(default_factory=dict)
    _items: dict[str, tuple[Item, ...]] = field(default_factory=dict)
    _reached: dict[str, Diagram] = field(default_factory=dict)
    _needs: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _care: Diagram | None = None

    def __post_init__(self) -> None:
        self.functions = bind_functions(self.graph)
        self.levels = {name: level for level, name in enumerate(self.graph.field_order)}

    @property
    def care(self) -> Diagram:
        """True where the record and the missing fields together are a possible patient.

        An impossible combination that exceeds the budget is left in: what is then certain is so for more patients.
        """
        if self._care is None:
            care: Diagram = self.diagrams.leaf(True)
            for constraint in self.graph.tables.dictionary.constraints:
                with suppress(BudgetExceeded):
                    care = self.conjoin(care, self._constrain(constraint))
            self._care = care
        return self._care

    def name_levels(self, levels: Iterable[int]) -> tuple[str, ...]:
        """The fields of these levels."""
        order = self.graph.field_order
        return tuple(order[level] for level in levels)

    def needs(self, diagram: Diagram) -> tuple[str, ...]:
        """The fields that the diagram's value depends on, including those in Unknown leaves, in asking order."""
        found = self._needs.get(id(diagram))
        if found is None:
            found = self._needs[id(diagram)] = self._list_needs(diagram)
        return found

    def _list_needs(self, diagram: Diagram) -> tuple[str, ...]:
        diagram = self.diagrams.apply(merge_errors, diagram)  # no question is asked to tell errors apart
        with suppress(BudgetExceeded):
            diagram = self.diagrams.reduce(diagram, self.care)
        names = set(self.name_levels(list_levels(diagram)))
        for value in list_values(diagram):
            partial = find_partial(value)
            if isinstance(partial, Unknown):
                names.update(partial.needs)
        return self.order(names)

    def order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Fields in asking order, then missing components of fields."""
        wanted = set(names)
        known = [name for name in self.graph.field_order if name in wanted]
        return (*known, *sorted(wanted.difference(known)))

    def conjoin(self, left: Diagram, right: Diagram) -> Diagram:
        """Three-valued conjunction: false wins, then errors and unknowns."""
        return self.diagrams.apply(conjoin, left, right)

    def value(self, name: str) -> Diagram:
        """The diagram of a field or decision; leaves are values, Unknown or ErrorValue, or values with such parts."""
        found = self._values.get(name)
        if found is None:
            try:
                found = self._decide(name) if self.graph.is_decision(name) else self._branch_field(name)
            except BudgetExceeded:
                found = self.diagrams.leaf(Unknown(self.list_missing_below(name)))
            self._values[name] = found
        return found

    def guards(self, name: str) -> tuple[Diagram, ...]:
        """For each rule of a decision, the condition under which its entries match, regardless of the hit policy."""
        found = self._guards.get(name)
        if found is None:
            table = self.graph.table(name)
            masks = [self._match_column(column, is_strict=self.graph.clinical) for column in table.columns]
            rules = range(len(table.table.rules))
            found = self._guards[name] = tuple(self._guard_rule(masks, index) for index in rules)
        return found

    def refusals(self, name: str) -> Diagram:
        """The error of an input outside of its column's values where it leaves a rule open (mode dmn); what is unknown
        of that, and False elsewhere."""
        table = self.graph.table(name)
        found: Diagram = self.diagrams.leaf(False)
        if any(column.constraint is not None for column in table.columns):
            masks = [self._match_column(column, is_strict=True) for column in table.columns]
            for index in range(len(table.table.rules)):
                found = self.diagrams.apply(_join_open, found, self._guard_rule(masks, index))
        return found

    def hits(self, name: str) -> Diagram:
        """The sets of matching rules of a decision, as leaves of type Hits."""
        found = self._hits.get(name)
        if found is None:
            policy = self.graph.table(name).table.hit_policy
            found = self.diagrams.leaf(Hits(0, 0))
            for index, guard in enumerate(self.guards(name)):
                found = self.diagrams.apply(_add_hit(policy, 1 << index), found, guard)
                if len(list_values(found)) > _MOST_OUTCOMES:
                    raise BudgetExceeded
            self._hits[name] = found
        return found

    def selections(self, name: str) -> Mapping[int, Diagram]:
        """For each rule, the condition under which the hit policy takes its output."""
        found = self._selections.get(name)
        if found is None:
            found = self._selections[name] = self._select(name)
        return found

    def _select(self, name: str) -> dict[int, Diagram]:
        table = self.graph.table(name)
        policy = table.table.hit_policy
        if policy.is_list or policy.aggregates or policy is HitPolicy.ANY:
            return dict(enumerate(self.guards(name)))
        hits = self.hits(name)
        possible = 0
        for leaf in list_values(hits):
            assert isinstance(leaf, Hits)
            possible |= leaf.may
        ranked = list_bits(possible) if policy is HitPolicy.PRIORITY else []
        rows = [self.row(name, index) for index in ranked]

        def select(index: int) -> Diagram:
            def function(leaf: Value, *values: Value) -> Value:
                assert isinstance(leaf, Hits)
                return select_rule(table, leaf, index, dict(zip(ranked, values, strict=True)).__getitem__)

            return self.diagrams.apply(function, hits, *rows)

        return {index: select(index) for index in list_bits(possible)}

    def items(self, name: str) -> tuple[Item, ...]:
        """The items of a list decision, one for each rule (and list item) that may give one, in order."""
        found = self._items.get(name)
        if found is None:
            found = self._items[name] = tuple(self._list_items(name))
        return found

    def defaults(self, name: str) -> tuple[Diagram, ...]:
        """The values of the row Default by column."""
        return tuple(map(self.output, self.graph.table(name).defaults))

    def row(self, name: str, index: int) -> Diagram:
        """The output of rule `index` of a decision."""
        table = self.graph.table(name)
        return self._assemble(table, table.row(index))

    def evaluate(self, node: Expression, compute: Compute, names: Iterable[str]) -> Diagram:
        """The value of an expression over fields and decisions."""
        names = tuple(names)
        if self.in_proof and reads_clock(node):
            return self.diagrams.leaf(Unknown((*self._list_missing(names), CLOCK)))
        reads = open_expression(node)
        opaque = {name for name in names if name not in self.record and self.graph.is_opaque_in(name, node)}
        unknown = Unknown(self._list_missing(names) if opaque else ())
        if opaque and not reads.branches and not any(None in self.graph.regions(name) for name in opaque):
            return self.diagrams.leaf(unknown)

        def function(*values: Value) -> Value:
            errors: list[EvaluationError] = []
            value = reads.evaluate(dict(zip(names, values, strict=True)), compute, errors)
            return ErrorValue(distinct(errors)) if errors and self.graph.clinical else value

        return self.diagrams.apply(
            function, *(self._hide(name, unknown) if name in opaque else self.value(name) for name in names)
        )

    def condition(self, node: Expression, source: Source) -> Diagram:
        """A FEEL condition over fields and decisions, such as a safety property; irrelevant parts are not computed."""
        if isinstance(node, Disjunction | Conjunction):
            left = self.condition(node.left, source)
            ends = isinstance(node, Disjunction)
            if list_values(left) == [ends]:
                return left
            return self.diagrams.apply(disjoin if ends else conjoin, left, self.condition(node.right, source))
        names = tuple(read_names(node))
        return self.evaluate(node, compile_expression(node, source, open_scope(names)).evaluate, names)

    def reached(self, name: str) -> Diagram:
        """The condition under which an evaluation of the top decisions reaches a decision."""
        found = self._reached.get(name)
        if found is None:
            found = self.diagrams.leaf(name in self.graph.roots)
            for reader in self.graph.decisions:
                if name in self.graph.list_reads(reader):
                    found = self.diagrams.apply(disjoin, found, self._come_from(reader, name))
            self._reached[name] = found
        return found

    def _come_from(self, reader: str, name: str) -> Diagram:
        """The condition under which an evaluation reaches a decision from another one that reads it.

        An output is computed where its rule is taken; where outputs are ranked, wherever its rule matches.
        """
        if reader in self.graph.logic:
            return self.reached(reader)
        table = self.graph.table(reader)
        if any(name in column.reads | column.test_reads for column in table.columns):
            return self.reached(reader)
        is_ranked = table.table.hit_policy is HitPolicy.PRIORITY
        guards = dict(enumerate(self.guards(reader)) if is_ranked else self.selections(reader))
        guards[NO_RULE] = self.unmatched(reader)
        used: Diagram = self.diagrams.leaf(False)
        for index, guard in guards.items():
            if any(cell is not None and cell.uses(name) for cell in table.row(index)):
                used = self.diagrams.apply(disjoin, used, guard)
        return self.conjoin(self.reached(reader), used)

    def unmatched(self, name: str) -> Diagram:
        """The condition under which no rule of a decision matches."""
        found: Diagram = self.diagrams.leaf(True)
        for guard in self.guards(name):
            found = self.conjoin(found, self.diagrams.apply(negate, guard))
        return found

    def _branch_field(self, name: str) -> Diagram:
        if name in self.record or name in self.functions:
            return self.diagrams.leaf(self.record[name] if name in self.record else self.functions[name])
        regions = self.graph.regions(name)
        if not regions:
            return self.diagrams.leaf(Unknown((name,)))
        return self.diagrams.branch(self.levels[name], [self.diagrams.leaf(value) for value in regions])

    def _list_missing(self, names: Iterable[str]) -> tuple[str, ...]:
        """The missing fields among these fields, and those that these decisions depend on."""
        found: dict[str, None] = {}
        for name in names:
            if self.graph.is_decision(name):
                found.update(dict.fromkeys(self.needs(self.value(name))))
            elif self._is_missing(name):
                found[name] = None
        return tuple(found)

    def list_missing_below(self, name: str) -> tuple[str, ...]:
        """The missing fields that a decision may depend on; a missing field itself."""
        decisions = self.graph.reach(name) if self.graph.is_decision(name) else ()
        names = {name, *(read for decision in decisions for read in self.graph.list_reads(decision))}
        return tuple(field for field in self.graph.field_order if field in names and field not in self.record)

    def input(self, name: str, index: int) -> Diagram:
        """The input value of column `index` of a decision."""
        return self._read_column(self.graph.table(name).columns[index])

    def _read_column(self, column: CompiledColumn) -> Diagram:
        """The input value of the column; if the column does not allow it, an ErrorValue, or null in mode dmn."""
        name, constraint = column.column.name, column.constraint
        if column.program is None:
            value = self.value(name)
        else:
            value = self.evaluate(column.column.expression, column.program.evaluate, sorted(column.reads))
        if constraint is None:
            return value
        is_open = column.program is None and self._is_missing(name)
        allowed = constraint.allowed if is_open else None
        restrictions = constraint.item.restrictions if is_open else ()
        if any(self.graph.is_opaque_in_test(name, each.tests, is_input=True) for each in restrictions):
            return self.diagrams.leaf(Unknown((name,)))

        def function(met: Value) -> Value:
            if find_partial(met) is not None:
                return met
            converted, error = column.check(met)
            if error is None:
                return converted
            if allowed is not None:  # the value is one of a region, not the record's
                message = f"{column.column.label} may be outside the allowed values: {allowed.source.text}"
                error = replace(error, message=message)
            return ErrorValue((error,))

        return self.diagrams.apply(function, value)

    def _match_column(self, column: CompiledColumn, *, is_strict: bool) -> dict[int, Diagram]:
        """For each distinct test of the column, when it accepts the input; the key is the test's mask of rules.

        An input that the column does not allow is an error where `is_strict`, else null.
        """
        value = self._read_column(column)
        if not is_strict:
            value = self.diagrams.apply(lambda met: None if isinstance(met, ErrorValue) else met, value)
        found: dict[int, Diagram] = {}
        for test in column.tests:
            accepted = self._match_test(column, test, test.cell, value)
            if len(test.cells) > 1 and any(isinstance(leaf, ErrorValue) for leaf in list_values(accepted)):
                for index, cell in zip(list_bits(test.mask), test.cells, strict=True):
                    found[1 << index] = self._match_test(column, test, cell, value)
            else:
                found[test.mask] = accepted
        return found

    def _match_test(self, column: CompiledColumn, test: CompiledTest, cell: InputEntry, value: Diagram) -> Diagram:
        """When the test of one of its cells accepts the value of the column."""
        name = column.column.name if column.program is None else ""
        names = tuple(sorted(test.reads))
        if self.in_proof and reads_clock(test.cell.tests):
            return self.diagrams.leaf(Unknown((*self._list_missing((name, *names)), CLOCK)))
        unknown = Unknown(self._list_missing((name, *names)))
        opaque = [each for each in names if self._is_opaque(each, test, is_input=False)]
        if self._is_opaque(name, test, is_input=True):
            value = self._hide(name, unknown)

        def function(met: Value, *others: Value) -> Value:
            errors: list[EvaluationError] = []
            if names or find_partial(met) is not None:
                holds = test.match(met, dict(zip(names, others, strict=True)), errors)
            else:
                failures: list[TestFailure] = []
                holds = bool(column.match(met, {}, failures) & test.mask)
                errors = [error for mask, found in failures if mask == test.mask & -test.mask for error in found]
            if find_partial(holds) is not None:
                return holds
            fails = errors and self.graph.clinical
            return ErrorValue(distinct(test.place(errors, cell))) if fails else holds is True

        others = [self._hide(name, unknown) if name in opaque else self.value(name) for name in names]
        return self.diagrams.apply(function, value, *others)

    def _is_opaque(self, name: str, test: CompiledTest, *, is_input: bool) -> bool:
        """Whether the test computes with a missing field, so that the field's regions do not determine its result."""
        return self._is_missing(name) and self.graph.is_opaque_in_test(name, test.cell.tests, is_input=is_input)

    def _hide(self, name: str, unknown: Unknown) -> Diagram:
        """A field that is computed with: of its regions, only null determines what an expression gives."""
        return self.diagrams.apply(lambda value: None if value is None else unknown, self.value(name))

    def _is_missing(self, name: str) -> bool:
        return name in self.graph.tables.dictionary.fields and name not in self.record

    def _guard_rule(self, masks: list[dict[int, Diagram]], index: int) -> Diagram:
        guard: Diagram = self.diagrams.leaf(True)
        bit = 1 << index
        for tests in masks:
            for mask, accepted in tests.items():
                if mask & bit:
                    guard = self.conjoin(guard, accepted)
        return guard

    def _compute(self, logic: Logic) -> Diagram:
        """The value of a decision that is not a table."""
        opaque = {
            name for name in logic.requires if self._is_missing(name) and self.graph.is_opaque_in_logic(name, logic)
        }
        unknown = Unknown(self._list_missing(opaque))
        if self.in_proof and any(map(reads_clock, logic.texts)):
            return self.diagrams.leaf(Unknown((*self._list_missing(logic.requires), CLOCK)))

        def function(*values: Value) -> Value:
            errors: list[EvaluationError] = []
            value = logic.reads.evaluate(dict(zip(logic.requires, values, strict=True)), logic.compute, errors)
            return ErrorValue(distinct(errors)) if errors else value

        return self.diagrams.apply(
            function,
            *(self._hide(name, unknown) if name in opaque else self.value(name) for name in logic.requires),
        )

    def _decide(self, name: str) -> Diagram:
        logic = self.graph.logic.get(name)
        if logic is not None:
            return self._compute(logic)
        table = self.graph.table(name)
        hits = self.hits(name)
        found: Diagram = self.diagrams.leaf(None)
        for leaf in list_values(hits):
            assert isinstance(leaf, Hits)
            here = self.diagrams.apply(lambda value, want=leaf: value == want, hits)
            found = self.diagrams.choose(here, self._conclude(table, leaf), found)
        return self._convert(name, found) if name in self.graph.results else found

    def _convert(self, name: str, found: Diagram) -> Diagram:
        """The value of a table, converted to the declared type of the decision."""
        type_, place = self.graph.results[name]

        def function(value: Value) -> Value:
            errors: list[EvaluationError] = []
            converted = value if find_partial(value) is not None else type_.fit(value, place, errors)
            return ErrorValue(distinct(errors)) if errors and self.graph.clinical else converted

        return self.diagrams.apply(function, found)

    def _conclude(self, table: CompiledTable, hits: Hits) -> Diagram:
        """The result if exactly these rules match."""
        wanted = _list_wanted(table, hits)

        def function(*values: Value) -> Value:
            rows = dict(zip(wanted, values, strict=True))
            return conclude(table, hits, rows.__getitem__, clinical=self.graph.clinical).value

        return self.diagrams.apply(function, *(self._assemble(table, table.row(index)) for index in wanted))

    def _assemble(self, table: CompiledTable, row: Sequence[CompiledOutput | None]) -> Diagram:
        cells = [self.output(cell) for cell in row]
        if len(cells) == 1:
            return cells[0]
        return self.diagrams.apply(lambda *values: table.assemble(list(values)), *cells)

    def output(self, cell: CompiledOutput | None) -> Diagram:
        """The value of an output cell; null if there is no cell."""
        if cell is None:
            return self.diagrams.leaf(None)
        if cell.decision is not None:
            return self.diagrams.apply(functools.partial(_use, cell), self.value(cell.decision))
        if cell.program is None or cell.cell.expression is None:
            return self.diagrams.leaf(cell.constant)
        return self.evaluate(
            cell.cell.expression, functools.partial(cell.compute, clinical=self.graph.clinical), sorted(cell.reads)
        )

    def _list_items(self, name: str) -> Iterator[Item]:
        table = self.graph.table(name)
        policy = table.table.hit_policy
        if policy.is_list:
            selections = self.selections(name)
            items = [(index, guard, self.row(name, index)) for index, guard in sorted(selections.items())]
            if policy is HitPolicy.OUTPUT_ORDER:
                items = list(self._order_items(table, items))
            for index, guard, row in items:
                yield Item(guard, row, name, index)
            if table.has_default:
                yield Item(self.unmatched(name), self.row(name, NO_RULE), name, NO_RULE)
            return
        for index, guard in sorted(self._list_taken(name).items()):
            yield from self._expand(table.outputs[index][0], guard, name, index)
            yield Item(self.diagrams.apply(keep_error, guard), self.diagrams.leaf(None), name, None)
        unmatched = self.unmatched(name)
        if table.has_default:
            yield from self._expand(table.defaults[0], unmatched, name, None)
        else:
            nothing = conclude(table, Hits(0, 0), lambda index: None, clinical=self.graph.clinical)
            yield Item(unmatched, self.diagrams.leaf(nothing.value), name, None)
        if policy is HitPolicy.ANY:
            value = self.value(name)
            yield Item(self.diagrams.apply(is_partial, value), self.diagrams.apply(find_partial, value), name, None)

    def _order_items(
        self, table: CompiledTable, items: Sequence[tuple[int, Diagram, Diagram]]
    ) -> Iterator[tuple[int, Diagram, Diagram]]:
        """The items by the ranks of their outputs; an item whose rank depends on fields occurs at each of its ranks."""
        parts = []
        for index, guard, row in items:
            rank = self.diagrams.apply(table.rank, row)
            for value in list_values(rank):
                here = self.diagrams.apply(lambda each, value=value: each == value, rank)
                place = (len(table.priorities) * (len(items),)) if isinstance(value, Unknown | ErrorValue) else value
                parts.append((place, index, self.conjoin(guard, here), row))
        parts.sort(key=lambda part: part[:2])
        yield from ((index, guard, row) for _, index, guard, row in parts)

    def _list_taken(self, name: str) -> Mapping[int, Diagram]:
        """For each rule, when the list of a single-hit table is its own; for Any, the list of the first rule."""
        table = self.graph.table(name)
        if table.table.hit_policy is not HitPolicy.ANY:
            return self.selections(name)
        hits = self.hits(name)
        return {
            index: self.diagrams.apply(lambda leaf, index=index: _is_first(leaf, index), hits)
            for index in range(len(table.outputs))
        }

    def _expand(self, cell: CompiledOutput | None, guard: Diagram, name: str, rule: int | None) -> Iterator[Item]:
        """The items of the list in one output."""
        used = None if cell is None else self.graph.find_used_list(cell.cell, cell.constraint)
        if used is not None:
            yield from (replace(item, guard=self.conjoin(guard, item.guard)) for item in self.items(used))
            return
        given = self.output(cell)
        for value in list_values(given):
            here = self.conjoin(guard, self.diagrams.apply(lambda each, value=value: each is value, given))
            for each in value if isinstance(value, list) else [value]:
                yield Item(here, self.diagrams.leaf(each), name, rule)

    def _constrain(self, constraint: Constraint) -> Diagram:
        names = constraint.fields
        if any(not self.graph.regions(name) for name in names if name not in self.record):
            return self.diagrams.leaf(True)
        missing = [name for name in names if name not in self.record]
        regions = {name: self.graph.regions(name) for name in missing}
        values = [
            self._branch_field(name) if name in missing else self.diagrams.leaf(self.record[name]) for name in names
        ]

        def judge(*met: Value) -> Value:
            given = dict(zip(names, met, strict=True))
            if constraint.computes and not all(self.graph.is_whole_region(name, given[name]) for name in missing):
                return Unknown(tuple(missing))
            return constraint.is_possible(given, regions)

        return self.diagrams.apply(judge, *values)


def _key_leaf(value: Value) -> tuple[object, object]:
    if isinstance(value, Hits | int) and not isinstance(value, bool):
        return (value.__class__, value)
    return ("value", key_value(value))


def _add_hit(policy: HitPolicy, bit: int) -> Callable[[Value, Value], Value]:
    def function(hits: Value, guard: Value) -> Value:
        assert isinstance(hits, Hits)
        return hits.add(policy, bit, guard)

    return function


def _use(cell: CompiledOutput, value: Value) -> Value:
    """The result of a decision as an output; a null must be allowed by the column."""
    errors: list[EvaluationError] = []
    cell.require_value(value, errors)
    return ErrorValue(distinct(errors)) if errors else value


def _is_first(leaf: Value, index: int) -> Value:
    """Whether rule `index` is the first that matches; the reason if this is unknown."""
    assert isinstance(leaf, Hits)
    first = leaf.sure & -leaf.sure
    if first and first == leaf.may & -leaf.may:
        return first == 1 << index
    return (leaf.partial or Unknown()) if leaf.may >> index & 1 else False


def _join_open(found: Value, guard: Value) -> Value:
    """The reason why this rule or an earlier one is open."""
    return merge((found, guard)) or False


def _list_wanted(table: CompiledTable, hits: Hits) -> list[int]:
    """The rules whose outputs the hit policy needs, with NO_RULE for the row Default."""
    policy, may = table.table.hit_policy, list_bits(hits.may)
    if not hits.is_settled and (policy.is_list or policy.aggregates):
        return []
    if policy is HitPolicy.UNIQUE and len(may) > 1:
        return []
    return [*may, NO_RULE] if table.has_default and not hits.sure else may
