"""Laws: every format represents every workbook; random ones keep their structure, shipped ones their answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import dmn_engine
from dmn_engine.convert import Converted, Counts, convert, convert_set
from dmn_engine.convert.comparison import find_lost
from dmn_engine.formats.json.workbooks import parse_workbook, write_workbook
from dmn_engine.formats.markdown.reading import read_markdown
from dmn_engine.formats.markdown.writing import write_markdown
from dmn_engine.loading import load_workbooks, read_document
from dmn_engine.model.workbook_source import WorkbookSource
from dmn_engine.records.documents import parse_json
from tests.convert.workbooks import WORKBOOKS, strip_places

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "tables").rglob("*.xlsx"))
PATIENTS = sorted((ROOT / "examples" / "patients").glob("*.json"))


@given(workbook=WORKBOOKS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_workbook_is_a_document_and_a_page(workbook: WorkbookSource) -> None:
    text = write_workbook(workbook)
    read = parse_workbook(parse_json(text, "x.json"))
    assert strip_places(read) == strip_places(workbook)
    assert write_workbook(read) == text
    page = write_markdown(read)
    assert write_workbook(read_markdown(page, "x.md")) == text


def save(made: Converted, path: Path) -> Path:
    assert made.content is not None, made.diagnostics
    assert sorted(made.read.tables) == sorted(made.written.tables)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.content)
    return path


@pytest.mark.parametrize("form", [".json", ".md"])
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_shipped_workbook_comes_back(file: Path, form: str, tmp_path: Path) -> None:
    made = convert(file, form, f"x{form}")
    assert (made.diagnostics, made.schema) == ((), "")
    text = save(made, tmp_path / f"x{form}")
    again = convert(text, ".xlsx", "x.xlsx")
    assert again.diagnostics == ()
    book = next(iter(load_workbooks(save(again, tmp_path / "x.xlsx"))))
    assert strip_places(book) == strip_places(next(iter(load_workbooks(file))))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_page_comes_back_from_a_document_byte_by_byte(file: Path, tmp_path: Path) -> None:
    page = save(convert(file, ".md", "x.md"), tmp_path / "x.md")
    document = save(convert(page, ".json", "x.json"), tmp_path / "x.json")
    assert convert(document, ".md", "x.md").content == page.read_bytes()
    assert strip_places(read_document(document, "x.json")) == strip_places(read_document(page, "x.md"))


def answer(model: dmn_engine.Model, decisions: set[str]) -> list[dict[str, object]]:
    """The model's answers to each patient, without the places of the rules."""
    answers = []
    for patient in PATIENTS:
        result = model.evaluate(json.loads(patient.read_text(encoding="utf-8")))
        answers.append(
            {
                name: (item.value, item.status, item.needs)
                for name, item in result.decisions.items()
                if name in decisions
            }
        )
    return answers


@pytest.mark.parametrize("form", [".md", ".json"])
def test_converted_sets_give_the_same_answers(form: str, tmp_path: Path) -> None:
    tables = ROOT / "tables"
    for file in SHIPPED:
        target = (tmp_path / "tables" / file.relative_to(tables)).with_suffix(form)
        save(convert(file, form, str(target)), target)
    model = dmn_engine.load(tables, schemas=ROOT / "schemas")
    other = dmn_engine.load(tmp_path / "tables", schemas=ROOT / "schemas")
    assert other.diagnostics == ()
    assert len(PATIENTS) > 10
    decisions = set(model.tables.tables)
    assert answer(other, decisions) == answer(model, decisions)


def test_a_model_of_all_tables_comes_back_with_the_same_rules(tmp_path: Path) -> None:
    made = convert_set(ROOT / "tables", "all.dmn", ROOT / "schemas")
    model = save(made, tmp_path / "all.dmn")
    back = convert(model, ".xlsx", "all.xlsx")
    book = save(back, tmp_path / "all.xlsx")
    written = {table.name.text: table for table in next(iter(load_workbooks(book))).tables}
    tables = [table for file in SHIPPED for each in load_workbooks(file) for table in each.tables]
    assert {name: [rule.id.text for rule in table.rules] for name, table in written.items()} == {
        table.name.text: [rule.id.text for rule in table.rules] for table in tables
    }


def test_a_lost_rule_is_told_though_other_tables_have_come() -> None:
    read = Counts((("First", 5), ("Second", 1)))
    written = Counts((("First", 3), ("Second", 1), ("Added", 9)))
    (lost,) = find_lost(read, written, (), "x.md")
    assert (lost.code, lost.message) == (
        "rules-lost",
        "2 of 5 rules of `First` would be lost, so nothing is written",
    )
    assert not find_lost(read, Counts((("Second", 1), ("First", 5))), (), "x.md")
