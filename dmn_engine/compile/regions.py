"""How the values of a field fall into finitely many regions that no condition tells apart. Knows fields and syntax.

A number that tables only compare with constants has the constants themselves and the open intervals between them as
its regions; one value of each stands for all of it, exactly. So does, of a list of texts that is only asked what it
contains, each set of the texts that are asked for, with and without others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from typing import cast

from dmn_engine.diagnostics import Source
from dmn_engine.feel import operators
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.syntax import (
    Between,
    Call,
    Comparison,
    ComparisonTest,
    Expression,
    InputValue,
    Membership,
    Name,
    Node,
    RangeLiteral,
    UnaryTests,
    children,
    walk,
)
from dmn_engine.feel.temporal import Date
from dmn_engine.feel.types import BOOLEAN, DATE, NUMBER, STRING, ListType
from dmn_engine.feel.values import Cause, freeze
from dmn_engine.model.data_dictionary import Domain, Field, Value

Subject = Callable[[Node], bool]

OTHER_TEXT = "(any other text)"
_MOST_LIST_VALUES = 8  # 256 subsets
_MOST_INTEGERS = 16


@dataclass(frozen=True, slots=True)
class Usage:
    """What conditions compare a field with, and what they ask whether it contains.

    `opaque` where it enters a computation, so that every value may count.
    """

    constants: tuple[Value, ...] = ()
    opaque: bool = False
    members: tuple[Value, ...] = ()

    def add(self, other: Usage) -> Usage:
        return Usage(self.constants + other.constants, self.opaque or other.opaque, self.members + other.members)

    def is_opaque_for(self, item: Field) -> bool:
        """Whether regions of the field do not stand for all of its values where it is used so."""
        if isinstance(item.type, ListType):
            return self.opaque or any(constant is not None for constant in self.constants)
        return self.opaque or bool(self.members)


def read_usage(node: Node, name: str) -> Usage:
    """How a column's expression or an output uses the variable `name`."""
    return _read(node, lambda part: isinstance(part, Name) and part.name == name)


def read_test_usage(tests: UnaryTests, name: str = "") -> Usage:
    """How unary tests use their input value, and the variable `name` where it is read besides."""

    def is_subject(part: Node) -> bool:
        return isinstance(part, InputValue) or (bool(name) and isinstance(part, Name) and part.name == name)

    usage = Usage()
    for test in tests.tests:
        usage = usage.add(_read_test(test, is_subject))
    return usage


def is_finite(item: Field) -> bool:
    """Whether every single value of the field can be listed as a region of its own, so that any use of it is exact."""
    domain = item.domain
    if item.type == BOOLEAN:
        return True
    if isinstance(item.type, ListType):
        return domain.values is not None and len(domain.values) <= _MOST_LIST_VALUES
    return domain.values is not None or _count_integers(domain) is not None


def divide(item: Field, usage: Usage) -> tuple[Value, ...]:
    """One value for each region of the field's domain; empty where the field cannot be divided.

    `usage` is that of all conditions.
    """
    domain, constants = item.domain, usage.constants
    if item.type == BOOLEAN:
        return (True, False)
    if isinstance(item.type, ListType):
        if domain.values is not None:
            return _list_subsets(domain.values) if is_finite(item) else ()
        return _divide_lists(usage.members) if item.type.item == STRING else ()
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


def locate_region(regions: tuple[Value, ...], usage: Usage, value: Value) -> int | None:
    """The region that a value lies in: that of the value itself, or the one that no condition tells from it."""
    if isinstance(value, list) and usage.members:
        value = _list_asked(value, usage.members)
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
    return operators.compare("<", left, right), operators.compare("=", left, right)


def _read(node: Node, is_subject: Subject) -> Usage:
    if is_subject(node):
        return Usage(opaque=True)
    match node:
        case Comparison(left=left, right=right):
            for subject, other in ((left, right), (right, left)):
                if is_subject(subject) and (found := _evaluate_constant(other)) is not None:
                    return Usage(found)
        case Between(operand=operand, low=low, high=high) if is_subject(operand):
            ends = _evaluate_constant(low), _evaluate_constant(high)
            if ends[0] is not None and ends[1] is not None:
                return Usage(ends[0] + ends[1])
        case Call(function=Name(name="list contains"), arguments=(operand, sought), names=()) if is_subject(operand):
            if (found := _evaluate_constant(sought)) is not None and len(found) == 1 and isinstance(found[0], str):
                return Usage(members=found)
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
    if isinstance(test, ComparisonTest):
        found = _evaluate_constant(test.endpoint)
    elif isinstance(test, RangeLiteral):
        parts = [_evaluate_constant(end) for end in (test.low, test.high) if end is not None]
        found = None if any(part is None for part in parts) else sum((part or () for part in parts), ())
    elif any(isinstance(part, InputValue) for part in walk(test)):
        return _read(test, is_subject)
    else:
        found = _evaluate_constant(test)
    if found is None:
        return Usage(opaque=True)
    return Usage(found)


def _evaluate_constant(node: Node) -> tuple[Value, ...] | None:
    """The value of an expression that reads nothing (a list's items each); None where it does read something."""
    for part in walk(node):
        if isinstance(part, Name | InputValue):
            return None
        if isinstance(part, Call):
            return None
    causes: list[Cause] = []
    value = compile_expression(cast(Expression, node), Source(""), {}).evaluate({}, causes)
    if causes or isinstance(value, dict):
        return None
    return tuple(value) if isinstance(value, list) else (value,)


def _count_integers(domain: Domain) -> int | None:
    if not domain.integer or domain.low is None or domain.high is None:
        return None
    count = math.floor(domain.high) - math.ceil(domain.low) + 1
    closed = domain.low_closed and domain.high_closed
    return count if closed and 0 < count <= _MOST_INTEGERS else None


def _list_subsets(values: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(list(chosen) for size in range(len(values) + 1) for chosen in combinations(values, size))


def _divide_lists(members: Iterable[Value]) -> tuple[Value, ...]:
    """A list for each set of what is asked for, without and with other texts; none where these are too many."""
    asked = (*dict.fromkeys(members), OTHER_TEXT)
    return _list_subsets(asked) if len(asked) <= _MOST_LIST_VALUES else ()


def _list_asked(value: list[Value], members: Iterable[Value]) -> list[Value]:
    """The list of a region that answers alike: what is asked for and there, and one other text if there are others."""
    asked = dict.fromkeys(members)
    others = [OTHER_TEXT] if any(item not in asked for item in value) else []
    return [item for item in asked if item in value] + others


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
        between = _pick_between(low, high, integer=domain.integer)
        if between is not None and allows(between):
            yield between
        elif index == 0 and low is not None and low not in inside and allows(low):
            yield low
        elif index == len(bounds) - 2 and high is not None and high not in inside and allows(high):
            yield high


def _pick_between(low: Decimal | None, high: Decimal | None, *, integer: bool) -> Decimal | None:
    """A value strictly between the two."""
    if low is None and high is None:
        return Decimal(0)
    if integer:
        value = Decimal(math.ceil(high) - 1) if low is None and high is not None else Decimal(math.floor(low or 0) + 1)
        return value if high is None or value < high else None
    if low is None:
        return (high or Decimal(0)) - 1
    if high is None:
        return low + 1
    return (low + high) / 2 if low < high else None


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
