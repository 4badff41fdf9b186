"""Partition of a field's values into finitely many regions that no condition distinguishes.

A number that tables compare only with constants has as its regions the constants and the open intervals between them;
one value represents each region exactly. A list is represented by the set of those items that conditions ask for,
with or without others. A representative never enters a computation: where one does, the use is opaque.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import combinations, pairwise
from typing import cast

from dmn_engine.compile.names import read_names, reads_clock
from dmn_engine.diagnostics import Source
from dmn_engine.feel import operators
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.syntax import (
    AtLiteral,
    Between,
    Call,
    Comparison,
    ComparisonTest,
    Expression,
    InputValue,
    ListLiteral,
    Membership,
    Name,
    Negation,
    Node,
    NumberLiteral,
    Quantified,
    RangeLiteral,
    StringLiteral,
    UnaryTests,
    children,
    walk,
)
from dmn_engine.feel.temporal import Date
from dmn_engine.feel.types import BOOLEAN, DATE, NUMBER, STRING, ListType
from dmn_engine.feel.values import Function, Range, freeze
from dmn_engine.model.data_dictionary import Domain, Field, Value

Subject = Callable[[Node], bool]

OTHER_TEXT = "(any other text)"
_MOST_LIST_VALUES = 8  # 256 subsets
_MOST_INTEGERS = 16
_POINTS = frozenset({"date", "time", "date and time", "duration"})


@dataclass(frozen=True, slots=True)
class Usage:
    """The uses of a field in conditions: the constants it is compared with, and the items that a list is tested for.

    `opaque` where it enters a computation, so that every value may count; `ordered` where its order counts; `as_set`
    where it is used in a way that depends only on the set of a list's items, but not only on `members`; `counted` where
    its items are counted, which their set determines only if none occurs twice.
    """

    constants: tuple[Value, ...] = ()
    opaque: bool = False
    members: tuple[Value, ...] = ()
    ordered: bool = False
    as_set: bool = False
    counted: bool = False

    def add(self, other: Usage) -> Usage:
        return Usage(
            self.constants + other.constants,
            self.opaque or other.opaque,
            self.members + other.members,
            self.ordered or other.ordered,
            self.as_set or other.as_set,
            self.counted or other.counted,
        )

    def is_opaque_for(self, item: Field) -> bool:
        """Whether the representatives of the field's regions do not answer this use for all of its values."""
        if isinstance(item.type, ListType):
            compared = any(constant is not None for constant in self.constants)
            is_set = _has_all_subsets(item) and (item.distinct or not self.counted)
            return self.opaque or compared or ((self.as_set or self.counted) and not is_set)
        ordered = self.ordered and any(isinstance(constant, str) for constant in self.constants)
        return self.opaque or bool(self.members) or self.as_set or self.counted or (ordered and item.type == STRING)


@dataclass(frozen=True, slots=True)
class RegionCoder:
    """The region of a value among those that tests distinguish, as a key; a value outside of regions is its own key.

    `texts` are those that the tests name. Numbers, dates or texts are None if each is a region of its own.
    """

    numbers: tuple[Decimal, ...] | None
    dates: tuple[Date, ...] | None
    texts: frozenset[str] | None

    @classmethod
    def of_tests(cls, tests: Iterable[UnaryTests]) -> RegionCoder:
        """The coder for unary tests of one input."""
        usage = Usage()
        for each in tests:
            usage = usage.add(read_test_usage(each))
        if usage.opaque or usage.members or usage.as_set:
            return cls(None, None, None)
        texts = frozenset(each for each in usage.constants if isinstance(each, str))
        return cls(
            tuple(sorted({each for each in usage.constants if isinstance(each, Decimal)})),
            tuple(sorted({each for each in usage.constants if isinstance(each, Date)})),
            None if usage.ordered and texts else texts,
        )

    def code(self, value: Value) -> Hashable:
        """The key of the value's region."""
        kind = value.__class__
        if isinstance(value, Decimal) and self.numbers is not None:
            return kind, _place(bisect_left(self.numbers, value), self.numbers, value)
        if isinstance(value, Date) and self.dates is not None:
            return kind, _place(bisect_left(self.dates, value), self.dates, value)
        if isinstance(value, str) and self.texts is not None:
            return kind, value if value in self.texts else None
        return (kind, value) if kind is str or kind is bool else freeze(value)


def _place(index: int, cuts: Sequence[Value], value: Value) -> int:
    """The place of a value whose next cut is `index`: 2 i + 1 for the cut i itself, 2 i for a value before it."""
    return 2 * index + (index < len(cuts) and cuts[index] == value)


def read_usage(node: Node, name: str) -> Usage:
    """The uses of the variable `name` in a column's expression or an output."""
    return _read(node, lambda part: isinstance(part, Name) and part.name == name)


def read_test_usage(tests: UnaryTests, name: str = "") -> Usage:
    """The uses of the variable `name` in unary tests; without a name, of the input value."""

    def is_input(part: Node) -> bool:
        return isinstance(part, InputValue)

    usage = Usage()
    for test in tests.tests:
        usage = usage.add(read_usage(test, name) if name else _read_test(test, is_input))
    return usage


