"""Example patients get what the facts require: options, absences, needed fields, and the rules behind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from dmn_engine.api import Model
from dmn_engine.model.result import DecisionResult, Result

from .patients import FACTS, Case, read_cases

ALL_CASES = list(read_cases())


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_patient_gets_what_the_facts_say(model: Model, case: Case) -> None:
    for expected in case.expect:
        check_expectation(model.evaluate(case.record, decision=expected["decision"]), expected)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_every_rule_of_a_fact_fires_for_a_patient_who_shows_it(model: Model, fact: dict[str, Any]) -> None:
    fired: set[str] = set()
    for case in (case for case in ALL_CASES if fact["id"] in case.facts):
        for expected in case.expect:
            fired |= list_fired(model.evaluate(case.record, decision=expected["decision"]))
    assert {rule for ids in fact["rules"].values() for rule in ids} <= fired


def test_there_are_enough_patients() -> None:
    assert len(ALL_CASES) >= 60
    assert len({case.name for case in ALL_CASES}) == len(ALL_CASES)
    assert {case.name[0] for case in ALL_CASES} == set("0123456789")


def check_expectation(result: Result, expected: dict[str, Any]) -> None:
    """Every part of one expectation."""
    decision = result[expected["decision"]]
    status = expected.get("status", "determined")
    assert decision.status.value == status, (decision.needs, decision.errors)
    assert not result.errors
    check_values(decision, expected)
    check_columns(decision, expected)
    fired = list_fired(result)
    assert set(expected.get("rules", ())) <= fired
    assert not set(expected.get("no_rules", ())) & fired
    if "needs" in expected:
        assert set(expected["needs"]) <= set(decision.needs)
        assert bool(expected["needs"]) == bool(decision.needs)


def check_values(decision: DecisionResult, expected: dict[str, Any]) -> None:
    """`value` (of `column`), `empty` and `possible`."""
    if "value" in expected:
        value = decision.value
        if "column" in expected:
            assert isinstance(value, dict)
            value = value[expected["column"]]
        wanted = None if expected["value"] == "null" else expected["value"]
        assert value == wanted or (isinstance(wanted, float) and str(value) == str(wanted))
    if expected.get("empty"):
        assert decision.value == []
    if "possible" in expected:
        assert set(map(str, decision.possible)) == set(expected["possible"])


def check_columns(decision: DecisionResult, expected: dict[str, Any]) -> None:
    """`only`, `present`, `absent` of the items; `certain` and `uncertain` of what the answer may still hold."""
    for column, wanted in expected.get("only", {}).items():
        assert set(list_values(as_items(decision.value), column)) == set(wanted)
    for column, wanted in expected.get("present", {}).items():
        assert set(wanted) <= set(list_values(as_items(decision.value), column))
    for column, unwanted in expected.get("absent", {}).items():
        assert not set(unwanted) & set(list_values(as_items(decision.value), column))
    for kind, is_certain in (("certain", True), ("uncertain", False)):
        items = [item.value for item in decision.candidates if item.certain is is_certain]
        for column, wanted in expected.get(kind, {}).items():
            assert set(wanted) <= set(list_values(as_items(items), column))


def as_items(value: object) -> list[dict[str, object]]:
    """The items of a list decision."""
    assert isinstance(value, list)
    return value


def list_values(items: Iterable[dict[str, object]], column: str) -> Iterable[object]:
    """What the items have in the column, inner lists flattened, nulls left out."""
    for item in items:
        value = item[column]
        if isinstance(value, list):
            yield from value
        elif value is not None:
            yield value


def list_fired(result: Result) -> set[str]:
    """The ids of the rules that gave any part of the answer."""
    return {rule.rule for name in result for rule in result[name].rules}
