"""Bounds of expressions and decisions over a box of records.

A box gives each open field some of its regions, and a number a range. What has no bounds here is OPEN: any value, null
or error. Nothing is claimed of it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dmn_engine.check.bounds import (
    FALSE,
    MOST_CHOICES,
    OPEN,
    TRUE,
    Bounds,
    Choices,
    Parts,
    Span,
    all_of,
    any_of,
    compare,
    compute,
    find_span,
    is_allowed,
    is_whole,
    join_and,
    join_or,
    list_choices,
    list_truths,
    make_span,
    negate,
    require,
    run_all,
    unite,
)
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.hit_policy import NO_RULE, Hits, conclude, take_rules
from dmn_engine.compile.names import open_scope, read_names, reads_clock
from dmn_engine.compile.nodes import Logic
from dmn_engine.compile.regions import list_constants
from dmn_engine.compile.table import CompiledColumn, CompiledOutput, CompiledTable, CompiledTest, list_bits
from dmn_engine.diagnostics import Source
from dmn_engine.feel.compiler import Program, compile_expression
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ComparisonTest,
    Conditional,
    Conjunction,
    Disjunction,
    Expression,
    InputValue,
    Membership,
    Name,
    Negation,
    NumberLiteral,
    Path,
    RangeLiteral,
    UnaryTest,
    UnaryTests,
    mentions_input,
)
from dmn_engine.feel.types import ANY, NUMBER
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.type_constraints import TypeConstraint
from dmn_engine.model.unknown import Unknown, find_partial

_RISING = frozenset({"floor", "ceiling", "decimal", "sqrt", "exp", "log"}) | {
    f"round {way}" for way in ("up", "down", "half up", "half down")
}


@dataclass(frozen=True, slots=True)
class Part:
    """Some values of a field: a representative of each of their regions, and the range of numbers.

    `is_exact` if the representatives are all the values; without that and a range, no value may enter a computation.
    """

    regions: tuple[Value, ...]
    span: Span | None = None
    is_exact: bool = False


Programs = dict[int, tuple[Expression, Program, tuple[str, ...]]]
Box = Mapping[str, Part]
"""The part of each open field; a field without a part is OPEN."""


@dataclass(slots=True)
class BoxEvaluation:
    """The graph over all records of a box at once. `outcomes` are the bounds of a decision over all records."""

    graph: Graph
    box: Box
    programs: Programs
    outcomes: Callable[[str], Bounds] = lambda name: OPEN
    assumed: Mapping[tuple[str, int], Bounds] = field(default_factory=dict)  # what columns meet, by decision and index
    _decided: dict[str, Bounds] = field(default_factory=dict)

    def decide(self, name: str) -> Bounds:
        """The bounds of a decision's result: in the box, else over all records.

        The box alone does not bound logic other than tables and literal expressions, or a table whose result is
        converted.
        """
        found = self._decided.get(name)
        if found is None:
            logic = self.graph.logic.get(name)
            if logic is not None:
                found = self.compute(logic)
                found = found if self.allow(TypeConstraint(logic.result), found) == TRUE else OPEN
            else:
                found = OPEN if name in self.graph.results else self._decide(name)
            found = self._decided[name] = self.outcomes(name) if found is OPEN else found
        return found

    def compute(self, logic: Logic) -> Bounds:
        """The bounds of a literal expression, before its value is converted; OPEN for other logic."""
        return OPEN if logic.expression is None else self.evaluate(logic.expression)

    def look_up(self, name: str) -> Bounds:
        """The bounds of a field or decision as a value in a computation."""
        if self.graph.is_decision(name):
            return self.decide(name)
        part = self.box.get(name)
        if part is None:
            return OPEN
        if part.is_exact:
            return Choices(part.regions)
        return OPEN if part.span is None else part.span

    def evaluate(self, node: Expression, met: Bounds = OPEN) -> Bounds:
        """The bounds of an expression; `met` are those of `?`."""
        found = self._enumerate(node)
        return self._bound(node, met) if found is None or found is OPEN else found

    def hold(self, condition: Expression) -> Bounds:
        """Whether a condition of a sheet Safety holds; what cannot matter may be an error there."""
        match condition:
            case Conjunction(left=left, right=right):
                return join_and(self.hold(left), self.hold(right))
            case Disjunction(left=left, right=right):
                return join_or(self.hold(left), self.hold(right))
        return self.evaluate(condition)

    def match(self, name: str, index: int) -> Bounds:
        """Whether rule `index` of a decision matches."""
        table = self.graph.table(name)
        bit = 1 << index
        holds: Bounds = TRUE
        for place, column in enumerate(table.columns):
            for test in column.tests:
                if test.mask & bit:
                    met = self.assumed.get((name, place))
                    allowed = self.may_meet(column) if met is None else self._allow_met(column, met)
                    met = self.meet(column) if met is None else met
                    holds = join_and(holds, self._match_test(column, test, met) if allowed == TRUE else OPEN)
        return holds

    def assume(self, name: str) -> Iterator[BoxEvaluation]:
        """The evaluation for each combination of what the formulas of a decision's columns can give.

        Every column takes each of its regions, which gives more combinations than there are. Values that the column
        does not allow are left out, because they are an error of their own. A formula that may fail is unchanged, but
        for one that is true, false or an error.
        """
        parts: dict[tuple[str, int], list[Bounds]] = {}
        for index, column in enumerate(self.graph.table(name).columns):
            if column.program is not None:
                met = self.meet(column)
                span = None if isinstance(met, Choices) else find_span(met)
                if span is not None:
                    parts[name, index] = list(_cut(span, column))
                elif isinstance(met, Choices):
                    parts[name, index] = [Choices((value,)) for value in met.values]
                elif _is_truth(column.column.expression):
                    parts[name, index] = [TRUE, FALSE]
                if (name, index) in parts:
                    allowed = [part for part in parts[name, index] if self._allow_met(column, part) != FALSE]
                    parts[name, index] = allowed
        if math.prod(map(len, parts.values())) > MOST_CHOICES:
            parts = {}
        for chosen in itertools.product(*parts.values()):
            assumed = dict(zip(parts, chosen, strict=True))
            yield BoxEvaluation(self.graph, self.box, self.programs, self.outcomes, assumed)

    def match_any(self, name: str) -> Bounds:
        """Whether some rule of a decision matches."""
        return any_of(self.match(name, index) for index in range(len(self.graph.table(name).outputs)))

    def meet(self, column: CompiledColumn) -> Bounds:
        """The bounds of a column's input value."""
        if column.program is None:
            return self.look_up(column.column.name)
        return self.evaluate(column.column.expression)

    def give(self, cell: CompiledOutput | None) -> Bounds:
        """The bounds of an output cell."""
        if cell is None:
            return Choices((None,))
        if cell.decision is not None:
            return self.decide(cell.decision)
        if cell.program is None or cell.cell.expression is None:
            return Choices((cell.constant,))
        return self.evaluate(cell.cell.expression)

    # expressions

    def _enumerate(self, node: Expression) -> Bounds | None:
        """The values of an expression whose names have few values, or only regions that it does not distinguish."""
        _, program, names = self._compile(node)
        lists: list[tuple[Value, ...]] = []
        if mentions_input(node) or reads_clock(node):
            return None
        for name in names:
            part = self.box.get(name)
            if part is not None and not self.graph.is_opaque_in(name, node):
                lists.append(part.regions)
            elif isinstance(found := self.look_up(name), Choices):
                lists.append(found.values)
            else:
                return None
        return run_all(lists, lambda values, errors: program.evaluate(dict(zip(names, values, strict=True)), errors))

    def _compile(self, node: Expression) -> tuple[Expression, Program, tuple[str, ...]]:
        found = self.programs.get(id(node))
        if found is None:
            names = tuple(read_names(node))
            found = node, compile_expression(node, Source(""), open_scope(names)), names
            self.programs[id(node)] = found
        return found

    def _bound(self, node: Expression, met: Bounds) -> Bounds:
        match node:
            case InputValue():
                return met
            case Name(name=name):
                return self.look_up(name)
            case Path(operand=operand, member=member):
                whole = self.evaluate(operand, met)
                return whole.members.get(member, OPEN) if isinstance(whole, Parts) else OPEN
            case Negation(operand=operand):
                return compute("-", Choices((Decimal(0),)), self.evaluate(operand, met))
            case Arithmetic(operator=operator, left=left, right=right):
                return compute(operator, self.evaluate(left, met), self.evaluate(right, met))
            case Comparison(
                operator="=", left=InputValue(), right=Call(builtin="floor", arguments=(InputValue(),))
            ) if is_whole(met):
                return TRUE
            case Comparison(operator=operator, left=left, right=right):
                return compare(operator, self.evaluate(left, met), self.evaluate(right, met))
            case Between(operand=operand, low=low, high=high):
                value = self.evaluate(operand, met)
                above = compare(">=", value, self.evaluate(low, met))
                return require(join_and, above, compare("<=", value, self.evaluate(high, met)))
            case Conjunction(left=left, right=right):
                return require(join_and, self.evaluate(left, met), self.evaluate(right, met))
            case Disjunction(left=left, right=right):
                return require(join_or, self.evaluate(left, met), self.evaluate(right, met))
            case Membership(operand=operand, tests=tests):
                value = self.evaluate(operand, met)
                return require(join_or, FALSE, *(self._pass(test, value) for test in tests))
            case Conditional(condition=condition, consequence=consequence, alternative=alternative):
                return self._choose(self.evaluate(condition, met), consequence, alternative, met)
            case Call(builtin=function, arguments=arguments, names=()):
                return self._call(node, function, [self.evaluate(each, met) for each in arguments])
        return OPEN

    def _choose(self, condition: Bounds, consequence: Expression, alternative: Expression, met: Bounds) -> Bounds:
        if not isinstance(condition, Choices):
            return OPEN
        branches = []
        if True in condition.values:
            branches.append(self.evaluate(consequence, met))
        if any(value is not True for value in condition.values):
            branches.append(self.evaluate(alternative, met))
        return unite(branches)

    def _call(self, node: Call, function: str, arguments: list[Bounds]) -> Bounds:
        if function == "not" and len(arguments) == 1:
            return negate(arguments[0])
        spans = [found for argument in arguments if (found := find_span(argument)) is not None]
        if len(spans) != len(arguments) or not spans:
            return OPEN
        first = spans[0]
        if function in ("min", "max"):
            pick = min if function == "min" else max
            return Span(pick(span.low for span in spans), pick(span.high for span in spans))
        if function == "abs" and len(spans) == 1:
            sizes = first.low.copy_abs(), first.high.copy_abs()  # abs() would round
            return Span(Decimal(0) if first.holds(Decimal(0)) else min(sizes), max(sizes))
        if function in _RISING and first.is_bounded and all(span.low == span.high for span in spans[1:]):
            ends = [self._call_at(node, end, spans[1:]) for end in (first.low, first.high)]
            if all(isinstance(end, Decimal) for end in ends):
                low, high = (end for end in ends if isinstance(end, Decimal))
                return make_span(low, high, whole=function in ("floor", "ceiling"))
        return OPEN

    def _call_at(self, node: Call, value: Decimal, others: list[Span]) -> Value:
        literals = tuple(NumberLiteral(node.span, each) for each in (value, *(span.low for span in others)))
        errors: list[EvaluationError] = []
        found = compile_expression(replace(node, arguments=literals), Source(""), {}).evaluate({}, errors)
        return None if errors else found

    # tests

    def _match_test(self, column: CompiledColumn, test: CompiledTest, met: Bounds) -> Bounds:
        if reads_clock(test.cell.tests):
            return OPEN
        name = column.column.name if column.program is None else ""
        tests = test.cell.tests
        names = tuple(sorted(test.reads))
        lists: list[tuple[Value, ...]] = []
        for each, is_input in ((name, True), *((other, False) for other in names)):
            part = self.box.get(each)
            if part is not None and not self.graph.is_opaque_in_test(each, tests, is_input=is_input):
                lists.append(part.regions)
                continue
            value = met if is_input else self.look_up(each)
            if not isinstance(value, Choices):
                break
            lists.append(value.values)
        else:

            def matches(values: tuple[Value, ...], errors: list[EvaluationError]) -> bool:
                value, *others = values
                return test.program.matches(value, dict(zip(names, others, strict=True)), errors) is True

            if (found := run_all(lists, matches)) is not None:
                return found
        return self._pass_all(tests, met)

    def _pass_all(self, tests: UnaryTests, met: Bounds) -> Bounds:
        """Whether a value passes unary tests."""
        if tests.is_any:
            return TRUE
        passed = require(join_or, FALSE, *(self._pass(each, met) for each in tests.tests))
        return negate(passed) if tests.negated else passed

    def _pass(self, test: UnaryTest, met: Bounds) -> Bounds:
        """Whether a value passes one test."""
        match test:
            case ComparisonTest(operator=operator, endpoint=endpoint):
                return compare(operator, met, self.evaluate(endpoint))
            case RangeLiteral(low=low, high=high, low_closed=low_closed, high_closed=high_closed):
                ends = ((low, ">=" if low_closed else ">"), (high, "<=" if high_closed else "<"))
                parts = [compare(order, met, self.evaluate(end)) for end, order in ends if end is not None]
                return require(join_and, TRUE, *parts)
        if mentions_input(test):
            return self.evaluate(test, met)
        return compare("=", met, self.evaluate(test))

    # decisions

    def give_row(self, name: str, index: int) -> Bounds:
        """What a rule of a decision gives."""
        table = self.graph.table(name)
        return self._assemble(table, table.row(index))

    def _decide(self, name: str) -> Bounds:
        if name in self.graph.logic:
            return OPEN
        table = self.graph.table(name)
        matches = [self.match(name, index) for index in range(len(table.outputs))]
        if OPEN in matches:
            return OPEN
        sure = sum(1 << index for index, holds in enumerate(matches) if holds == TRUE)
        may = sum(1 << index for index, holds in enumerate(matches) if holds != FALSE)
        hits = Hits(sure, may, None if sure == may else Unknown())
        policy = table.table.hit_policy
        rows = {index: self._assemble(table, table.row(index)) for index in list_bits(may)}
        known = {index: values[0] for index, row in rows.items() if len(values := list_choices(row)) == 1}

        def output(index: int) -> Value:
            return known.get(index, Unknown())

        if policy.aggregates and (len(known) < len(rows) or sure != may):
            return self._aggregate(policy, rows, list_bits(sure))
        if policy.is_list or policy.aggregates or policy is HitPolicy.ANY:
            value = conclude(table, hits, output, clinical=True).value
            return OPEN if find_partial(value) is not None else Choices((value,))
        taken = take_rules(table, hits, output)
        if not isinstance(taken, tuple) and policy is HitPolicy.PRIORITY:
            taken = (*rows, *(() if sure else (NO_RULE,)))
        if not isinstance(taken, tuple):
            return OPEN
        return unite(self._give_default(table) if index == NO_RULE else rows[index] for index in taken)

    def may_meet(self, column: CompiledColumn) -> Bounds:
        """Whether a column allows its input value."""
        check = column.constraint
        if check is None:
            return TRUE
        name = column.column.name
        part = self.box.get(name)
        tests = None if check.allowed is None else check.allowed.tests
        if part is not None and (tests is None or not self.graph.is_opaque_in_test(name, tests, is_input=True)):
            return self.allow(check, Choices(part.regions))
        return self.allow(check, self.meet(column))

    def _allow_met(self, column: CompiledColumn, met: Bounds) -> Bounds:
        return TRUE if column.constraint is None else self.allow(column.constraint, met)

    def allow(self, check: TypeConstraint, given: Bounds) -> Bounds:
        """Whether a constraint allows a value; null only if it is listed."""
        if isinstance(given, Choices):
            return list_truths(is_allowed(check, value) for value in given.values)
        if isinstance(given, Parts):
            return TRUE if check.is_free else OPEN
        restrictions = (*check.type.restrictions, *(() if check.allowed is None else (check.allowed,)))
        if given is OPEN or check.type.type not in (ANY, NUMBER):
            return OPEN
        return all_of(self._pass_all(each.tests, given) for each in restrictions)

    def _aggregate(self, policy: HitPolicy, rows: Mapping[int, Bounds], sure: list[int]) -> Bounds:
        if policy is HitPolicy.COLLECT_COUNT:
            every = all(row is not OPEN for row in rows.values())
            return make_span(Decimal(len(sure)), Decimal(len(rows)), whole=True) if sure and every else OPEN
        spans = {index: span for index, row in rows.items() if (span := find_span(row)) is not None and span.is_bounded}
        if not sure or len(spans) < len(rows):
            return OPEN
        if policy is HitPolicy.COLLECT_SUM:
            total: Bounds = Choices((Decimal(0),))
            for index, span in spans.items():
                part = span if index in sure else Span(min(span.low, Decimal(0)), max(span.high, Decimal(0)))
                total = compute("+", total, part)
            return total
        certain = [spans[index] for index in sure]
        if policy is HitPolicy.COLLECT_MIN:
            return Span(min(span.low for span in spans.values()), min(span.high for span in certain))
        return Span(max(span.low for span in certain), max(span.high for span in spans.values()))

    def _give_default(self, table: CompiledTable) -> Bounds:
        if table.has_default:
            return self._assemble(table, table.defaults)
        return Choices((None,)) if table.is_nullable else OPEN

    def _assemble(self, table: CompiledTable, row: Iterable[CompiledOutput | None]) -> Bounds:
        cells = []
        for cell in row:
            given = self.give(cell)
            is_constant = cell is None or (cell.program is None and cell.decision is None)
            fits = is_constant or cell is None or self.allow(cell.constraint, given) == TRUE
            cells.append(given if fits else OPEN)
        if len(cells) == 1:
            return cells[0]
        if all(isinstance(each, Choices) and len(each.values) == 1 for each in cells):
            return Choices((table.assemble([list_choices(each)[0] for each in cells]),))
        return Parts(dict(zip(table.labels, cells, strict=True)))


def _cut(span: Span, column: CompiledColumn) -> Iterator[Bounds]:
    """The parts of a range that the cells of a column distinguish: the numbers in them, and the ranges between."""
    written = {
        value for test in column.tests for value in list_constants(test.cell.tests) if isinstance(value, Decimal)
    }
    low, low_closed = span.low, span.low_closed
    for cut in sorted(value for value in written if span.holds(value)):
        if low < cut:
            yield Span(low, cut, low_closed, False, span.whole)
        yield Choices((cut,))
        low, low_closed = cut, False
    if low < span.high or low_closed:
        yield Span(low, span.high, low_closed, span.high_closed, span.whole)


def _is_truth(node: Expression) -> bool:
    """Whether an expression is true, false or an error, and never null: an order, and what joins such."""
    match node:
        case Comparison(operator="<" | "<=" | ">" | ">="):
            return True
        case Conjunction(left=left, right=right) | Disjunction(left=left, right=right):
            return _is_truth(left) and _is_truth(right)
    return False
