"""Run tests/cases/feel/faults.toml: invalid texts with their rendered diagnostics."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel import InvalidText, evaluate, matches
from dmn_engine.feel.parser import parse_expression
from tests.feel.showing import read_type, show_faults

FILE = tomllib.loads((Path(__file__).parents[1] / "cases" / "feel" / "faults.toml").read_text("utf-8"))
NAMES = {name: read_type(type_) for name, type_ in FILE["names"].items()}


@pytest.mark.parametrize("case", FILE["case"], ids=lambda case: case["text"] or "nothing")
def test_fault(case: dict[str, str]) -> None:
    input_type = read_type(case["tests_of"]) if "tests_of" in case else None
    assert show_faults(case["text"], NAMES, input_type) == case["says"]


def test_a_text_with_an_unknown_name_still_gives_its_tree() -> None:
    diagnostics = Diagnostics()
    assert parse_expression(Source("1 + x"), {}, diagnostics) is not None
    assert [item.code for item in diagnostics.items] == ["unknown-name"]


def test_the_front_door_raises_with_the_reason() -> None:
    with pytest.raises(InvalidText) as raised:
        evaluate("1 + agee", {"age": 1})
    assert str(raised.value) == "there is no `agee` here at character 5: did you mean `age`?"
    with pytest.raises(InvalidText) as raised:
        matches("< 5 or > 7", 6)
    assert str(raised.value) == ("`or` cannot join tests at character 5: separate alternatives by commas: `< 5, > 10`")
