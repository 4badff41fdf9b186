"""Records of workbooks: values by the type of their field, faults by their cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmn_engine.formats.tabular.reading import read_records
from dmn_engine.formats.xlsx.records import read_grid_records
from dmn_engine.records import RecordSchema, UnreadableFile, load_record_schema
from dmn_engine.report.text import render_diagnostic

CASES = Path(__file__).parents[1] / "cases" / "records"


@pytest.fixture(scope="module")
def schema() -> RecordSchema:
    return load_record_schema(CASES / "schema.json", "schema.json")


def write_sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Patients"
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_cells_are_read_by_the_type_of_their_field(tmp_path: Path, schema: RecordSchema) -> None:
    import datetime

    path = write_sheet(
        tmp_path / "p.xlsx",
        ("# Name", "Sex", "age", "Bleeding", "Symptoms", "Weight", "Diagnosed on"),
        ("A", "Female", 60, True, "pain; bleeding", 61.1, datetime.date(2024, 2, 29)),
        ("B", "male", None, "no", "none", "70", "2024-03-01"),
    )
    records = [
        record.type(schema)
        for record in read_records(path, schema.dictionary, file="p.xlsx", read_sheet=read_grid_records)
    ]
    assert not [item for record in records for item in record.diagnostics]
    assert [{name: str(value) for name, value in record.values.items()} for record in records] == [
        {
            "sex": "female",
            "age": "60",
            "bleeding": "True",
            "symptoms": "['pain', 'bleeding']",
            "weight_kg": "61.1",
            "diagnosed_on": "2024-02-29",
        },
        {"sex": "male", "bleeding": "False", "symptoms": "[]", "weight_kg": "70", "diagnosed_on": "2024-03-01"},
    ]


def test_faults_name_their_cells(tmp_path: Path, schema: RecordSchema) -> None:
    path = write_sheet(tmp_path / "p.xlsx", ("Sex", "Age"), ("female", 150), ("male", "=A1"), ("male", 1))
    shown = [
        "\n".join(map(render_diagnostic, record.type(schema).diagnostics))
        for record in read_records(path, schema.dictionary, file="p.xlsx", read_sheet=read_grid_records)
    ]
    assert shown[0] == (
        "p.xlsx!Patients!B2: error out-of-range: Age: 150 is out of range; allowed is 0 to 130 (years)\n  150\n  ^^^"
    )
    assert shown[1].startswith("p.xlsx!Patients!B3: error ")
    assert shown[2] == ""


def test_an_unknown_header_is_one_error(tmp_path: Path, schema: RecordSchema) -> None:
    path = write_sheet(tmp_path / "p.xlsx", ("Sex", "Aeg"), ("female", 60), ("male", 61))
    with pytest.raises(UnreadableFile) as caught:
        list(read_records(path, schema.dictionary, file="p.xlsx", read_sheet=read_grid_records))
    assert render_diagnostic(caught.value.diagnostic) == (
        "p.xlsx!Patients!B1: error unknown-field: `Aeg` is not a known field\n  Aeg\n  ^^^\n  help: did you mean `age`?"
    )


def test_what_is_no_workbook_is_one_error(tmp_path: Path, schema: RecordSchema) -> None:
    path = tmp_path / "p.xlsx"
    path.write_bytes(b"no zip")
    with pytest.raises(UnreadableFile):
        list(read_records(path, schema.dictionary, file="p.xlsx", read_sheet=read_grid_records))


def merge_cells(path: Path, *areas: str) -> Path:
    import openpyxl

    book = openpyxl.load_workbook(path)
    for area in areas:
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def test_a_value_merged_over_patients_is_refused_for_each_of_them(tmp_path: Path, schema: RecordSchema) -> None:
    rows = (("# Name", "Sex", "Age"), ("A", "female", 60), ("B", None, 61), ("C", "male", 62), ("D", "male", None))
    path = merge_cells(write_sheet(tmp_path / "p.xlsx", *rows), "B2:B3", "B5:C5")
    shown = [
        (record.labels["# Name"], "\n".join(map(render_diagnostic, record.type(schema).diagnostics)))
        for record in read_records(path, schema.dictionary, file="p.xlsx", read_sheet=read_grid_records)
    ]
    text = (
        "error merged-cells: the cells {} are merged, so that it is not clear whose value this is\n  {}\n  {}\n"
        "  help: unmerge them (Home, Merge & Center), and write into each row its own value"
    )
    assert shown == [
        ("A", "p.xlsx!Patients!B2: " + text.format("B2:B3", "female", "^^^^^^")),
        ("B", "p.xlsx!Patients!B3: " + text.format("B2:B3", "female", "^^^^^^")),
        ("C", ""),
        ("D", "p.xlsx!Patients!B5: " + text.format("B5:C5", "male", "^^^^")),
    ]


@pytest.mark.parametrize("area", ["A1:B1", "B1:B2"])
def test_a_merged_header_is_refused(area: str, tmp_path: Path, schema: RecordSchema) -> None:
    path = merge_cells(write_sheet(tmp_path / "p.xlsx", ("Sex", "Age"), ("female", 60)), area)
    with pytest.raises(UnreadableFile) as caught:
        list(read_records(path, schema.dictionary, file="p.xlsx", read_sheet=read_grid_records))
    assert caught.value.diagnostic.message == (
        f"the cells {area} are merged, so that it is not clear whose value this is"
    )


def test_labels_are_what_the_sheet_shows_also_where_a_cell_is_empty(tmp_path: Path, schema: RecordSchema) -> None:
    import openpyxl

    path = write_sheet(tmp_path / "p.xlsx", ("Sex", "#Id", "# Name"), ("female", 7, "A"), ("male", 12, None))
    book = openpyxl.load_workbook(path)
    for cell in ("B2", "B3"):
        book.worksheets[0][cell].number_format = "0000"
    book.save(path)
    records = read_records(path, schema.dictionary, file="p.xlsx", read_sheet=read_grid_records, id="id")
    assert [(record.id, dict(record.labels)) for record in records] == [
        ("0007", {"#Id": "0007", "# Name": "A"}),
        ("0012", {"#Id": "0012", "# Name": ""}),
    ]
