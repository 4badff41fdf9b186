"""The grammar of FEEL's operators and of tests (DMN 1.5, 10.3.1.2): precedence, paths, filters, calls, comparisons."""

from __future__ import annotations

from typing import Literal as Choice
from typing import cast

from dmn_engine.diagnostics import Span
from dmn_engine.feel import syntax
from dmn_engine.feel.checker.type_operations import item_members, item_scope, members_of
from dmn_engine.feel.parser import syntax_errors
from dmn_engine.feel.parser.primary_grammar import MAX_NESTING, ClauseParser
from dmn_engine.feel.parser.type_names import parse_type
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.tokens import Token, TokenKind

_Operator = Choice["=", "!=", "<", "<=", ">", ">="]
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

# The levels of the operators, loosest first (rules 2, 4 and 49 to 51).
_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _NONE = range(7)
_LEVELS = {
    "or": _OR,
    "and": _AND,
    "between": _COMPARE,
    "in": _COMPARE,
    **dict.fromkeys(_COMPARISONS, _COMPARE),
    "+": _ADD,
    "-": _ADD,
    "*": _MULTIPLY,
    "/": _MULTIPLY,
    "**": _POWER,
}


class ExpressionParser(ClauseParser):
    """The parser of whole expressions: operators and their operands."""

    _nesting = 0

    def expression(self) -> syntax.Expression:
        """expression = conjunction {"or" conjunction} ;      conjunction = comparison {"and" comparison} ;
        comparison = sum {("=" | "!=" | "<" | "<=" | ">" | ">=") sum | "between" sum "and" sum | "in" tests} ;
        sum = product {("+" | "-") product} ;                 product = power {("*" | "/") power} ;
        power = negation {"**" negation} ;

        All binary operators are left-associative.
        """
        return self._binary(_OR)

    def endpoint(self) -> syntax.Expression:
        """endpoint = sum ;"""
        return self._binary(_ADD)

    def _binary(self, level: int) -> syntax.Expression:
        token = self.cursor.token
        if self._nesting >= MAX_NESTING:
            raise syntax_errors.too_deep(token, MAX_NESTING)
        self._nesting += 1
        node = self._operators(self._negation(), token.start, level)
        self._nesting -= 1
        return node

    def _operators(self, left: syntax.Expression, start: int, level: int) -> syntax.Expression:
        """Parse the operators of this level that follow the left operand, which begins at offset `start`."""
        while True:
            token = self.cursor.token
            is_operator = token.kind in (TokenKind.SYMBOL, TokenKind.WORD)
            found = _LEVELS.get(token.text, -1) if is_operator else -1
            if found < level:
                return left
            self.cursor.advance()
            left = self.bounded(self._operation(token, found, left, start), token)

    def _operation(self, operator: Token, level: int, left: syntax.Expression, start: int) -> syntax.Expression:
        match operator.text:
            case "in":
                tests = self._membership_tests()
                return syntax.Membership(self.span_from(start), left, tests)
            case "between":
                low = self.endpoint()
                self.cursor.expect_word("and")
                high = self.endpoint()
                return syntax.Between(self.span_from(start), left, low, high)
        right = self._binary(level + 1)
        span = self.span_from(start)
        match operator.text:
            case "or":
                return syntax.Disjunction(span, left, right)
            case "and":
                return syntax.Conjunction(span, left, right)
            case "+" | "-" | "*" | "/" | "**" as arithmetic:
                return syntax.Arithmetic(span, arithmetic, left, right)
            case comparison:
                return syntax.Comparison(span, cast(_Operator, comparison), left, right)

    def _negation(self) -> syntax.Expression:
        """negation = {"-"} operand ;   (`-3 ** 2` is 9; `2 ** -3` needs no parentheses)

        A minus before a number is part of it (rule 37).
        """
        minuses: list[Token] = []
        while self.cursor.is_symbol("-") and not self.is_negative_number():
            minuses.append(self.cursor.advance())
        start = self.cursor.token.start
        node = self._postfixes(self.primary(), start)
        for minus in reversed(minuses):
            node = self.bounded(syntax.Negation(self.span_from(minus.start), node), minus)
        return node

    def _postfixes(self, node: syntax.Expression, start: int) -> syntax.Expression:
        """operand = primary {"." name | "[" expression "]" | "(" arguments ")" | "instance" "of" type} ;"""
        while True:
            token = self.cursor.token
            if self.cursor.take_symbol("."):
                node = self._path(node, start)
            elif self.cursor.is_symbol("[") and not self.closes_range():
                node = self._filter(node, start)
            elif self.cursor.is_symbol("("):
                node = self._call(node, start)
            elif self.cursor.take_word("instance"):
                self.cursor.expect_word("of")
                type_ = parse_type(self.cursor)
                node = syntax.InstanceOf(self.span_from(start), node, type_)
            else:
                return node
            self.bounded(node, token)

    def _path(self, operand: syntax.Expression, start: int) -> syntax.Path:
        """path = operand "." name ;

        If the members of the operand's type are known, the longest of them that is next. Otherwise the member is the
        longest run of words (Cursor.unknown_name_length): `x.a b` is one member and `x.a - b` a subtraction.
        """
        if self.cursor.token.kind is not TokenKind.WORD:
            raise self.cursor.unexpected("the name of a member")
        members = members_of(self.type_of(operand))
        name = self.cursor.known_name(Scope(members)) if members else None
        member = self.cursor.unknown_name() if name is None else name
        return syntax.Path(self.span_from(start), operand, member)

    def _filter(self, operand: syntax.Expression, start: int) -> syntax.Filter:
        """filter = operand "[" expression "]" ;   (the condition sees `item` and the item's members)"""
        outer = self.scope
        self.scope = item_scope(self.type_of(operand), outer)
        self.cursor.open()
        condition = self.expression()
        self.cursor.close("]", or_else="an operator")
        self.scope = outer
        return syntax.Filter(self.span_from(start), operand, condition, item_members(self.type_of(operand)))

    def _call(self, function: syntax.Expression, start: int) -> syntax.Call:
        """call = operand "(" [argument {"," argument}] ")" ;        argument = [name ":"] expression ;"""
        self.cursor.open()
        arguments: list[syntax.Expression] = []
        names: list[str] = []
        while not self.cursor.is_symbol(")") or arguments:
            label = self.cursor.token
            if self.cursor.is_label():
                names.append(self.cursor.new_name("the name of a parameter", is_key=True))
                self.cursor.expect_symbol(":")
                if names[-1] in names[:-1]:
                    raise syntax_errors.repeated_name("argument", names[-1], syntax_errors.span_of(label))
            arguments.append(self.expression())
            if names and len(names) != len(arguments):
                raise syntax_errors.mixed_arguments(Span(label.start, self.span_from(label.start).end))
            if not self.cursor.take_symbol(","):
                break
        self.cursor.close(")", or_else="an operator, `,`")
        return syntax.Call(self.span_from(start), function, tuple(arguments), tuple(names))

    # Tests

    def test(self) -> syntax.UnaryTest:
        """test = comparison test | expression ;"""
        if not self.cursor.is_symbol(*_COMPARISONS):
            node = self.expression()
            if isinstance(node, syntax.RangeLiteral) and node.operator == "!=" and node.low is not None:
                return syntax.ComparisonTest(node.span, "!=", node.low)
            return node
        test = self.comparison_test()
        if self.cursor.is_word("and", "or"):
            raise syntax_errors.joined_tests(self.cursor.token)
        return test

    def comparison_test(self) -> syntax.ComparisonTest:
        """comparison test = ("=" | "!=" | "<" | "<=" | ">" | ">=") endpoint ;"""
        operator = self.cursor.advance()
        endpoint = self.endpoint()
        return syntax.ComparisonTest(self.span_from(operator.start), cast(_Operator, operator.text), endpoint)

    def tests(self) -> tuple[syntax.UnaryTest, ...]:
        """tests = test {"," test} ;"""
        tests = [self.test()]
        while self.cursor.take_symbol(","):
            tests.append(self.test())
        return tuple(tests)

    def _membership_tests(self) -> tuple[syntax.UnaryTest, ...]:
        """membership tests = comparison test | "(" tests ")" | endpoint ;   (`?` is the left side of `in`)"""
        outer, self.has_input = self.has_input, True
        if self.cursor.is_symbol("("):
            tests = self._parenthesised_tests()
        elif self.cursor.is_symbol(*_COMPARISONS):
            tests = (self.comparison_test(),)
        else:
            tests = (self.endpoint(),)
        self.has_input = outer
        return tests

    def _parenthesised_tests(self) -> tuple[syntax.UnaryTest, ...]:
        """Tests in parentheses, or an operand that begins with a parenthesis: `x in (a + b) * 2`."""
        opening = self.cursor.open()
        tests = self.tests()
        first = tests[0]
        if len(tests) == 1 and self.cursor.is_symbol("..") and not isinstance(first, syntax.ComparisonTest):
            operand: syntax.Expression = self.range_from(opening, first)
        else:
            self.cursor.close(")", or_else="an operator, `,`")
            if len(tests) > 1 or (isinstance(first, syntax.ComparisonTest) and not self._goes_on()):
                return tests
            operand = self.range_of_test(first, opening.start) if isinstance(first, syntax.ComparisonTest) else first
        return (self._operators(self._postfixes(operand, opening.start), opening.start, _ADD),)

    def _goes_on(self) -> bool:
        return self.cursor.is_symbol(".", "[", "(")
