"""No text crashes the engine: arbitrary, damaged, deep, long or non-terminating ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine import feel
from dmn_engine.feel.errors import EvaluationError
from tests.feel.fuzz import PIECES, Author, exercise, find_error, list_texts
from tests.feel.showing import show_value

VALID = list_texts()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_arbitrary_text(text: str) -> None:
    exercise(text)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_arbitrary_words(words: list[str]) -> None:
    exercise(" ".join(words))
    exercise("".join(words))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(VALID), st.integers(0, 80), st.integers(0, 5), st.sampled_from(("", *PIECES)))
def test_spoilt_text(text: str, place: int, length: int, instead: str) -> None:
    exercise(text[:place] + instead + text[place + length :])


def test_written_and_spoilt_texts() -> None:
    author = Author(20250101, list(VALID))
    faults = {text: fault for text in (author.write() for _ in range(150)) if (fault := find_error(text))}
    assert not faults


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
    began = time.process_time()
    exercise(text)
    assert time.process_time() - began < 4  # read and evaluated as an expression and as tests


ENDLESS = [
    ("for i in 1..1000000000000 return i", "the evaluation takes more than 1,000,000 steps"),
    ("some i in 1..1000000000000 satisfies i < 0", "the evaluation takes more than 1,000,000 steps"),
    ("for i in 1..2000, j in 1..2000 return 1", "the evaluation takes more than 1,000,000 steps"),
    ("for i in 1..100000 return partial", "the evaluation takes more than 1,000,000 steps"),
    (
        "for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
        "the evaluation takes more than 1,000,000 steps",
    ),
    ("{f: function(n) f(n + 1), r: f(1)}.r", "calls of functions nest too deep"),
    ("{f: function(n) f(n + 1) + f(n + 1), r: f(1)}.r", "calls of functions nest too deep"),
    ("(function(f) f(f))(function(f) f(f))", "calls of functions nest too deep"),
    (
        "{f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(30)}.r",
        "the evaluation takes more than 1,000,000 steps",
    ),
]
_STEPS = "the evaluation takes more than 1,000,000 steps"
SHARED = (
    "{f: function(n, c) if n = 0 then c else f(n - 1, [c, c]), d: f(40, 1),"
    " g: function(n, c) if n = 0 then c else g(n - 1, {x: c, y: c}), e: g(40, 1), r: _}.r"
)
"""Values that are small in memory, because every list or context is shared twice, but print as 2 ** 40 values."""
HEAVY = [
    (SHARED.replace("_", "d"), "the value holds more than 250,000 values"),
    (SHARED.replace("_", "string(d)"), _STEPS),
    (SHARED.replace("_", "is(e, g(40, 1))"), _STEPS),
    (SHARED.replace("_", "flatten(f(40, []))"), _STEPS),
    (SHARED.replace("_", "d instance of " + "list<" * 40 + "number" + ">" * 40), _STEPS),
    (SHARED.replace("_", "[e].x"), "the value holds more than 250,000 values"),
    ("for i in 1..1000 return [partial[-1]]", "the value nests deeper than 150 levels"),
    ("for i in 1..1000000 return " + " + ".join(["i"] * 150), _STEPS),
    ("{a: for i in 1..100000 return 1, r: for i in 1..100000 return sum(a)}.r", _STEPS),
    ('{a: string join(for i in 1..100000 return "abc"), r: for i in 1..1000 return a + "d"}.r', _STEPS),
    ("for i in 1..300000 return 1.7 ** (i + 0.5)", _STEPS),
    ('for i in 1..300000 return time("10:00:00@Europe/Paris") = time("10:00:00Z")', _STEPS),
]


@pytest.mark.parametrize(("text", "reason"), HEAVY, ids=[text[-40:] for text, _ in HEAVY])
def test_heavy_evaluation_is_bounded(text: str, reason: str) -> None:
    causes: list[EvaluationError] = []
    began = time.process_time()
    assert feel.evaluate(text, {}, causes) is None
    assert causes[-1].message == reason
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "pattern", [r"\p{L}" * 30, "(((a{99}){99}){99}){99}", "a{1,999999999}", "(" * 400 + "a" + ")" * 400]
)
def test_patterns_are_bounded(pattern: str) -> None:
    causes: list[EvaluationError] = []
    assert feel.evaluate("matches(a, b)", {"a": "a", "b": pattern}, causes) is None
    assert causes[0].message.endswith(" is not a regular expression: it is too complex")


def test_searches_are_bounded_together() -> None:
    causes: list[EvaluationError] = []
    began = time.process_time()
    feel.evaluate("for i in 1..1000 return matches(a, b)", {"a": "a" * 3000 + "!", "b": "^(a|aa)+$"}, causes)
    assert causes[-1].message == _STEPS
    assert time.process_time() - began < 4


@pytest.mark.parametrize(("text", "reason"), ENDLESS)
def test_endless_evaluation_ends(text: str, reason: str) -> None:
    assert show_value(text, {}) == f"null because `{text}`: {reason}"


def test_recursion_of_a_useful_depth() -> None:
    assert show_value("{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(50)}.r", {}) == "50"
