"""Canonical texts: examples, and the law that parsing one gives the same tree and so the same text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.format import format_expression, format_tests
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.syntax import Expression, UnaryTests
from tests.feel.showing import show_tree
from tests.feel.trees import NAMES, expressions, unary_tests

FILE = tomllib.loads((Path(__file__).parents[1] / "cases" / "feel" / "canonical.toml").read_text("utf-8"))


def parse(text: str) -> Expression:
    diagnostics = Diagnostics()
    node = parse_expression(Source(text), NAMES, diagnostics)
    assert node is not None and not diagnostics.items, (text, diagnostics.items)
    return node


def parse_tests(text: str) -> UnaryTests:
    diagnostics = Diagnostics()
    tests = parse_unary_tests(Source(text), NAMES, diagnostics)
    assert tests is not None and not diagnostics.items, (text, diagnostics.items)
    return tests


@pytest.mark.parametrize(("text", "canonical"), FILE["expressions"])
def test_canonical_expression(text: str, canonical: str) -> None:
    assert format_expression(parse(text)) == canonical
    assert show_tree(parse(canonical)) == show_tree(parse(text))


@pytest.mark.parametrize(("text", "canonical"), FILE["tests"])
def test_canonical_tests(text: str, canonical: str) -> None:
    assert format_tests(parse_tests(text)) == canonical
    assert show_tree(parse_tests(canonical)) == show_tree(parse_tests(text))


@pytest.mark.parametrize(("text", "tree"), FILE["trees"])
def test_tree(text: str, tree: str) -> None:
    assert show_tree(parse(text)) == tree


@settings(max_examples=250, deadline=None)
@given(expressions)
def test_parsing_the_text_of_a_tree_gives_the_tree(node: Expression) -> None:
    text = format_expression(node)
    again = parse(text)
    assert show_tree(again) == show_tree(node)
    assert format_expression(again) == text


@settings(max_examples=120, deadline=None)
@given(unary_tests)
def test_parsing_the_text_of_tests_gives_the_tests(tests: UnaryTests) -> None:
    text = format_tests(tests)
    assert show_tree(parse_tests(text)) == show_tree(tests)
