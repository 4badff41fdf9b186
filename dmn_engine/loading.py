"""Discover table files and choose a reader for each."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.formats.xlsx.layout import read_workbook
from dmn_engine.model.workbook_source import WorkbookSource
from dmn_engine.records import RecordSchema, load_record_schema
from dmn_engine.records.documents import UnreadableFile, read_bytes, read_text

if TYPE_CHECKING:
    from dmn_engine.layouts import ForeignModel

PATIENT_SCHEMA = "patient.schema.json"
_SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".fods")


def load_schema(tables: Path, schemas: Path | None) -> RecordSchema:
    """The record schema: the given file or folder, else beside the tables, else in a folder `schemas` above them.

    Beside `x.xlsx` it is `x.schema.json`. Raises: FileNotFoundError, with the places that were searched.
    """
    if schemas is not None:
        places = [schemas]
    elif (beside := find_own_schema(tables)) is not None:
        places = [beside]
    else:
        places = [folder / "schemas" for folder in tables.absolute().parents]
    for place in places:
        file = place / PATIENT_SCHEMA if place.is_dir() else place
        if file.is_file():
            return load_record_schema(file, show_path(file))
    shown = show_path(places[0])
    raise FileNotFoundError(
        f"the record schema is missing: {shown} is not a file, and does not contain {PATIENT_SCHEMA}"
    )


def find_own_schema(tables: Path) -> Path | None:
    """The record schema that belongs to the tables alone: `x.schema.json` beside `x.xlsx` or the folder `x`."""
    beside = tables.absolute().with_name(f"{tables.absolute().stem}.schema.json")
    return beside if beside.is_file() else None


def list_models(place: Path) -> list[Path]:
    """The DMN models (.dmn) of a folder (at any depth, by name) or the one given.

    Raises FileNotFoundError, and OSError for a folder of models of which a part cannot be read.
    """
    models = [file for file, _ in _list_files(place, ".dmn")]
    for error in _list_unreadable(place) if models else ():
        raise error
    return models


def list_tables(place: Path) -> list[Path]:
    """Every file of a folder (at any depth, by name) that should hold tables or a model.

    Raises FileNotFoundError, and OSError where a part of the folder cannot be read.
    """
    for error in _list_unreadable(place):
        raise error
    files = _list_files(place, *_SPREADSHEETS, ".json", ".md", ".dmn")
    return [file for file, _ in files if not _is_passed_over(file)]


def load_foreign(place: Path) -> ForeignModel | None:
    """The model of a workbook in a known foreign layout; None for any other file.

    A workbook with any part of this project's own layout is never read as foreign, even if it has errors.
    """
    for file, shown in _list_files(place, ".xlsx"):
        if _is_own(read_workbook(file, shown)):
            return None
        from dmn_engine.layouts import read_foreign

        return read_foreign(file, shown)
    return None


def load_workbooks(place: Path) -> Iterator[WorkbookSource]:
    """Every workbook of a folder (at any depth, by name) or the one given. Raises FileNotFoundError.

    Spreadsheets of other formats are included, so that their reader reports that no rule is read. Workbooks in a
    foreign layout are an error, because they are evaluated by other rules. A
    folder that cannot be read is an error too.
    """
    for error in _list_unreadable(place):
        found = Diagnostics()
        folder = show_path(Path(error.filename))
        message = f"this folder cannot be read ({(error.strerror or str(error)).lower()}), nor the tables in it"
        found.error("unreadable-folder", message, Source("", folder), help="allow reading it, or move it away")
        yield WorkbookSource(folder, "", diagnostics=found.sorted())
    for file, shown in _list_files(place, *_SPREADSHEETS):
        book = read_workbook(file, shown)
        foreign = load_foreign(file) if place.is_dir() and not _is_own(book) else None
        yield book if foreign is None else _refuse(book, foreign)


def load_documents(place: Path) -> Iterator[WorkbookSource]:
    """Every workbook or table as JSON or Markdown, of a folder or the one given. Raises FileNotFoundError.

    In a folder, record schemas (.schema.json) and Markdown files without the mark of a workbook are skipped.
    """
    for file, shown in _list_files(place, ".json", ".md"):
        if not (place.is_dir() and _is_passed_over(file)):
            yield read_document(file, shown)


def read_document(file: Path, shown: str) -> WorkbookSource:
    """The workbook in a .json or .md file; its diagnostics report what could not be read."""
    from dmn_engine.formats.json.workbooks import read_workbook

    if file.suffix.lower() != ".md":
        return read_workbook(file, shown)
    from dmn_engine.formats.markdown.reading import read_markdown

    try:
        digest = hashlib.sha256(read_bytes(file, shown)).hexdigest()
        return read_markdown(read_text(file, shown), shown, digest)
    except UnreadableFile as error:
        return WorkbookSource(shown, "", diagnostics=(error.diagnostic,))


def _is_passed_over(file: Path) -> bool:
    """Whether a file in a folder of tables is not a table: a record schema, or a Markdown page for readers."""
    if file.suffix.lower() != ".md":
        return file.name.endswith(".schema.json")
    from dmn_engine.formats.markdown.page import is_workbook

    return not is_workbook(file.read_bytes().decode(errors="replace"))


def show_path(path: Path) -> str:
    """A path as messages show it: relative to the current folder if it is below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _is_own(book: WorkbookSource) -> bool:
    return bool(book.about or book.tables)


def _refuse(book: WorkbookSource, foreign: ForeignModel) -> WorkbookSource:
    found = Diagnostics()
    found.error(
        "foreign-workbook",
        f"this workbook is in the layout of {foreign.layout}, and does not belong among the tables",
        Source("", book.file),
        help=f"use it by itself (`--tables {book.file}`), or convert it (`dmn convert`)",
    )
    return replace(book, diagnostics=found.sorted())


def _walk(place: Path) -> tuple[list[Path], list[OSError]]:
    """Every file of a folder at any depth, by name, and the errors of the folders that cannot be read.

    A link to a folder is followed, each folder once.
    """
    files: list[Path] = []
    errors: list[OSError] = []
    seen: set[str] = set()
    for folder, folders, names in os.walk(place, onerror=errors.append, followlinks=True):
        if (real := os.path.realpath(folder)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        files += [path for name in names if (path := Path(folder, name)).is_file()]
    return sorted(files), errors


def _list_unreadable(place: Path) -> list[OSError]:
    return _walk(place)[1] if place.is_dir() else []


def _list_files(place: Path, *endings: str) -> Iterator[tuple[Path, str]]:
    if place.is_dir():
        for path in (path for path in _walk(place)[0] if path.suffix.lower() in endings):
            if not path.name.startswith(("~$", ".")):
                yield path, show_path(path)
    elif not place.exists():
        raise FileNotFoundError(f"there are no tables at {place}: no such file or folder")
    elif place.suffix.lower() in endings:
        yield place, show_path(place)
