"""Facts and rules cover each other: no fact without a rule and a patient, no rule without a fact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.api import Model
from dmn_engine.diagnostics import Severity
from dmn_engine.model.decision_table import Rule

from .patients import FACTS, read_cases

PHRASE = "source gives no recommendation; specialist decision"


@pytest.fixture(scope="module")
def rules(model: Model) -> dict[tuple[str, str], Rule]:
    """All rules of the tables, by workbook (its path under tables/) and id."""
    return {
        (Path(table.file).as_posix().partition("tables/")[2], rule.id): rule
        for table in model.tables.tables.values()
        for rule in table.rules
    }


def list_places(fact: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The workbooks and ids of a fact's rules."""
    for file, ids in fact["rules"].items():
        for id_ in ids:
            yield file, id_


def test_the_tables_load_without_a_finding(model: Model) -> None:
    assert [item for item in model.diagnostics if item.severity is not Severity.NOTE] == []
    assert not model.tables.unusable


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_fact_stands_in_its_rules_with_its_sources(rules: dict[tuple[str, str], Rule], fact: dict[str, Any]) -> None:
    assert list(list_places(fact))
    for place in list_places(fact):
        rule = rules[place]
        assert rule.basis == fact["basis"], place
        assert set(map(str, fact["sources"])) <= set(rule.sources), place


def test_every_fact_is_shown_by_a_patient() -> None:
    shown = {fact for case in read_cases() for fact in case.facts}
    known = {fact["id"] for fact in FACTS}
    assert shown == known
    assert len(known) == len(FACTS)


def test_every_rule_carries_a_fact(rules: dict[tuple[str, str], Rule]) -> None:
    carried = {place for fact in FACTS for place in list_places(fact)}
    assert set(rules) == carried


def test_every_rule_says_where_it_comes_from(model: Model) -> None:
    for table in model.tables.tables.values():
        known = set(model.tables.workbooks[table.file].references)
        for rule in table.rules:
            assert rule.basis in ("source", "inferred", "silent"), rule.id
            assert set(rule.sources) <= known, (rule.id, rule.sources)
            assert rule.sources or rule.basis == "silent", rule.id
            assert rule.note or rule.basis == "source", f"{rule.id} does not say what was inferred or is silent"


def test_rule_ids_are_unique_over_all_tables(rules: dict[tuple[str, str], Rule]) -> None:
    ids = [id_ for _, id_ in rules]
    assert len(set(ids)) == len(ids)


def test_silent_rules_name_no_agent_and_no_dose(model: Model) -> None:
    for table in model.tables.tables.values():
        labels = [column.label for column in table.outputs]
        for rule in (rule for rule in table.rules if rule.basis == "silent"):
            cells = dict(zip(labels, (cell.source.text for cell in rule.outputs), strict=True))
            assert any(PHRASE in text for text in cells.values()), rule.id
            assert cells.get("Agents", "none") == "none", rule.id
            assert not cells.get("Dose mg per m2") and not cells.get("Dose mg"), rule.id


def test_no_table_is_approved_before_a_human_has_reviewed_it(model: Model) -> None:
    for workbook in model.tables.workbooks.values():
        assert workbook.status == "in review"
        assert workbook.about["Reviewed by"] == "not yet reviewed"


def test_age_is_read_by_no_table(model: Model) -> None:
    assert not [table.name for table in model.tables.tables.values() for column in table.inputs if column.name == "age"]
