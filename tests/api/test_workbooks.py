"""Workbooks through the interface that all models have: one decision called, the schema beside the tables."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import dmn_engine
from dmn_engine import EngineError, RecordError, UnknownDecision

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model() -> dmn_engine.Model:
    return dmn_engine.load(ROOT / "tables", schemas=ROOT / "schemas")


def test_one_decision_is_called_with_its_direct_inputs(model: dmn_engine.Model) -> None:
    result = model.invoke("body surface area", {"Height": 170, "weight_kg": 70})
    assert (result.decision, list(result.decisions)) == ("Body surface area", ["Body surface area"])
    assert isinstance(result.value, Decimal)
    assert round(result.value, 2) == Decimal("1.82")
    assert len(result["Body surface area"].rules) == 1


def test_an_argument_may_stand_in_for_a_decision(model: dmn_engine.Model) -> None:
    result = model.invoke("Bone-targeted therapy", {"In scope": True})
    assert list(result.decisions) == ["Bone-targeted therapy"]
    assert result["Bone-targeted therapy"].inputs["In scope"] is True
    assert result.defaults == {"bone_metastases": None}


def test_what_is_no_input_is_refused(model: dmn_engine.Model) -> None:
    with pytest.raises(RecordError) as fault:
        model.invoke("Body surface area", {"Hieght": 170})
    assert [(item.message, item.help) for item in fault.value.diagnostics] == [
        ("`Hieght` is no input of `Body surface area`", "did you mean `Height`?")
    ]
    with pytest.raises(RecordError):
        model.invoke("Body surface area", {"Height": "tall"})
    with pytest.raises(UnknownDecision):
        model.invoke("Body surfaces", {})


def test_the_schema_beside_the_tables_is_theirs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tables", tmp_path / "clinic")
    with pytest.raises(EngineError, match="the record schema is not there"):
        dmn_engine.load(tmp_path / "clinic")
    shutil.copy(ROOT / "schemas" / "patient.schema.json", tmp_path / "clinic.schema.json")
    assert not dmn_engine.load(tmp_path / "clinic").diagnostics


def test_our_tables_know_no_first_of_what_overlaps() -> None:
    with pytest.raises(EngineError, match=r"they are errors$"):
        dmn_engine.load(ROOT / "tables", schemas=ROOT / "schemas", overlaps="first")


@pytest.mark.parametrize(
    "place", ["tables", "examples/tck/compliance-level-2/weight-class/weight-class.dmn", "nowhere"]
)
def test_an_unknown_way_with_overlaps_is_refused(place: str) -> None:
    with pytest.raises(EngineError, match=r"^`overlaps` cannot be `bogus`; use error or first$"):
        dmn_engine.load(ROOT / place, overlaps="bogus")  # type: ignore[arg-type]  # what a caller without types may do


def test_what_is_no_mode_or_no_record_is_refused(model: dmn_engine.Model) -> None:
    with pytest.raises(EngineError, match=r"^there is no mode `Clinical`; use clinical or dmn$"):
        model.evaluate({}, "Subtype", mode="Clinical")  # type: ignore[arg-type]  # what a caller without types may do
    with pytest.raises(RecordError, match=r"^a record maps names of fields to values; this is of the type list$"):
        model.evaluate([("er_status", "positive")], "Subtype")  # type: ignore[arg-type]  # nor of that type
