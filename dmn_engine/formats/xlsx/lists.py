"""The sheets that are lists: About, Safety, References."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dmn_engine.diagnostics import Diagnostics, Source, nearest, offer
from dmn_engine.formats.xlsx.reading import SheetReader
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.source_checks import check_approval, report_similar
from dmn_engine.model.workbook_source import (
    ABOUT_KEYS,
    REFERENCE_COLUMNS,
    SAFETY_COLUMNS,
    CellKind,
    CellSource,
    ReferenceSource,
    SafetySource,
)

_ABOUT_NEEDED = ("Id", "Title", "Version", "Status")


def read_about(reader: SheetReader) -> dict[str, CellSource]:
    """The values of the sheet `About` by their keys as ABOUT_KEYS spells them."""
    keys = {fold_label(key): key for key in ABOUT_KEYS}
    about: dict[str, CellSource] = {}
    labels: dict[str, Source] = {}
    for row in reader.rows():
        if not reader.peek(row, 1):
            continue  # a value without a key stays a leftover
        label = reader.take_text(row, 1)
        key = keys.get(reader.word(row, 1))
        if key is None:
            help = offer(nearest(label.text, ABOUT_KEYS), f"keys are: {', '.join(ABOUT_KEYS)}")
            message = f"`{label.text}` is not a key of the sheet About"
            reader.diagnostics.warning("unknown-key", message, label.source, help=help)
            reader.take(row, 2)
        elif key in about:
            related = ((labels[key], "the first one"),)
            message = f"the key `{key}` appears twice"
            reader.diagnostics.error("duplicate-key", message, label.source, related=related, help="delete one of them")
            reader.take(row, 2)
        else:
            labels[key] = label.source
            about[key] = reader.take(row, 2)
    _check_about(reader, about)
    return about


def _check_about(reader: SheetReader, about: dict[str, CellSource]) -> None:
    report = reader.diagnostics
    missing = [key for key in ABOUT_KEYS if key not in about]
    if missing:
        rows = "rows" if len(missing) > 1 else "a row"
        help = "add them in column A; a value may be left empty where there is none yet" if len(missing) > 1 else ""
        report.warning("missing-key", f"{rows} missing: {', '.join(missing)}", reader.sheet_source, help=help)
    for key in _ABOUT_NEEDED:
        if key in about and not about[key].text:
            report.warning("empty-key", f"`{key}` has no value", about[key].source, help="write it in column B")
    check_approval(about, report)


def read_safety(reader: SheetReader) -> tuple[SafetySource, ...]:
    """The rows of the sheet `Safety`."""
    rows = list(_read_rows(reader, SAFETY_COLUMNS, SAFETY_COLUMNS[:3], ("Id", "Statement")))
    report_similar((cells[0] for cells in rows), "property", reader.diagnostics)
    return tuple(SafetySource(*cells) for cells in rows)


def read_references(reader: SheetReader) -> tuple[ReferenceSource, ...]:
    """The rows of the sheet `References`."""
    rows = list(_read_rows(reader, REFERENCE_COLUMNS, REFERENCE_COLUMNS[:2], ("Citation",)))
    report_similar((cells[0] for cells in rows), "reference", reader.diagnostics)
    return tuple(ReferenceSource(*cells) for cells in rows)


@dataclass(frozen=True, slots=True)
class _Found:
    """The header row, and for each known column where it stands."""

    row: int
    columns: dict[str, int]


def _read_rows(
    reader: SheetReader, names: Sequence[str], needed: Sequence[str], filled: Sequence[str]
) -> Iterator[list[CellSource]]:
    """The rows below the header: a cell for each name, EMPTY where the column is missing.

    Columns that are `needed` must be there; cells of those `filled` must not be empty. What else may not be empty the
    builder says, which reads it.
    """
    header = _read_header(reader, names, needed)
    if header is None:
        return
    anywhere = next(iter(header.columns.values()))
    for row in reader.rows():
        if row <= header.row or not any(reader.peek(row, column) for column in header.columns.values()):
            continue
        cells = [_take(reader, row, header.columns.get(name, 0), anywhere) for name in names]
        for name, cell in zip(names, cells, strict=True):
            if name in filled and name in header.columns and cell.kind is CellKind.EMPTY:
                help = "fill it, or delete the row"
                reader.diagnostics.error("empty-cell", f"`{name}` is empty", cell.source, help=help)
        yield cells


def _take(reader: SheetReader, row: int, column: int, anywhere: int) -> CellSource:
    if column:
        return reader.take(row, column)
    origin = reader.take(row, anywhere).source.origin
    return CellSource(Source("", origin), CellKind.EMPTY)


def _read_header(reader: SheetReader, names: Sequence[str], needed: Sequence[str]) -> _Found | None:
    known = {fold_label(name): name for name in names}
    rows = reader.rows()
    row = next((row for row in rows if any(reader.word(row, column) in known for column in reader.columns_of(row))), 0)
    if not row:
        if rows:
            message = f"the header row is missing: {' | '.join(names)}"
            _report(reader.diagnostics, "no-header", message, reader.source(rows[0]), "write it above the rows")
            reader.skip_rows(rows)
        return None
    found: dict[str, int] = {}
    for column in reader.columns_of(row):
        label = reader.take_text(row, column)
        name = known.get(reader.word(row, column))
        if name is None:
            name = nearest(label.text, names)
            help = offer(name, f"columns are: {', '.join(names)}")
            message = f"`{label.text}` is not a column of this sheet"
            _report(reader.diagnostics, "unknown-column", message, label.source, help)
        elif name in found:
            message = f"the column `{name}` appears twice"
            _report(reader.diagnostics, "duplicate-label", message, label.source, "delete one of them")
        if name and name not in found:
            found[name] = column
        else:
            for below in rows:
                if below > row and column in reader.columns_of(below):
                    reader.skip(below, column)
    missing = [f"`{name}`" for name in needed if name not in found]
    if missing:
        message = f"the column {' and '.join(missing)} is missing"
        _report(reader.diagnostics, "missing-column", message, reader.source(row), "add it to the header row")
    return _Found(row, found)


def _report(diagnostics: Diagnostics, code: str, message: str, source: Source, help: str) -> None:
    diagnostics.error(code, message, source, help=help)
