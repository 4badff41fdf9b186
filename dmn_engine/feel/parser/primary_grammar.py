"""The grammar of FEEL's primary expressions: literals, names, brackets, clauses. A subclass adds operators."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Literal as Choice

from dmn_engine.diagnostics import Span
from dmn_engine.feel import syntax
from dmn_engine.feel.checker.inference import Inference, hides_builtin
from dmn_engine.feel.checker.type_operations import item_of, resolve_type
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.numbers import parse_number
from dmn_engine.feel.parser import syntax_errors
from dmn_engine.feel.parser.cursor import Cursor
from dmn_engine.feel.parser.type_names import parse_type
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.tokens import OPERATOR_WORDS, RESERVED_WORDS, Token, TokenKind, unescape
from dmn_engine.feel.types import ANY, ListType, Type

MAX_NESTING = 80
"""The most levels of nested expressions: the recursion of the parser."""

MAX_DEPTH = 200
"""The greatest depth of a syntax tree, including long chains of operators: the recursion of code that walks it."""

_RANGE_ENDS = (")", "]", "[")


class ClauseParser(ABC):
    """A recursive-descent parser; each method parses one rule of the grammar, given in its docstring.

    Every method raises FeelSyntaxError at the first unexpected token. An unknown name is not a syntax error: `unknown`
    has its first span, and the words with which to search for a similar name.
    """

    def __init__(self, cursor: Cursor, scope: Scope, *, has_input: bool) -> None:
        self.cursor = cursor
        self.scope = scope
        self.inference = Inference()
        self.unknown: dict[str, tuple[Span, str, Scope]] = {}
        self.has_input = has_input
        self.endpoint_of = -1
        self._depths: dict[int, tuple[int, syntax.Node]] = {}

    @abstractmethod
    def expression(self) -> syntax.Expression:
        """Any expression."""

    @abstractmethod
    def endpoint(self) -> syntax.Expression:
        """An expression without comparisons, `and` or `or`, unless in brackets."""

    @abstractmethod
    def comparison_test(self) -> syntax.ComparisonTest:
        """A comparison without its left side."""

    def primary(self) -> syntax.Expression:
        """primary = number | string | "true" | "false" | "null" | at literal | name | "?" | parenthesis | list | range
        | context | conditional | for | quantified | function definition ;
        """
        token = self.cursor.token
        match token.kind:
            case TokenKind.NUMBER:
                node: syntax.Expression = syntax.NumberLiteral(
                    syntax_errors.span_of(self.cursor.advance()), self._number(token)
                )
            case TokenKind.STRING:
                node = syntax.StringLiteral(syntax_errors.span_of(self.cursor.advance()), unescape(token.text))
            case TokenKind.SYMBOL:
                node = self._symbol(token)
            case TokenKind.WORD:
                node = self._word(token)
            case _:
                raise self.cursor.unexpected("an expression")
        return self.bounded(node, token)

    def bounded(self, node: syntax.Expression, token: Token) -> syntax.Expression:
        """The node itself. Raises: FeelSyntaxError at the token if its tree is too deep."""
        if self._depth(node) > MAX_DEPTH:
            raise syntax_errors.too_deep(token, MAX_DEPTH)
        return node

    def _depth(self, node: syntax.Node) -> int:
        known = self._depths.get(id(node))
        if known is None:  # the node is kept too, so that its id is not reused
            known = self._depths[id(node)] = (1 + max(map(self._depth, syntax.children(node)), default=0), node)
        return known[0]

    def span_from(self, start: int) -> Span:
        """The span from an offset to the end of the last token."""
        return self.cursor.span_from(start)

    def type_of(self, node: syntax.Expression) -> Type:
        """The node's type in the current scope, as far as it is known."""
        return self.inference.type_of(node, self.scope)

    def _number(self, token: Token) -> Decimal:
        try:
            return parse_number(token.text)
        except FeelError as error:
            raise syntax_errors.bad_number(token, error.message) from None

    def is_negative_number(self) -> bool:
        """Whether a minus and a number are next."""
        return self.cursor.is_symbol("-") and self.cursor.tokens[self.cursor.at + 1].kind is TokenKind.NUMBER

    def _negative_number(self) -> syntax.NumberLiteral:
        start = self.cursor.advance().start
        value = self._number(self.cursor.advance())
        return syntax.NumberLiteral(self.span_from(start), value.copy_negate() if value else value)

    def _symbol(self, token: Token) -> syntax.Expression:
        match token.text:
            case "-" if self.is_negative_number():
                return self._negative_number()
            case "(":
                return self._parenthesis()
            case "[":
                return self._list_or_range()
            case "]" if self._begins_range():
                return self.range_from(token, self._open_and_read())
            case "{":
                return self._context()
            case "@":
                return self._at_literal()
            case "?":
                return self._input_value()
        raise self.cursor.unexpected("an expression")

    def _word(self, token: Token) -> syntax.Expression:
        known = self.scope.longest_match(self.cursor.tokens, self.cursor.at)
        if token.text in RESERVED_WORDS and (known is None or known[1] == 1):
            return self._reserved(token)
        return self._name()

    def _reserved(self, token: Token) -> syntax.Expression:
        match token.text:
            case "true" | "false":
                return syntax.BooleanLiteral(syntax_errors.span_of(self.cursor.advance()), token.text == "true")
            case "null":
                return syntax.NullLiteral(syntax_errors.span_of(self.cursor.advance()))
            case "if":
                return self._conditional()
            case "for":
                return self._for()
            case "some":
                return self._quantified("some")
            case "every":
                return self._quantified("every")
            case "function":
                return self._function_definition()
        raise self.cursor.unexpected("an expression")

    def _name(self) -> syntax.Name:
        """name = name start {name part | "." | "/" | "-" | "'" | "+" | "*"} ;

        The longest name in scope that is next; if there is none, the longest run of words.
        """
        start = self.cursor.token.start
        name = self.cursor.known_name(self.scope)
        if name is None:
            meant = self.cursor.spelled_run()
            name = self.cursor.unknown_name()
            if not self.scope.may_have_more:
                self.unknown.setdefault(name, (self.span_from(start), meant, self.scope))
        return syntax.Name(self.span_from(start), name, hides_builtin(name, self.scope))

    def _input_value(self) -> syntax.Expression:
        """input value = "?" ;   (only in unary tests, unless a name in scope begins with it)"""
        token = self.cursor.token
        known = self.scope.longest_match(self.cursor.tokens, self.cursor.at)
        if known is not None and known[1] > 1:
            return self._name()
        if not self.has_input:
            raise syntax_errors.stray_input_value(token)
        return syntax.InputValue(syntax_errors.span_of(self.cursor.advance()))

    def _at_literal(self) -> syntax.AtLiteral:
        """at literal = "@" string ;"""
        start = self.cursor.advance().start
        if self.cursor.token.kind is not TokenKind.STRING:
            raise self.cursor.unexpected('a text such as "2020-01-31" after `@`')
        text = unescape(self.cursor.advance().text)
        return syntax.AtLiteral(self.span_from(start), text)

    # Brackets

    def _parenthesis(self) -> syntax.Expression:
        """parenthesis = "(" expression ")" | "(" expression ".." expression range end
        | "(" ("<" | "<=" | ">" | ">=" | "=") endpoint ")" ;
        """
        opening = self.cursor.open()
        if self.cursor.is_symbol("=", "!=", "<", "<=", ">", ">="):
            test = self.comparison_test()
            self.cursor.close(")")
            return self.range_of_test(test, opening.start)
        node = self.expression()
        if self.cursor.is_symbol(".."):
            return self.range_from(opening, node)
        self.cursor.close(")", or_else="an operator")
        return node

    def range_of_test(self, test: syntax.ComparisonTest, start: int) -> syntax.RangeLiteral:
        """The range that a comparison in parentheses denotes (rule 7a used as a value)."""
        span, end = self.span_from(start), test.endpoint
        match test.operator:
            case "=" | "!=" as operator:
                return syntax.RangeLiteral(span, end, end, True, True, operator)
            case "<" | "<=" as operator:
                return syntax.RangeLiteral(span, None, end, False, operator == "<=", operator)
            case ">" | ">=" as operator:
                return syntax.RangeLiteral(span, end, None, operator == ">=", False, operator)

    def _begins_range(self) -> bool:
        """Whether the `]` in place of an operand opens a range, as in `]1..5]`."""
        after = self.cursor.tokens[self.cursor.at + 1]
        return after.kind is not TokenKind.END and after.text not in (")", "]", "}", ",")

    def _open_and_read(self) -> syntax.Expression:
        self.cursor.open()
        node = self.expression()
        if not self.cursor.is_symbol(".."):
            raise self.cursor.unexpected("`..`, as in `]1..5]`")
        return node

    def range_from(self, opening: Token, low: syntax.Expression) -> syntax.RangeLiteral:
        """range = ("(" | "]" | "[") expression ".." expression (")" | "[" | "]") ;"""
        self.cursor.expect_symbol("..")
        outer, self.endpoint_of = self.endpoint_of, len(self.cursor.opened)
        high = self.expression()
        self.endpoint_of = outer
        closing = self.cursor.close(*_RANGE_ENDS, or_else="an operator")
        return syntax.RangeLiteral(self.span_from(opening.start), low, high, opening.text == "[", closing.text == "]")

    def closes_range(self) -> bool:
        """Whether the next `[` ends a range, as in `[1..10[`, and does not begin a filter.

        It does after the upper endpoint if the token behind it cannot begin an expression.
        """
        if self.endpoint_of != len(self.cursor.opened):
            return False
        after = self.cursor.tokens[self.cursor.at + 1]
        if after.kind is TokenKind.WORD:
            return after.text in OPERATOR_WORDS
        if after.kind is TokenKind.SYMBOL:
            return after.text not in ("(", "[", "{", "@", "-", "?")
        return after.kind is TokenKind.END

    def _list_or_range(self) -> syntax.Expression:
        """list = "[" [expression {"," expression}] "]" ;"""
        opening = self.cursor.open()
        items: list[syntax.Expression] = []
        if not self.cursor.is_symbol("]"):
            items.append(self.expression())
            if self.cursor.is_symbol(".."):
                return self.range_from(opening, items[0])
            while self.cursor.take_symbol(","):
                items.append(self.expression())
        self.cursor.close("]", or_else="an operator, `,`")
        return syntax.ListLiteral(self.span_from(opening.start), tuple(items))

    def _context(self) -> syntax.ContextLiteral:
        """context = "{" [entry {"," entry}] "}" ;        entry = (name | string) ":" expression ;

        Every entry sees the entries before it; a function also sees itself.
        """
        opening = self.cursor.open()
        outer = self.scope
        self.scope = Scope({}, outer)
        entries: dict[str, syntax.ContextEntry] = {}
        while not self.cursor.is_symbol("}") or entries:
            start = self.cursor.token
            entry = self._entry()
            if entry.key in entries:
                raise syntax_errors.repeated_name("key", entry.key, syntax_errors.span_of(start))
            entries[entry.key] = entry
            if not self.cursor.take_symbol(","):
                break
        self.scope = outer
        self.cursor.close("}", or_else="an operator, `,`")
        return syntax.ContextLiteral(self.span_from(opening.start), tuple(entries.values()))

    def _entry(self) -> syntax.ContextEntry:
        token = self.cursor.token
        if token.kind is TokenKind.STRING:
            key = unescape(self.cursor.advance().text)
        else:
            key = self.cursor.new_name("a key: a name or a string", is_key=True)
        self.cursor.expect_symbol(":")
        if self.cursor.is_word("function"):
            self.scope.declare(key, ANY)
        scope = self.scope
        value = self.expression()
        scope.declare(key, self.type_of(value))
        return syntax.ContextEntry(self.span_from(token.start), key, value)

    # Clauses

    def _conditional(self) -> syntax.Conditional:
        """conditional = "if" expression "then" expression "else" expression ;"""
        token = self.cursor.advance()
        condition = self.expression()
        self.cursor.expect_word("then")
        consequence = self.expression()
        if self.cursor.is_end or self.cursor.is_symbol(",", ")", "]", "}"):
            raise syntax_errors.missing_else(token)
        self.cursor.expect_word("else")
        alternative = self.expression()
        return syntax.Conditional(self.span_from(token.start), condition, consequence, alternative)

    def _for(self) -> syntax.For:
        """for = "for" iterator {"," iterator} "return" expression ;   (the last sees `partial`)"""
        token, outer = self.cursor.advance(), self.scope
        iterators = self._iterators()
        self.cursor.expect_word("return")
        self.scope = Scope({"partial": ListType(ANY)}, self.scope)
        body = self.expression()
        self.scope = outer
        return syntax.For(self.span_from(token.start), iterators, body)

    def _quantified(self, quantifier: Choice["some", "every"]) -> syntax.Quantified:
        """quantified = ("some" | "every") iterator {"," iterator} "satisfies" expression ;"""
        token, outer = self.cursor.advance(), self.scope
        iterators = self._iterators()
        self.cursor.expect_word("satisfies")
        body = self.expression()
        self.scope = outer
        return syntax.Quantified(self.span_from(token.start), quantifier, iterators, body)

    def _iterators(self) -> tuple[syntax.Iterator_, ...]:
        """iterator = name "in" expression [".." expression] ;   (each sees those before it, as does what follows)"""
        iterators: list[syntax.Iterator_] = []
        while not iterators or self.cursor.take_symbol(","):
            start = self.cursor.token.start
            name = self.cursor.new_name("the name of a variable", until="in")
            self.cursor.expect_word("in")
            domain = self.expression()
            end = self.expression() if self.cursor.take_symbol("..") else None
            iterators.append(syntax.Iterator_(self.span_from(start), name, domain, end))
            self.scope = Scope({name: item_of(self.type_of(domain))}, self.scope)
        return tuple(iterators)

    def _function_definition(self) -> syntax.FunctionDefinition:
        """function definition = "function" "(" [parameter {"," parameter}] ")" ["external"] expression ;
        parameter = name [":" type] ;
        """
        token, outer = self.cursor.advance(), self.scope
        if not self.cursor.is_symbol("("):
            raise self.cursor.unexpected("`(`")
        self.cursor.open()
        parameters: list[syntax.ParameterNode] = []
        while not self.cursor.is_symbol(")") or parameters:
            parameters.append(self._parameter(parameters))
            if not self.cursor.take_symbol(","):
                break
        self.cursor.close(")", or_else="`,`")
        external = self.cursor.is_word("external") and self.cursor.tokens[self.cursor.at + 1].text == "{"
        self.cursor.at += external
        self.scope = Scope({parameter.name: self._type_of_parameter(parameter) for parameter in parameters}, outer)
        body = self.expression()
        self.scope = outer
        return syntax.FunctionDefinition(self.span_from(token.start), tuple(parameters), body, external)

    def _parameter(self, before: list[syntax.ParameterNode]) -> syntax.ParameterNode:
        token = self.cursor.token
        name = self.cursor.new_name("the name of a parameter")
        if any(parameter.name == name for parameter in before):
            raise syntax_errors.repeated_name("parameter", name, syntax_errors.span_of(token))
        type_ = parse_type(self.cursor) if self.cursor.take_symbol(":") else None
        return syntax.ParameterNode(self.span_from(token.start), name, type_)

    def _type_of_parameter(self, parameter: syntax.ParameterNode) -> Type:
        if parameter.type is None:
            return ANY
        return resolve_type(parameter.type, {}) or ANY
