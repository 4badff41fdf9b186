"""Read records from rows of cells (CSV, sheets): a header of field names or titles, one record a row.

A column whose header begins with `#` is for people (the name of a patient, a remark): no decision reads it, and answers
repeat it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path

from dmn_engine.diagnostics import CellRef, Diagnostic, LineRef, Origin, Severity, Source, nearest_name, offer
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.temporal import parse_temporal
from dmn_engine.feel.types import ANY, BOOLEAN, NUMBER, STRING, ListType, Type
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Field
from dmn_engine.model.value_text import BOOLEANS
from dmn_engine.model.workbook_source import CellKind, CellSource, SheetRows, column_letters
from dmn_engine.records.documents import UnreadableFile, decode_text, read_bytes
from dmn_engine.records.record import Record, identify, is_id, is_label, mark_label

Row = Sequence[CellSource]

_DELIMITERS = (",", ";", "\t", "|")


def read_csv(path: Path, file: str, dictionary: DataDictionary, id: str = "") -> Iterator[Record]:
    """The records of a CSV file, one after the other; the header decides the delimiter.

    Raises UnreadableFile: not UTF-8, quotes that are not closed, a header that is not a list of fields.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from type_rows(_list_rows(lines, file, dictionary), file, dictionary, id)
    except UnicodeDecodeError:
        decode_text(read_bytes(path, file), file)  # raises with the line
        raise
    except (OSError, ValueError) as error:
        read_bytes(path, file)  # raises with the reason
        raise error from None


def type_rows(rows: Iterable[Row], file: str, dictionary: DataDictionary, id: str = "") -> Iterator[Record]:
    """The records of rows of cells; the first that is not blank is the header. Raises UnreadableFile."""
    header: list[_Column] | None = None
    for row in rows:
        if all(cell.kind is CellKind.EMPTY for cell in row):
            continue
        if header is None:
            header = _read_header(row, dictionary, file, id)
        else:
            yield _read_row(header, row, id)
    if header is None:
        message = "there is no header row, and so no record"
        raise UnreadableFile(Diagnostic("no-records", Severity.ERROR, message, Source("", file)))


def type_sheet(rows: SheetRows, dictionary: DataDictionary, file: str, id: str = "") -> Iterator[Record]:
    """The records of the rows of a sheet, each with the diagnostics of its row; those of no row go with the first.

    Raises UnreadableFile for an error of no row, and for a header that is not a field.
    """
    numbers = {_row_number(row.origin) for row in rows.rows}
    by_row: dict[int, list[Diagnostic]] = {}
    for item in rows.diagnostics:
        number = _row_number(item.source.origin)
        if number not in numbers:
            if item.severity is Severity.ERROR:
                raise UnreadableFile(item)
            number = 0
        by_row.setdefault(number, []).append(item)
    header = _read_header([*rows.header.values()], dictionary, file, id)
    columns = dict(zip(rows.header, header, strict=True))
    general = tuple(by_row.get(0, ()))
    for row in rows.rows:
        cells = [(columns[label], cell) for label, cell in row.cells.items()]
        own = tuple(by_row.get(_row_number(row.origin), ()))
        yield _build_record(header, cells, row.origin, (*general, *own), id)
        general = ()


def read_texts(row: Mapping[str, object], dictionary: DataDictionary) -> dict[str, object]:
    """The values of a row by field name or title, texts read as those of a CSV file are (`read_cell`)."""
    found = dict(row)
    for label, value in row.items():
        field = dictionary.find(str(label))
        if field is None or not isinstance(value, str):
            continue
        if is_missing(value, field.type):
            del found[label]
        else:
            found[label] = read_cell(CellSource(Source(value)), field.type, field.domain)
    return found


def find_repeated(names: Sequence[str], dictionary: DataDictionary) -> tuple[Diagnostic, ...]:
    """The errors of columns that are one field, or one label for people."""
    seen: dict[str, str] = {}
    found = []
    for name in names:
        field = dictionary.fields.get(name) or dictionary.find(name)
        other = seen.get(field.name if field else name)
        if other is None:
            seen[field.name if field else name] = name
            continue
        message = f"two columns are {field.title if field else name}: `{other}` and `{name}`"
        place = Source(name, LineRef("columns", 0, f"/{name}"))
        found.append(Diagnostic("repeated-field", Severity.ERROR, message, place, help="keep one of them"))
    return tuple(found)


