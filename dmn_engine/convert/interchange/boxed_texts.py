"""FEEL texts of boxed expressions, for those that have an exact equivalent (DMN 1.5, 10.2)."""

from __future__ import annotations

from collections.abc import Iterable

from dmn_engine.diagnostics import Source
from dmn_engine.feel.values import quote
from dmn_engine.model.boxed_expressions import (
    BoxedExpression,
    ConditionalExpression,
    ContextExpression,
    FilterExpression,
    ForExpression,
    FunctionExpression,
    FunctionKind,
    InvocationExpression,
    ListExpression,
    LiteralExpression,
    QuantifiedExpression,
    RelationExpression,
    TableExpression,
    Variable,
)

RESULT = "result of the context"
"""The key of a context's result in its FEEL text; a path selects it immediately."""


class NotFeel(Exception):
    """A part without an equivalent FEEL text; `place` is its text or element."""

    def __init__(self, what: str, place: Source) -> None:
        super().__init__(what)
        self.what = what
        self.place = place


def write_boxed(boxed: BoxedExpression) -> str:
    """The FEEL text of an expression. Raises: NotFeel if it has no exact equivalent."""
    if isinstance(boxed, LiteralExpression):
        if boxed.language:
            raise NotFeel(f"an expression in {boxed.language}", boxed.text)
        return boxed.text.text or "null"
    if boxed.type is not None and not isinstance(boxed, FunctionExpression):
        raise NotFeel(f"the type {boxed.type.text} of a part of a boxed expression", boxed.type)
    return _write_composed(boxed)


def _write_composed(boxed: BoxedExpression) -> str:
    match boxed:
        case ConditionalExpression():
            parts = (_write_part(part, boxed) for part in (boxed.condition, boxed.consequence, boxed.alternative))
            return "if {} then {} else {}".format(*parts)
        case FilterExpression():
            return f"{_write_part(boxed.operand, boxed)}[{_write_part(boxed.condition, boxed)}]"
        case ForExpression(variable=variable):
            domain = _write_part(boxed.domain, boxed)
            return f"for {variable.text} in {domain} return {_write_part(boxed.body, boxed)}"
        case QuantifiedExpression(variable=variable):
            domain, body = (_write_part(part, boxed) for part in (boxed.domain, boxed.body))
            return f"{boxed.quantifier} {variable.text} in {domain} satisfies {body}"
        case ListExpression(items=items):
            return f"[{_join(_write_part(item, boxed) for item in items)}]"
        case RelationExpression():
            return _write_relation(boxed)
        case ContextExpression():
            return _write_context(boxed)
        case InvocationExpression():
            return _write_invocation(boxed)
        case FunctionExpression():
            return _write_function(boxed)
        case TableExpression():
            raise NotFeel("a decision table inside another expression", Source("", boxed.origin))
    raise NotFeel("an expression of an unknown kind", Source("", boxed.origin))


def _write_part(part: BoxedExpression | None, whole: BoxedExpression) -> str:
    if part is None:
        raise NotFeel("an expression with a missing part", Source("", whole.origin))
    if isinstance(part, LiteralExpression) and part.type is not None:
        raise NotFeel(f"the type {part.type.text} of a part of a boxed expression", part.type)
    return f"({write_boxed(part)})"


def _write_relation(boxed: RelationExpression) -> str:
    rows = []
    for row in boxed.rows:
        if len(row.items) != len(boxed.columns):
            raise NotFeel("a relation with a row of another length", Source("", row.origin))
        pairs = zip(boxed.columns, row.items, strict=True)
        rows.append("{" + _join(f"{_write_key(column)}: {_write_part(item, boxed)}" for column, item in pairs) + "}")
    return f"[{_join(rows)}]"


def _write_context(boxed: ContextExpression) -> str:
    entries = [
        f"{quote(RESULT) if entry.variable is None else _write_key(entry.variable)}: {_write_part(entry.value, boxed)}"
        for entry in boxed.entries
    ]
    text = "{" + _join(entries) + "}"
    return f"{text}.{RESULT}" if any(entry.variable is None for entry in boxed.entries) else text


def _write_key(variable: Variable) -> str:
    if variable.type is not None:
        raise NotFeel(f"the type {variable.type.text} of {variable.text}", variable.type)
    return quote(variable.text)


def _write_invocation(boxed: InvocationExpression) -> str:
    function = _write_part(boxed.function, boxed)
    function = function[1:-1] if isinstance(boxed.function, LiteralExpression) else function
    if not boxed.bindings:
        return f"{function}()"
    arguments = (f"{item.parameter.text}: {_write_part(item.value, boxed)}" for item in boxed.bindings)
    return f"{function}({_join(arguments)})"


def _write_function(boxed: FunctionExpression) -> str:
    if boxed.kind is not FunctionKind.FEEL:
        raise NotFeel(f"a function in {boxed.kind.value}", Source("", boxed.origin))
    if boxed.type is not None:
        raise NotFeel(f"the type {boxed.type.text} of a function's result", boxed.type)
    for parameter in boxed.parameters:
        if parameter.type is not None:
            raise NotFeel(f"the type {parameter.type.text} of {parameter.text}", parameter.type)
    return f"function({_join(item.text for item in boxed.parameters)}) {_write_part(boxed.body, boxed)}"


def _join(texts: Iterable[str]) -> str:
    return ", ".join(texts)
