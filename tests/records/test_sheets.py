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
        for record in read_records(path, schema.vocabulary, file="p.xlsx", read_sheet=read_grid_records)
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
        for record in read_records(path, schema.vocabulary, file="p.xlsx", read_sheet=read_grid_records)
    ]
    assert shown[0] == (
        "p.xlsx!Patients!B2: error out-of-range: Age: 150 is out of range; allowed is 0 to 130 (years)\n  150\n  ^^^"
    )
    assert shown[1].startswith("p.xlsx!Patients!B3: error ")
    assert shown[2] == ""


def test_an_unknown_header_is_one_error(tmp_path: Path, schema: RecordSchema) -> None:
    path = write_sheet(tmp_path / "p.xlsx", ("Sex", "Aeg"), ("female", 60), ("male", 61))
    with pytest.raises(UnreadableFile) as caught:
        list(read_records(path, schema.vocabulary, file="p.xlsx", read_sheet=read_grid_records))
    assert render_diagnostic(caught.value.diagnostic) == (
        "p.xlsx!Patients!B2: error unknown-field: `Aeg` is not a known field\n  Aeg\n  ^^^\n  help: did you mean `age`?"
    )


def test_what_is_no_workbook_is_one_error(tmp_path: Path, schema: RecordSchema) -> None:
    path = tmp_path / "p.xlsx"
    path.write_bytes(b"no zip")
    with pytest.raises(UnreadableFile):
        list(read_records(path, schema.vocabulary, file="p.xlsx", read_sheet=read_grid_records))
