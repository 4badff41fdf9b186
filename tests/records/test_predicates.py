"""The compiled form of a schema: its verdict is jsonschema's, or it leaves the schema to jsonschema."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dmn_engine.records.conversion import to_exact
from dmn_engine.records.documents import parse_json
from dmn_engine.records.predicate import compile_predicate

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "records" / "predicates.toml").read_text("utf-8"))


@pytest.mark.parametrize("text", CASES["schemas"])
def test_the_verdict_is_that_of_jsonschema(text: str) -> None:
    schema = json.loads(text)
    predicate, judge = compile_predicate(to_exact(schema), to_exact(schema)), Draft202012Validator(schema)
    assert predicate is not None
    expected = {value: judge.is_valid(json.loads(value)) for value in CASES["values"]}
    assert {value: predicate(parse_json(value, "v.json").value) for value in CASES["values"]} == expected


@pytest.mark.parametrize("text", CASES["left"])
def test_what_is_left_to_jsonschema(text: str) -> None:
    schema = parse_json(text, "schema.json").value
    assert compile_predicate(schema, schema) is None
