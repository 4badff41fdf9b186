"""Which files of a folder are read, by which reader, and with which record schema."""

from __future__ import annotations

from pathlib import Path

import pytest

import dmn_engine
from dmn_engine import EngineError, TablesAtFault
from dmn_engine.loading import (
    find_own_schema,
    list_models,
    list_tables,
    load_documents,
    load_foreign,
    load_schema,
    load_workbooks,
    show_path,
)
from dmn_engine.report.text import render_diagnostic
from tests.layouts.pydmnrules_building import build_workbook

TABLE = """<!-- dmn workbook -->
## Decision: Plan

- Hit policy: Unique

| Rule | When<br>Age | Then<br>Plan |
| --- | --- | --- |
| R1 | - | treat |
"""
FOREIGN = """
Discount
U | Customer || Rate || Why
====
1 | Private  || 5    || small
2 | Business || 10   || large
"""
OWN = """
Decision | Plan
Unique | When | Then
Rule | Age | Plan
R1 | - | treat
"""
ROOT = Path(__file__).parents[2]
SCHEMA = '{"title": "%s", "properties": {"age": {"title": "Age", "type": "number"}}}'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of tables with all that may be among them; the current folder is the one above."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "clinic/b.md": TABLE,
        "clinic/a/c.MD": TABLE.replace("Plan", "Other"),
        "clinic/README.md": "# For readers\n",
        "clinic/.hidden.md": TABLE,
        "clinic/~$b.xlsx": "",
        "clinic/old.ods": "",
        "clinic/notes.txt": "",
        "clinic/x.schema.json": SCHEMA % "x",
        "clinic/d.json": "{}",
        "models/m.dmn": "<definitions/>",
        "models/n/a.dmn": "<definitions/>",
        "schemas/patient.schema.json": SCHEMA % "above",
        "own.schema.json": SCHEMA % "own",
        "own.md": TABLE,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "clinic" / "a" / "loop").symlink_to(tmp_path / "clinic", target_is_directory=True)
    return tmp_path


def _show(files: list[Path]) -> list[str]:
    return [show_path(file) for file in files]


def test_files_are_listed_by_name_each_once(folder: Path) -> None:
    assert _show(list_tables(folder / "clinic")) == ["clinic/a/c.MD", "clinic/b.md", "clinic/d.json", "clinic/old.ods"]
    assert _show(list_models(folder / "models")) == ["models/m.dmn", "models/n/a.dmn"]
    assert _show(list_models(folder / "models" / "m.dmn")) == ["models/m.dmn"]
    assert list_models(folder / "clinic") == list_models(folder / "own.md") == []
    with pytest.raises(FileNotFoundError, match=r"^there are no tables at nowhere: no such file or folder$"):
        list_models(Path("nowhere"))


def test_documents_and_workbooks_have_their_readers(folder: Path) -> None:
    assert [book.file for book in load_documents(folder / "clinic")] == [
        "clinic/a/c.MD",
        "clinic/b.md",
        "clinic/d.json",
    ]
    assert [book.file for book in load_workbooks(folder / "clinic")] == ["clinic/old.ods"]
    (schema,) = load_documents(folder / "own.schema.json")
    (page,) = load_documents(folder / "clinic" / "README.md")
    assert [item.code for book in (schema, page) for item in book.diagnostics] == [
        "not-a-table",
        "no-mark",
        "unknown-heading",
    ]
    (table,) = load_documents(folder / "own.md")
    assert not table.diagnostics and len(table.sha256) == 64


def test_the_nearest_schema_is_taken(folder: Path) -> None:
    def title(tables: str, schemas: str | None = None) -> object:
        schema = load_schema(folder / tables, None if schemas is None else folder / schemas)
        assert isinstance(schema.document.value, dict)
        return schema.document.value["title"]

    assert title("clinic") == title("clinic/b.md") == title("clinic", "schemas") == "above"
    assert title("own.md") == title("clinic", "own.schema.json") == "own"
    assert find_own_schema(folder / "own.md") == folder / "own.schema.json"
    assert find_own_schema(folder / "clinic") is None
    (folder / "clinic" / "schemas").mkdir()
    assert title("clinic/b.md") == "above"
    for places, shown in (("models", "models"), ("nowhere.json", "nowhere.json")):
        with pytest.raises(FileNotFoundError) as fault:
            title("clinic", places)
        expected = f"the record schema is missing: {shown} is not a file, and does not contain patient.schema.json"
        assert str(fault.value) == expected
    assert load_schema(folder / "own.md", None).document.file == "own.schema.json"


def test_a_path_is_shown_from_the_current_folder(folder: Path) -> None:
    assert show_path(folder / "clinic" / "b.md") == show_path(Path("clinic/b.md")) == "clinic/b.md"
    assert show_path(folder.parent) == folder.parent.as_posix()


