"""Write content in a new format, read it back and compare it with the original."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dmn_engine.check.null_answers import list_null_answers
from dmn_engine.convert.comparison import NOTHING, Counts, count_models, count_workbooks, list_differences
from dmn_engine.convert.interchange import Imported, to_definitions, to_tables
from dmn_engine.convert.interchange.marks import read_mark
from dmn_engine.convert.sources import BookSource, ModelSource, Unconvertible
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Origin, Severity, Source, file_of
from dmn_engine.feel.types import BOOLEAN
from dmn_engine.formats.json.document import validate_table
from dmn_engine.loading import load_documents, load_schema, load_workbooks
from dmn_engine.model.data_dictionary import DataDictionary, Value
from dmn_engine.model.definitions import Definitions
from dmn_engine.model.names import make_slug
from dmn_engine.model.value_text import show_value
from dmn_engine.model.workbook_source import (
    CellSource,
    ExampleSource,
    LabelledCell,
    TableSource,
    WorkbookSource,
    group_by_sheet,
)
from dmn_engine.records import parse_json
from dmn_engine.workbook import build_tables

_NAMESPACE = "urn:dmn-engine:"


@dataclass(frozen=True, slots=True)
class Converted:
    """A converted file; `content` is None if it must not be written, and the diagnostics say why.

    `schema` is the text of the record schema to write beside it; empty if the tables have no fields of their own.
    `losses` are those of the `diagnostics` that name what the new format cannot represent.
    """

    content: bytes | None
    read: Counts
    written: Counts = NOTHING
    diagnostics: tuple[Diagnostic, ...] = ()
    losses: tuple[Diagnostic, ...] = ()
    schema: str = ""

    @property
    def has_errors(self) -> bool:
        return any(item.severity is Severity.ERROR for item in self.diagnostics)


# Workbooks


def write_book(
    workbook: WorkbookSource,
    form: str,
    target: str,
    losses: Sequence[Diagnostic] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
) -> Converted:
    """A workbook in the format of this ending, each cell as written."""
    found = Diagnostics()
    read = count_workbooks([workbook])
    _report_ragged(workbook, found)
    if found.has_errors:
        return Converted(None, read, diagnostics=tuple(found.items), losses=tuple(losses))
    if form == ".xlsx":
        workbook = _sort_by_sheet(workbook, found)
    made = _write_and_read(workbook, form, target, choices or {}, found)
    if made is None:
        return Converted(None, read, diagnostics=tuple(found.items), losses=tuple(losses))
    content, back = made
    for first, second in list_differences(workbook, back):
        _report_difference(first, second, target, found)
    _report_sheets(workbook.tables, back.tables, target, found)
    if hidden := list(_list_hidden(workbook, back, target)):
        return Converted(None, read, diagnostics=tuple(hidden), losses=(*losses, *found.items))
    return Converted(content, read, count_workbooks([back]), losses=(*losses, *found.items))


def _write_and_read(
    workbook: WorkbookSource, form: str, target: str, choices: Mapping[str, Sequence[str]], found: Diagnostics
) -> tuple[bytes, WorkbookSource] | None:
    """The content and the workbook that reading it gives; None, with a diagnostic, if the format cannot hold it."""
    if form == ".json":
        from dmn_engine.formats.json.workbooks import parse_workbook, write_workbook

        text = write_workbook(workbook)
        return text.encode(), parse_workbook(parse_json(text, target))
    if form == ".md":
        from dmn_engine.formats.markdown.reading import read_markdown
        from dmn_engine.formats.markdown.writing import write_markdown

        page = write_markdown(workbook)
        return page.encode(), read_markdown(page, target)
    return _write_spreadsheet(workbook, target, choices, found)


def _write_spreadsheet(
    workbook: WorkbookSource, target: str, choices: Mapping[str, Sequence[str]], found: Diagnostics
) -> tuple[bytes, WorkbookSource] | None:
    from dmn_engine.formats.xlsx.layout import read_workbook
    from dmn_engine.formats.xlsx.writer import UnwritableCell, write_workbook

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.xlsx"
        try:
            write_workbook(workbook, path, choices)
        except UnwritableCell as failure:
            found.error("unwritable-cell", f"a workbook cannot represent this: {failure}", failure.cell.source)
            return None
        return path.read_bytes(), read_workbook(path, target)


def _list_hidden(workbook: WorkbookSource, back: WorkbookSource, target: str) -> Iterator[Diagnostic]:
    """Report an error if the new file would hide errors of the old one, by omitting the cells that they are about."""
    missing = _count_errors(workbook) - _count_errors(back)
    if missing:
        codes = ", ".join(f"`{code}`" for code in missing)
        message = f"{target} would not have the content that the errors {codes} are about, so nobody would see them"
        help = "fix these first; nothing is written"
        yield Diagnostic("faults-first", Severity.ERROR, message, Source("", workbook.file), help=help)


def _count_errors(workbook: WorkbookSource) -> Counter[str]:
    return Counter(item.code for item in workbook.diagnostics if item.severity is Severity.ERROR)


def _report_ragged(workbook: WorkbookSource, found: Diagnostics) -> None:
    for table in workbook.tables:
        for rule in table.rules:
            if len(rule.cells) != len(table.columns):
                message = f"rule {rule.id.text} has {len(rule.cells)} cells, and the table {len(table.columns)} columns"
                found.error("ragged-row", message, rule.id.source, help="give it one cell for each column")


def _sort_by_sheet(workbook: WorkbookSource, found: Diagnostics) -> WorkbookSource:
    """The workbook with the tables of each sheet grouped together, as a sheet has them."""
    tables = tuple(table for group in group_by_sheet(workbook.tables) for table in group)
    for old, new in zip(workbook.tables, tables, strict=True):
        if old is not new:
            message = f"the table `{new.name.text}` moves up to the other tables of its sheet"
            found.note("moved", message, new.name.source)
            break
    return replace(workbook, tables=tables)


def _report_difference(first: CellSource | None, second: CellSource | None, target: str, found: Diagnostics) -> None:
    if _is_void(first) and _is_void(second):
        return
    cell = first or second
    assert cell is not None  # one of the two is set in every difference
    if first is None or second is None:
        message = f"{target} does not have this cell" if first else f"{target} would have an extra cell here"
        found.warning("not-held", message, cell.source)
    elif first.text != second.text or first.kind is not second.kind:
        message = f"{target} has {_describe(second)} here, not {_describe(first)}"
        found.warning("not-held", message, first.source)
    elif first.shown:
        message = f"{target} shows `{second.shown or second.text}` here, not `{first.shown}`; the value is the same"
        found.warning("not-held", message, first.source)


def _is_void(cell: CellSource | None) -> bool:
    return cell is None or not (cell.text or cell.shown)


def _describe(cell: CellSource) -> str:
    return f"the {cell.kind.value} `{cell.text}`" if cell.text else "nothing"


def _report_sheets(
    tables: Sequence[TableSource], written: Sequence[TableSource], target: str, found: Diagnostics
) -> None:
    for table, other in zip(tables, written, strict=False):
        if table.origin.sheet not in ("", other.origin.sheet):
            message = f"the sheet `{table.origin.sheet}` is named `{other.origin.sheet}` in {target}"
            found.warning("sheet-renamed", message, Source(table.origin.sheet, table.origin))


# Models


def model_to_book(source: ModelSource, form: str, target: str) -> Converted:
    """A model as a workbook, with the record schema for it."""
    from dmn_engine.records.schema_writing import write_record_schema

    model = source.models[0]
    imported = to_tables(model, source.models[1:])
    examples, found = read_examples(source.examples, imported.dictionary)
    workbook = replace(imported.workbook, examples=(*imported.workbook.examples, *examples))
    choices = _list_choices(imported.dictionary)
    output = write_book(
        workbook, form, target, (*imported.diagnostics, *found, *_report_null(imported, model)), choices
    )
    return replace(
        output,
        read=count_models([model]),
        diagnostics=(*(item for each in source.models for item in each.diagnostics), *output.diagnostics),
        schema=write_record_schema(imported.dictionary, f"Records of {model.name or Path(target).stem}"),
    )


def _report_null(imported: Imported, model: Definitions) -> Iterator[Diagnostic]:
    """Warnings of answers for null, at the places of the model; tables that were written as a workbook have none."""
    marked = {decision.name for decision in model.decisions if read_mark(decision.identity, "table")}
    places = {table.origin: table.name.source for table in imported.workbook.tables if table.name.text not in marked}
    for item in list_null_answers(build_tables([imported.workbook], imported.dictionary)):
        for origin, place in places.items():
            if origin == item.source.origin:
                yield replace(item, source=place)


def _list_choices(dictionary: DataDictionary) -> dict[str, list[str]]:
    """The listed values of fields, for the dropdowns of a workbook."""
    found: dict[str, list[str]] = {}
    for field in dictionary.fields.values():
        if field.type == BOOLEAN:
            found[field.title] = ["yes", "no"]
        elif field.domain.values and all(isinstance(value, str) for value in field.domain.values):
            found[field.title] = [str(value) for value in field.domain.values]
    return found


def model_to_model(source: ModelSource, target: str) -> Converted:
    """A model as a file of DMN 1.5."""
    model = source.models[0]
    return _write_model(replace(model, diagnostics=()), target, count_models([model]), model.diagnostics)


def set_to_model(whole: Path, schemas: Path | None, target: str, chosen: BookSource | None = None) -> Converted:
    """The tables of a folder, or only those of one workbook of it, as a model.

    Raises: FileNotFoundError if there is no record schema, Unconvertible if there are no tables.
    """
    schema = load_schema(whole, schemas)
    workbooks = [*load_workbooks(whole), *load_documents(whole)]
    mine = [book for book in workbooks if chosen is None or book.file == chosen.workbook.file]
    if not any(book.tables for book in mine):
        raise Unconvertible([item for book in mine for item in book.diagnostics] or [_no_tables(whole)])
    tables = build_tables(workbooks, schema.dictionary)
    files = {book.file for book in mine}
    titles = [book.about[key].text for book in mine for key in ("Title", "Id") if chosen and key in book.about]
    name = next((title for title in titles if title), Path(target).stem if target != "-" else whole.stem)
    definitions, limits = to_definitions(
        tables, name=name, namespace=_NAMESPACE + make_slug(name, "tables"), files=None if chosen is None else files
    )
    errors = [item for table in (table for book in mine for table in book.tables) for item in validate_table(table)]
    errors += [*schema.diagnostics, *(item for book in mine for item in book.diagnostics)]
    errors += [item for item in tables.diagnostics if file_of(item.source.origin) in files]
    losses = (*limits, *(chosen.losses if chosen else ()))
    read = count_workbooks(mine)
    if any(item.severity is Severity.ERROR for item in (*errors, *losses)):
        return Converted(None, read, diagnostics=tuple(errors), losses=losses)
    return _write_model(definitions, target, read, errors, losses)


def _write_model(
    definitions: Definitions,
    target: str,
    read: Counts,
    errors: Iterable[Diagnostic],
    losses: tuple[Diagnostic, ...] = (),
) -> Converted:
    from dmn_engine.formats.dmn_xml import UnwritableModel, read_text, write_definitions

    found = tuple(errors)
    try:
        content = write_definitions(definitions)
    except UnwritableModel as error:
        return Converted(None, read, diagnostics=(*found, *error.diagnostics), losses=losses)
    back = read_text(content, target)
    return Converted(content, read, count_models([back]), (*found, *back.diagnostics), losses)


def _no_tables(place: Path) -> Diagnostic:
    return Diagnostic("no-tables", Severity.ERROR, "there are no decision tables here", Source("", str(place)))


if TYPE_CHECKING:
    from dmn_engine.layouts import ForeignExample


def read_examples(
    examples: Iterable[ForeignExample], dictionary: DataDictionary
) -> tuple[tuple[ExampleSource, ...], Sequence[Diagnostic]]:
    """The examples as rows of a sheet Tests, with a diagnostic for each value that a cell cannot represent."""
    found = Diagnostics()
    taken: dict[str, int] = {}
    rows = []
    for example in examples:
        if not example.expected:
            message = f"the example `{example.name}` expects nothing, and is left out"
            found.warning("not-held", message, Source("", example.origin))
            continue
        taken[example.name] = taken.get(example.name, 0) + 1
        count = taken[example.name]
        name = example.name if count == 1 else f"{example.name} ({count})"
        rows.append(
            ExampleSource(
                CellSource(Source(name, example.origin)),
                _write_values(example.inputs, example.origin, dictionary, found),
                _write_values(example.expected, example.origin, None, found),
            )
        )
    return tuple(rows), found.items


def _write_values(
    values: Mapping[str, Value], origin: Origin, dictionary: DataDictionary | None, found: Diagnostics
) -> tuple[LabelledCell, ...]:
    cells = []
    for name, value in values.items():
        field = dictionary.find(name) if dictionary else None
        if not _is_writable(value):
            message = f"the value of `{name}` in this example cannot be written in a cell, and is omitted"
            found.warning("not-held", message, Source("", origin))
            continue
        label = CellSource(Source(field.title if field else name, origin))
        cells.append(LabelledCell(label, CellSource(Source(show_value(value), origin))))
    return tuple(cells)


def _is_writable(value: Value) -> bool:
    """Whether a cell can represent the value."""
    return all(map(_is_writable, value)) if isinstance(value, list) else value != "" and not isinstance(value, dict)
