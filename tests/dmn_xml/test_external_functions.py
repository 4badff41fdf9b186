"""External functions: the result of each function in the table, and that nothing else is ever called."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dmn_engine.feel import evaluate
from dmn_engine.feel.external import find_external
from dmn_engine.feel.values import FeelError, format_value

CASES: list[list[str]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "xml" / "externals.toml").read_text(encoding="utf-8")
)["cases"]


@pytest.mark.parametrize(("class_name", "signature", "arguments", "wanted"), CASES)
def test_external_function(class_name: str, signature: str, arguments: str, wanted: str) -> None:
    values = evaluate(arguments)
    assert isinstance(values, list)
    try:
        found = format_value(find_external(class_name, signature)(*values))
    except FeelError as error:
        found = f"! {error.message}"
    assert found == wanted
