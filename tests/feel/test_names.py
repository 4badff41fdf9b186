"""free_names and rename: the free names of a tree, and their replacement."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from dmn_engine.feel.format import format_expression
from dmn_engine.feel.syntax import Expression, free_names, rename
from tests.feel.showing import show_tree
from tests.feel.test_format import parse
from tests.feel.trees import expressions

FREE = [
    ("x + Age", {"x", "Age"}),
    ("for x in y return x", {"y"}),
    ("for i in x, j in i return [i, j, partial]", {"x"}),
    ("for i in 1..x return i", {"x"}),
    ("partial" if False else "some i in y satisfies i > x", {"x", "y"}),
    ("function(x, i: number) x + y + i", {"y"}),
    ("{x: 1, i: x + y}", {"y"}),
    ("{i: x, x: 1}", {"x"}),
    ("{f: function(n) f(n - 1)}", set[str]()),
    ("[{x: 1}][x = y and item.x = Age]", {"y", "Age"}),
    ("y[x > 1]", {"x", "y"}),
    ("sum(x)", {"sum", "x"}),
    ("x.y", {"x"}),
    ("x in (? > y)", {"x", "y"}),
]


@pytest.mark.parametrize(("text", "expected"), FREE)
def test_free_names(text: str, expected: set[str]) -> None:
    assert free_names(parse(text)) == expected


RENAMED = [
    ("x + Age", "age + Age"),
    ("for x in x return x", "for x in age return x"),
    ("{x: x, i: x}", "{x: age, i: x}"),
    ("[{x: 1}][x = y].x", "[{x: 1}][x = y].x"),
    ("y[x = 1]", "y[age = 1]"),
    ("function(x) x", "function(x) x"),
    ("sum(x: x)", "sum(x: age)"),
]


@pytest.mark.parametrize(("text", "expected"), RENAMED)
def test_rename(text: str, expected: str) -> None:
    assert format_expression(rename(parse(text), {"x": "age"})) == expected


def test_a_name_is_never_captured() -> None:
    with pytest.raises(ValueError, match="`x` cannot become `i`, which is a local name there"):
        rename(parse("for i in y return x"), {"x": "i"})


@settings(max_examples=80, deadline=None)
@given(expressions)
def test_renaming_and_back_changes_nothing(node: Expression) -> None:
    there = rename(node, {"x": "another x", "Age": "some age"})
    assert not free_names(there) & {"x", "Age"}
    assert show_tree(rename(there, {"another x": "x", "some age": "Age"})) == show_tree(node)
