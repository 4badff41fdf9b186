"""Run tests/cases/feel/{values,standard,matches}.toml: expressions and tests with their values and errors."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from dmn_engine.feel import evaluate
from tests.feel.showing import show_match, show_value

CASES = Path(__file__).parents[1] / "cases" / "feel"


def read(file: str) -> Iterator[tuple[str, str, list[str]]]:
    for section, content in tomllib.loads((CASES / file).read_text("utf-8")).items():
        for case in content["cases"]:
            yield section, content.get("context", "{}"), case


def context(text: str) -> dict[str, object]:
    found = evaluate(text)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("section", "given", "case"), [*read("values.toml"), *read("standard.toml")])
def test_value(section: str, given: str, case: list[str]) -> None:
    text, expected = case
    assert show_value(text, context(given)) == expected


@pytest.mark.parametrize(("section", "given", "case"), list(read("matches.toml")))
def test_match(section: str, given: str, case: list[str]) -> None:
    tests, value, expected = case
    assert show_match(tests, evaluate(value), context(given)) == expected
