"""Workbooks through the interface that all models have: one decision called, the schema beside the tables."""

from __future__ import annotations

import errno
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import dmn_engine
from dmn_engine import EngineError, RecordError, UnknownDecision
from dmn_engine.report.text import render_diagnostic

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
        ("`Body surface area` has no input `Hieght`", "did you mean `Height`?")
    ]
    with pytest.raises(RecordError):
        model.invoke("Body surface area", {"Height": "tall"})
    with pytest.raises(UnknownDecision):
        model.invoke("Body surfaces", {})


def test_the_schema_beside_the_tables_is_theirs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tables", tmp_path / "clinic")
    with pytest.raises(EngineError, match="the record schema is missing"):
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


def _close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody read the folder, whoever runs the tests."""
    scan = os.scandir

    def refuse(path: str) -> object:
        if Path(path) == folder:
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "tables", tmp_path / "tables")
    _close(tmp_path / "tables" / "her2_positive", monkeypatch)
    found = dmn_engine.load(tmp_path / "tables", schemas=ROOT / "schemas").diagnostics
    (error,) = (item for item in found if item.code == "unreadable-folder")
    assert render_diagnostic(error) == (
        f"{tmp_path.as_posix()}/tables/her2_positive: error unreadable-folder: "
        "this folder cannot be read (permission denied), nor the tables in it\n"
        "  help: allow reading it, or move it away"
    )


def test_a_folder_of_models_with_an_unreadable_part_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "m.dmn").write_text("<definitions/>", encoding="utf-8")
    _close(tmp_path / "part", monkeypatch)
    with pytest.raises(EngineError) as fault:
        dmn_engine.load(tmp_path)
    assert str(fault.value) == f"{tmp_path / 'part'} cannot be read: permission denied"


def test_a_linked_folder_is_read_once(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tables", tmp_path / "elsewhere")
    (tmp_path / "tables").mkdir()
    for name in ("one", "two"):
        (tmp_path / "tables" / name).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    model = dmn_engine.load(tmp_path / "tables", schemas=ROOT / "schemas")
    assert not model.diagnostics


INVOKED = """<!-- dmn workbook -->

## Decision: Risk

- Hit policy: Unique

| Rule | When<br>Age | Then<br>Risk |
| --- | --- | --- |
| *Values* | | low, high |
| R1 | > 60 | high |
| R2 | <= 60 | low |

## Decision: Score

- Hit policy: Unique

| Rule | When<br>Age | Then<br>Score |
| --- | --- | --- |
| R1 | > 60 | 2 |
| R2 | <= 60 | 1 |

## Decision: Plan

- Hit policy: First

| Rule | When<br>Risk | When<br>Score | Then<br>Plan |
| --- | --- | --- | --- |
| *Values* | | | watch, wait |
| P1 | high | > 1 | watch |
| P2 | - | - | wait |
"""


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"Risk": "high", "Score": 2}, "watch"),
        ({"Risk": "low", "Score": "2"}, 'Score: "2" is text; allowed is a number'),
        ({"Risk": "higher", "Score": 2}, 'Risk: "higher" is not listed; allowed is "low" or "high"'),
    ],
)
def test_invoke_types_the_value_that_is_given_for_a_decision(
    arguments: dict[str, object], found: str, tmp_path: Path
) -> None:
    schema = '{"type": "object", "properties": {"age": {"type": "number", "title": "Age"}}}'
    (tmp_path / "plan.schema.json").write_text(schema, encoding="utf-8")
    (tmp_path / "plan.md").write_text(INVOKED, encoding="utf-8")
    model = dmn_engine.load(tmp_path / "plan.md")
    try:
        assert model.invoke("Plan", arguments).value == found
    except RecordError as error:
        assert [item.message for item in error.diagnostics] == [found]


def test_labels_of_a_record_are_not_fields(model: dmn_engine.Model) -> None:
    record = {"er_status": "positive", "her2_status": "negative", "sex": "female", "stage": "IV"}
    assert model.evaluate({**record, "#Name": "A"}, "Subtype").value == model.evaluate(record, "Subtype").value
    with pytest.raises(RecordError):
        model.evaluate({**record, "Name": "A"}, "Subtype")
