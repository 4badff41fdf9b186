"""Compile syntax trees to closures once, so that evaluation does not walk trees (DMN 1.5, 10.3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from dmn_engine.diagnostics import Source, Span
from dmn_engine.feel import operators, syntax
from dmn_engine.feel.budget import Exhausted, is_within_a_run
from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.builtins import as_function as builtin_function
from dmn_engine.feel.checker.inference import is_builtin
from dmn_engine.feel.checker.type_operations import resolve_type, unknown_type
from dmn_engine.feel.compiler.frame import (
    INPUT,
    VARIABLES,
    Build,
    Code,
    Frame,
    Level,
    Local,
    Member,
    run_bounded,
)
from dmn_engine.feel.compiler.function_calls import compile_builtin_call, compile_call, compile_function
from dmn_engine.feel.compiler.iterations import compile_filter, compile_for, compile_quantified
from dmn_engine.feel.compiler.operator_closures import (
    compile_arithmetic,
    compile_between,
    compile_comparison,
    compile_logical,
    compile_negation,
)
from dmn_engine.feel.compiler.unary_tests import Test, compile_all, compile_membership
from dmn_engine.feel.conversion import is_instance
from dmn_engine.feel.errors import Absent, EvaluationError, FeelError, NoValue
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.temporal import parse_temporal
from dmn_engine.feel.types import Type
from dmn_engine.feel.values import Range, Value

_NO_TYPES: Mapping[str, Type] = MappingProxyType({})


class _Compiled:
    """A compiled text. It has no state, so threads can share it."""

    def __init__(self, source: Source, span: Span, build: Build) -> None:
        self._source = source
        self._span = span
        self._slots = build.blank_slots()
        self._is_bounded = build.is_bounded

    def _stop(self, error: Exception, errors: list[EvaluationError]) -> None:
        """Record that the evaluation exceeded its budget; within a run, raise the error again to end the whole run."""
        if is_within_a_run():
            raise error
        message = str(error) if isinstance(error, Exhausted) else "the evaluation nests too deep"
        errors.append(EvaluationError(message, self._source, self._span))


class Program(_Compiled):
    """A compiled expression; `is_constant` if it gives one value without reading or computing anything."""

    def __init__(self, code: Code, source: Source, span: Span, build: Build) -> None:
        super().__init__(source, span, build)
        self.is_constant = build.is_constant(code)
        self._code = code

    def evaluate(self, variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        """The value for these variables; a missing variable is null.

        An operation that fails gives null, and its error is appended to `errors`; no error is raised.
        """
        frame = [variables, errors, None, None, *self._slots]
        try:
            return run_bounded(self._code, frame) if self._is_bounded else self._code(frame)
        except (Exhausted, RecursionError) as error:
            self._stop(error, errors)
            return None


class TestProgram(_Compiled):
    """The compiled tests of a cell."""

    def __init__(self, test: Test, source: Source, span: Span, build: Build) -> None:
        super().__init__(source, span, build)
        self._test = test

    def matches(self, value: Value, variables: Mapping[str, Value], errors: list[EvaluationError]) -> bool | None:
        """Whether the value passes; None if the result is null, with the error appended to `errors`."""
        frame = [variables, errors, None, value, *self._slots]
        try:
            if not self._is_bounded:
                return self._test(frame, value)
            found = run_bounded(lambda frame: self._test(frame, value), frame)
            return found if isinstance(found, bool) else None
        except (Exhausted, RecursionError) as error:
            self._stop(error, errors)
            return None


def compile_expression(
    node: syntax.Expression, source: Source, names: Mapping[str, Type], types: Mapping[str, Type] = _NO_TYPES
) -> Program:
    """The program of an expression whose variables have these names and types; `types` are further types by name."""
    build = _Compiler(source, names, types)
    if any(isinstance(each, syntax.FunctionDefinition) for each in syntax.walk(node)):
        build.inference.type_of(node, build.scope)  # a function value has the type of its result
    build.is_bounded = _needs_bounds(node, build.scope)
    code = build.compile(node, Level())
    return Program(code, source, node.span, build)


def compile_tests(
    tests: syntax.UnaryTests, source: Source, names: Mapping[str, Type], types: Mapping[str, Type] = _NO_TYPES
) -> TestProgram:
    """The program of a cell's tests; see `compile_expression`."""
    build = _Compiler(source, names, types)
    build.is_bounded = _needs_bounds(tests, build.scope)
    test = compile_all(tests, build, Level())
    return TestProgram(test, source, tests.span, build)


