"""No text whatever makes the language fail: not arbitrary, spoilt, deep, long or endless ones."""

from __future__ import annotations

import time
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.checker import check_expression, check_tests
from dmn_engine.feel.compiler import compile_expression, compile_tests
from dmn_engine.feel.format import format_expression, format_tests
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.types import ANY, NUMBER
from dmn_engine.feel.values import format_value
from tests.feel.showing import show_value

CASES = Path(__file__).parents[1] / "cases" / "feel"
NAMES = {"a": ANY, "b": ANY, "a-b": NUMBER, "if any": ANY, "Bob's age": ANY}
VALID = [
    case[0]
    for section in tomllib.loads((CASES / "values.toml").read_text("utf-8")).values()
    for case in section["cases"]
]
PIECES = (
    "+",
    "-",
    "*",
    "/",
    "**",
    ".",
    "..",
    ",",
    ":",
    ";",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    "<=",
    "=",
    "!=",
    ">",
    ">=",
    '"',
    "'",
    "?",
    "@",
    "//",
    "/*",
    "*/",
    "\\",
    "≥",
    "“",
    "1",
    "1.5",
    ".5",
    "1e3",
    "0",
    '"a"',
    "true",
    "false",
    "null",
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "not",
    "between",
    "instance",
    "of",
    "function",
    "external",
    "item",
    "partial",
    "a",
    "b",
    "a-b",
    "any",
    "Bob's",
    "list<number>",
    "context<a:",
    "function<>",
    "date",
    "sum",
    " ",
    "\n",
    "\t",
)


def run(text: str) -> None:
    """Everything that can be done with a text."""
    source, variables = Source(text), {"a": None, "b": [Decimal(1)], "a-b": "x"}
    found = Diagnostics()
    node = parse_expression(source, NAMES, found)
    assert node is not None or len(found.items) == 1 or all(item.code == "unknown-name" for item in found.items)
    if node is not None:
        check_expression(node, source, NAMES, found)
        format_expression(node)
        format_value(compile_expression(node, source, NAMES).evaluate(variables, []))
    tests = parse_unary_tests(source, NAMES, found)
    if tests is not None:
        check_tests(tests, NUMBER, source, NAMES, found)
        format_tests(tests)
        compile_tests(tests, source, NAMES).matches(None, variables, [])
    for item in found.items:
        assert item.span is not None and 0 <= item.span.start <= item.span.end <= max(len(text), 1), (text, item)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_arbitrary_text(text: str) -> None:
    run(text)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_arbitrary_words(words: list[str]) -> None:
    run(" ".join(words))
    run("".join(words))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(VALID), st.integers(0, 80), st.integers(0, 5), st.sampled_from(("", *PIECES)))
def test_spoilt_text(text: str, place: int, length: int, instead: str) -> None:
    run(text[:place] + instead + text[place + length :])


LONG = [
    "1+" * 4999 + "1",
    "(" * 5000 + "1" + ")" * 5000,
    "[" * 10_000,
    "a." * 4000 + "b",
    "a[" * 4000,
    "{a:" * 3000,
    "if " * 3000,
    "if a then " * 1000,
    "a " * 5000,
    '"' * 10_000,
    "/*" * 5000,
    "- " * 5000 + "1",
    "a," * 5000 + "a",
    "sum(" * 2500,
    "for a in " * 1000,
    "for a in [1] return " * 500,
    "not(" * 2500,
    "a in (" * 1600,
    "a in (" * 1600 + "1" + ")" * 400,
    "[{a:1}]" + "[a=1]" * 2000,
    "{" + ",".join(f"a{i}:{i}" for i in range(1200)) + "}",
    "sum(" + "a b c " * 1500 + ")",
    "function(a) " * 800 + "a",
    "a instance of " + "list<" * 2000,
    "a instance of " + "function<" * 1000,
    "x" * 10_000,
    "9" * 10_000,
    "a or " * 2000 + "a",
    "a between 1 and " * 600 + "2",
    "1 ** " * 2000 + "1",
    "[" + "1," * 4999 + "1]",
    "a's " * 2500,
    "]" * 10_000,
    "1[" * 5000,
    "[1..a" * 2000,
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:12])
def test_long_text_takes_little_time(text: str) -> None:
    began = time.perf_counter()
    run(text)
    assert time.perf_counter() - began < 4  # four readings of it, on a machine that may be busy


ENDLESS = [
    ("for i in 1..1000000000000 return i", "this takes more than 1,000,000 steps"),
    ("some i in 1..1000000000000 satisfies i < 0", "this takes more than 1,000,000 steps"),
    ("for i in 1..2000, j in 1..2000 return 1", "this takes more than 1,000,000 steps"),
    ("for i in 1..100000 return partial", "this takes more than 1,000,000 steps"),
    (
        "for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
        "this takes more than 1,000,000 steps",
    ),
    ("{f: function(n) f(n + 1), r: f(1)}.r", "calls of functions nest too deep"),
    ("{f: function(n) f(n + 1) + f(n + 1), r: f(1)}.r", "calls of functions nest too deep"),
    ("(function(f) f(f))(function(f) f(f))", "calls of functions nest too deep"),
    ("{f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(30)}.r", "this takes more than 1,000,000 steps"),
]


@pytest.mark.parametrize(("text", "reason"), ENDLESS)
def test_endless_evaluation_ends(text: str, reason: str) -> None:
    assert show_value(text, {}) == f"null because `{text}`: {reason}"


def test_recursion_of_a_useful_depth() -> None:
    assert show_value("{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(50)}.r", {}) == "50"
