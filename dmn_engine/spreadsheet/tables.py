"""Blocks as decision tables and as example patients. Knows labels and ids, not what the cells say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dmn_engine.decisions.cells_text import SMART_DOUBLE, fold_label, is_dash
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
from dmn_engine.diagnostics import CellRef, Diagnostics, Source, Span
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
    report_alike((row.id for block in blocks for row in block.rows), "test", reader.diagnostics)
    return [example for block in blocks for example in _make_examples(reader, block)]


def _make_table(reader: SheetReader, block: Block) -> TableSource:
    origin = CellRef(reader.file, reader.grid.name, block.area.address)
    name = block.heads.get("Decision")
    if name is None or not name.text:
        name = name or CellSource(Source("", block.policy.source.origin), CellKind.EMPTY)
        help = "write `Decision` in a row above the bands, and the name of the decision beside it"
        reader.diagnostics.error("no-decision-name", "the table has no name", name.source, help=help)
    _report_labels(reader, block)
    report_alike((row.id for row in block.rows), "rule", reader.diagnostics)
    _report_colours(reader, block)
    if not block.rows:
        source = Source(name.text, CellRef(reader.file, reader.grid.name, block.area.address))
        help = "write one rule a row below the labels, without a blank row between"
        reader.diagnostics.error("table-without-rules", "the table has no rules", source, help=help)
    if not any(column.role in _OUTPUTS for column in block.columns):
        source = Source(name.text, CellRef(reader.file, reader.grid.name, block.area.address))
        help = "write `Then` over the column that holds what the table decides"
        reader.diagnostics.error("table-without-output", "the table has no output column", source, help=help)
    for row in block.rows:
        for column, cell in zip(block.columns, row.cells, strict=True):
            if column.role is not Role.WHY:
                _report_smart_quotes(reader.diagnostics, column.role, cell)
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


def report_alike(cells: Iterable[CellSource], noun: str, diagnostics: Diagnostics) -> None:
    """Report ids or names that are the same, or that a reader could take for one another."""
    same: dict[str, CellSource] = {}
    alike: dict[str, CellSource] = {}
    for cell in cells:
        first = same.setdefault(fold_label(cell.text), cell)
        near = alike.setdefault(fold_shape(cell.text), cell)
        if first is not cell:
            message = f"the {noun} `{cell.text}` is there twice"
            related = ((first.source, "the first one"),)
            help = f"give each {noun} a name of its own"
            diagnostics.error(f"duplicate-{noun}", message, cell.source, related=related, help=help)
        elif near is not cell:
            message = f"the {noun} `{cell.text}` looks like `{near.text}`"
            related = ((near.source, "the other one"),)
            help = "give it a name that nobody can mistake for the other"
            diagnostics.warning(f"similar-{noun}", message, cell.source, related=related, help=help)


def _report_labels(reader: SheetReader, block: Block) -> None:
    """Report labels that occur twice. Two conditions on one input are sound, if rarely meant."""
    for roles in ((Role.WHEN,), _OUTPUTS, (Role.WHY,)):
        labels = [column.label for column in block.columns if column.role in roles]
        found = Diagnostics()
        report_alike(labels, "label", found)
        for item in found.items:
            if roles == (Role.WHEN,) and item.code == "duplicate-label" and block.heads:
                message = f"two When columns have the label `{item.source.text}`; a rule needs both to hold"
                help = "make one column of them, unless this is meant"
                reader.diagnostics.warning(item.code, message, item.source, related=item.related, help=help)
            else:
                reader.diagnostics.items.append(item)


def _report_smart_quotes(diagnostics: Diagnostics, role: Role, cell: CellSource) -> None:
    """Report quotes that were made typographic where they would quote: anywhere in a condition, else around a text."""
    text = cell.text
    is_code = role is Role.WHEN or text.startswith(":=") or text[:1] in SMART_DOUBLE
    offset = next((index for index, letter in enumerate(text) if letter in SMART_DOUBLE), -1)
    if text and is_code and offset >= 0:
        straight = text.translate(dict.fromkeys(map(ord, SMART_DOUBLE), '"'))
        message = f"`{text[offset]}` is a typographic quote, which does not quote"
        span = Span(offset, offset + 1)
        diagnostics.error("smart-quotes", message, cell.source, span, help=f"write {straight}")


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
        message = f"a colour of its own says nothing to a reader of the rules: {places}"
        reader.diagnostics.note("colour", message, source, help="what it means belongs into a cell")
