"""Read records from files, one after the other, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from dmn_engine.diagnostics import Diagnostic, LineRef, Origin, Severity, Source
from dmn_engine.model.data_dictionary import DataDictionary
from dmn_engine.model.workbook_source import SheetRows
from dmn_engine.records.documents import Document, UnreadableFile, decode_text, parse_json, read_bytes, read_document
from dmn_engine.records.record import Record, take_labels
from dmn_engine.records.wording import name_kind, show_json

ReadSheet = Callable[[Path, str], SheetRows]
"""Reads the rows of the first sheet of a workbook, of a path and the name to show (`formats.xlsx.records`)."""

FORMATS = (".json", ".ndjson", ".jsonl", ".csv", ".tsv", ".xlsx", ".parquet")

STDIN = "stdin"
"""What messages call standard input."""


def read_records(
    path: Path, dictionary: DataDictionary, *, file: str = "", read_sheet: ReadSheet | None = None, id: str = ""
) -> Iterator[Record]:
    """The records of a file, in its order; `-` is standard input (JSON, or one JSON record a line).

    `file` is the name to show. `read_sheet` reads workbooks, which this layer cannot. `id` names the column that
    identifies the records. A record that cannot be read is yielded without values and with the reason. Raises
    UnreadableFile where the file as a whole cannot be read.
    """
    file = file or str(path)
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        from dmn_engine.formats.tabular.texts import read_csv

        yield from read_csv(path, file, dictionary, id)
    elif suffix in (".xlsx", ".xlsm") and read_sheet is not None:
        from dmn_engine.formats.tabular.texts import type_sheet

        yield from type_sheet(read_sheet(path, file), dictionary, file, id)
    else:
        for record in _read_objects(path, file):
            yield take_labels(record, dictionary, id)


def has_header(path: Path) -> bool:
    """Whether the columns of a file are named once, above its records."""
    return path.suffix.lower() in (".csv", ".tsv", ".xlsx", ".xlsm")


def _read_objects(path: Path, file: str) -> Iterator[Record]:
    """The records of a format that names the fields of each."""
    if str(path) == "-":
        import sys

        yield from read_stream(sys.stdin.buffer)
        return
    match path.suffix.lower():
        case ".json":
            yield from _list_records(_read_json(path, file))
        case ".ndjson" | ".jsonl":
            yield from _read_lines(path, file)
        case ".parquet":
            yield from _read_parquet(path, file)
        case suffix:
            message = f"records are not read from {suffix or 'a file without an ending'}"
            hint = f"formats are: {', '.join(FORMATS)}"
            raise UnreadableFile(Diagnostic("unknown-format", Severity.ERROR, message, Source("", file), help=hint))


def read_stream(stream: BinaryIO) -> Iterator[Record]:
    """The records of a stream: one JSON record a line where its first line is one, else one JSON text."""
    number, first = 0, b""
    for first in stream:
        number += 1
        if first.strip():
            break
    try:
        document = parse_json(decode_text(first, STDIN), STDIN, number)
    except UnreadableFile:
        document = None
    if document is not None and isinstance(document.value, dict):
        yield _build_record(document, "", document.value)
        yield from _read_json_lines(stream, STDIN, number)
        return
    text = decode_text(b"\n" * (number - 1) + first + stream.read(), STDIN)
    yield from _list_records(parse_json(text, STDIN))


def _read_json(path: Path, file: str) -> Document:
    try:
        return read_document(path, file)
    except UnreadableFile as error:
        found = error.diagnostic
        if "extra data" in found.message:
            help = "a file with one record a line has the ending .ndjson; else put the records into a list: [..., ...]"
            found = Diagnostic(found.code, found.severity, found.message, found.source, found.span, help=help)
        raise UnreadableFile(found) from None


def _list_records(document: Document) -> Iterator[Record]:
    if isinstance(document.value, list):
        for index, item in enumerate(document.value):
            yield _build_record(document, f"/{index}", item)
    else:
        yield _build_record(document, "", document.value)


def _build_record(document: Document, pointer: str, value: object) -> Record:
    """The record under a pointer of a document; names that it holds twice are among its diagnostics."""

    def place(inner: str) -> Origin:
        return document.place(pointer + inner)

    errors = tuple(item for item in document.errors if _is_inside(item, pointer))
    if isinstance(value, dict):
        return Record(value, place, errors)
    message = f"a record is an object of fields, and this is {name_kind(value)}"
    error = Diagnostic("not-a-record", Severity.ERROR, message, Source(show_json(value), place("")))
    return Record({}, place, (*errors, error))


def _is_inside(item: Diagnostic, pointer: str) -> bool:
    origin = item.source.origin
    return isinstance(origin, LineRef) and f"{origin.element}/".startswith(f"{pointer}/")


def _read_lines(path: Path, file: str) -> Iterator[Record]:
    try:
        with path.open("rb") as lines:
            yield from _read_json_lines(lines, file, 0)
    except (OSError, ValueError):
        read_bytes(path, file)  # raises with the reason
        raise


def _read_json_lines(lines: Iterable[bytes], file: str, before: int) -> Iterator[Record]:
    """One record a line; a line that is none becomes a record with the reason, and the next is read."""
    for number, line in enumerate(lines, before + 1):
        if not line.strip():
            continue
        try:
            document = parse_json(decode_text(line, file, number).rstrip("\r\n"), file, number)
        except UnreadableFile as error:
            yield Record({}, partial(_place_line, file, number), (error.diagnostic,))
        else:
            yield _build_record(document, "", document.value)


def _place_line(file: str, line: int, pointer: str) -> Origin:
    return LineRef(file, line, pointer)


def _read_parquet(path: Path, file: str) -> Iterator[Record]:
    try:
        path.open("rb").close()
    except (OSError, ValueError):
        read_bytes(path, file)  # raises with the reason
        raise
    import pandas

    try:
        frame = pandas.read_parquet(path)
    except ImportError:
        message = "reading .parquet needs the package pyarrow, which is not installed"
        hint = "pip install pyarrow, or save the records as .csv"
        raise UnreadableFile(
            Diagnostic("missing-package", Severity.ERROR, message, Source("", file), help=hint)
        ) from None
    except (OSError, ValueError) as error:
        message = f"the file cannot be read as Parquet: {str(error).splitlines()[0][:120]}"
        raise UnreadableFile(Diagnostic("unreadable-file", Severity.ERROR, message, Source("", file))) from None
    names = [str(name) for name in frame.columns]
    for number, row in enumerate(frame.itertuples(index=False, name=None), 1):
        missing = [pandas.isna(value) is True for value in row]  # of a list, isna is an array
        values = {name: value for name, value, gone in zip(names, row, missing, strict=True) if not gone}
        yield Record(values, partial(_place_line, file, number))
