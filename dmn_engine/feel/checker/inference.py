"""Inference of the static types of FEEL expressions, and the type errors that it finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from dmn_engine.diagnostics import Severity, Span, nearest, nearest_name
from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.checker import operator_types
from dmn_engine.feel.checker.call_types import CallError, type_of_builtin_call, type_of_function_call
from dmn_engine.feel.checker.type_operations import (
    common_type,
    item_of,
    item_scope,
    members_of,
    resolve_type,
    unknown_type,
)
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.syntax import (
    Arithmetic,
    AtLiteral,
    Between,
    BooleanLiteral,
    Call,
    Comparison,
    ComparisonTest,
    Conditional,
    Conjunction,
    ContextLiteral,
    Disjunction,
    Expression,
    Filter,
    For,
    FunctionDefinition,
    InputValue,
    InstanceOf,
    Iterator_,
    ListLiteral,
    Membership,
    Name,
    Negation,
    NullLiteral,
    NumberLiteral,
    Path,
    Quantified,
    RangeLiteral,
    StringLiteral,
    TypeName,
    UnaryTest,
    mentions_input,
)
from dmn_engine.feel.temporal import parse_temporal
from dmn_engine.feel.types import (
    ANY,
    BOOLEAN,
    BY_NAME,
    NULL,
    NUMBER,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    is_large,
)
from dmn_engine.feel.values import type_of as type_of_value

INPUT = "?"
"""The name of the tested value in a scope."""


class Inference:
    """Infer the types of expressions. A node's type is inferred once, in the scope of the first request.

    This class reports no errors, because the parser needs only types; a checker overrides `report` to report them.
    """

    def __init__(self, types: Mapping[str, Type] | None = None) -> None:
        self._types = types or {}
        self._known: dict[int, tuple[Expression, Type]] = {}

    def report(self, code: str, message: str, span: Span, help: str = "", severity: Severity = Severity.ERROR) -> None:
        """Report a type error; does nothing here."""

    def type_of(self, node: Expression, scope: Scope) -> Type:
        """The type of all values of the expression except null; Any if it is unknown."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (node, self._infer(node, scope))
        return known[1]

    def known_type_of(self, node: Expression) -> Type:
        """The type that was inferred before, or Any."""
        known = self._known.get(id(node))
        return ANY if known is None else known[1]

    def _infer(self, node: Expression, scope: Scope) -> Type:
        match node:
            case NumberLiteral():
                return NUMBER
            case StringLiteral(value=value) | BooleanLiteral(value=value):
                return type_of_value(value)
            case NullLiteral():
                return NULL
            case AtLiteral():
                return self._at_literal(node)
            case Name(name=name):
                return scope.find(name) or ANY
            case InputValue():
                return scope.find(INPUT) or ANY
            case Negation():
                return self._negation(node, scope)
            case Arithmetic():
                return self._arithmetic(node, scope)
            case Comparison():
                self._compare(node.operator, node.left, node.right, node.span, scope)
                return BOOLEAN
            case Conjunction() | Disjunction():
                self._expect_condition(node.left, scope)
                self._expect_condition(node.right, scope)
                return BOOLEAN
            case Between():
                self._compare(">=", node.operand, node.low, node.span, scope)
                self._compare("<=", node.operand, node.high, node.span, scope)
                return BOOLEAN
            case Membership():
                return self._membership(node, scope)
            case InstanceOf():
                self.type_of(node.operand, scope)
                self._resolve(node.type)
                return BOOLEAN
            case Conditional():
                self._expect_condition(node.condition, scope)
                return common_type(self.type_of(node.consequence, scope), self.type_of(node.alternative, scope))
            case For():
                inner = self._iterate(node.iterators, scope)
                return ListType(self.type_of(node.body, Scope({"partial": ListType(ANY)}, inner)))
            case Quantified():
                self._expect_condition(node.body, self._iterate(node.iterators, scope))
                return BOOLEAN
            case Filter():
                return self._filter(node, scope)
            case Path():
                return self._path(node, scope)
            case Call():
                return self._call(node, scope)
            case FunctionDefinition():
                return self._function(node, scope)
            case ContextLiteral():
                return self._context(node, scope)
            case ListLiteral():
                return self._list(node, scope)
            case RangeLiteral():
                return self._range(node, scope)
        assert_never(node)

    # Literals

    def _at_literal(self, node: AtLiteral) -> Type:
        try:
            return type_of_value(parse_temporal(node.text))
        except FeelError as error:
            self.report("bad-literal", error.message, node.span)
            return ANY

    def _list(self, node: ListLiteral, scope: Scope) -> Type:
        item: Type = NULL
        for each in node.items:
            item = common_type(item, self.type_of(each, scope))
        return ListType(ANY if item == NULL else item)

    def _context(self, node: ContextLiteral, scope: Scope) -> Type:
        inner = Scope({}, scope)
        for entry in node.entries:
            if isinstance(entry.value, FunctionDefinition):
                inner.declare(entry.key, ANY)
            inner.declare(entry.key, self.type_of(entry.value, inner))
        found = ContextType(tuple(inner.names.items()))
        return ANY if is_large(found) else found

    def _range(self, node: RangeLiteral, scope: Scope) -> Type:
        low = NULL if node.low is None else self.type_of(node.low, scope)
        high = NULL if node.high is None else self.type_of(node.high, scope)
        for end, type_ in ((node.low, low), (node.high, high)):
            if end is not None and type_ == NULL:
                help = "write `(>= 5)` for a range without an end"
                self.report("always-null", "an end of a range cannot be null", end.span, help)
        if NULL not in (low, high) and not operator_types.are_ordered(low, high) and node.operator not in ("=", "!="):
            message = f"a range cannot go from {operator_types.describe(low)} to {operator_types.describe(high)}"
            self.report("type-mismatch", message, node.span)
        return RangeType(common_type(low, high))

    def _function(self, node: FunctionDefinition, scope: Scope) -> Type:
        types = {item.name: self._resolve(item.type) if item.type else ANY for item in node.parameters}
        if node.external:
            return FunctionType(tuple(types.values()), ANY)
        return FunctionType(tuple(types.values()), self.type_of(node.body, Scope(types, scope)))

    def _resolve(self, name: TypeName) -> Type:
        unknown = unknown_type(name, self._types)
        if unknown is not None:
            meant = nearest(unknown.name, [*BY_NAME, *self._types])
            help = f"did you mean `{meant}`?" if meant else ""
            self.report("unknown-type", f"there is no type `{unknown.name}`", unknown.span, help)
        return resolve_type(name, self._types) or ANY

    # Operators

    def _negation(self, node: Negation, scope: Scope) -> Type:
        type_ = self.type_of(node.operand, scope)
        if operator_types.is_negatable(type_):
            return type_
        self.report("type-mismatch", f"`-` cannot be applied to {operator_types.describe(type_)}", node.span)
        return ANY

    def _arithmetic(self, node: Arithmetic, scope: Scope) -> Type:
        left, right = self.type_of(node.left, scope), self.type_of(node.right, scope)
        result = operator_types.result_of(node.operator, left, right)
        if result is not None:
            return result
        code = "always-null" if NULL in (left, right) else "type-mismatch"
        message = (
            f"`{node.operator}` does not take {operator_types.describe(left)} and {operator_types.describe(right)}"
        )
        help = operator_types.advise(node.operator, left, right)
        self.report(code, message, node.span, help)
        return ANY

    def _compare(self, operator: str, left: Expression, right: Expression, span: Span, scope: Scope) -> None:
        self._compare_types(operator, self.type_of(left, scope), self.type_of(right, scope), span)

    def _compare_types(self, operator: str, left: Type, right: Type, span: Span) -> None:
        is_equality = operator in ("=", "!=")
        if (operator_types.are_comparable if is_equality else operator_types.are_ordered)(left, right):
            return
        code = "always-null" if NULL in (left, right) else "type-mismatch"
        message = f"`{operator}` cannot compare {operator_types.describe(left)} with {operator_types.describe(right)}"
        self.report(code, message, span)

    def _expect_condition(self, node: Expression, scope: Scope) -> None:
        type_ = self.type_of(node, scope)
        if type_ not in (BOOLEAN, ANY, NULL):
            message = f"a condition is needed here, and this is {operator_types.describe(type_)}"
            self.report("not-a-condition", message, node.span)

    # Tests

    def _membership(self, node: Membership, scope: Scope) -> Type:
        operand = self.type_of(node.operand, scope)
        for test in node.tests:
            self.check_test(test, operand, scope)
        return BOOLEAN

    def check_test(self, test: UnaryTest, operand: Type, scope: Scope) -> None:
        """Report a test that no operand of that type can pass."""
        inner = Scope({INPUT: operand}, scope)
        if isinstance(test, ComparisonTest):
            self._compare_types(test.operator, operand, self.type_of(test.endpoint, inner), test.span)
            return
        if mentions_input(test):
            self._expect_condition(test, inner)
        elif isinstance(test, Disjunction) and not _may_hold(operand, BOOLEAN):
            help = "separate alternatives by commas"
            self.report("type-mismatch", "`or` joins conditions, not values", test.span, help)
        elif not _may_hold(operand, type_ := self.type_of(test, inner)):
            message = f"{operator_types.describe(operand)} is tested here, and this is {operator_types.describe(type_)}"
            help = "write `?` for the tested value in a condition" if type_ == BOOLEAN else ""
            self.report("type-mismatch", message, test.span, help)

    # Iterations

    def _iterate(self, iterators: tuple[Iterator_, ...], scope: Scope) -> Scope:
        for iterator in iterators:
            type_ = self.type_of(iterator.domain, scope)
            if iterator.end is not None:
                end = self.type_of(iterator.end, scope)
                if not operator_types.are_ordered(type_, end):
                    message = (
                        f"a range cannot go from {operator_types.describe(type_)} to {operator_types.describe(end)}"
                    )
                    self.report("type-mismatch", message, iterator.span)
            scope = Scope({iterator.name: item_of(type_)}, scope)
        return scope

    def _filter(self, node: Filter, scope: Scope) -> Type:
        operand = self.type_of(node.operand, scope)
        item = operand.item if isinstance(operand, ListType) else operand
        condition = self.type_of(node.condition, item_scope(operand, scope))
        if condition == NUMBER:
            return item
        if condition not in (BOOLEAN, ANY, NULL):
            message = f"a filter is a condition or a number, and this is {operator_types.describe(condition)}"
            self.report("not-a-condition", message, node.condition.span)
        return ListType(item) if condition == BOOLEAN else ANY

    def _path(self, node: Path, scope: Scope) -> Type:
        operand = self.type_of(node.operand, scope)
        members = members_of(operand)
        if members is None:
            return ANY
        found = members.get(node.member)
        if found is None:
            meant = nearest_name(node.member, members)
            help = f"did you mean `{meant}`?" if meant else ""
            message = f"{operator_types.describe(operand)} has no member `{node.member}`"
            self.report("unknown-member", message, node.span, help)
            return ANY
        return ListType(found) if isinstance(operand, ListType) else found

    # Calls

    def _call(self, node: Call, scope: Scope) -> Type:
        arguments = [self.type_of(argument, scope) for argument in node.arguments]
        function = self.type_of(node.function, scope)
        try:
            if isinstance(node.function, Name) and is_builtin(node.function.name, scope):
                return type_of_builtin_call(BUILTINS[node.function.name], arguments, node.names)
            return type_of_function_call(function, arguments, bool(node.names))
        except CallError as error:
            span = node.span if error.argument is None else node.arguments[error.argument].span
            self.report(error.code, error.message, span, error.help)
            return ANY


def is_builtin(name: str, scope: Scope) -> bool:
    """Whether a call of this name calls the built-in function, not a variable of that name."""
    if name not in BUILTINS:
        return False
    level = next(level for level in scope.levels() if name in level.names or level.parent is None)
    variable = level.names.get(name)
    return variable is None or level.parent is None or not (variable == ANY or isinstance(variable, FunctionType))


def _may_hold(operand: Type, test: Type) -> bool:
    """Whether an operand can pass a test that is a value of this type: by being equal to it, or in it."""
    if operator_types.are_comparable(operand, test):
        return True
    match test:
        case ListType(item=item):
            return _may_hold(operand, item)
        case RangeType(item=item):
            return operator_types.are_ordered(operand, item)
    return False
