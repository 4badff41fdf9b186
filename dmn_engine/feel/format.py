"""Canonical FEEL text of syntax trees: parsing the text gives the same tree, and formatting that the same text."""

from __future__ import annotations

from typing import assert_never

from dmn_engine.feel import numbers, syntax
from dmn_engine.feel.tokens import RESERVED_WORDS, TokenKind, tokenise
from dmn_engine.feel.values import quote

# Precedence, loosest first; an operand that binds looser than its place is written in parentheses.
_CLAUSE, _OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _POSTFIX, _PRIMARY = range(10)
_NUMBER_STARTS = "0123456789."  # a minus before one of these would become part of the number
_ARITHMETIC = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}


def format_expression(node: syntax.Expression) -> str:
    """The canonical text of an expression."""
    match node:
        case syntax.NumberLiteral(value=value):
            return numbers.format_number(value)
        case syntax.StringLiteral(value=value):
            return quote(value)
        case syntax.BooleanLiteral(value=value):
            return "true" if value else "false"
        case syntax.NullLiteral():
            return "null"
        case syntax.AtLiteral(text=text):
            return "@" + quote(text)
        case syntax.Name(name=name):
            return name
        case syntax.InputValue():
            return "?"
        case syntax.Negation(operand=operand):
            text = _within(operand, _NEGATE)
            return "-" + (_parenthesised(operand) if text[0] in _NUMBER_STARTS else text)
        case syntax.Arithmetic(operator=operator, left=left, right=right):
            return _binary(left, operator, right, _ARITHMETIC[operator])
        case syntax.Comparison(operator=operator, left=left, right=right):
            return _binary(left, operator, right, _COMPARE)
        case syntax.Conjunction(left=left, right=right):
            return _binary(left, "and", right, _AND)
        case syntax.Disjunction(left=left, right=right):
            return _binary(left, "or", right, _OR)
        case syntax.Between(operand=operand, low=low, high=high):
            return f"{_within(operand, _COMPARE)} between {_within(low, _ADD)} and {_within(high, _ADD)}"
        case syntax.Membership(operand=operand, tests=tests):
            return f"{_within(operand, _COMPARE)} in {_membership_tests(tests)}"
        case syntax.InstanceOf(operand=operand, type=type_):
            return f"{_within(operand, _POSTFIX)} instance of {format_type(type_)}"
        case syntax.Conditional(condition=condition, consequence=consequence, alternative=alternative):
            parts = (format_expression(part) for part in (condition, consequence, alternative))
            return "if {} then {} else {}".format(*parts)
        case syntax.For(iterators=iterators, body=body):
            return f"for {_iterators(iterators)} return {format_expression(body)}"
        case syntax.Quantified(quantifier=quantifier, iterators=iterators, body=body):
            return f"{quantifier} {_iterators(iterators)} satisfies {format_expression(body)}"
        case syntax.Filter(operand=operand, condition=condition):
            return f"{_within(operand, _POSTFIX)}[{format_expression(condition)}]"
        case syntax.Path(operand=operand, member=member):
            return f"{_path_operand(operand)}.{member}"
        case syntax.Call(function=function, arguments=arguments, names=names):
            return f"{_within(function, _POSTFIX)}({_arguments(arguments, names)})"
        case syntax.FunctionDefinition():
            return _function(node)
        case syntax.ContextLiteral(entries=entries):
            return "{" + ", ".join(map(_entry, entries)) + "}"
        case syntax.ListLiteral(items=items):
            return "[" + ", ".join(map(format_expression, items)) + "]"
        case syntax.RangeLiteral():
            return _range(node)
    assert_never(node)


def format_tests(tests: syntax.UnaryTests) -> str:
    """The canonical text of a cell's tests."""
    if tests.is_any:
        return "-"
    text = ", ".join(map(_test, tests.tests))
    if tests.negated:
        return f"not({text})"
    return f"({text})" if _reads_as_negated(tests, text) else text


def format_type(type_: syntax.TypeName) -> str:
    """The canonical text of a type."""
    if type_.result is not None:
        return f"function<{', '.join(map(format_type, type_.arguments))}> -> {format_type(type_.result)}"
    if type_.members:
        return "context<" + ", ".join(f"{name}: {format_type(member)}" for name, member in type_.members) + ">"
    if type_.arguments:
        return f"{type_.name}<{', '.join(map(format_type, type_.arguments))}>"
    return type_.name


