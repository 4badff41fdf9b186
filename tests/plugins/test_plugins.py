"""Plug-ins by entry points: with and without metadata, of other packages, and those that cannot be used."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import ModuleType, SimpleNamespace

import openpyxl
import pytest

import dmn_engine
from dmn_engine import EngineError
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.formats.xlsx.workbook import GridBook
from dmn_engine.layouts import ForeignModel, Layout, list_layouts
from dmn_engine.loading import load_foreign
from dmn_engine.model.definitions import Definitions
from dmn_engine.plugins import LAYOUTS, SHIPPED, load_plugins

ROOT = Path(__file__).parents[2]
PLAN = [("Decision", "Plan"), ("Unique", "When", "Then"), ("Rule", "Stage", "Plan"), ("R1", "-", "surgery")]


def install(monkeypatch: pytest.MonkeyPatch, **points: str) -> None:
    """Make these the only entry points of layouts that are installed."""
    found = EntryPoints(EntryPoint(name, value, LAYOUTS) for name, value in points.items())
    monkeypatch.setattr("importlib.metadata.entry_points", lambda *, group: found.select(group=group))


def offer(monkeypatch: pytest.MonkeyPatch, name: str, content: object) -> None:
    """A module that can be imported by the name."""
    module = ModuleType(name)
    module.__dict__.update(vars(content))
    monkeypatch.setitem(__import__("sys").modules, name, module)


def layout(label: str, mark: str = "Mark") -> object:
    """A layout that recognises a workbook by the text of its first cell."""

    def recognise(book: GridBook) -> bool:
        return any(cell.text == mark for grid in book.grids for cell in grid.cells.values())

    def read(book: GridBook, diagnostics: Diagnostics) -> ForeignModel:
        return ForeignModel(Definitions(book.file, label, "", diagnostics=diagnostics.sorted()), (), label)

    return SimpleNamespace(LAYOUT=label, recognise=recognise, read=read)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0]["A1"] = "Mark"
    workbook.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_the_shipped_plugins_are_those_of_the_metadata() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"] == SHIPPED


def test_the_shipped_plugins_are_found_without_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    assert [item.LAYOUT for item in list_layouts()] == ["pyDMNrules", "WHO SMART DAK"]
    assert all(list(load_plugins(group)) for group in SHIPPED)


def test_the_shipped_layouts_are_layouts() -> None:
    assert all(isinstance(item, Layout) for item in list_layouts())


def test_a_layout_of_another_package_is_used(monkeypatch: pytest.MonkeyPatch, book: Path) -> None:
    offer(monkeypatch, "their_layout", layout("Theirs"))
    install(monkeypatch, theirs="their_layout")
    model = dmn_engine.load(book)
    assert [item.message for item in model.diagnostics] == []
    assert model.outline().entries == {}


@pytest.mark.parametrize(("name", "rows"), [("About", [("Id", "X"), ("Title", "Mine")]), ("Plan", PLAN)])
def test_a_layout_never_takes_a_workbook_of_the_own_layout(
    name: str, rows: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, book: Path
) -> None:
    offer(monkeypatch, "their_layout", layout("Theirs"))
    install(monkeypatch, theirs="their_layout")
    assert load_foreign(book) is not None
    workbook = openpyxl.load_workbook(book)
    sheet = workbook.create_sheet(name)
    for row in rows:
        sheet.append(row)
    workbook.save(book)
    assert load_foreign(book) is None


def test_two_layouts_that_recognise_a_workbook_are_named(monkeypatch: pytest.MonkeyPatch, book: Path) -> None:
    offer(monkeypatch, "their_layout", layout("Theirs"))
    offer(monkeypatch, "other_layout", layout("Others"))
    install(monkeypatch, theirs="their_layout", others="other_layout")
    assert [(item.code, item.message) for item in dmn_engine.load(book).diagnostics] == [
        ("several-layouts", "the workbook is read in the layout of Others; Theirs recognises it too")
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("no_such_module", "cannot be loaded: No module named 'no_such_module'"),
        ("json:nothing", "cannot be loaded: module 'json' has no attribute 'nothing'"),
        ("json", "is not a layout: it needs LAYOUT, recognise and read"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_named(
    value: str, message: str, monkeypatch: pytest.MonkeyPatch, book: Path
) -> None:
    install(monkeypatch, broken=value)
    with pytest.raises(EngineError) as fault:
        dmn_engine.load(book)
    assert str(fault.value) == f"the plug-in `broken` of dmn_engine.layouts {message}"
