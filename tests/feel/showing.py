"""Text forms of results for the runners of this folder: values with their errors, trees, rendered diagnostics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.checker import check_expression, check_tests
from dmn_engine.feel.checker.type_operations import resolve_type
from dmn_engine.feel.compiler import compile_expression, compile_tests
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.syntax import InstanceOf, Name, Node, TypeName
from dmn_engine.feel.types import ANY, Type
from dmn_engine.feel.values import Value, format_value
from dmn_engine.report.text import render_diagnostic

Names = Mapping[str, Type]


def read_type(text: str) -> Type:
    """The type of a FEEL type expression."""
    node = parse_expression(Source(f"null instance of {text}"), {}, Diagnostics())
    assert isinstance(node, InstanceOf), text
    found = resolve_type(node.type, {})
    assert found is not None, text
    return found


def show_value(text: str, variables: Mapping[str, Value], names: Names | None = None) -> str:
    """The value, and after ` because ` the errors behind nulls, each with its part of the text."""
    names = dict.fromkeys(variables, ANY) if names is None else names
    source, diagnostics, causes = Source(text), Diagnostics(), list[EvaluationError]()
    node = parse_expression(source, names, diagnostics)
    if node is None:
        return "\n".join(map(render_diagnostic, diagnostics.items))
    value = compile_expression(node, source, names).evaluate(variables, causes)
    return format_value(value) + show_causes(causes)


def show_match(tests: str, value: Value, variables: Mapping[str, Value]) -> str:
    """Whether the value passes the tests, and the errors if the result is null."""
    names = dict.fromkeys(variables, ANY)
    source, diagnostics, causes = Source(tests), Diagnostics(), list[EvaluationError]()
    node = parse_unary_tests(source, names, diagnostics)
    if node is None:
        return "\n".join(map(render_diagnostic, diagnostics.items))
    result = compile_tests(node, source, names).matches(value, variables, causes)
    return format_value(result) + show_causes(causes)


def show_causes(causes: list[EvaluationError]) -> str:
    """` because `, and each cause as `text: message`."""
    parts = [f"`{cause.source.text[cause.span.start : cause.span.end]}`: {cause.message}" for cause in causes]
    return " because " + "; ".join(parts) if parts else ""


def show_faults(text: str, names: Names, input_type: Type | None = None) -> str:
    """The rendered diagnostics of parsing and checking an expression, or unary tests if there is an input type."""
    source, diagnostics = Source(text, "cell"), Diagnostics()
    if input_type is None:
        node = parse_expression(source, names, diagnostics)
        if node is not None:
            check_expression(node, source, names, diagnostics)
    else:
        tests = parse_unary_tests(source, names, diagnostics)
        if tests is not None:
            check_tests(tests, input_type, source, names, diagnostics)
    return "\n".join(map(render_diagnostic, diagnostics.items)) or "no fault"


def show_tree(node: object) -> str:
    """The tree as nested calls of its nodes, without spans."""
    match node:
        case Name(name=name):
            return f"<{name}>"
        case TypeName():
            return str(node.name)
        case Node():
            parts = [show_tree(getattr(node, item.name)) for item in fields(node) if item.name != "span"]
            return f"{type(node).__name__.strip('_')}({', '.join(part for part in parts if part)})"
        case tuple():
            return f"[{', '.join(map(show_tree, node))}]" if node else ""
        case Decimal() | bool():
            return format_value(node)
        case None:
            return ""
        case _:
            return repr(node) if node else ""
