"""Turn blocks of rows into decision tables and example patients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dmn_engine.diagnostics import CellRef, Source
from dmn_engine.formats.xlsx.blocks import TABLE, TESTS, Block, read_blocks
from dmn_engine.formats.xlsx.grid import cell_address
from dmn_engine.formats.xlsx.reading import SheetReader
from dmn_engine.model.cell_text import is_dash
from dmn_engine.model.source_checks import check_expectation, check_labels, report_duplicates, report_similar
from dmn_engine.model.workbook_source import (
    CellKind,
    CellSource,
    ColumnSource,
    ExampleSource,
    LabelledCell,
    Role,
    RuleSource,
    TableSource,
)

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
    check_labels([(column.role, column.label) for column in block.columns], reader.diagnostics)
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
    check_labels([(column.role, column.label) for column in block.columns], reader.diagnostics)
    for row in block.rows:
        inputs: list[LabelledCell] = []
        expected: list[LabelledCell] = []
        remarks: list[LabelledCell] = []
        parts = {Role.WHEN: inputs, Role.THEN: expected, Role.WHY: remarks}
        for column, cell in zip(block.columns, row.cells, strict=True):
            if cell.kind is not CellKind.EMPTY and (column.role is Role.WHY or not is_dash(cell.text)):
                parts[column.role].append(LabelledCell(column.label, cell))
        example = ExampleSource(row.id, tuple(inputs), tuple(expected), tuple(remarks))
        check_expectation(example, reader.diagnostics)
        yield example


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
