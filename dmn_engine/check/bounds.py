"""What expressions and decisions can give over a box of records: bounds of numbers, else the values themselves.

A box gives each open field some of its regions, and a number a range. Bounds are computed with the engine's own
rounding, which keeps order, so that they hold for exact decimals. What has no bounds here is OPEN: any value, null or
error. Nothing is claimed of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import open_scope, read_names
from dmn_engine.compile.table import CompiledColumn, CompiledOutput, CompiledTable, CompiledTest
from dmn_engine.diagnostics import Source
from dmn_engine.diagnostics import Span as TextSpan
from dmn_engine.feel import numbers, operators
from dmn_engine.feel.compiler import Program, compile_expression
from dmn_engine.feel.conversion import is_instance
from dmn_engine.feel.errors import FeelError
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
    mentions_input,
)
from dmn_engine.feel.types import ANY, NUMBER, Type
from dmn_engine.feel.values import Cause
from dmn_engine.model.data_dictionary import Domain, Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.unknown import key_value

_MOST_CHOICES = 64
_INFINITY = Decimal("Infinity")
_RISING = frozenset({"floor", "ceiling", "decimal", "sqrt", "exp", "log"}) | {
    f"round {way}" for way in ("up", "down", "half up", "half down")
}


class Anything(Enum):
    """What may be any value, null or an error."""

    OPEN = "open"


OPEN = Anything.OPEN


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers from `low` to `high`, which are infinite where there is no bound."""

    low: Decimal
    high: Decimal
    low_closed: bool = True
    high_closed: bool = True

    @property
    def is_bounded(self) -> bool:
        return self.low.is_finite() and self.high.is_finite()

    def holds(self, value: Decimal) -> bool:
        above = value > self.low or (value == self.low and self.low_closed)
        return above and (value < self.high or (value == self.high and self.high_closed))


