"""Other people's models: those of the kit satisfy the result schema; Philips' models; pyDMNrules' Therapy."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import dmn_engine
from dmn_engine import EngineError
from dmn_engine.check.examples import run_examples
from dmn_engine.records import read_schema
from dmn_engine.records.conversion import to_json

SHARED = Path(__file__).parents[2] / ".." / "shared"
KIT = Path(os.environ.get("DMN_TCK", SHARED / "tck"))
EXTERNAL = Path(os.environ.get("DMN_EXTERNAL", SHARED / "external"))

needs_kit = pytest.mark.skipif(not KIT.is_dir(), reason=f"the DMN TCK is not at {KIT} (set DMN_TCK)")
needs_others = pytest.mark.skipif(not EXTERNAL.is_dir(), reason=f"there are no models at {EXTERNAL} (set DMN_EXTERNAL)")


@needs_kit
def test_every_model_of_the_kit_gives_results_of_the_contract() -> None:
    validator = Draft202012Validator(to_json(read_schema("result").value))  # type: ignore[arg-type]  # a schema
    count = 0
    for file in sorted(KIT.rglob("*.dmn")):
        model = dmn_engine.load(file)
        assert model.outline().entries or not model.tables.tables
        try:
            result = model.evaluate({})
        except EngineError:  # a model that is wrong on purpose says so
            continue
        count += 1
        assert not list(validator.iter_errors(result.to_dict())), file
    assert count > 100


@needs_others
@pytest.mark.parametrize(
    ("file", "record", "value"),
    [
        ("Soberity_Decision", {"soberityLevel": {"valueQuantity": {"value": 4}}}, True),
        ("Symptoms_Decision", {"temperature": {"valueQuantity": {"value": 39}}}, None),
        ("respiratory-check", {"respiratory_rate": {"valueQuantity": {"value": Decimal("16.9")}}}, True),
    ],
)
def test_models_of_philips(file: str, record: dict[str, object], value: object) -> None:
    model = dmn_engine.load(EXTERNAL / "philips" / f"{file}.dmn")
    result = model.evaluate(record)
    assert result.value is value
    assert bool(result.errors) == (value is None)
    assert value is None or len(result[result.decision].rules) == 1


@needs_others
def test_therapy_gives_its_own_results_as_its_author_meant() -> None:
    file = EXTERNAL / "pydmnrules" / "Therapy.xlsx"
    strict, meant = dmn_engine.load(file), dmn_engine.load(file, overlaps="first")
    assert [trial.passes for trial in run_examples(meant.run_example, meant.tables, str)] == [True, True, True]
    failed = [trial for trial in run_examples(strict.run_example, strict.tables, str) if not trial.passes]
    errors = [error.message for check in failed[0].checks for error in check.result.errors]
    assert errors == ["DefineMedication: more than one rule matches, where the table says Unique: Med-1, Med-2"]
    assert meant.run_example(meant.tables.examples[0].record, "Recommended Medication").notes[0].startswith("tables")
