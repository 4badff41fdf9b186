"""Closures for function calls and function definitions (DMN 1.5, 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dmn_engine.feel.budget import Exhausted, is_within_a_run
from dmn_engine.feel.builtins import BUILTINS, choose
from dmn_engine.feel.builtins.builtin import list_fitting
from dmn_engine.feel.builtins.dispatch import Dispatch, spend_on
from dmn_engine.feel.checker.type_operations import resolve_type
from dmn_engine.feel.compiler.frame import (
    ERRORS,
    Build,
    Code,
    Frame,
    Level,
    Local,
    depth_of,
    run_bounded,
    run_call,
    steps_of,
)
from dmn_engine.feel.conversion import coerce
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.external import find_external
from dmn_engine.feel.operators import as_function
from dmn_engine.feel.syntax import Call, ContextLiteral, Expression, FunctionDefinition, Name, StringLiteral
from dmn_engine.feel.types import ANY, NULL, FunctionType, Type
from dmn_engine.feel.values import Function, Value

_FRAMES_OF_A_CALL = 5


def compile_builtin_call(node: Call, name: str, build: Build, level: Level) -> Code:
    """A call of a built-in function, by position or by name, with a fast path for one or two arguments."""
    arguments = [build.compile(argument, level) for argument in node.arguments]
    overloads = list_fitting(BUILTINS[name], len(arguments), node.names) or BUILTINS[name]
    by_kinds = Dispatch(overloads, node.names, is_metered=build.is_bounded)
    fail, attempt = build.fail(node.span), build.attempt(node.span)

    def choose_by_values(frame: Frame, *values: Value) -> Value:
        if build.is_bounded:
            spend_on(values)
        return attempt(frame, choose, overloads, values, node.names)

    def call(frame: Frame) -> Value:
        values = [argument(frame) for argument in arguments]
        direct = by_kinds[tuple(map(type, values))]
        if direct is None:
            return choose_by_values(frame, *values)
        try:
            return direct(*values)
        except FeelError as error:
            fail(frame, f"{name}: {error.message}")
            return None

    def call_one(frame: Frame) -> Value:
        value = first(frame)
        direct = by_kinds[type(value),]
        if direct is None:
            return choose_by_values(frame, value)
        try:
            return direct(value)
        except FeelError as error:
            fail(frame, f"{name}: {error.message}")
            return None

    def call_two(frame: Frame) -> Value:
        a, b = first(frame), second(frame)
        direct = by_kinds[type(a), type(b)]
        if direct is None:
            return choose_by_values(frame, a, b)
        try:
            return direct(a, b)
        except FeelError as error:
            fail(frame, f"{name}: {error.message}")
            return None

    match arguments:
        case [first]:
            return call_one
        case [first, second]:
            return call_two
    return call


def compile_call(node: Call, build: Build, level: Level) -> Code:
    """A call of a function value; if a variable is not a function, the built-in function of its name is called."""
    function = build.compile(node.function, level)
    arguments = [build.compile(argument, level) for argument in node.arguments]
    names = node.names
    attempt = build.attempt(node.span)
    builtin = BUILTINS.get(node.function.name, ()) if isinstance(node.function, Name) else ()

    def apply(called: Value, values: list[Value]) -> Value:
        if builtin and not isinstance(called, Function):
            return choose(builtin, values, names)
        called = as_function(called)
        return called(*(arrange_arguments(called, values, names) if names else values))

    return lambda frame: attempt(frame, apply, function(frame), [argument(frame) for argument in arguments])


def arrange_arguments(function: Function, values: Sequence[Value], names: Sequence[str]) -> list[Value]:
    """The values of named arguments in the order of the parameters. Raises: FeelError unless the names are the same."""
    given = dict(zip(names, values, strict=True))
    for name in names:
        if name not in function.parameters:
            raise FeelError(
                f"the function has no parameter `{name}`: {', '.join(function.parameters) or 'it has none'}"
            )
    for parameter in function.parameters:
        if parameter not in given:
            raise FeelError(f"the parameter `{parameter}` is not given")
    return [given[parameter] for parameter in function.parameters]


def compile_function(node: FunctionDefinition, build: Build, level: Level, own_slot: int | None = None) -> Code:
    """A function value with the local values of its definition; `own_slot` refers to the function itself."""
    names = tuple(parameter.name for parameter in node.parameters)
    types = tuple(
        (resolve_type(parameter.type, build.types) or ANY) if parameter.type else ANY for parameter in node.parameters
    )
    if node.external:
        return build.constant(Function("", names, _external_call(node.body, types), types))
    slots = [build.new_slot() for _ in names]
    places = {name: Local(slot) for name, slot in zip(names, slots, strict=True)}
    typed = [(slot, None if type_ == ANY else type_) for slot, type_ in zip(slots, types, strict=True)]
    body = build.compile(node.body, Level(places, level))
    weight, steps = depth_of(node.body) + _FRAMES_OF_A_CALL, steps_of(node.body)
    found = build.inference.known_type_of(node)
    result = found.result if isinstance(found, FunctionType) and found.result != NULL else ANY

    def define(frame: Frame) -> Function:
        kept = frame.copy()

        def invoke(*values: Value) -> Value:
            inner = kept.copy()
            for (slot, type_), value in zip(typed, values, strict=True):
                inner[slot] = value if type_ is None else coerce(value, type_)
            if is_within_a_run():
                return run_call(body, weight, inner, steps)
            inner[ERRORS] = []
            try:
                return run_bounded(lambda inner: run_call(body, weight, inner, steps), inner)
            except Exhausted as error:
                raise FeelError(str(error)) from None

        function = Function("", names, invoke, types, result)
        if own_slot is not None:
            kept[own_slot] = function
        return function

    return define


def _external_call(body: Expression, types: Sequence[Type]) -> Callable[..., Value]:
    """A call of the external function in a body `{java: {class: "..", method signature: ".."}}`."""
    texts = {
        (outer.key, entry.key): entry.value.value
        for outer in (body.entries if isinstance(body, ContextLiteral) else ())
        if isinstance(outer.value, ContextLiteral)
        for entry in outer.value.entries
        if isinstance(entry.value, StringLiteral)
    }
    class_name, signature = texts.get(("java", "class")), texts.get(("java", "method signature"))

    def call(*values: Value) -> Value:
        if class_name is None or signature is None:
            raise FeelError("the function does not name a Java class and method signature")
        given = [coerce(value, type_) for value, type_ in zip(values, types, strict=True)]
        return find_external(class_name, signature)(*given)

    return call
