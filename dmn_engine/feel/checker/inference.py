"""Inference of the static types of expressions and tests (DMN 1.5, 10.3.2.9), and the type errors that it finds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, Source, Span, nearest, nearest_name, offer
from dmn_engine.feel import syntax
from dmn_engine.feel.builtins import BUILTIN_NAMES, BUILTINS
from dmn_engine.feel.checker.call_types import CallError, type_of_builtin_call, type_of_function_call
from dmn_engine.feel.checker.type_operations import (
    advise,
    are_comparable,
    are_ordered,
    common_type,
    describe,
    is_negatable,
    item_of,
    item_scope,
    members_of,
    resolve_type,
    result_of,
    unknown_type,
)
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.scope import Scope
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

_NO_TYPES: Mapping[str, Type] = MappingProxyType({})
INPUT = "?"
"""The name of the tested value in a scope."""


class Inference:
    """Infer the types of expressions. A node's type is inferred once, in the scope of the first request.

    `errors` are the diagnostics to report to and the text; the parser needs only types.
    """

    def __init__(self, types: Mapping[str, Type] = _NO_TYPES, errors: tuple[Source, Diagnostics] | None = None) -> None:
        self._types = types
        self._errors = errors
        self._known: dict[int, tuple[syntax.Expression, Type]] = {}

    def report(self, code: str, message: str, span: Span, help: str = "", severity: Severity = Severity.ERROR) -> None:
        """Report a type error."""
        if self._errors is not None:
            source, diagnostics = self._errors
            diagnostics.items.append(Diagnostic(code, severity, message, source, span, help=help))

    def type_of(self, node: syntax.Expression, scope: Scope) -> Type:
        """The type of all values of the expression except null; Any if it is unknown."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (node, self._infer(node, scope))
        return known[1]

    def known_type_of(self, node: syntax.Expression) -> Type:
        """The type that was inferred before, or Any."""
        known = self._known.get(id(node))
        return ANY if known is None else known[1]

    def _infer(self, node: syntax.Expression, scope: Scope) -> Type:
        match node:
            case syntax.NumberLiteral():
                return NUMBER
            case syntax.StringLiteral(value=value) | syntax.BooleanLiteral(value=value):
                return type_of_value(value)
            case syntax.NullLiteral():
                return NULL
            case syntax.AtLiteral():
                return self._at_literal(node)
            case syntax.Name(name=name):
                return scope.find(name) or ANY
            case syntax.InputValue():
                return scope.find(INPUT) or ANY
            case syntax.Negation():
                return self._negation(node, scope)
            case syntax.Arithmetic():
                return self._arithmetic(node, scope)
            case syntax.Comparison():
                self._compare(node.operator, node.left, node.right, node.span, scope)
                return BOOLEAN
            case syntax.Conjunction() | syntax.Disjunction():
                self._expect_condition(node.left, scope)
                self._expect_condition(node.right, scope)
                return BOOLEAN
            case syntax.Between():
                self._compare(">=", node.operand, node.low, node.span, scope)
                self._compare("<=", node.operand, node.high, node.span, scope)
                return BOOLEAN
            case syntax.Membership():
                return self._membership(node, scope)
            case syntax.InstanceOf():
                self.type_of(node.operand, scope)
                self._resolve(node.type)
                return BOOLEAN
            case syntax.Conditional():
                self._expect_condition(node.condition, scope)
                return common_type(self.type_of(node.consequence, scope), self.type_of(node.alternative, scope))
            case syntax.For():
                inner = self._iterate(node.iterators, scope)
                return ListType(self.type_of(node.body, Scope({"partial": ListType(ANY)}, inner)))
            case syntax.Quantified():
                self._expect_condition(node.body, self._iterate(node.iterators, scope))
                return BOOLEAN
            case syntax.Filter():
                return self._filter(node, scope)
            case syntax.Path():
                return self._path(node, scope)
            case syntax.Call():
                return self._call(node, scope)
            case syntax.FunctionDefinition():
                return self._function(node, scope)
            case syntax.ContextLiteral():
                return self._context(node, scope)
            case syntax.ListLiteral():
                return self._list(node, scope)
            case syntax.RangeLiteral():
                return self._range(node, scope)
        assert_never(node)

    # Literals

    def _at_literal(self, node: syntax.AtLiteral) -> Type:
        try:
            return type_of_value(parse_temporal(node.text))
        except FeelError as error:
            self.report("bad-literal", error.message, node.span)
            return ANY

    def _list(self, node: syntax.ListLiteral, scope: Scope) -> Type:
        item: Type = NULL
        for each in node.items:
            item = common_type(item, self.type_of(each, scope))
        return ListType(ANY if item == NULL else item)

    def _context(self, node: syntax.ContextLiteral, scope: Scope) -> Type:
        inner = Scope({}, scope)
        for entry in node.entries:
            if isinstance(entry.value, syntax.FunctionDefinition):
                inner.declare(entry.key, ANY)
            inner.declare(entry.key, self.type_of(entry.value, inner))
        found = ContextType(tuple(inner.names.items()))
        return ANY if is_large(found) else found

    def _range(self, node: syntax.RangeLiteral, scope: Scope) -> Type:
        low = NULL if node.low is None else self.type_of(node.low, scope)
        high = NULL if node.high is None else self.type_of(node.high, scope)
        for end, type_ in ((node.low, low), (node.high, high)):
            if end is not None and type_ == NULL:
                help = "write `(>= 5)` for a range without an end"
                self.report("always-null", "an end of a range cannot be null", end.span, help)
        if NULL not in (low, high) and not are_ordered(low, high) and node.operator not in ("=", "!="):
            message = f"a range cannot go from {describe(low)} to {describe(high)}"
            self.report("type-mismatch", message, node.span)
        return RangeType(common_type(low, high))

    def _function(self, node: syntax.FunctionDefinition, scope: Scope) -> Type:
        types = {item.name: self._resolve(item.type) if item.type else ANY for item in node.parameters}
        if node.external:
            return FunctionType(tuple(types.values()), ANY)
        return FunctionType(tuple(types.values()), self.type_of(node.body, Scope(types, scope)))

    def _resolve(self, name: syntax.TypeName) -> Type:
        unknown = unknown_type(name, self._types)
        if unknown is not None:
            help = offer(nearest(unknown.name, [*BY_NAME, *self._types]))
            self.report("unknown-type", f"there is no type `{unknown.name}`", unknown.span, help)
        return resolve_type(name, self._types) or ANY

    # Operators

    def _negation(self, node: syntax.Negation, scope: Scope) -> Type:
        type_ = self.type_of(node.operand, scope)
        if is_negatable(type_):
            return type_
        self.report("type-mismatch", f"`-` cannot be applied to {describe(type_)}", node.span)
        return ANY

    def _arithmetic(self, node: syntax.Arithmetic, scope: Scope) -> Type:
        left, right = self.type_of(node.left, scope), self.type_of(node.right, scope)
        result = result_of(node.operator, left, right)
        if result is not None:
            return result
        code = "always-null" if NULL in (left, right) else "type-mismatch"
        message = f"`{node.operator}` does not take {describe(left)} and {describe(right)}"
        help = advise(node.operator, left, right)
        self.report(code, message, node.span, help)
        return ANY

    def _compare(
        self, operator: str, left: syntax.Expression, right: syntax.Expression, span: Span, scope: Scope
    ) -> None:
        self._compare_types(operator, self.type_of(left, scope), self.type_of(right, scope), span)

    def _compare_types(self, operator: str, left: Type, right: Type, span: Span) -> None:
        is_equality = operator in ("=", "!=")
        if (are_comparable if is_equality else are_ordered)(left, right):
            return
        code = "always-null" if NULL in (left, right) else "type-mismatch"
        message = f"`{operator}` cannot compare {describe(left)} with {describe(right)}"
        self.report(code, message, span)

    def _expect_condition(self, node: syntax.Expression, scope: Scope) -> None:
        type_ = self.type_of(node, scope)
        if type_ not in (BOOLEAN, ANY, NULL):
            message = f"a condition is needed here, and this is {describe(type_)}"
            self.report("not-a-condition", message, node.span)

    # Tests

    def _membership(self, node: syntax.Membership, scope: Scope) -> Type:
        operand = self.type_of(node.operand, scope)
        for test in node.tests:
            self.check_test(test, operand, scope)
        return BOOLEAN

    def check_test(self, test: syntax.UnaryTest, operand: Type, scope: Scope) -> None:
        """Report a test that no operand of that type can pass."""
        inner = Scope({INPUT: operand}, scope)
        if isinstance(test, syntax.ComparisonTest):
            self._compare_types(test.operator, operand, self.type_of(test.endpoint, inner), test.span)
            return
        if syntax.mentions_input(test):
            self._expect_condition(test, inner)
        elif isinstance(test, syntax.Disjunction) and not _may_hold(operand, BOOLEAN):
            help = "separate alternatives by commas"
            self.report("type-mismatch", "`or` joins conditions, not values", test.span, help)
        elif not _may_hold(operand, type_ := self.type_of(test, inner)):
            message = f"{describe(operand)} is tested here, and this is {describe(type_)}"
            help = "write `?` for the tested value in a condition" if type_ == BOOLEAN else ""
            self.report("type-mismatch", message, test.span, help)

    # Iterations

    def _iterate(self, iterators: tuple[syntax.Iterator_, ...], scope: Scope) -> Scope:
        for iterator in iterators:
            type_ = self.type_of(iterator.domain, scope)
            if iterator.end is not None:
                end = self.type_of(iterator.end, scope)
                if not are_ordered(type_, end):
                    message = f"a range cannot go from {describe(type_)} to {describe(end)}"
                    self.report("type-mismatch", message, iterator.span)
            scope = Scope({iterator.name: item_of(type_)}, scope)
        return scope

    def _filter(self, node: syntax.Filter, scope: Scope) -> Type:
        operand = self.type_of(node.operand, scope)
        item = operand.item if isinstance(operand, ListType) else operand
        condition = self.type_of(node.condition, item_scope(operand, scope))
        if condition == NUMBER:
            return item
        if condition not in (BOOLEAN, ANY, NULL):
            message = f"a filter is a condition or a number, and this is {describe(condition)}"
            self.report("not-a-condition", message, node.condition.span)
        return ListType(item) if condition == BOOLEAN else ANY

    def _path(self, node: syntax.Path, scope: Scope) -> Type:
        operand = self.type_of(node.operand, scope)
        members = members_of(operand)
        if members is None:
            return ANY
        found = members.get(node.member)
        if found is None:
            help = offer(nearest_name(node.member, members))
            message = f"{describe(operand)} has no member `{node.member}`"
            self.report("unknown-member", message, node.span, help)
            return ANY
        return ListType(found) if isinstance(operand, ListType) else found

    # Calls

    def _call(self, node: syntax.Call, scope: Scope) -> Type:
        arguments = [self.type_of(argument, scope) for argument in node.arguments]
        function = self.type_of(node.function, scope)
        try:
            if isinstance(node.function, syntax.Name) and is_builtin(node.function.name, scope):
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