def _reads_as_negated(tests: syntax.UnaryTests, text: str) -> bool:
    """Whether the text would parse as the negation of the whole cell: a single call of the function `not`."""
    only = tests.tests[0]
    return len(tests.tests) == 1 and isinstance(only, syntax.Call) and text.startswith("not(")


def _binding(node: syntax.Expression) -> int:
    match node:
        case syntax.Conditional() | syntax.For() | syntax.Quantified() | syntax.FunctionDefinition():
            return _CLAUSE
        case syntax.Disjunction():
            return _OR
        case syntax.Conjunction():
            return _AND
        case syntax.Comparison() | syntax.Between() | syntax.Membership():
            return _COMPARE
        case syntax.Arithmetic(operator=operator):
            return _ARITHMETIC[operator]
        case syntax.Negation():
            return _NEGATE
        case syntax.NumberLiteral(value=value) if value < 0:
            return _NEGATE
        case syntax.InstanceOf() | syntax.Filter() | syntax.Path() | syntax.Call():
            return _POSTFIX
    return _PRIMARY


def _parenthesised(node: syntax.Expression) -> str:
    return f"({format_expression(node)})"


def _within(node: syntax.Expression, binding: int) -> str:
    text = format_expression(node)
    return text if _binding(node) >= binding else f"({text})"


def _binary(left: syntax.Expression, operator: str, right: syntax.Expression, binding: int) -> str:
    return f"{_within(left, binding)} {operator} {_within(right, binding + 1)}"


def _path_operand(operand: syntax.Expression) -> str:
    """The operand of a path, in parentheses where the parser would read on: a number would take the dot as its own."""
    text = _within(operand, _POSTFIX)
    return f"({text})" if isinstance(operand, syntax.NumberLiteral | syntax.InstanceOf) else text


def _test(test: syntax.UnaryTest) -> str:
    if isinstance(test, syntax.ComparisonTest):
        return f"{test.operator} {_within(test.endpoint, _ADD)}"
    return format_expression(test)


def _membership_tests(tests: tuple[syntax.UnaryTest, ...]) -> str:
    """The right side of `in`. One test needs no parentheses unless it binds looser or begins with a parenthesis."""
    if len(tests) > 1:
        return "(" + ", ".join(map(_test, tests)) + ")"
    only = tests[0]
    if isinstance(only, syntax.ComparisonTest):
        return _test(only)
    text = format_expression(only)
    if isinstance(only, syntax.RangeLiteral) and not only.operator:
        return text
    return text if _binding(only) >= _ADD and not text.startswith("(") else f"({text})"


def _iterators(iterators: tuple[syntax.Iterator_, ...]) -> str:
    return ", ".join(map(_iterator, iterators))


def _iterator(iterator: syntax.Iterator_) -> str:
    text = f"{iterator.name} in {format_expression(iterator.domain)}"
    return text if iterator.end is None else f"{text}..{format_expression(iterator.end)}"


def _arguments(arguments: tuple[syntax.Expression, ...], names: tuple[str, ...]) -> str:
    texts = list(map(format_expression, arguments))
    if names:
        texts = [f"{name}: {text}" for name, text in zip(names, texts, strict=True)]
    return ", ".join(texts)


def _function(node: syntax.FunctionDefinition) -> str:
    external = "external " if node.external else ""
    return f"function({', '.join(map(_parameter, node.parameters))}) {external}{format_expression(node.body)}"


def _parameter(parameter: syntax.ParameterNode) -> str:
    return parameter.name if parameter.type is None else f"{parameter.name}: {format_type(parameter.type)}"


def _entry(entry: syntax.ContextEntry) -> str:
    return f"{_key(entry.key)}: {format_expression(entry.value)}"


def _key(key: str) -> str:
    """The text of a context key: a single word unquoted, any other key as a string."""
    tokens = tokenise(key)
    is_word = len(tokens) == 2 and tokens[0].kind is TokenKind.WORD and tokens[0].text == key
    return key if is_word and key not in RESERVED_WORDS else quote(key)


def _range(node: syntax.RangeLiteral) -> str:
    if node.operator:
        end = node.high if node.low is None else node.low
        assert end is not None
        return f"({node.operator} {_within(end, _ADD)})"
    assert node.low is not None and node.high is not None
    low, high = format_expression(node.low), format_expression(node.high)
    return f"{'[' if node.low_closed else '('}{low}..{high}{']' if node.high_closed else ')'}"
