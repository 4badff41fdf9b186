"""Compile functions of model files: parameters with conversion, bodies, and external functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dmn_engine.compile.scope import Compiled, ExpressionScope, compile_literal, compile_null, note_error, place_of
from dmn_engine.diagnostics import Source
from dmn_engine.feel.budget import Exhausted, current_run
from dmn_engine.feel.compiler.frame import (
    ERRORS,
    VARIABLES,
    Frame,
    run_bounded,
    run_call,
)
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.external import find_external
from dmn_engine.feel.types import ANY, FunctionType
from dmn_engine.feel.values import FeelError, Function
from dmn_engine.model.boxed_expressions import ContextExpression, FunctionExpression, LiteralExpression
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.type_constraints import ItemType

_FRAMES_OF_A_CALL = 6
_STEPS_OF_A_CALL = 12


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter with the type of its arguments.

    An argument that does not fit leaves the function uncalled; where the parameter `is_input`, it is null instead, as
    input data is (DMN 1.5, 10.3.2.9.4).
    """

    name: str
    type: ItemType
    place: Source
    is_input: bool = False


@dataclass(frozen=True, slots=True)
class FunctionPlan:
    """A function before it is bound to the variables around it."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Compiled
    place: Source

    @property
    def type(self) -> FunctionType:
        """The function's signature."""
        return FunctionType(tuple(item.type.type for item in self.parameters), self.body.type)

    def bind(
        self, read_variables: Callable[[], Mapping[str, Value]], errors: list[EvaluationError] | None = None
    ) -> Function:
        """The function value; each call of `read_variables` returns the variables of the body besides the arguments.

        Reasons for nulls go to the expression that calls, or to `errors` outside of one. A call raises FeelError if an
        argument does not fit its parameter.
        """
        own: list[EvaluationError] = [] if errors is None else errors

        def call(*values: Value) -> Value:
            run = current_run()
            kept = own if run is None else run.errors
            arguments: dict[str, Value] = {}
            for parameter, value in zip(self.parameters, values, strict=True):
                arguments[parameter.name] = self._convert(parameter, value, kept)
            frame = [{**read_variables(), **arguments}, kept, None]
            if run is not None:
                return run_call(body, weight, frame, _STEPS_OF_A_CALL)
            try:
                return run_bounded(lambda frame: run_call(body, weight, frame, _STEPS_OF_A_CALL), frame)
            except (Exhausted, RecursionError) as error:
                raise FeelError(str(error)) from None

        def body(frame: Frame) -> Value:
            return self.body.evaluate(frame[VARIABLES], frame[ERRORS])

        weight = self.body.depth + _FRAMES_OF_A_CALL
        type_ = self.type
        names = tuple(item.name for item in self.parameters)
        return Function(self.name, names, call, type_.parameters, type_.result)

    def _convert(self, parameter: Parameter, value: Value, errors: list[EvaluationError]) -> Value:
        if parameter.is_input:
            return parameter.type.fit(value, parameter.place, errors)
        try:
            return parameter.type.convert(value)
        except FeelError as error:
            called = f" of '{self.name}'" if self.name else ""
            raise FeelError(f"the parameter '{parameter.name}'{called}: {error.message}") from error


def compile_external(boxed: FunctionExpression, scope: ExpressionScope, names: tuple[str, ...]) -> Compiled:
    """The body of a Java function: a context with a class and a method signature of the table of external functions."""
    place = place_of(boxed)
    texts = _read_texts(boxed.body, scope) if isinstance(boxed.body, ContextExpression) else {}
    try:
        external = find_external(texts.get("class", ""), texts.get("method signature", ""))
    except FeelError as error:
        scope.diagnostics.error("unknown-external", error.message, place)
        return compile_null(error.message, place)

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        try:
            return external(*(variables[name] for name in names))
        except FeelError as error:
            note_error(errors, error.message, place)
            return None

    return Compiled(ANY, evaluate)


def _read_texts(context: ContextExpression, scope: ExpressionScope) -> dict[str, str]:
    """The entries of the context that are string literals."""
    found: dict[str, str] = {}
    for entry in context.entries:
        if entry.variable is not None and isinstance(entry.value, LiteralExpression):
            value = compile_literal(entry.value, scope).evaluate({}, [])
            if isinstance(value, str):
                found[entry.variable.text] = value
    return found
