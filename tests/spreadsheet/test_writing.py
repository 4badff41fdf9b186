"""Workbooks that the engine writes: their look, their dropdowns, and records in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from dmn_engine.formats.xlsx.how_to import SECTIONS
from dmn_engine.formats.xlsx.layout import read_workbook
from dmn_engine.formats.xlsx.new_workbook import new_workbook
from dmn_engine.formats.xlsx.records import read_grid_records
from dmn_engine.formats.xlsx.writer import write_workbook
from dmn_engine.model.workbook_source import CellKind, Role, WorkbookSource
from dmn_engine.report.text import render_diagnostic
from dmn_engine.workbook import build_tables

from .building import VOCABULARY
from .drafts import draft_cell, draft_example, draft_table


def _write_example(path: Path) -> None:
    columns = [(Role.WHEN, "HER2 status"), (Role.WHEN, "Age"), (Role.THEN, "Answer"), (Role.WHY, "Note")]
    rules = [["R1", "positive", "-", "yes", "a remark"], ["R2", "-", "-", "no", ""]]
    table = draft_table("Answer", "First", columns, rules, question="What?", values=["", "", "yes, no", ""])
    example = draft_example("one", {"HER2 status": "positive"}, {"Answer": "yes"})
    source = WorkbookSource("", "", {"Id": draft_cell("x")}, (table,), (example,))
    write_workbook(source, path, {"HER2 status": ["positive", "negative"], "Answer": ["yes", "no"]})


def test_new_workbook_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    new_workbook(path, "Imaging  needed", ["HER2 status", "Age"], {"HER2 status": ["positive", "negative"]})
    source = read_workbook(path, "new.xlsx")
    tables = build_tables([source], VOCABULARY)
    assert [render_diagnostic(item) for item in tables.diagnostics] == []
    assert list(tables.tables) == ["Imaging needed"]
    assert source.about["Id"].text == "imaging-needed"
    assert load_workbook(path).sheetnames == ["About", "Imaging needed", "Tests", "References", "How to", "Lists"]
    with pytest.raises(FileExistsError):
        new_workbook(path, "Imaging needed")
    with pytest.raises(ValueError, match="needs a name"):
        new_workbook(tmp_path / "other.xlsx", "  ")


def test_tables_are_made_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "look.xlsx"
    _write_example(path)
    sheet = load_workbook(path)["Answer"]
    assert [[cell.value for cell in row] for row in sheet["A1:E8"]] == [
        ["Decision", "Answer", None, None, None],
        ["Question", "What?", None, None, None],
        ["First", "When", None, "Then", "Why"],
        ["Rule", "HER2 status", "Age", "Answer", "Note"],
        ["Values", None, None, "yes, no", None],
        ["R1", "positive", "-", "yes", "a remark"],
        ["R2", "-", "-", "no", None],
        [None, None, None, None, None],
    ]
    assert sorted(map(str, sheet.merged_cells.ranges)) == ["B1:E1", "B2:E2", "B3:C3"]
    assert sheet.freeze_panes == "B5"
    assert sheet.print_title_rows == "$3:$4"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert all(cell.alignment.wrap_text and cell.number_format == "@" for row in sheet["A6:E7"] for cell in row)


def test_examples_in_different_orders_are_blocks_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "examples.xlsx"
    examples = (
        draft_example("one", {"HER2 status": "positive", "Age": "50"}, {"Answer": "yes"}),
        draft_example("two", {"Age": "50", "HER2 status": "negative", "Weight": "60"}, {"Answer": "no"}),
    )
    write_workbook(WorkbookSource("", "", examples=examples), path)
    assert [[cell.value for cell in row] for row in load_workbook(path)["Tests"]["A1:E7"]] == [
        [None, "When", None, "Then", None],
        ["Test", "HER2 status", "Age", "Answer", None],
        ["one", "positive", "50", "yes", None],
        [None, None, None, None, None],
        [None, "When", None, None, "Then"],
        ["Test", "Age", "HER2 status", "Weight", "Answer"],
        ["two", "50", "negative", "60", "no"],
    ]
    texts = [[item.cell.text for item in each.inputs] for each in read_workbook(path, "examples.xlsx").examples]
    assert texts == [["positive", "50"], ["50", "negative", "60"]]


def test_dropdowns_offer_the_listed_values(tmp_path: Path) -> None:
    path = tmp_path / "dropdowns.xlsx"
    _write_example(path)
    book = load_workbook(path)
    offered = {
        str(rule.sqref): [cell.value for (cell,) in book["Lists"][rule.formula1.partition("!")[2].replace("$", "")]]
        for rule in book["Answer"].data_validations.dataValidation
    }
    assert offered == {"B6:B107": ["-", "positive", "negative"], "D6:D107": ["yes", "no"]}
    assert not any(rule.showErrorMessage for rule in book["Answer"].data_validations.dataValidation)
    assert [str(rule.sqref) for rule in book["Tests"].data_validations.dataValidation] == ["B3:B103"]
    assert book["Lists"].sheet_state == "hidden"


def test_how_to_is_one_page_in_each_workbook(tmp_path: Path) -> None:
    path = tmp_path / "how_to.xlsx"
    _write_example(path)
    sheet = load_workbook(path)["How to"]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    written = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {text for _, lines in SECTIONS for line in lines for text in line if text} <= written
    assert sheet.max_row <= 52  # what still reads well on a printed page


def test_records_in_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "patients.xlsx"
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["HER2 status", "Age", "Visceral crisis", None],
        ["positive", 54, True, None],
        [],
        [None, 0.1, None, "x"],
    ):
        sheet.append(row)
    book.create_sheet("Notes").append(["later"])
    book.save(path)
    read = read_grid_records(path, "patients.xlsx")
    cells = [{label: (cell.kind, cell.text) for label, cell in row.cells.items()} for row in read.rows]
    assert cells == [
        {
            "HER2 status": (CellKind.TEXT, "positive"),
            "Age": (CellKind.NUMBER, "54"),
            "Visceral crisis": (CellKind.BOOLEAN, "true"),
        },
        {"Age": (CellKind.NUMBER, "0.1")},
    ]
    assert [str(row.origin) for row in read.rows] == ["patients.xlsx!Sheet!2", "patients.xlsx!Sheet!4"]
    assert str(read.rows[1].cells["Age"].origin) == "patients.xlsx!Sheet!B4"
    assert "\n".join(map(render_diagnostic, read.diagnostics)) == (
        "patients.xlsx!Notes: warning sheet-not-read: records are read from the first sheet only, not this one\n"
        "patients.xlsx!Sheet!D4: error cells-not-read: this cell has no field name above it, and is not read\n"
        "  x\n"
        "  ^\n"
        "  help: name the field above it"
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "patients.xlsx: error no-records: the workbook has no records"),
        (
            [["Age", "age"], [1, 2]],
            "patients.xlsx!Sheet!B1: error duplicate-label: the label `age` appears twice\n"
            "  age\n  ^^^\n  see patients.xlsx!Sheet!A1: the first one\n  help: give each label a name of its own",
        ),
    ],
)
def test_faults_of_record_sheets(rows: list[list[object]], message: str, tmp_path: Path) -> None:
    path = tmp_path / "patients.xlsx"
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    assert "\n".join(map(render_diagnostic, read_grid_records(path, "patients.xlsx").diagnostics)) == message


def test_allowed_formulas_give_their_last_result(tmp_path: Path) -> None:
    path = tmp_path / "formula.xlsx"
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["Decision", "Answer"], ["Unique", "Then"], ["Rule", "Answer"], ["R1", "=1+1"]):
        sheet.append(row)
    book.save(path)
    codes = [item.code for item in read_workbook(path, "f.xlsx", allow_formulas=True).diagnostics]
    assert codes == ["no-about", "formula-without-value"]