def is_finite(item: Field) -> bool:
    """Whether every single value of the field is a separate region, so that every use is exact."""
    if isinstance(item.type, ListType):
        return False
    return item.type == BOOLEAN or item.domain.values is not None or _count_integers(item.domain) is not None


def divide(item: Field, usage: Usage) -> tuple[Value, ...]:
    """A representative of each region of the field's domain; empty if the field cannot be divided.

    `usage` covers all conditions. A value that is a whole region is left out if the schema does not accept it.
    """
    accepts = item.accepts
    return tuple(
        value
        for value in _divide(item, usage)
        if accepts is None or not is_whole_region(item, usage, value) or accepts(value)
    )


def is_whole_region(item: Field, usage: Usage, value: Value) -> bool:
    """Whether no other value lies in the region, for a schema, which sees a list as the set of its items."""
    if isinstance(value, list):
        return _has_all_subsets(item)
    return is_finite(item) or any(freeze(value) == freeze(constant) for constant in usage.constants)


def _divide(item: Field, usage: Usage) -> tuple[Value, ...]:
    domain, constants = item.domain, usage.constants
    if item.type == BOOLEAN:
        return (True, False)
    if isinstance(item.type, ListType):
        return _list_subsets(_list_probed(item, usage))
    if domain.values is not None:
        return domain.values
    count = _count_integers(domain)
    if count is not None and domain.low is not None:
        first = math.ceil(domain.low)
        return tuple(Decimal(first + step) for step in range(count))
    if item.type == NUMBER:
        return tuple(_divide_numbers(domain, sorted({c for c in constants if isinstance(c, Decimal)})))
    if item.type == STRING:
        return (*dict.fromkeys(c for c in constants if isinstance(c, str)), OTHER_TEXT)
    if item.type == DATE:
        return tuple(_divide_dates(sorted({c for c in constants if isinstance(c, Date)})))
    return ()


def locate_region(item: Field, usage: Usage, regions: tuple[Value, ...], value: Value) -> int | None:
    """The region of a value: its own, or the one that no condition distinguishes from it."""
    if isinstance(value, list):
        value = _reduce_list(value, _list_probed(item, usage))
    key = freeze(value)
    for index, each in enumerate(regions):
        if freeze(each) == key:
            return index
    if isinstance(value, str):
        return regions.index(OTHER_TEXT) if OTHER_TEXT in regions else None
    if not isinstance(value, Decimal | Date):
        return None
    cuts = [cut for cut in usage.constants if isinstance(cut, type(value))]
    place = [_compare(value, cut) for cut in cuts]
    return next((i for i, each in enumerate(regions) if [_compare(each, cut) for cut in cuts] == place), None)


def _compare(left: Value, right: Value) -> tuple[bool | None, bool | None]:
    if type(left) is not type(right):
        return None, None
    return operators.compare("<", left, right), operators.compare("=", left, right)


def _read(node: Node, is_subject: Subject) -> Usage:
    if is_subject(node):
        return Usage(opaque=True)
    match node:
        case Comparison(operator=operator, left=left, right=right):
            for subject, other in ((left, right), (right, left)):
                if is_subject(subject) and (found := _evaluate_constant(other)) is not None:
                    return Usage(found, ordered=operator not in ("=", "!="))
        case Between(operand=operand, low=low, high=high) if is_subject(operand):
            ends = _evaluate_constant(low), _evaluate_constant(high)
            if ends[0] is not None and ends[1] is not None:
                return Usage(ends[0] + ends[1], ordered=True)
        case Call(builtin="list contains", arguments=(operand, sought), names=()) if is_subject(operand):
            found = None if isinstance(sought, ListLiteral) else _evaluate_constant(sought)
            if found is not None and len(found) == 1 and isinstance(found[0], str):
                return Usage(members=found)
            return Usage(as_set=True).add(_read(sought, is_subject))
        case Call(builtin="count", arguments=(operand,), names=()) if is_subject(operand):
            return Usage(counted=True)
        case Quantified(iterators=(each,), body=body) if is_subject(each.domain) and each.end is None:
            return Usage(as_set=True).add(_read(body, is_subject))
        case Membership(operand=operand, tests=tests) if is_subject(operand):
            usage = Usage()
            for test in tests:
                usage = usage.add(_read_test(test, is_subject))
            return usage
    usage = Usage()
    for child in children(node):
        usage = usage.add(_read(child, is_subject))
    return usage


def _read_test(test: Node, is_subject: Subject) -> Usage:
    ordered = False
    if isinstance(test, ComparisonTest):
        found = _evaluate_constant(test.endpoint)
        ordered = test.operator not in ("=", "!=")
    elif isinstance(test, RangeLiteral):
        parts = [_evaluate_constant(end) for end in (test.low, test.high) if end is not None]
        found = None if any(part is None for part in parts) else sum((part or () for part in parts), ())
        ordered = True
    elif any(isinstance(part, InputValue) for part in walk(test)):
        return _read(test, is_subject)
    else:
        found = _evaluate_constant(test)
        ordered = any(isinstance(part, RangeLiteral) for part in walk(test))
    if found is None:
        return Usage(opaque=True)
    return Usage(found, ordered=ordered)


