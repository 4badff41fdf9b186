"""The grammar of type names (DMN 1.5, 10.3.1.2, rules 52 to 54)."""

from __future__ import annotations

from dmn_engine.diagnostics import Span
from dmn_engine.feel.parser import syntax_errors
from dmn_engine.feel.parser.cursor import Cursor
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.syntax import TypeName
from dmn_engine.feel.tokens import Token, TokenKind
from dmn_engine.feel.types import ANY, BY_NAME

_KNOWN = Scope(dict.fromkeys(BY_NAME, ANY))
_MAX_DEPTH = 50


def parse_type(cursor: Cursor, depth: int = 0) -> TypeName:
    """type = "list" "<" type ">" | "range" "<" type ">" | "context" "<" member {"," member} ">"
    | "function" "<" [type {"," type}] ">" "->" type | qualified name ;
    """
    start = cursor.token
    if depth > _MAX_DEPTH:
        raise syntax_errors.too_deep(start, _MAX_DEPTH)
    if start.kind is not TokenKind.WORD:
        raise cursor.unexpected("a type")
    if cursor.tokens[cursor.at + 1].text == "<":
        match start.text:
            case "list" | "range":
                return _parse_parametric(cursor, depth)
            case "context":
                return _parse_context(cursor, depth)
            case "function":
                return _parse_function(cursor, depth)
    return _parse_qualified_name(cursor)


def _parse_parametric(cursor: Cursor, depth: int) -> TypeName:
    start = cursor.advance()
    cursor.open()
    argument = parse_type(cursor, depth + 1)
    _close(cursor)
    return TypeName(cursor.span_from(start.start), start.text, (argument,))


def _parse_context(cursor: Cursor, depth: int) -> TypeName:
    """member = name ":" type ;"""
    start = cursor.advance()
    cursor.open()
    members: list[tuple[str, TypeName]] = []
    while not members or cursor.take_symbol(","):
        name = cursor.new_name("the name of a member")
        cursor.expect_symbol(":")
        members.append((name, parse_type(cursor, depth + 1)))
    _close(cursor)
    return TypeName(cursor.span_from(start.start), "context", members=tuple(members))


def _parse_function(cursor: Cursor, depth: int) -> TypeName:
    start = cursor.advance()
    cursor.open()
    parameters: list[TypeName] = []
    if not cursor.is_symbol(">", ">="):
        parameters.append(parse_type(cursor, depth + 1))
        while cursor.take_symbol(","):
            parameters.append(parse_type(cursor, depth + 1))
    _close(cursor)
    cursor.expect_symbol("->")
    result = parse_type(cursor, depth + 1)
    return TypeName(cursor.span_from(start.start), "function", tuple(parameters), result=result)


def _parse_qualified_name(cursor: Cursor) -> TypeName:
    """qualified name = name {"." name} ;"""
    start = cursor.token
    name = cursor.known_name(_KNOWN)
    if name is None:
        name = cursor.unknown_name()
        while cursor.is_symbol(".") and cursor.tokens[cursor.at + 1].kind is TokenKind.WORD:
            cursor.advance()
            name += "." + cursor.unknown_name()
    return TypeName(Span(start.start, cursor.tokens[cursor.at - 1].end), name)


def _close(cursor: Cursor) -> None:
    """Consume `>`, even if it is one token with an `=` that follows the type."""
    token = cursor.token
    if token.text == ">=":
        middle = token.start + 1
        cursor.tokens[cursor.at : cursor.at + 1] = [
            Token(TokenKind.SYMBOL, ">", token.start, middle, token.spaced),
            Token(TokenKind.SYMBOL, "=", middle, token.end, False),
        ]
    cursor.close(">", or_else="`,`")
