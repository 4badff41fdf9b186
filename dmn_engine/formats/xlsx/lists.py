"""The sheets that are lists: About, Safety, References."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from dmn_engine.formats.xlsx.reading import SheetReader
from dmn_engine.model import list_pages
from dmn_engine.model.cell_text import fold_word
from dmn_engine.model.workbook_source import ABOUT_KEYS, CellSource, text_cell

_ABOUT_NEEDED = ("Id", "Title", "Version", "Status")


def read_about(reader: SheetReader) -> dict[str, CellSource]:
    """The values of the sheet `About` by their keys; a value without a key stays a leftover."""
    report = reader.diagnostics
    about = list_pages.read_about(_list_keys(reader), "sheet", report, report.warning)
    missing = [key for key in ABOUT_KEYS if key not in about]
    if missing:
        rows = "rows" if len(missing) > 1 else "a row"
        help = "add them in column A; a value may be left empty where there is none yet" if len(missing) > 1 else ""
        report.warning("missing-key", f"{rows} missing: {', '.join(missing)}", reader.sheet_source, help=help)
    for key in _ABOUT_NEEDED:
        if key in about and not about[key].text:
            report.warning("empty-key", f"`{key}` has no value", about[key].source, help="write it in column B")
    return about


def _list_keys(reader: SheetReader) -> Iterator[tuple[CellSource, Callable[[str], CellSource]]]:
    def read(row: int, key: str) -> CellSource:
        return reader.take(row, 2)

    return ((reader.take_text(row, 1), partial(read, row)) for row in reader.rows() if reader.peek(row, 1))


def read_rows(reader: SheetReader, names: Sequence[str], needed: int) -> Iterator[list[CellSource]]:
    """The rows below the header: a cell for each name, EMPTY where the column is missing.

    The first columns are `needed`.
    """
    known = {fold_word(name) for name in names}
    rows = reader.rows()
    header = next((row for row in rows if any(reader.word(row, each) in known for each in reader.columns_of(row))), 0)
    if not header:
        if rows:
            message = f"the header row is missing: {' | '.join(names)}"
            reader.diagnostics.error("no-header", message, reader.source(rows[0]), help="write it above the rows")
            reader.skip_rows(rows)
        return
    numbers = reader.columns_of(header)
    headings = [reader.take_text(header, number) for number in numbers]
    places = list_pages.find_columns(headings, names, needed, reader.source(header), "sheet", reader.diagnostics)
    columns = {name: numbers[place] for name, place in places.items()}
    for row in rows[rows.index(header) + 1 :]:
        for number in set(numbers).difference(columns.values()):
            reader.skip(row, number)
        if any(reader.peek(row, number) for number in columns.values()):
            yield [_take(reader, row, columns.get(name, 0), next(iter(columns.values()))) for name in names]


def _take(reader: SheetReader, row: int, column: int, anywhere: int) -> CellSource:
    if column:
        return reader.take(row, column)
    return text_cell("", reader.take(row, anywhere).origin)