def list_constants(node: Node) -> Iterator[Value]:
    """The numbers, texts and points in time that an expression or cell writes, with both signs of a negated number."""
    for part in walk(node):
        is_point = isinstance(part, Call) and part.builtin in _POINTS
        if is_point or isinstance(part, NumberLiteral | StringLiteral | AtLiteral | Negation):
            yield from _evaluate_constant(part) or ()


def _evaluate_constant(node: Node) -> tuple[Value, ...] | None:
    """The value of an expression that reads nothing: a list's items each, a range's ends; None where it reads some."""
    if any(isinstance(part, InputValue) for part in walk(node)) or read_names(cast(Expression, node)):
        return None
    if reads_clock(node):
        return None
    errors: list[EvaluationError] = []
    value = compile_expression(cast(Expression, node), Source(""), {}).evaluate({}, errors)
    return None if errors else _flatten(value)


def _flatten(value: Value) -> tuple[Value, ...] | None:
    if isinstance(value, Range):
        return value.low, value.high
    if not isinstance(value, list):
        return None if isinstance(value, dict | Function) else (value,)
    parts = [_flatten(item) for item in value]
    return None if None in parts else sum((part or () for part in parts), ())


def _count_integers(domain: Domain) -> int | None:
    if not domain.integer or domain.low is None or domain.high is None:
        return None
    count = math.floor(domain.high) - math.ceil(domain.low) + 1
    closed = domain.low_closed and domain.high_closed
    return count if closed and count <= _MOST_INTEGERS else None


def _has_all_subsets(item: Field) -> bool:
    """Whether each set of the listed items is a region of its own."""
    return item.domain.values is not None and len(item.domain.values) <= _MOST_LIST_VALUES


def _list_probed(item: Field, usage: Usage) -> tuple[Value, ...]:
    """The items that distinguish the regions of a list: all listed ones if these are few, else the probed ones.

    One more item represents all others. Empty where the list cannot be divided.
    """
    listed = item.domain.values
    if listed is not None and _has_all_subsets(item):
        return listed
    asked = tuple(dict.fromkeys(usage.members))
    if listed is not None:
        asked = tuple(value for value in listed if value in asked)
        others = next((value for value in listed if value not in asked), None)
    else:
        others = OTHER_TEXT if isinstance(item.type, ListType) and item.type.item == STRING else None
    probed = asked if others is None else (*asked, others)
    return probed if len(probed) <= _MOST_LIST_VALUES else ()


def _list_subsets(values: tuple[Value, ...]) -> tuple[Value, ...]:
    if not values:
        return ()
    return tuple(list(chosen) for size in range(len(values) + 1) for chosen in combinations(values, size))


def _reduce_list(value: list[Value], probed: tuple[Value, ...]) -> list[Value]:
    """Reduce a list to its region's representative: the probed items it contains, plus the last one for any others."""
    kept = [item for item in probed if item in value]
    has_others = any(item not in probed for item in value)
    return [*kept, probed[-1]] if probed and has_others and probed[-1] not in kept else kept


def _divide_numbers(domain: Domain, cuts: list[Decimal]) -> Iterator[Decimal]:
    def allows(value: Decimal) -> bool:
        low_ok = domain.low is None or value > domain.low or (domain.low_closed and value == domain.low)
        high_ok = domain.high is None or value < domain.high or (domain.high_closed and value == domain.high)
        return low_ok and high_ok and (not domain.integer or value == value.to_integral_value())

    inside = [cut for cut in cuts if (domain.low is None or cut >= domain.low)]
    inside = [cut for cut in inside if domain.high is None or cut <= domain.high]
    bounds = [domain.low, *inside, domain.high]
    for index, (low, high) in enumerate(pairwise(bounds)):
        if index > 0 and low is not None and allows(low):
            yield low
        between = pick_between(low, high, integer=domain.integer)
        if between is not None and allows(between):
            yield between
        elif index == 0 and low is not None and low not in inside and allows(low):
            yield low
        elif index == len(bounds) - 2 and high is not None and high not in inside and allows(high):
            yield high


def pick_between(low: Decimal | None, high: Decimal | None, *, integer: bool = False) -> Decimal | None:
    """A value strictly between the two; None where there is none."""
    if low is None and high is None:
        return Decimal(0)
    if integer:
        value = Decimal(math.ceil(high) - 1) if low is None and high is not None else Decimal(math.floor(low or 0) + 1)
        return value if high is None or value < high else None
    if low is None:
        return (high or Decimal(0)) - 1
    if high is None:
        return low + 1
    with localcontext(prec=80):
        middle = (low + high) / 2
    return middle if low < middle < high else None


def _divide_dates(cuts: list[Date]) -> Iterator[Date]:
    if not cuts:
        yield Date(2000, 1, 1)
        return
    yield cuts[0].add_days(-1)
    for cut, following in pairwise([*cuts, None]):
        assert cut is not None
        yield cut
        after = cut.add_days(1)
        if following is None or after < following:
            yield after
