"""Constraints on the values of a column or item: a type that converts them, and unary tests that restrict them.

The types of DMN models (item definitions, 7.3.2), the input and output values of a table (8.3.2) and the row `Values`
of a workbook are all of this form.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel import syntax
from dmn_engine.feel.budget import Exhausted, is_within_a_run
from dmn_engine.feel.compiler import TestProgram, compile_tests
from dmn_engine.feel.compiler.frame import Frame, run_bounded
from dmn_engine.feel.conversion import coerce
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.format import format_expression
from dmn_engine.feel.parser import parse_unary_tests
from dmn_engine.feel.syntax import Expression, UnaryTests
from dmn_engine.feel.temporal import parse_temporal
from dmn_engine.feel.types import ANY, NUMBER, FunctionType, ListType, Type
from dmn_engine.feel.values import FeelError, Function, format_value
from dmn_engine.model.data_dictionary import Domain, Value
from dmn_engine.model.function_types import fit_function

WHOLE = "? = floor(?)"
"""The unary test for whole numbers."""


def is_whole(node: Expression) -> bool:
    """Whether an expression is that test."""
    return format_expression(node) == WHOLE


def write_domain(domain: Domain, *, nullable: bool = False) -> str:
    """The unary tests of a domain; empty if it contains all values."""
    if domain.values is not None:
        values = [format_value(value) for value in domain.values]
        return ", ".join([*values, "null"] if nullable and "null" not in values else values)
    bounds = _write_bounds(domain)
    if not domain.integer:
        return bounds
    if not bounds:
        return WHOLE
    return f"? in {bounds if bounds[0] in '[(' else f'({bounds})'} and {WHOLE}"


def _write_bounds(domain: Domain) -> str:
    low = None if domain.low is None else format_value(domain.low)
    high = None if domain.high is None else format_value(domain.high)
    if low is not None and high is not None:
        return f"{'[' if domain.low_closed else '('}{low}..{high}{']' if domain.high_closed else ')'}"
    if low is not None:
        return f"{'>=' if domain.low_closed else '>'} {low}"
    return "" if high is None else f"{'<=' if domain.high_closed else '<'} {high}"


def read_domain(tests: UnaryTests) -> Domain | None:
    """The domain of tests (the inverse of `write_domain`): listed values of one kind, or bounds; null does not count.

    None if no domain has just the values that pass.
    """
    if tests.negated:
        return None
    values = [read_constant(test) for test in tests.tests if not isinstance(test, syntax.NullLiteral)]
    if values and None not in values:
        return Domain(tuple(dict.fromkeys(values))) if len(set(map(type, values))) == 1 else None
    if len(tests.tests) != 1:
        return None
    match tests.tests[0]:
        case syntax.Conjunction(left=syntax.Membership(tests=(inner,)), right=right) if is_whole(right):
            found = read_bounds(inner)
            return None if found is None else replace(found, integer=True)
        case syntax.Comparison() as test if is_whole(test):
            return Domain(integer=True)
        case syntax.ComparisonTest() | syntax.RangeLiteral() as test:
            return read_bounds(test)
    return None


def read_bounds(test: syntax.UnaryTest) -> Domain | None:
    """The numbers that a test of constants accepts; None for tests of another kind."""
    match test:
        case syntax.ComparisonTest(operator=operator, endpoint=endpoint) if (end := read_number(endpoint)) is not None:
            is_closed = operator.endswith("=")
            match operator:
                case "=":
                    return Domain(low=end, high=end)
                case "<" | "<=":
                    return Domain(high=end, high_closed=is_closed)
                case ">" | ">=":
                    return Domain(low=end, low_closed=is_closed)
        case syntax.RangeLiteral(low=low, high=high) if test.operator != "!=":
            ends = read_number(low), read_number(high)
            if (low is None or ends[0] is not None) and (high is None or ends[1] is not None):
                return Domain(None, *ends, test.low_closed, test.high_closed)
        case _ if (value := read_number(test)) is not None:
            return Domain(low=value, high=value)
    return None


def read_constant(node: object) -> Value:
    """The text, boolean, number, date, time or duration that the node writes out; None for any other node."""
    match node:
        case syntax.StringLiteral(value=value) | syntax.BooleanLiteral(value=value):
            return value
        case syntax.AtLiteral(text=text):
            with suppress(FeelError):
                return parse_temporal(text)
    return read_number(node)


def read_number(node: object) -> Decimal | None:
    """The number that the node writes out; None if it is not a plain number."""
    match node:
        case syntax.NumberLiteral(value=value):
            return value
        case syntax.Negation(operand=syntax.NumberLiteral(value=value)):
            return -value
    return None


@dataclass(frozen=True, slots=True)
class AllowedValues:
    """Unary tests that a value must satisfy. `tests` are kept for listing the values in them."""

    name: str
    source: Source
    tests: UnaryTests
    program: TestProgram

    @classmethod
    def of_text(cls, text: str, source: Source, name: str) -> AllowedValues:
        """The restriction of unary tests that are known to be valid; messages show the text of `source`."""
        tests = parse_unary_tests(Source(text), {}, Diagnostics())
        assert tests is not None, text
        return cls(name, source, tests, compile_tests(tests, Source(text), {}))

    def admits(self, value: Value) -> bool:
        """Whether the value satisfies the tests (null always does)."""
        return value is None or self.program.matches(value, {}, []) is True

    def describe(self, value: Value) -> str:
        """The message for a value that it does not admit."""
        return f"{format_value(value)} is not among the allowed values of '{self.name}': {self.source.text}"


@dataclass(frozen=True, slots=True)
class ItemType:
    """A FEEL type with the further restrictions of an item definition."""

    type: Type
    restrictions: tuple[AllowedValues, ...] = ()
    item: ItemType | None = None
    members: tuple[tuple[str, ItemType], ...] = ()

    @property
    def is_free(self) -> bool:
        """Whether any value at all fits."""
        return self.type == ANY and not self.is_restricted

    @property
    def is_restricted(self) -> bool:
        """Whether there are restrictions besides the FEEL type."""
        if self.restrictions or (self.item is not None and self.item.is_restricted):
            return True
        return any(member.is_restricted for _, member in self.members)

    def describe(self) -> str:
        """The type with all restrictions, as a text: equal for types of the same values in different models."""
        parts = [*self.members, *([] if self.item is None else [("", self.item)])]
        inner = (f"{name}: {part.describe()}" for name, part in parts if part.is_restricted)
        return "; ".join([str(self.type), *(each.source.text for each in self.restrictions), *inner])

    def convert(self, value: Value) -> Value:
        """The value, converted as the standard allows; null fits every type. Raises: FeelError if it does not fit."""
        if value is None or self.is_free:
            return value
        if isinstance(value, Function) and isinstance(self.type, FunctionType):
            return fit_function(value, self.type)
        converted = coerce(value, self.type)
        if self.is_restricted:
            self._check(converted)
        return converted

    def fit(self, value: Value, source: Source, errors: list[EvaluationError]) -> Value:
        """The converted value, or null with its reason if it does not fit."""
        try:
            return self.convert(value)
        except FeelError as error:
            errors.append(EvaluationError(error.message, source, source.span))
            return None

    def _check(self, value: Value) -> None:
        """Raises: FeelError for the first restriction that the value breaks; all tests together are one run."""

        def find_broken(frame: Frame) -> Value:
            return next(self._list_broken(value), None)

        try:
            broken = run_bounded(find_broken, [{}, [], None])
        except Exhausted as error:
            if is_within_a_run():
                raise
            broken = str(error)
        if isinstance(broken, str):
            raise FeelError(broken)

    def _list_broken(self, value: Value) -> Iterator[str]:
        for restriction in self.restrictions:
            if not restriction.admits(value):
                yield restriction.describe(value)
        if self.item is not None and self.item.is_restricted and isinstance(value, list):
            for item in value:
                yield from self.item._list_broken(item)
        if isinstance(value, dict):
            for name, member in self.members:
                if member.is_restricted:
                    yield from member._list_broken(value.get(name))


FREE = ItemType(ANY)


INTEGER = ItemType(NUMBER, (AllowedValues.of_text(WHOLE, Source("a whole number"), "integer"),))
"""The whole numbers."""


@dataclass(frozen=True, slots=True)
class TypeConstraint:
    """The constraint on a column's values (8.3.2): `type` converts them, `allowed` restricts them further.

    `nullable` says that null is a value too; that it is not counts only where null is not what is missing (clinical).
    """

    type: ItemType = FREE
    allowed: AllowedValues | None = None
    nullable: bool = False

    @property
    def is_free(self) -> bool:
        """Whether any value at all fits."""
        return self.type.is_free and self.allowed is None

    @property
    def item(self) -> ItemType:
        """The type of the allowed values."""
        extra = () if self.allowed is None else (self.allowed,)
        return replace(self.type, restrictions=self.type.restrictions + extra)

    def convert(self, value: Value) -> Value:
        """The value converted to an allowed one; null is always allowed. Raises: FeelError if there is none."""
        converted = self.type.convert(value)
        if self.allowed is not None and not self.allowed.admits(converted):
            raise FeelError(self.allowed.describe(converted))
        return converted


UNCONSTRAINED = TypeConstraint()


def constrain(type_: Type, domain: Domain, place: Source, name: str, *, nullable: bool = False) -> TypeConstraint:
    """The constraint of a type and a domain (for a list, of its items); `place` is its origin."""
    tests = write_domain(domain)
    shown = Source(place.text or tests, place.origin)
    allowed = AllowedValues.of_text(tests, shown, name) if tests else None
    if isinstance(type_, ListType):
        item = ItemType(type_.item, () if allowed is None else (allowed,))
        return TypeConstraint(ItemType(type_, item=item), None, nullable)
    return TypeConstraint(ItemType(type_), allowed, nullable)
