"""Which files a set of tables is made of, and who reads each of them. Understands none of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dmn_engine.decisions.source import WorkbookSource
from dmn_engine.records import RecordSchema, load_record_schema
from dmn_engine.spreadsheet.layout import read_workbook

PATIENT_SCHEMA = "patient.schema.json"


def load_schema(tables: Path, schemas: Path | None) -> RecordSchema:
    """The record schema: of the given file or folder, else of a folder `schemas` beside the tables or above them.

    Raises FileNotFoundError, saying where it was looked for.
    """
    if schemas is not None:
        places = [schemas]
    else:
        places = [folder / "schemas" for folder in tables.absolute().parents]
    for place in places:
        file = place / PATIENT_SCHEMA if place.is_dir() else place
        if file.is_file():
            return load_record_schema(file, show_path(file))
    shown = show_path(places[0])
    raise FileNotFoundError(f"the record schema is not there: {shown} is no file, and has no {PATIENT_SCHEMA}")


def load_workbooks(place: Path) -> Iterator[WorkbookSource]:
    """Every workbook of a folder (at any depth, by name) or the one given. Raises FileNotFoundError.

    Spreadsheets of other formats are among them, so that their reader says that no rule of theirs is read.
    """
    for file, shown in _list_files(place, ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".fods"):
        yield read_workbook(file, shown)


def load_documents(place: Path) -> Iterator[WorkbookSource]:
    """Every workbook or table as JSON or Markdown, of a folder or the one given. Raises FileNotFoundError.

    In a folder, record schemas (.schema.json) and Markdown files without the mark of a workbook are passed over.
    """
    from dmn_engine.records.workbooks import read_workbook as read_json

    for file, shown in _list_files(place, ".json"):
        if not (place.is_dir() and file.name.endswith(".schema.json")):
            yield read_json(file, shown)


def show_path(path: Path) -> str:
    """A path as messages show it: relative to the current folder where it lies below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _list_files(place: Path, *endings: str) -> Iterator[tuple[Path, str]]:
    if place.is_dir():
        found = sorted(path for path in place.rglob("*") if path.suffix.lower() in endings and path.is_file())
        for path in found:
            if not path.name.startswith(("~$", ".")):
                yield path, show_path(path)
    elif not place.exists():
        raise FileNotFoundError(f"there are no tables at {place}: no such file or folder")
    elif place.suffix.lower() in endings:
        yield place, show_path(place)
