"""FEEL, the expression language of DMN 1.5 (10.3): parse, check, compile and evaluate expressions and unary tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from dmn_engine.feel.values import Value, from_python, to_python
from dmn_engine.feel.values import format_value as _format_value

if TYPE_CHECKING:
    from dmn_engine.diagnostics import Diagnostic
    from dmn_engine.feel.compiler import Program, TestProgram
    from dmn_engine.feel.errors import EvaluationError

Compiled = TypeVar("Compiled")

__all__ = ["InvalidText", "evaluate", "format_value", "from_python", "matches", "to_python"]

_NOTHING: Mapping[str, object] = MappingProxyType({})


class InvalidText(ValueError):
    """An invalid FEEL text: a syntax error or an unknown name. `diagnostics` say what to write instead."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n".join(_summarise(item) for item in diagnostics))
        self.diagnostics = diagnostics


def format_value(value: object) -> str:
    """The FEEL text that evaluates to a value, given as a FEEL or a Python value. Raises: FeelError.

    >>> format_value([1, "a"])
    '[1, "a"]'
    """
    return _format_value(from_python(value))


def evaluate(text: str, context: Mapping[str, object] = _NOTHING, causes: list[EvaluationError] | None = None) -> Value:
    """The value of a FEEL expression (DMN 1.5, 10.3.1).

    `context` has the variables by name, as FEEL or Python values. An operation that fails gives null, and its error is
    appended to `causes`, if given. Raises: InvalidText.

    >>> evaluate("0.1 + x", {"x": 0.2})
    Decimal('0.3')
    """
    variables = _variables(context)
    return _program(text, tuple(variables)).evaluate(variables, [] if causes is None else causes)


def matches(
    tests: str, value: object, context: Mapping[str, object] = _NOTHING, causes: list[EvaluationError] | None = None
) -> bool | None:
    """Whether a value passes unary tests (DMN 1.5, 7.3.3); None if the result is null.

    `context` and `causes` are those of `evaluate`. Raises: InvalidText.

    >>> matches("[2..10)", 10)
    False
    """
    variables = _variables(context)
    program = _test_program(tests, tuple(variables))
    return program.matches(from_python(value), variables, [] if causes is None else causes)


def _variables(context: Mapping[str, object]) -> dict[str, Value]:
    return {name: from_python(value) for name, value in context.items()}


@lru_cache(maxsize=1024)
def _program(text: str, names: tuple[str, ...]) -> Program:
    from dmn_engine.feel.compiler import compile_expression
    from dmn_engine.feel.parser import parse_expression

    return _compile(text, names, parse_expression, compile_expression)


@lru_cache(maxsize=1024)
def _test_program(text: str, names: tuple[str, ...]) -> TestProgram:
    from dmn_engine.feel.compiler import compile_tests
    from dmn_engine.feel.parser import parse_unary_tests

    return _compile(text, names, parse_unary_tests, compile_tests)


def _compile(
    text: str, names: tuple[str, ...], parse: Callable[..., object], compile_tree: Callable[..., Compiled]
) -> Compiled:
    from dmn_engine.diagnostics import Diagnostics, Source
    from dmn_engine.feel.types import ANY

    source, types, diagnostics = Source(text), dict.fromkeys(names, ANY), Diagnostics()
    tree = parse(source, types, diagnostics)
    if tree is None or diagnostics.items:
        raise InvalidText(diagnostics.sorted())
    return compile_tree(tree, source, types)


def _summarise(item: Diagnostic) -> str:
    place = f" at character {item.span.start + 1}" if item.span else ""
    return f"{item.message}{place}" + (f": {item.help}" if item.help else "")
