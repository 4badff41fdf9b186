"""Random FEEL syntax trees, of the forms that the parser creates, for the laws of this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from dmn_engine.diagnostics import Span
from dmn_engine.feel import syntax
from dmn_engine.feel.syntax import Expression
from dmn_engine.feel.types import ANY

NAMES = dict.fromkeys(("x", "y", "Age", "a-b", "a - b", "Months from end of therapy", "Bob's age", "if any"), ANY)
AT = Span(0, 0)

names = st.sampled_from(sorted(NAMES))
new_names = st.sampled_from(("i", "j k", "e-f", "z'z", "p1"))
keys = st.sampled_from(("a", "b c", "d+e", "", "if", "10", 'quo"te', "ß"))
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000)
types = st.sampled_from(
    (
        syntax.TypeName(AT, "number"),
        syntax.TypeName(AT, "date and time"),
        syntax.TypeName(AT, "list", (syntax.TypeName(AT, "Any"),)),
        syntax.TypeName(AT, "context", members=(("a b", syntax.TypeName(AT, "string")),)),
        syntax.TypeName(AT, "function", (syntax.TypeName(AT, "number"),), result=syntax.TypeName(AT, "Any")),
    )
)

leaves: st.SearchStrategy[Expression] = st.one_of(
    numbers.map(lambda value: syntax.NumberLiteral(AT, value.normalize() if value else Decimal(0))),
    st.text(max_size=5).map(lambda value: syntax.StringLiteral(AT, value)),
    st.booleans().map(lambda value: syntax.BooleanLiteral(AT, value)),
    st.just(syntax.NullLiteral(AT)),
    st.sampled_from(("2020-01-31", "P1D", "nothing")).map(lambda text: syntax.AtLiteral(AT, text)),
    names.map(lambda name: syntax.Name(AT, name)),
)


def branches(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Every kind of node over the given ones."""
    pair = st.tuples(inner, inner)
    build: Callable[..., st.SearchStrategy[Expression]] = st.builds
    at = st.just(AT)
    arguments = st.lists(inner, max_size=3).map(tuple)
    iterators = st.lists(
        st.builds(syntax.Iterator_, at, new_names, inner, st.none() | inner), min_size=1, max_size=2
    ).map(tuple)
    comparisons = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
    tests = st.lists(inner | st.builds(syntax.ComparisonTest, at, comparisons, inner), min_size=1, max_size=3)
    parameters = st.lists(
        st.builds(syntax.ParameterNode, at, new_names, st.none() | types), max_size=2, unique_by=lambda item: item.name
    )
    entries = st.lists(st.builds(syntax.ContextEntry, at, keys, inner), max_size=3, unique_by=lambda item: item.key)
    return st.one_of(
        build(syntax.Negation, at, inner),
        build(syntax.Arithmetic, at, st.sampled_from(("+", "-", "*", "/", "**")), inner, inner),
        build(syntax.Comparison, at, comparisons, inner, inner),
        build(syntax.Conjunction, at, inner, inner),
        build(syntax.Disjunction, at, inner, inner),
        build(syntax.Between, at, inner, inner, inner),
        build(syntax.Membership, at, inner, tests.map(tuple)),
        build(syntax.InstanceOf, at, inner, types),
        build(syntax.Conditional, at, inner, inner, inner),
        build(syntax.For, at, iterators, inner),
        build(syntax.Quantified, at, st.sampled_from(("some", "every")), iterators, inner),
        build(syntax.Filter, at, names.map(lambda name: syntax.Name(AT, name)), inner),
        build(syntax.Path, at, inner, st.sampled_from(("m", "m n", "in"))),
        build(syntax.Call, at, inner, arguments),
        pair.map(lambda both: syntax.Call(AT, both[0], (both[1],), ("named argument",))),
        build(syntax.FunctionDefinition, at, parameters.map(tuple), inner),
        build(syntax.ContextLiteral, at, entries.map(tuple)),
        build(syntax.ListLiteral, at, arguments),
        build(syntax.RangeLiteral, at, inner, inner, st.booleans(), st.booleans()),
        inner.map(lambda end: syntax.RangeLiteral(AT, None, end, False, True, "<=")),
        inner.map(lambda end: syntax.RangeLiteral(AT, end, end, True, True, "=")),
    )


expressions = st.recursive(leaves, branches, max_leaves=12)
alternatives = st.lists(
    expressions
    | st.just(syntax.InputValue(AT))
    | st.builds(syntax.ComparisonTest, st.just(AT), st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), expressions),
    min_size=1,
    max_size=3,
).map(tuple)
unary_tests = st.builds(syntax.UnaryTests, st.just(AT), alternatives, st.booleans()) | st.just(
    replace(syntax.UnaryTests(AT, ()))
)