def hides_builtin(name: str, scope: Scope) -> bool:
    """Whether a variable of this name hides the built-in function."""
    return name in BUILTINS and not is_builtin(name, scope)


def _may_hold(operand: Type, test: Type) -> bool:
    """Whether an operand can pass a test that is a value of this type: by being equal to it, or in it."""
    if are_comparable(operand, test):
        return True
    match test:
        case ListType(item=item):
            return _may_hold(operand, item)
        case RangeType(item=item):
            return are_ordered(operand, item)
    return False


def check_expression(
    node: syntax.Expression,
    source: Source,
    names: Mapping[str, Type],
    diagnostics: Diagnostics,
    types: Mapping[str, Type] = _NO_TYPES,
) -> Type:
    """The type of the expression. Parts that are always null, and values in place of a condition, are errors.

    Names that are not in `names` have type Any; the parser reports them. `types` are further types by name.
    """
    return Inference(types, (source, diagnostics)).type_of(node, Scope(names, BUILTIN_NAMES))


def check_tests(
    tests: syntax.UnaryTests,
    input_type: Type,
    source: Source,
    names: Mapping[str, Type],
    diagnostics: Diagnostics,
    types: Mapping[str, Type] = _NO_TYPES,
) -> None:
    """As `check_expression`, for tests of a value of `input_type`. A test that no such value can pass is an error."""
    checker = Inference(types, (source, diagnostics))
    scope = Scope({**names, INPUT: input_type}, BUILTIN_NAMES)
    for test in tests.tests:
        checker.check_test(test, input_type, scope)