def _needs_bounds(node: syntax.Node, scope: Scope) -> bool:
    """Whether the work of the program is not bounded by the length of its text.

    It is not if the program loops, calls functions, searches for patterns, or names a value and uses it repeatedly.
    """
    return any(_is_unbounded(each, scope) for each in syntax.walk(node))


def _is_unbounded(node: syntax.Node, scope: Scope) -> bool:
    match node:
        case syntax.For() | syntax.Quantified() | syntax.FunctionDefinition() | syntax.ContextLiteral():
            return True
        case syntax.Filter(condition=condition):
            return not isinstance(condition, syntax.NumberLiteral)
        case syntax.Call(function=function):
            return not _is_plain_builtin(function, scope)
    return False


def _is_plain_builtin(function: syntax.Expression, scope: Scope) -> bool:
    if not isinstance(function, syntax.Name) or not is_builtin(function.name, scope):
        return False
    return not any(builtin.is_slow for builtin in BUILTINS[function.name])


class _Compiler(Build):
    """The compiler of every node class; the larger families are in separate modules."""

    def compile(self, node: syntax.Expression, level: Level) -> Code:
        """The code of an expression with the local names of the level."""
        match node:
            case (
                syntax.NumberLiteral(value=value)
                | syntax.StringLiteral(value=value)
                | syntax.BooleanLiteral(value=value)
            ):
                return self.constant(value)
            case syntax.NullLiteral():
                return self.constant(None)
            case syntax.AtLiteral():
                return self._at_literal(node)
            case syntax.Name():
                return self._name(node, level)
            case syntax.InputValue():
                return lambda frame: frame[INPUT]
            case syntax.Negation():
                return compile_negation(node, self, level)
            case syntax.Arithmetic():
                return compile_arithmetic(node, self, level)
            case syntax.Comparison():
                return compile_comparison(node, self, level)
            case syntax.Conjunction() | syntax.Disjunction():
                return compile_logical(node, self, level)
            case syntax.Between():
                return compile_between(node, self, level)
            case syntax.Membership():
                return compile_membership(node, self, level)
            case syntax.InstanceOf():
                return self._instance_of(node, level)
            case syntax.Conditional():
                return self._conditional(node, level)
            case syntax.For():
                return compile_for(node, self, level)
            case syntax.Quantified():
                return compile_quantified(node, self, level)
            case syntax.Filter():
                return compile_filter(node, self, level)
            case syntax.Path():
                return self._path(node, level)
            case syntax.Call(function=syntax.Name(name=name)) if self._calls_builtin(name, level):
                return compile_builtin_call(node, name, self, level)
            case syntax.Call():
                return compile_call(node, self, level)
            case syntax.FunctionDefinition():
                return compile_function(node, self, level)
            case syntax.ContextLiteral():
                return self._context(node, level)
            case syntax.ListLiteral():
                return self._list(node, level)
            case syntax.RangeLiteral():
                return self._range(node, level)
        assert_never(node)

    # Names

    def _name(self, node: syntax.Name, level: Level) -> Code:
        """The innermost local name, else a member of an item with unknown members, else the variable."""
        open_slots: list[int] = []
        around: Level | None = level
        while around is not None:
            if around.open_slot is not None:
                open_slots.append(around.open_slot)
            place = around.places.get(node.name)
            if place is not None:
                return _look_in_items(open_slots, node.name, _load(place, node.name))
            around = around.parent
        return _look_in_items(open_slots, node.name, self._global(node))

    def _global(self, node: syntax.Name) -> Code:
        name = node.name
        if name in self.scope.names:

            def load(frame: Frame) -> Value:
                value: Value = frame[VARIABLES].get(name)
                if isinstance(value, Absent):
                    raise NoValue(value.reason)
                return value

            return load
        if name in BUILTINS:
            return self.constant(builtin_function(BUILTINS[name]))
        fail = self.fail(node.span)
        return lambda frame: fail(frame, f"there is no `{name}` here")

    def _calls_builtin(self, name: str, level: Level) -> bool:
        around: Level | None = level
        while around is not None:
            if name in around.places:
                return False
            around = around.parent
        return is_builtin(name, self.scope)

    # Literals

    def _at_literal(self, node: syntax.AtLiteral) -> Code:
        try:
            return self.constant(parse_temporal(node.text))
        except FeelError as error:
            fail, message = self.fail(node.span), error.message
            return lambda frame: fail(frame, message)

    def _list(self, node: syntax.ListLiteral, level: Level) -> Code:
        items = [self.compile(item, level) for item in node.items]
        return self.fold(lambda frame: [item(frame) for item in items], items)

    def _context(self, node: syntax.ContextLiteral, level: Level) -> Code:
        entries: list[tuple[str, int, Code]] = []
        for entry in node.entries:
            slot = self.new_slot()
            inner = Level({entry.key: Local(slot)}, level)
            if isinstance(entry.value, syntax.FunctionDefinition):
                code = compile_function(entry.value, self, inner, slot)
            else:
                code = self.compile(entry.value, level)
            entries.append((entry.key, slot, code))
            level = inner

        def context(frame: Frame) -> Value:
            result: dict[str, Value] = {}
            for key, slot, code in entries:
                result[key] = frame[slot] = code(frame)
            return result

        return context

    def _range(self, node: syntax.RangeLiteral, level: Level) -> Code:
        ends = [None if end is None else self.compile(end, level) for end in (node.low, node.high)]
        attempt = self.attempt(node.span)

        def build_range(*values: Value) -> Range:
            if None in values:
                raise FeelError("an end of a range is null")
            if node.operator:
                return Range.of_comparison(node.operator, values[0])
            low, high = values
            if not operators.compare("<=", low, high):
                shown = f"{operators.show(low)} is more than {operators.show(high)}"
                raise FeelError(f"the range begins after its end: {shown}")
            return Range(low, high, node.low_closed, node.high_closed)

        given = [end for end in ends if end is not None][: 1 if node.operator else 2]
        return self.fold(lambda frame: attempt(frame, build_range, *(end(frame) for end in given)), given)

    # Others

    def _path(self, node: syntax.Path, level: Level) -> Code:
        operand, member = self.compile(node.operand, level), node.member
        attempt = self.attempt(node.span)

        def path(frame: Frame) -> Value:
            value = operand(frame)
            if type(value) is dict and member in value:
                found: Value = value[member]
                if isinstance(found, Absent):
                    raise NoValue(found.reason)
                return found
            return attempt(frame, operators.get_member, value, member)

        return path

    def _conditional(self, node: syntax.Conditional, level: Level) -> Code:
        condition = self.compile(node.condition, level)
        consequence, alternative = self.compile(node.consequence, level), self.compile(node.alternative, level)
        fail = self.fail(node.condition.span)

        def conditional(frame: Frame) -> Value:
            chosen = condition(frame)
            if chosen is True:
                return consequence(frame)
            if chosen is not False and chosen is not None:
                fail(frame, f"this is {operators.name_kind(chosen)}, not a condition")
            return alternative(frame)

        return conditional

    def _instance_of(self, node: syntax.InstanceOf, level: Level) -> Code:
        operand = self.compile(node.operand, level)
        type_ = resolve_type(node.type, self.types)
        unknown = unknown_type(node.type, self.types)
        if type_ is None or unknown is not None:
            name = node.type.name if unknown is None else unknown.name
            fail = self.fail(node.type.span)
            return lambda frame: fail(frame, f"there is no type `{name}`")

        def instance_of(frame: Frame) -> bool:
            value = operand(frame)
            return value is not None and is_instance(value, type_)

        return instance_of


def _load(place: Local | Member, name: str) -> Code:
    slot = place.slot
    if isinstance(place, Local):
        return lambda frame: frame[slot]
    return lambda frame: operators.get_member_or_null(frame[slot], name)


def _look_in_items(slots: list[int], name: str, otherwise: Code) -> Code:
    """The member of that name of the innermost item that has one, for items whose members are unknown."""
    if not slots:
        return otherwise

    def look(frame: Frame) -> Value:
        for slot in slots:
            item = frame[slot]
            if isinstance(item, dict) and name in item:
                return item[name]
        return otherwise(frame)

    return look


__all__ = ["Program", "TestProgram", "compile_expression", "compile_tests"]