def test_a_folder_is_loaded_with_what_is_wrong_in_it(folder: Path) -> None:
    model = dmn_engine.load(folder / "clinic")
    found = {str(item.source.origin).split("!")[0].split(":")[0] for item in model.diagnostics}
    assert found == {"clinic/d.json", "clinic/old.ods"}
    assert model.evaluate({"age": 5}, "Plan").value == model.evaluate({"age": 5}, "Other").value == "treat"


def test_a_table_with_an_error_is_known_and_gives_no_answer(folder: Path) -> None:
    (folder / "broken.md").write_text(TABLE.replace("| - |", "| ten |").replace("Plan", "Broken"), encoding="utf-8")
    model = dmn_engine.load(folder / "broken.md", folder / "schemas")
    with pytest.raises(TablesAtFault, match=r"^`Broken` cannot be evaluated: its tables have errors$") as fault:
        model.evaluate({"age": 5}, "broken")
    assert [str(item.source.origin) for item in fault.value.diagnostics] == ["broken.md:8 R1, Age"]


def test_models_and_tables_in_one_folder_are_refused(folder: Path) -> None:
    for name in ("models/t.md", "models/t.xlsx"):
        (folder / name).write_text(TABLE, encoding="utf-8")
        with pytest.raises(EngineError, match=r" holds workbooks as well as models in DMN: load one of them, or keep "):
            dmn_engine.load(folder / "models")
        (folder / name).unlink()


def test_nothing_to_load(folder: Path) -> None:
    with pytest.raises(EngineError, match=r"^there are no tables at .*nowhere: no such file or folder$"):
        dmn_engine.load(folder / "nowhere")
    (folder / "empty").mkdir()
    with pytest.raises(EngineError):
        dmn_engine.load(folder / "empty")
    with pytest.raises(EngineError, match=r"they are errors$"):
        dmn_engine.load(folder / "own.md", overlaps="first")


GLOSSARY = "Variable | Business Concept | Attribute\nAge | Patient | age"


def test_a_workbook_of_another_layout_among_tables_is_refused(folder: Path) -> None:
    build_workbook({"Rules": FOREIGN}, folder / "clinic" / "f.xlsx")
    (foreign,) = (book for book in load_workbooks(folder / "clinic") if book.file == "clinic/f.xlsx")
    assert "\n".join(map(render_diagnostic, foreign.diagnostics)) == (
        "clinic/f.xlsx: error foreign-workbook: this workbook is in the layout of pyDMNrules, and does not belong "
        "among the tables\n  help: use it by itself (`--tables clinic/f.xlsx`), or convert it (`dmn convert`)"
    )
    assert load_foreign(folder / "clinic" / "f.xlsx") is not None
    assert load_foreign(folder / "own.md") is None
    (book,) = load_workbooks(folder / "clinic" / "f.xlsx")
    assert not [item for item in book.diagnostics if item.code == "foreign-workbook"]


def test_a_folder_of_one_workbook_is_a_folder_of_tables(folder: Path) -> None:
    (folder / "others").mkdir()
    build_workbook({"Rules": FOREIGN}, folder / "others" / "f.xlsx")
    assert [item.code for item in dmn_engine.load(folder / "others").diagnostics] == ["foreign-workbook"]
    assert dmn_engine.load(folder / "others" / "f.xlsx").evaluate({"Customer": "Private"}).value == 5
    build_workbook({"Plan": OWN}, folder / "others" / "own.xlsx")
    codes = {book.file: [item.code for item in book.diagnostics] for book in load_workbooks(folder / "others")}
    assert "foreign-workbook" not in codes["others/own.xlsx"]
    assert load_foreign(folder / "others" / "own.xlsx") is None


@pytest.mark.parametrize("own", [{"Plan": OWN}, {"About": "Id | X\nTitle | Mine"}], ids=["a table", "the page About"])
def test_a_workbook_with_a_part_of_the_own_layout_is_never_foreign(own: dict[str, str], folder: Path) -> None:
    book = folder / "clinic" / "both.xlsx"
    build_workbook({"Rules": FOREIGN, **own}, book)
    assert load_foreign(book) is None
    (found,) = (each for each in load_workbooks(folder / "clinic") if each.file == "clinic/both.xlsx")
    assert "foreign-workbook" not in [item.code for item in found.diagnostics]
    build_workbook({"Rules": FOREIGN}, book)
    assert load_foreign(book) is not None


def test_a_model_is_loaded_from_its_file() -> None:
    model = dmn_engine.load(ROOT / "examples/tck/compliance-level-2/weight-class/weight-class.dmn")
    assert not [item for item in model.diagnostics if item.severity.value == "error"]
    assert model.outline().entries
