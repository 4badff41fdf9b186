"""Blocks as decision tables and as example patients. Knows labels and ids, not what the cells say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dmn_engine.decisions.cells.text import fold_label, is_dash
from dmn_engine.decisions.source import (
    CellKind,
    CellSource,
    ColumnSource,
    ExampleSource,
    LabelledCell,
    Role,
    RuleSource,
    TableSource,
)
from dmn_engine.diagnostics import CellRef, Diagnostics, Source
from dmn_engine.spreadsheet.blocks import TABLE, TESTS, Block, read_blocks
from dmn_engine.spreadsheet.grid import cell_address
from dmn_engine.spreadsheet.reading import SheetReader
from dmn_engine.spreadsheet.text import fold_shape

_OUTPUTS = (Role.THEN, Role.USE)
_FEW_ROWS = 4  # fewer rules have no usual colour
_USUAL = 0.75  # the share of a column's cells that makes a fill the usual one; stripes have half


def read_tables(reader: SheetReader) -> list[TableSource]:
    """The decision tables of a sheet."""
    return [_make_table(reader, block) for block in read_blocks(reader, TABLE)]


def read_examples(reader: SheetReader) -> list[ExampleSource]:
    """The example patients of a sheet `Tests`."""
    blocks = read_blocks(reader, TESTS)
    names = [row.id for block in blocks for row in block.rows]
    report_duplicates(names, "test", reader.diagnostics)
    report_similar(names, "test", reader.diagnostics)
    return [example for block in blocks for example in _make_examples(reader, block)]


def _make_table(reader: SheetReader, block: Block) -> TableSource:
    origin = CellRef(reader.file, reader.grid.name, block.area.address)
    name = block.heads.get("Decision")
    if name is None:  # the builder says what is missing; the place to write it is above the bands
        name = CellSource(Source("", block.policy.source.origin), CellKind.EMPTY)
    _report_labels(reader, block)
    report_similar((row.id for row in block.rows), "rule", reader.diagnostics)
    _report_colours(reader, block)
    values, defaults = block.specials.get("Values"), block.specials.get("Default")
    columns = tuple(
        ColumnSource(
            column.role,
            column.label,
            _filled(values[index]) if values else None,
            _filled(defaults[index]) if defaults else None,
        )
        for index, column in enumerate(block.columns)
    )
    rules = tuple(RuleSource(row.id, row.cells) for row in block.rows)
    question = block.heads.get("Question")
    return TableSource(name, _filled(question) if question else None, block.policy, columns, rules, origin)


def _filled(cell: CellSource) -> CellSource | None:
    return None if cell.kind is CellKind.EMPTY else cell


def _make_examples(reader: SheetReader, block: Block) -> Iterable[ExampleSource]:
    _report_labels(reader, block)
    for row in block.rows:
        inputs: list[LabelledCell] = []
        expected: list[LabelledCell] = []
        for column, cell in zip(block.columns, row.cells, strict=True):
            if column.role is Role.WHY or cell.kind is CellKind.EMPTY or is_dash(cell.text):
                continue
            (inputs if column.role is Role.WHEN else expected).append(LabelledCell(column.label, cell))
        if not expected:
            message = f"the test `{row.id.text}` expects nothing"
            help = "fill a Then cell: what the tables must answer for this patient"
            reader.diagnostics.error("test-without-expectation", message, row.id.source, help=help)
        yield ExampleSource(row.id, tuple(inputs), tuple(expected))


def report_similar(cells: Iterable[CellSource], noun: str, diagnostics: Diagnostics) -> None:
    """Warn of names that differ, but that a reader could take for one another."""
    seen: dict[str, CellSource] = {}
    for cell in cells:
        first = seen.setdefault(fold_shape(cell.text), cell)
        if fold_label(first.text) != fold_label(cell.text):
            message = f"the {noun} `{cell.text}` looks like `{first.text}`"
            related = ((first.source, "the other one"),)
            help = "give it a name that nobody can mistake for the other"
            diagnostics.warning(f"similar-{noun}", message, cell.source, related=related, help=help)


def report_duplicates(cells: Iterable[CellSource], noun: str, diagnostics: Diagnostics) -> None:
    """Report names that are the same but for case and blanks."""
    seen: dict[str, CellSource] = {}
    for cell in cells:
        first = seen.setdefault(fold_label(cell.text), cell)
        if first is not cell:
            related = ((first.source, "the first one"),)
            message, help = f"the {noun} `{cell.text}` is there twice", f"give each {noun} a name of its own"
            diagnostics.error(f"duplicate-{noun}", message, cell.source, related=related, help=help)


def _report_labels(reader: SheetReader, block: Block) -> None:
    """Report labels that could be mistaken for each other, and Why labels that occur twice."""
    for roles in ((Role.WHEN,), _OUTPUTS, (Role.WHY,)):
        report_similar((column.label for column in block.columns if column.role in roles), "label", reader.diagnostics)
    whys = (column.label for column in block.columns if column.role is Role.WHY)
    report_duplicates(whys, "label", reader.diagnostics)


def _report_colours(reader: SheetReader, block: Block) -> None:
    """Note cells whose fill differs from that of nearly all others in their column: nothing reads colours."""
    odd = []
    for index, column in enumerate(block.columns):
        fills = []
        for row in block.rows:
            cell = reader.grid.cells.get((row.number, column.number))
            if cell and row.cells[index].text:
                fills.append((cell.style.fill, cell))
        if len(fills) >= _FEW_ROWS:
            usual, count = Counter(fill for fill, _ in fills).most_common(1)[0]
            if count >= _USUAL * len(fills):
                odd += [cell for fill, cell in fills if fill and fill != usual]
    if odd:
        first = min(odd, key=lambda cell: (cell.row, cell.column))
        places = ", ".join(
            cell_address(cell.row, cell.column) for cell in sorted(odd, key=lambda cell: (cell.row, cell.column))
        )
        source = Source(first.text, CellRef(reader.file, reader.grid.name, first.address))
        message = f"colours are not read, and these cells differ from the rest of their column: {places}"
        help = "if the colour means something, say it in a Why column"
        reader.diagnostics.note("colour", message, source, help=help)
