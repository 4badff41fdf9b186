"""Fixtures that run the program in a folder with tables, schemas and patients, for each case."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

CASES = Path(__file__).parents[1] / "cases" / "cli"


def write_workbooks(text: str, folder: Path) -> None:
    """Write the workbooks that a text describes; cells are texts, except plain numbers."""
    for file, sheets in read_workbooks(text):
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        book.save(target)


def read_workbooks(text: str) -> Iterator[tuple[str, dict[str, list[list[object]]]]]:
    """(file, rows of cells by sheet) of each workbook in the text."""
    for block in re.split(r"(?m)^file: ", text)[1:]:
        file, _, rest = block.partition("\n")
        sheets: dict[str, list[list[object]]] = {}
        for part in re.split(r"(?m)^sheet: ", rest)[1:]:
            name, _, grid = part.partition("\n")
            lines = [line for line in grid.splitlines() if line.strip() and not line.startswith("#")]
            sheets[name.strip()] = [[_read_cell(cell) for cell in line.split("|")] for line in lines]
        yield file.strip(), sheets


def _read_cell(text: str) -> object:
    text = text.strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text) if "." in text else int(text)
    return text or None


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is copied for each case."""
    folder = tmp_path_factory.mktemp("clinic")
    write_workbooks((CASES / "tables.txt").read_text(encoding="utf-8"), folder)
    shutil.copytree(CASES / "schemas", folder / "schemas")
    shutil.copytree(CASES / "patients", folder / "patients")
    return folder


@pytest.fixture(name="write_workbooks")
def give_writer() -> Callable[[str, Path], None]:
    """The function that writes workbooks from their text."""
    return write_workbooks


@pytest.fixture
def clinic(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy of the folder, and the current folder."""
    folder = tmp_path / "clinic"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("dmn_engine.check.reviews.read_clock", lambda: datetime.date(2026, 6, 15))
    return folder