@dataclass(frozen=True, slots=True)
class Choices:
    """One of these values, which are all known and no error."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """A context whose members have bounds each."""

    members: Mapping[str, Bounds]


@dataclass(frozen=True, slots=True)
class Part:
    """Some values of a field: a representative of each region that they lie in, and the range of numbers.

    `is_exact` where the representatives are all the values; without that and a range, no value may enter a computation.
    """

    regions: tuple[Value, ...]
    span: Span | None = None
    is_exact: bool = False


Bounds = Span | Choices | Parts | Anything
Programs = dict[int, tuple[Expression, Program, tuple[str, ...]]]
Box = Mapping[str, Part]
"""The part of each open field; a field that is not named has none, and is OPEN."""

TRUE, FALSE, EITHER = Choices((True,)), Choices((False,)), Choices((True, False))


@dataclass(slots=True)
class BoxEvaluation:
    """The graph over all records of a box at once."""

    graph: Graph
    box: Box
    programs: Programs
    _decided: dict[str, Bounds] = field(default_factory=dict)

    def decide(self, name: str) -> Bounds:
        """What a decision gives."""
        found = self._decided.get(name)
        if found is None:
            found = self._decided[name] = self._decide(name)
        return found

    def look_up(self, name: str) -> Bounds:
        """What a field or decision can be, as a value that enters a computation."""
        if self.graph.is_decision(name):
            return self.decide(name)
        part = self.box.get(name)
        if part is None:
            return OPEN
        if part.is_exact:
            return Choices(part.regions)
        return OPEN if part.span is None else part.span

    def evaluate(self, node: Expression, met: Bounds = OPEN) -> Bounds:
        """What an expression can give; `met` is what `?` can be."""
        found = self._enumerate(node)
        return self._bound(node, met) if found is None or found is OPEN else found

    def match(self, name: str, index: int) -> Bounds:
        """Whether rule `index` of a decision matches."""
        table = self.graph.table(name)
        bit = 1 << index
        holds: Bounds = TRUE
        for column in table.columns:
            for test in column.tests:
                if test.mask & bit:
                    holds = join_and(holds, self._match_test(column, test))
        return holds

    def meet(self, column: CompiledColumn) -> Bounds:
        """What a column meets."""
        if column.program is None:
            return self.look_up(column.column.name)
        return self.evaluate(column.column.expression)

    def give(self, cell: CompiledOutput | None) -> Bounds:
        """What an output cell gives."""
        if cell is None:
            return Choices((None,))
        if cell.decision is not None:
            return self.decide(cell.decision)
        if cell.program is None or cell.cell.expression is None:
            return Choices((cell.constant,))
        return self.evaluate(cell.cell.expression)

    # expressions

    def _enumerate(self, node: Expression) -> Bounds | None:
        """The values of an expression whose names have few values, or regions that it does not tell apart."""
        _, program, names = self._compile(node)
        lists: list[tuple[Value, ...]] = []
        if mentions_input(node):
            return None
        for name in names:
            part = self.box.get(name)
            if part is not None and not self.graph.is_opaque_in(name, node):
                lists.append(part.regions)
            elif isinstance(found := self.look_up(name), Choices):
                lists.append(found.values)
            else:
                return None
        return _run(lists, lambda values, causes: program.evaluate(dict(zip(names, values, strict=True)), causes))

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
                return _compute("-", Choices((Decimal(0),)), self.evaluate(operand, met))
            case Arithmetic(operator=operator, left=left, right=right):
                return _compute(operator, self.evaluate(left, met), self.evaluate(right, met))
            case Comparison(operator=operator, left=left, right=right):
                return compare(operator, self.evaluate(left, met), self.evaluate(right, met))
            case Between(operand=operand, low=low, high=high):
                value = self.evaluate(operand, met)
                above = compare(">=", value, self.evaluate(low, met))
                return join_and(above, compare("<=", value, self.evaluate(high, met)))
            case Conjunction(left=left, right=right):
                return join_and(self.evaluate(left, met), self.evaluate(right, met))
            case Disjunction(left=left, right=right):
                return join_or(self.evaluate(left, met), self.evaluate(right, met))
            case Membership(operand=operand, tests=tests):
                value = self.evaluate(operand, met)
                return _any_of(self._pass(test, value) for test in tests)
            case Conditional(condition=condition, consequence=consequence, alternative=alternative):
                return self._choose(self.evaluate(condition, met), consequence, alternative, met)
            case Call(function=Name(name=function), arguments=arguments, names=()):
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
            low = Decimal(0) if first.holds(Decimal(0)) else min(abs(first.low), abs(first.high))
            return Span(low, max(abs(first.low), abs(first.high)))
        if function in _RISING and first.is_bounded and all(span.low == span.high for span in spans[1:]):
            ends = [self._call_at(node, end, spans[1:]) for end in (first.low, first.high)]
            if all(isinstance(end, Decimal) for end in ends):
                return unite([Choices((end,)) for end in ends])
        return OPEN

    def _call_at(self, node: Call, value: Decimal, others: list[Span]) -> Value:
        literals = tuple(NumberLiteral(node.span, each) for each in (value, *(span.low for span in others)))
        causes: list[Cause] = []
        found = compile_expression(replace(node, arguments=literals), Source(""), {}).evaluate({}, causes)
        return None if causes else found

    # tests

    def _match_test(self, column: CompiledColumn, test: CompiledTest) -> Bounds:
        name = column.column.name if column.program is None else ""
        tests = test.cell.tests
        names = tuple(sorted(test.reads))
        lists: list[tuple[Value, ...]] = []
        for each, is_input in ((name, True), *((other, False) for other in names)):
            part = self.box.get(each)
            if part is not None and not self.graph.is_opaque_in_test(each, tests, is_input=is_input):
                lists.append(part.regions)
                continue
            value = self.meet(column) if is_input else self.look_up(each)
            if not isinstance(value, Choices):
                break
            lists.append(value.values)
        else:

            def matches(values: tuple[Value, ...], causes: list[Cause]) -> bool:
                met, *others = values
                return test.program.matches(met, dict(zip(names, others, strict=True)), causes) is True

            if (found := _run(lists, matches)) is not None:
                return found
        met = self.meet(column)
        passed = _any_of(self._pass(each, met) for each in tests.tests)
        return negate(passed) if tests.negated else passed

    def _pass(self, test: UnaryTest, met: Bounds) -> Bounds:
        """Whether a value passes one test."""
        match test:
            case ComparisonTest(operator=operator, endpoint=endpoint):
                return compare(operator, met, self.evaluate(endpoint))
            case RangeLiteral(low=low, high=high, low_closed=low_closed, high_closed=high_closed):
                ends = ((low, ">=" if low_closed else ">"), (high, "<=" if high_closed else "<"))
                parts = [compare(order, met, self.evaluate(end)) for end, order in ends if end is not None]
                return _all_of(parts)
        if mentions_input(test):
            return self.evaluate(test, met)
        return compare("=", met, self.evaluate(test))

    # decisions

    def _decide(self, name: str) -> Bounds:
        table = self.graph.table(name)
        for column in table.columns:
            if column.column.values is not None and not self._may_meet(column):
                return OPEN
        matches = [self.match(name, index) for index in range(len(table.outputs))]
        if OPEN in matches:
            return OPEN
        sure = [index for index, holds in enumerate(matches) if holds == TRUE]
        may = [index for index, holds in enumerate(matches) if holds != FALSE]
        policy = table.table.hit_policy
        if policy.is_list:
            return self._list(table, sure, may)
        if policy.aggregates:
            return self._aggregate(table, sure, may)
        if policy is HitPolicy.FIRST and sure:
            may = [index for index in may if index <= sure[0]]
        if len(may) > 1 and policy is HitPolicy.UNIQUE:
            return OPEN
        given = [self._give_row(table, index) for index in may]
        if policy is HitPolicy.ANY and len(may) > 1 and not isinstance(unite(given), Choices):
            return OPEN
        if policy is HitPolicy.ANY and len(may) > 1 and len(_values(unite(given))) > 1:
            return OPEN
        if not sure:
            given.append(self._give_default(table))
        return unite(given)

    def _may_meet(self, column: CompiledColumn) -> bool:
        """Whether the row `Values` of a column allows all that it meets."""
        return is_within(self.meet(column), column.column.domain, column.column.type) is True

    def _list(self, table: CompiledTable, sure: list[int], may: list[int]) -> Bounds:
        """The list where it is the same for all records; in the order of the rules, so not for Output order."""
        rows = [self._give_row(table, index) for index in sure]
        if sure != may or table.table.hit_policy is HitPolicy.OUTPUT_ORDER or not sure:
            return OPEN
        values = [_values(row) for row in rows]
        return Choices(([each[0] for each in values],)) if all(len(each) == 1 for each in values) else OPEN

    def _aggregate(self, table: CompiledTable, sure: list[int], may: list[int]) -> Bounds:
        policy = table.table.hit_policy
        if not sure and (table.has_default or policy is not HitPolicy.COLLECT_COUNT):
            return OPEN
        if policy is HitPolicy.COLLECT_COUNT:
            return _make_span(Decimal(len(sure)), Decimal(len(may)))
        spans = {index: find_span(self._give_row(table, index)) for index in may}
        if any(span is None or not span.is_bounded for span in spans.values()):
            return OPEN
        total: Bounds = Choices((Decimal(0),))
        if policy is HitPolicy.COLLECT_SUM:
            for index, span in spans.items():
                if span is not None:
                    both = span if index in sure else Span(min(span.low, Decimal(0)), max(span.high, Decimal(0)))
                    total = _compute("+", total, both)
            return total
        pick = min if policy is HitPolicy.COLLECT_MIN else max
        every = [span for span in spans.values() if span is not None]
        certain = [span for index in sure if (span := spans[index]) is not None]
        if policy is HitPolicy.COLLECT_MIN:
            return Span(pick(span.low for span in every), pick(span.high for span in certain))
        return Span(pick(span.low for span in certain), pick(span.high for span in every))

    def _give_row(self, table: CompiledTable, index: int) -> Bounds:
        return self._assemble(table, table.outputs[index])

    def _give_default(self, table: CompiledTable) -> Bounds:
        return self._assemble(table, table.defaults) if table.has_default else OPEN

    def _assemble(self, table: CompiledTable, row: Iterable[CompiledOutput | None]) -> Bounds:
        cells = []
        for cell, column in zip(row, table.table.outputs, strict=True):
            given = self.give(cell)
            is_constant = cell is not None and cell.program is None and cell.decision is None
            fits = is_constant or is_within(given, column.domain, column.type) is True
            cells.append(given if fits else OPEN)
        if len(cells) == 1:
            return cells[0]
        if all(isinstance(each, Choices) and len(each.values) == 1 for each in cells):
            return Choices((table.assemble([_values(each)[0] for each in cells]),))
        return Parts(dict(zip(table.labels, cells, strict=True)))


def _values(bounds: Bounds) -> tuple[Value, ...]:
    return bounds.values if isinstance(bounds, Choices) else ()


def _run(lists: list[tuple[Value, ...]], function: Callable[[tuple[Value, ...], list[Cause]], Value]) -> Bounds | None:
    """The distinct results over all combinations; OPEN where one is an error, None where there are too many."""
    count = 1
    for values in lists:
        count *= len(values)
    if count > _MOST_CHOICES:
        return None
    found: dict[object, Value] = {}
    for values in itertools.product(*lists):
        causes: list[Cause] = []
        value = function(values, causes)
        if causes:
            return OPEN
        found[key_value(value)] = value
    return Choices(tuple(found.values()))


def is_within(bounds: Bounds, domain: Domain, type_: Type = ANY) -> bool | None:
    """Whether a value is of a type and one that a domain allows, item by item of a list; None where it may be."""
    if isinstance(bounds, Parts):
        return True if domain == Domain() and type_ == ANY else None
    if isinstance(bounds, Choices):
        verdicts = {_fits(value, domain, type_) for value in bounds.values}
        return verdicts.pop() if len(verdicts) == 1 else None
    span = find_span(bounds)
    if span is None or domain.values is not None or domain.integer or type_ not in (ANY, NUMBER):
        return None
    around = Span(
        -_INFINITY if domain.low is None else domain.low,
        _INFINITY if domain.high is None else domain.high,
        domain.low is None or domain.low_closed,
        domain.high is None or domain.high_closed,
    )
    inside = join_and(
        compare(">=" if around.low_closed else ">", span, Span(around.low, around.low)),
        compare("<=" if around.high_closed else "<", span, Span(around.high, around.high)),
    )
    return _values(inside)[0] is True if len(_values(inside)) == 1 else None


def _fits(value: Value, domain: Domain, type_: Type) -> bool:
    return value is not None and is_instance(value, type_) and allows(domain, value)


def allows(domain: Domain, value: Value) -> bool:
    """Whether a domain allows a value; of a list, each of its items."""
    if domain == Domain():
        return True
    if isinstance(value, list):
        return all(allows(domain, item) for item in value)
    if domain.values is not None:
        return any(key_value(value) == key_value(each) for each in domain.values)
    if not isinstance(value, Decimal):
        return False
    low_ok = domain.low is None or value > domain.low or (value == domain.low and domain.low_closed)
    high_ok = domain.high is None or value < domain.high or (value == domain.high and domain.high_closed)
    return low_ok and high_ok and (not domain.integer or value == value.to_integral_value())


def find_span(bounds: Bounds) -> Span | None:
    """The range of what is surely a number."""
    if isinstance(bounds, Span):
        return bounds
    if isinstance(bounds, Choices) and bounds.values:
        found = [value for value in bounds.values if isinstance(value, Decimal)]
        return Span(min(found), max(found)) if len(found) == len(bounds.values) else None
    return None


def unite(parts: Iterable[Bounds]) -> Bounds:
    """What is one of these."""
    every = list(parts)
    if not every or OPEN in every:
        return OPEN
    if all(isinstance(part, Choices) for part in every):
        values = {key_value(value): value for part in every for value in _values(part)}
        if len(values) <= _MOST_CHOICES:
            return Choices(tuple(values.values()))
    if any(isinstance(part, Parts) for part in every):
        members = [found for part in every for found in _list_members(part)]
        if any(not each or each.keys() != members[0].keys() for each in members):
            return OPEN
        return Parts({name: unite(each[name] for each in members) for name in members[0]})
    spans = [find_span(part) for part in every]
    found = [span for span in spans if span is not None]
    if len(found) < len(every):
        return OPEN
    return Span(min(span.low for span in found), max(span.high for span in found))


def _list_members(bounds: Bounds) -> list[Mapping[str, Bounds]]:
    """The members of each context that a value can be; an empty one for what may not be a context."""
    if isinstance(bounds, Parts):
        return [bounds.members]
    if not isinstance(bounds, Choices):
        return [{}]
    contexts = [value if isinstance(value, dict) else {} for value in bounds.values]
    return [{name: Choices((member,)) for name, member in each.items()} for each in contexts]


def compare(operator: str, left: Bounds, right: Bounds) -> Bounds:
    """Whether the order or equality of two values holds."""
    if isinstance(left, Choices) and isinstance(right, Choices):
        return _run([left.values, right.values], lambda pair, causes: _compare(operator, pair, causes)) or OPEN
    one, other = find_span(left), find_span(right)
    if one is None or other is None:
        return OPEN
    match operator:
        case "<":
            return _order(one, other)
        case ">":
            return _order(other, one)
        case "<=":
            return negate(_order(other, one))
        case ">=":
            return negate(_order(one, other))
    apart = _order(one, other) == TRUE or _order(other, one) == TRUE
    same = one.low == one.high == other.low == other.high
    equal = TRUE if same else FALSE if apart else EITHER
    return equal if operator == "=" else negate(equal)


def _compare(operator: str, pair: tuple[Value, ...], causes: list[Cause]) -> Value:
    left, right = pair
    try:
        return operators.compare(operator, left, right)
    except FeelError as error:
        causes.append(Cause(str(error), Source(""), TextSpan(0, 0)))
        return None


def _order(low: Span, high: Span) -> Choices:
    """Whether the first is less than the second."""
    if low.high < high.low or (low.high == high.low and not (low.high_closed and high.low_closed)):
        return TRUE
    return FALSE if low.low >= high.high else EITHER


def join_and(left: Bounds, right: Bounds) -> Bounds:
    """Three-valued conjunction."""
    return FALSE if FALSE in (left, right) else _combine(operators.conjunction, left, right)


def join_or(left: Bounds, right: Bounds) -> Bounds:
    """Three-valued disjunction."""
    return TRUE if TRUE in (left, right) else _combine(operators.disjunction, left, right)


def _combine(function: Callable[[Value, Value], Value], left: Bounds, right: Bounds) -> Bounds:
    if not isinstance(left, Choices) or not isinstance(right, Choices):
        return OPEN
    return _list_truths(function(*pair) for pair in itertools.product(left.values, right.values))


def negate(bounds: Bounds) -> Bounds:
    """Three-valued negation."""
    if not isinstance(bounds, Choices):
        return OPEN
    return _list_truths(map(operators.negation, bounds.values))


def _list_truths(values: Iterable[Value]) -> Choices:
    """The truth values, in one order, so that equal ones are equal."""
    found = set(values)
    return Choices(tuple(each for each in (True, False, None) if each in found))


def _any_of(parts: Iterable[Bounds]) -> Bounds:
    found: Bounds = FALSE
    for part in parts:
        found = join_or(found, part)
    return found


def _all_of(parts: Iterable[Bounds]) -> Bounds:
    found: Bounds = TRUE
    for part in parts:
        found = join_and(found, part)
    return found


_CORNERS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
}


def _compute(operator: str, left: Bounds, right: Bounds) -> Bounds:
    """The bounds of an operation on numbers: they lie at corners, as each operation rises or falls in each operand."""
    one, other = find_span(left), find_span(right)
    function = _CORNERS.get(operator)
    if function is None or one is None or other is None or not (one.is_bounded and other.is_bounded):
        return OPEN
    if operator == "/" and other.low <= 0 <= other.high:
        return OPEN
    try:
        corners = [function(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    except FeelError:
        return OPEN
    return _make_span(min(corners), max(corners))


def _make_span(low: Decimal, high: Decimal) -> Bounds:
    return Choices((low,)) if low == high else Span(low, high)
