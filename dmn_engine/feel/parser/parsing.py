"""Parse expressions and unary tests and report their errors; the grammar is in `expression_grammar` and its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.builtins import BUILTIN_NAMES
from dmn_engine.feel.parser import syntax_errors
from dmn_engine.feel.parser.cursor import Cursor
from dmn_engine.feel.parser.expression_grammar import ExpressionParser
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.syntax import ComparisonTest, Expression, Name, UnaryTests
from dmn_engine.feel.types import Type

_Tree = TypeVar("_Tree", Expression, UnaryTests)
_MOST_NAMES = 10
"""The most unknown names of one text that are reported: searching for similar names takes time."""


def parse_expression(source: Source, names: Mapping[str, Type], diagnostics: Diagnostics) -> Expression | None:
    """The expression of the text, whose variables have these names and types (DMN 1.5, rule 1).

    A text that is not an expression gives None and one error, at the first unexpected token. Names that are neither
    variables nor built-in functions are errors too, but the tree is returned; in it they evaluate to null.
    """
    return _parse(source, names, diagnostics, _whole_expression, has_input=False)


def is_expression(source: Source, names: Mapping[str, Type]) -> bool:
    """Whether the text is an expression over these names, and not merely one of them. No errors are reported."""
    parser = ExpressionParser(Cursor(source), Scope(names, BUILTIN_NAMES), has_input=False)
    try:
        tree = _whole_expression(parser)
    except (RecursionError, syntax_errors.FeelSyntaxError):
        return False
    return not parser.unknown and not isinstance(tree, Name)


def parse_unary_tests(source: Source, names: Mapping[str, Type], diagnostics: Diagnostics) -> UnaryTests | None:
    """The unary tests of the text (DMN 1.5, rules 15 and 16); errors as in `parse_expression`.

    `names` may have an entry `?`, the type of the tested value.
    """
    return _parse(source, names, diagnostics, _whole_tests, has_input=True)


def _parse(
    source: Source,
    names: Mapping[str, Type],
    diagnostics: Diagnostics,
    read: Callable[[ExpressionParser], _Tree],
    *,
    has_input: bool,
) -> _Tree | None:
    parser = ExpressionParser(Cursor(source), Scope(names, BUILTIN_NAMES), has_input=has_input)
    tree: _Tree | None = None
    try:
        tree = read(parser)
    except RecursionError:
        # Only if the caller's own stack is deep: the parser's limits are far below Python's.
        diagnostics.error("too-deep", "the text nests too deep to be parsed here", source)
        return None
    except syntax_errors.FeelSyntaxError as error:
        # An unexpected token after an unknown name is not reported: the name is the likelier mistake.
        if error.code != "syntax" or not any(span.start < error.span.start for span, _, _ in parser.unknown.values()):
            diagnostics.error(error.code, error.message, source, error.span, help=error.help)
            return None
    for name, (span, meant, scope) in list(parser.unknown.items())[:_MOST_NAMES]:
        message, help = syntax_errors.unknown_name(name, meant, scope.all_names())
        diagnostics.error("unknown-name", message, source, span, help=help)
    return tree


def _whole_expression(parser: ExpressionParser) -> Expression:
    cursor = parser.cursor
    if cursor.is_end:
        raise syntax_errors.empty_text(cursor.source.span)
    node = parser.expression()
    cursor.expect_end()
    return node


def _whole_tests(parser: ExpressionParser) -> UnaryTests:
    """unary tests = tests | "not" "(" tests ")" | "-" ;"""
    cursor = parser.cursor
    if cursor.is_end:
        raise syntax_errors.empty_text(cursor.source.span)
    if cursor.is_symbol("-") and len(cursor.tokens) == 2:
        span = syntax_errors.span_of(cursor.advance())
        return UnaryTests(span, ())
    negated = _negated_tests(parser) if cursor.is_word("not") else None
    if negated is not None:
        return negated
    start = cursor.token.start
    tests = parser.tests()
    cursor.expect_end("`,`, an operator or the end of the text")
    return UnaryTests(cursor.span_from(start), tests)


def _negated_tests(parser: ExpressionParser) -> UnaryTests | None:
    """`not(...)` as the whole text negates the tests in it; elsewhere it calls the built-in function."""
    cursor = parser.cursor
    negation = cursor.advance()
    if cursor.is_symbol("("):
        cursor.open()
        if not cursor.is_label() and not cursor.is_symbol(")"):
            tests = parser.tests()
            cursor.close(")", or_else="an operator, `,`")
            if cursor.is_end:
                return UnaryTests(cursor.span_from(negation.start), tests, negated=True)
            if any(isinstance(test, ComparisonTest) for test in tests):
                raise syntax_errors.misplaced_not(negation)
    cursor.restart()
    return None
