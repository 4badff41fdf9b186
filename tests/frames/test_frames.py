"""DataFrames in, DataFrames out: each distinct row once, every value unchanged, faults beside their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dmn_engine
from dmn_engine.diagnostics import Diagnostic
from dmn_engine.evaluate.frames import evaluate_frame
from dmn_engine.evaluate.frames.columns import build_column, list_cells
from dmn_engine.feel.temporal import Date
from dmn_engine.feel.types import BOOLEAN, DATE, NUMBER, ContextType
from dmn_engine.model.result import DecisionResult, Result, Status
from dmn_engine.records import load_record_schema, type_record

SCHEMA = load_record_schema(Path(__file__).parents[1] / "cases" / "records" / "schema.json")

OUTCOMES = {"Known": ContextType((("weight_kg", NUMBER), ("diagnosed_on", DATE))), "Adult": BOOLEAN}


class Evaluator:
    """A fake engine that returns every field as a decision and counts its calls."""

    def __init__(self) -> None:
        self.records: list[Mapping[str, object]] = []

    def __call__(self, record: Mapping[str, object]) -> Result | Sequence[Diagnostic]:
        self.records.append(record)
        typed = type_record(record, SCHEMA)
        if typed.has_errors:
            return typed.diagnostics
        age = typed.values.get("age")
        known = DecisionResult("Known", dict(typed.values), Status.DETERMINED)
        if age is None:
            adult = DecisionResult("Adult", None, Status.UNDETERMINED, needs=("age",))
        else:
            adult = DecisionResult("Adult", isinstance(age, Decimal) and age >= 18, Status.DETERMINED)
        return Result("Adult", {"Known": known, "Adult": adult}, adult.needs, {}, {}, "0.1.0", "No advice.")


def test_rows_are_records() -> None:
    frame = pandas.DataFrame(
        {
            "# Name": ["A", "B", "C", "D"],
            "Age": [60, numpy.nan, 60, 200],
            "Weight": numpy.array([61.1, 61.1, 61.1, 61.1], dtype="float32"),
            "sex": pandas.Categorical(["female", None, "female", "male"]),
            "Bleeding": [True, None, True, False],
            "Diagnosed on": pandas.to_datetime(["2024-02-29", None, "2024-02-29", None]),
        },
        index=list("wxyz"),
    )
    evaluator = Evaluator()
    answer = evaluate_frame(frame, evaluator, OUTCOMES)
    assert len(evaluator.records) == 3
    assert list(answer.index) == list("wxyz")
    assert answer["# Name"].tolist() == ["A", "B", "C", "D"]
    assert answer["Adult"].tolist() == [True, pandas.NA, True, pandas.NA]
    assert answer["Adult (status)"].tolist() == ["determined", "undetermined", "determined", "error"]
    assert answer["Adult (needs)"].tolist() == [[], ["age"], [], []]
    assert answer["errors"].tolist() == [[], [], [], ["Age: 200 is out of range; allowed is 0 to 130 (years)"]]
    assert answer["Known: weight_kg"].tolist()[:3] == [61.1, 61.1, 61.1]
    assert answer["Known: diagnosed_on"].tolist()[0].isoformat() == "2024-02-29"


def test_no_rows_and_no_columns() -> None:
    evaluator = Evaluator()
    assert evaluate_frame(pandas.DataFrame({"Age": []}), evaluator, OUTCOMES).empty
    answer = evaluate_frame(pandas.DataFrame(index=[1, 2]), evaluator, OUTCOMES)
    assert evaluator.records == [{}]
    assert answer["Adult (status)"].tolist() == ["undetermined", "undetermined"]


@pytest.mark.parametrize(
    "frame",
    [
        pandas.DataFrame({"#Id": []}),
        pandas.DataFrame({"#Id": [1], "Age": [200]}),
        pandas.DataFrame({"#Id": [1], "Age": [60], "Weight": [61], "Diagnosed on": ["2024-02-29"]}),
    ],
    ids=["no rows", "all rows refused", "all known"],
)
def test_the_columns_do_not_depend_on_the_rows(frame: pandas.DataFrame) -> None:
    answer = evaluate_frame(frame, Evaluator(), OUTCOMES)
    assert list(answer.columns) == [
        *("#Id", "Known: weight_kg", "Known: diagnosed_on", "Known (status)", "Known (needs)"),
        *("Adult", "Adult (status)", "Adult (needs)", "errors"),
    ]
    assert [str(answer[name].dtype) for name in ("Adult", "Adult (status)", "errors")] == [
        "boolean",
        "string",
        "object",
    ]


def test_true_and_one_are_two_rows() -> None:
    evaluator = Evaluator()
    answer = evaluate_frame(pandas.DataFrame({"bleeding": [True, 1, 1.0]}, dtype=object), evaluator, OUTCOMES)
    assert answer["Adult (status)"].tolist() == ["undetermined", "error", "error"]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (pandas.Series([0.1, None], dtype="Float32"), [Decimal("0.1"), None]),
        (pandas.Series([0.1, None], dtype="float64"), [Decimal("0.1"), None]),
        (pandas.Series([1, None], dtype="Int64"), [1, None]),
        (pandas.Series([True, None], dtype="boolean"), [True, None]),
        (pandas.Series(["a", None]), ["a", None]),
        (pandas.Series([["a"], None]), [["a"], None]),
        (pandas.Series([1, 2], dtype="category"), [1, 2]),
    ],
    ids=lambda item: str(getattr(item, "dtype", "")),
)
def test_cells_of_any_column(column: Any, cells: list[object]) -> None:
    assert list_cells(column) == cells


@pytest.mark.parametrize(
    ("values", "dtype", "cells"),
    [
        ([True, None], "boolean", [True, pandas.NA]),
        ([Decimal(1), Decimal("2.0")], "Int64", [1, 2]),
        ([Decimal("0.1"), None], "Float64", [0.1, pandas.NA]),
        ([Decimal("0.1234567890123456789")], "object", [Decimal("0.1234567890123456789")]),
        (["a", None], "string", ["a", pandas.NA]),
        ([True, "a"], "object", [True, "a"]),
        ([[Decimal(1)], {"a": Date(2024, 2, 29)}], "object", None),
        ([None], "object", [None]),
    ],
    ids=str,
)
def test_columns_of_values(values: list[object], dtype: str, cells: list[object] | None) -> None:
    column = build_column(values, pandas.RangeIndex(len(values)))
    assert str(column.dtype) == dtype
    if cells is not None:
        assert list(map(str, column.tolist())) == list(map(str, cells))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | st.floats(allow_nan=False), min_size=1, max_size=5))
def test_floats_are_read_by_their_shortest_text(numbers: list[float | None]) -> None:
    cells = list_cells(pandas.Series(numbers, dtype="float64"))
    assert cells == [None if number is None else Decimal(repr(number)) for number in numbers]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_numbers_come_out_unchanged(numbers: list[Decimal | None]) -> None:
    cells = list_cells(build_column(numbers, pandas.RangeIndex(len(numbers))))
    assert [None if cell is None else Decimal(str(cell)) for cell in cells] == numbers


@pytest.fixture(scope="module")
def model() -> dmn_engine.Model:
    root = Path(__file__).parents[2]
    return dmn_engine.load(root / "tables", schemas=root / "schemas")


def test_every_decision_that_may_be_reached_has_its_columns(model: dmn_engine.Model) -> None:
    record = {"height_cm": [170], "weight_kg": [70]}
    frames = [
        model.evaluate_frame(pandas.DataFrame({"height_cm": []}), "Paclitaxel dose"),
        model.evaluate_frame(pandas.DataFrame({"er_status": ["postive"]}), "Paclitaxel dose"),
        model.evaluate_frame(pandas.DataFrame(record), "Paclitaxel dose"),
    ]
    assert [list(frame.columns) for frame in frames] == [list(frames[0].columns)] * 3
    assert [name for name in frames[0].columns if "(" not in name] == [
        *("In scope", "Paclitaxel dose reduction", "Body surface area", "Paclitaxel dose: Dose mg per m2"),
        *("Paclitaxel dose: Dose mg", "Paclitaxel dose: Infusion", "Paclitaxel dose: Statement", "errors"),
    ]
    whole = model.evaluate_frame(pandas.DataFrame({"height_cm": [170]}))
    assert {name for name in whole.columns if name in model.tables.tables} == {
        name for name in model.list_outcomes() if name != "Paclitaxel dose"
    }


@pytest.mark.parametrize("blank", ["", "  ", ";", " , ;\n", "\u00a0"])
def test_a_blank_list_is_missing(blank: str, model: dmn_engine.Model) -> None:
    decision = "Surgery of the primary tumour"
    known = {"stage": ["IV"], "sex": ["female"], "impending_complications": [False]}
    answers = [
        model.evaluate_frame(pandas.DataFrame({**known, "primary_tumour_symptoms": [cell]}), decision)
        for cell in (None, blank, "none")
    ]
    statuses = [answer[f"{decision} (status)"].tolist() for answer in answers]
    assert statuses == [["undetermined"], ["undetermined"], ["determined"]]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["er_status", "er_status"], "two columns are ER status: `er_status` and `er_status`"),
        (["er_status", "ER status"], "two columns are ER status: `er_status` and `ER status`"),
        (["#Name", "#Name"], "two columns are #Name: `#Name` and `#Name`"),
    ],
)
def test_a_column_given_twice_is_an_error(columns: list[str], message: str, model: dmn_engine.Model) -> None:
    frame = pandas.DataFrame([["positive", "positive"]], columns=columns)
    with pytest.raises(dmn_engine.RecordError, match=r"^the columns of the frame cannot be used$") as caught:
        model.evaluate_frame(frame, "Subtype")
    assert [(item.message, item.help) for item in caught.value.diagnostics] == [(message, "keep one of them")]
