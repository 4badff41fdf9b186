"""Report the type errors of an expression, or of a cell's tests. The typing rules are in `inference`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, Source, Span
from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.checker.inference import INPUT, Inference
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.syntax import Expression, UnaryTests
from dmn_engine.feel.types import ANY, Type

_NO_TYPES: Mapping[str, Type] = MappingProxyType({})
_BUILTIN_NAMES = Scope(dict.fromkeys(BUILTINS, ANY))


def check_expression(
    node: Expression,
    source: Source,
    names: Mapping[str, Type],
    diagnostics: Diagnostics,
    types: Mapping[str, Type] = _NO_TYPES,
) -> Type:
    """The type of the expression. Parts that are always null, and values in place of a condition, are errors.

    Names that are not in `names` have type Any; the parser reports them. `types` are further types by name.
    """
    return _Checker(source, diagnostics, types).type_of(node, Scope(names, _BUILTIN_NAMES))


def check_tests(
    tests: UnaryTests,
    input_type: Type,
    source: Source,
    names: Mapping[str, Type],
    diagnostics: Diagnostics,
    types: Mapping[str, Type] = _NO_TYPES,
) -> None:
    """As `check_expression`, for tests of a value of `input_type`. A test that no such value can pass is an error."""
    checker = _Checker(source, diagnostics, types)
    scope = Scope({**names, INPUT: input_type}, _BUILTIN_NAMES)
    for test in tests.tests:
        checker.check_test(test, input_type, scope)


class _Checker(Inference):
    def __init__(self, source: Source, diagnostics: Diagnostics, types: Mapping[str, Type]) -> None:
        super().__init__(types)
        self._source = source
        self._diagnostics = diagnostics

    def report(self, code: str, message: str, span: Span, help: str = "", severity: Severity = Severity.ERROR) -> None:
        self._diagnostics.items.append(Diagnostic(code, severity, message, self._source, span, help=help))