def _row_number(origin: Origin) -> int:
    """The row of a cell, 0 where the place is not a cell."""
    found = re.search("[0-9]+", origin.cell) if isinstance(origin, CellRef) else None
    return int(found.group()) if found else 0


def read_cell(cell: CellSource, type_: Type, domain: Domain) -> object:
    """The JSON value of a cell of a field; else its text, for validation to report.

    yes, no, true and false are booleans; numbers have a decimal point; listed values may differ in case and blanks;
    a list is separated by `;`, `,` or line breaks, and `none` is the empty list.
    """
    text = cell.text.strip()
    if isinstance(type_, ListType):
        return _read_list(cell, text, type_, domain)
    if type_ == BOOLEAN:
        return BOOLEANS.get(text.casefold(), text)
    if type_ == NUMBER:
        return _read_number(text)
    if type_ == ANY:
        return _read_stored(cell, text)
    if type_ == STRING and domain.values is not None:
        folded = fold_label(text)
        return next((value for value in domain.values if isinstance(value, str) and fold_label(value) == folded), text)
    return text


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the header: its field, or none; `label` is its name where it is for people."""

    field: Field | None
    label: str
    is_blank: bool
    is_id: bool


@dataclass(frozen=True, slots=True)
class _CellPlaces:
    """The cell of each field of a row."""

    row: Origin
    cells: Mapping[str, Origin]

    def __call__(self, pointer: str) -> Origin:
        return self.cells.get(pointer.split("/")[1] if pointer else "", self.row)


def _read_header(row: Row, dictionary: DataDictionary, file: str, id: str) -> list[_Column]:
    columns: list[_Column] = []
    seen: dict[str, CellSource] = {}
    errors: list[Diagnostic] = []
    for cell in row:
        field = dictionary.fields.get(cell.text) or dictionary.find(cell.text)
        is_blank = cell.kind is CellKind.EMPTY
        label = mark_label(cell.text) if not is_blank and is_label(cell.text, id) else ""
        columns.append(_Column(field, label, is_blank, not is_blank and is_id(cell.text, id)))
        if field is None and not label and not is_blank:
            errors.append(_report_unknown(cell, dictionary))
        for name in filter(None, (field.name if field else "", label)):
            if (other := seen.setdefault(name, cell)) is not cell:
                message = f"two columns are {field.title if field else cell.text}"
                twice = ((other.source, "the other column"),)
                hint = "delete one of them, or give it the header of another field"
                errors.append(Diagnostic("repeated-field", Severity.ERROR, message, cell.source, None, twice, hint))
                break
    if id and not any(column.is_id for column in columns):
        message = f"there is no column `{id}` to identify the records"
        near = nearest_name(id, [cell.text for cell in row])
        hint = offer(near, f"columns are: {', '.join(cell.text for cell in row if cell.text)}")
        errors.append(Diagnostic("no-id-column", Severity.ERROR, message, Source("", file), help=hint))
    if errors:
        first, *others = errors
        related = (*first.related, *((item.source, item.message) for item in others))
        raise UnreadableFile(replace(first, related=related))
    return columns


def _report_unknown(cell: CellSource, dictionary: DataDictionary) -> Diagnostic:
    near = nearest_name(cell.text, (*dictionary.fields, *dictionary.labels()))
    hint = offer(near, "a column that is for people only has a header that begins with `#`")
    return Diagnostic("unknown-field", Severity.ERROR, f"`{cell.text}` is not a known field", cell.source, help=hint)


def _read_row(header: Sequence[_Column], row: Row, id: str) -> Record:
    place = row[0].origin
    cells: list[tuple[_Column, CellSource]] = []
    errors: list[Diagnostic] = []
    for index, cell in enumerate(row):
        if cell.kind is CellKind.EMPTY:
            continue
        column = header[index] if index < len(header) else None
        if column is None or column.is_blank:
            message = "this cell has no header above it"
            hint = "is a value that holds the delimiter not in quotes?"
            errors.append(Diagnostic("extra-cell", Severity.ERROR, message, cell.source, help=hint))
        else:
            cells.append((column, cell))
    if len(row) < len(header):
        message = f"the row has {len(row)} cells, and the header {len(header)}"
        errors.append(Diagnostic("short-row", Severity.ERROR, message, Source("", place)))
    return _build_record(header, cells, place, tuple(errors), id)


def _build_record(
    header: Sequence[_Column],
    cells: Sequence[tuple[_Column, CellSource]],
    place: Origin,
    errors: tuple[Diagnostic, ...],
    id: str,
) -> Record:
    """The record of a row: values by field, and the labels for people; a cell without a value is a missing field."""
    values: dict[str, object] = {}
    places: dict[str, Origin] = {}
    for column, cell in cells:
        if (field := column.field) is not None and not is_missing(cell.text, field.type):
            values[field.name] = read_cell(cell, field.type, field.domain)
            places[field.name] = cell.origin
    labels = {column.label: "" for column in header if column.label}
    labels |= {column.label: cell.shown or cell.text for column, cell in cells if column.label}
    found = next((labels[column.label] for column, _ in cells if column.is_id), "")
    return identify(Record(values, _CellPlaces(place, places), errors, labels), id, found)


def is_missing(text: str, type_: Type) -> bool:
    """Whether a cell gives no value: it is blank, or that of a list holds separators only."""
    return not text.strip(_BLANKS + (_SEPARATORS if isinstance(type_, ListType) else ""))


def _read_list(cell: CellSource, text: str, type_: ListType, domain: Domain) -> object:
    listed = {fold_label(value) for value in domain.values or () if isinstance(value, str)}
    if fold_label(text) in ("none", "[]") and fold_label(text) not in listed:
        return []
    parts = (
        [text] if fold_label(text) in listed else [part for part in re.split(f"[{_SEPARATORS}]", text) if part.strip()]
    )
    return [read_cell(CellSource(Source(part.strip(), cell.origin)), type_.item, domain) for part in parts]


def _read_stored(cell: CellSource, text: str) -> object:
    """The value as the sheet has it, where no type says what to make of it."""
    if cell.kind is CellKind.NUMBER:
        return Decimal(text)
    if cell.kind is CellKind.BOOLEAN:
        return BOOLEANS.get(text.casefold(), text)
    if cell.kind is CellKind.TEXT:
        return text
    try:
        return parse_temporal(text)
    except FeelError:
        return text


_SEPARATORS = ";,\n"
_BLANKS = " \t\r\n\u00a0\u200b\ufeff"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


def _read_number(text: str) -> object:
    if not _NUMBER.fullmatch(text):
        return text
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _list_rows(lines: Iterable[str], file: str, dictionary: DataDictionary) -> Iterator[Row]:
    """The rows of CSV text as a spreadsheet program numbers them."""
    source = iter(lines)
    skipped: list[str] = []
    head = ""
    for head in source:
        if head.strip():
            break
        skipped.append(head)
    if head[:4].lower() == "sep=" and len(head.strip()) == 5:  # Excel's own word on the delimiter, no row of its own
        delimiter, before = head[4], skipped
    else:
        delimiter, before = _find_delimiter(head, dictionary), [*skipped, head]
    reader = csv.reader(chain(before, source), delimiter=delimiter, strict=True)
    row = 0
    while True:
        begin = reader.line_num + 1
        try:
            texts = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"the row that begins here cannot be read: {error}"
            hint = "is a quotation mark not closed, or not doubled?"
            raise UnreadableFile(
                Diagnostic("not-csv", Severity.ERROR, message, Source("", LineRef(file, begin)), help=hint)
            ) from None
        row += 1
        yield [
            _build_cell(text, CellRef(file, "", f"{column_letters(index)}{row}")) for index, text in enumerate(texts, 1)
        ]


def _build_cell(text: str, place: CellRef) -> CellSource:
    clean = text.strip(_BLANKS)
    return CellSource(Source(clean, place), CellKind.TEXT if clean else CellKind.EMPTY)


def _find_delimiter(head: str, dictionary: DataDictionary) -> str:
    """The delimiter that makes most known fields of the header, else most columns."""

    known = {fold_label(label) for label in (*dictionary.fields, *dictionary.labels())}

    def weigh(delimiter: str) -> tuple[int, int]:
        parts = [fold_label(part.strip().strip('"')) for part in head.split(delimiter)]
        return sum(part in known for part in parts), len(parts)

    return max(_DELIMITERS, key=weigh)
