"""FEEL, the expression language of DMN 1.5 (10.3): parse, check, compile and evaluate expressions and unary tests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from dmn_engine.feel.values import Value, from_python, to_python
from dmn_engine.feel.values import format_value as _format_value

if TYPE_CHECKING:
    from dmn_engine.diagnostics import Diagnostic
    from dmn_engine.feel.compiler import Program, TestProgram
    from dmn_engine.feel.errors import Cause

__all__ = ["InvalidText", "evaluate", "format_value", "from_python", "matches", "to_python"]

_NOTHING: Mapping[str, object] = MappingProxyType({})


class InvalidText(ValueError):
    """An invalid FEEL text: a syntax error or an unknown name. `diagnostics` say what to write instead."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n".join(_summarise(item) for item in diagnostics))
        self.diagnostics = diagnostics


def format_value(value: object) -> str:
    """The FEEL text of a value (a FEEL value or a Python one) that evaluates to it again. Raises: FeelError."""
    return _format_value(from_python(value))


def evaluate(text: str, context: Mapping[str, object] = _NOTHING, causes: list[Cause] | None = None) -> Value:
    """The value of a FEEL expression; the entries of the context (FEEL or Python values) are its variables.

    An operation that fails gives null, and its error is appended to `causes`. Raises: InvalidText.
    """
    variables = _variables(context)
    return _program(text, tuple(variables)).evaluate(variables, [] if causes is None else causes)


def matches(
    tests: str, value: object, context: Mapping[str, object] = _NOTHING, causes: list[Cause] | None = None
) -> bool | None:
    """Whether a value passes unary tests, such as `[2..10)`; None if the result is null. Raises: InvalidText."""
    variables = _variables(context)
    program = _test_program(tests, tuple(variables))
    return program.matches(from_python(value), variables, [] if causes is None else causes)


def _variables(context: Mapping[str, object]) -> dict[str, Value]:
    return {name: from_python(value) for name, value in context.items()}


@lru_cache(maxsize=1024)
def _program(text: str, names: tuple[str, ...]) -> Program:
    from dmn_engine.diagnostics import Diagnostics, Source
    from dmn_engine.feel.compiler import compile_expression
    from dmn_engine.feel.parser import parse_expression
    from dmn_engine.feel.types import ANY

    source, types, diagnostics = Source(text), dict.fromkeys(names, ANY), Diagnostics()
    node = parse_expression(source, types, diagnostics)
    if node is None or diagnostics.items:
        raise InvalidText(diagnostics.sorted())
    return compile_expression(node, source, types)


@lru_cache(maxsize=1024)
def _test_program(text: str, names: tuple[str, ...]) -> TestProgram:
    from dmn_engine.diagnostics import Diagnostics, Source
    from dmn_engine.feel.compiler import compile_tests
    from dmn_engine.feel.parser import parse_unary_tests
    from dmn_engine.feel.types import ANY

    source, types, diagnostics = Source(text), dict.fromkeys(names, ANY), Diagnostics()
    tests = parse_unary_tests(source, types, diagnostics)
    if tests is None or diagnostics.items:
        raise InvalidText(diagnostics.sorted())
    return compile_tests(tests, source, types)


def _summarise(item: Diagnostic) -> str:
    place = f" at character {item.span.start + 1}" if item.span else ""
    return f"{item.message}{place}" + (f": {item.help}" if item.help else "")
