"""Write workbooks as Markdown pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dmn_engine.formats.markdown.cells import write_cell, write_text
from dmn_engine.formats.markdown.page import MARK
from dmn_engine.model.blocks import SPECIALS, Block, Cell, arrange_examples, to_block
from dmn_engine.model.cell_text import fold_label, is_dash
from dmn_engine.model.workbook_source import (
    REFERENCE_COLUMNS,
    SAFETY_COLUMNS,
    CellKind,
    CellSource,
    TableSource,
    WorkbookSource,
    list_parts,
)


def write_markdown(workbook: WorkbookSource) -> str:
    """The page, which reads back as the same workbook for any content of the cells."""
    sections = [MARK]
    if workbook.about:
        rows = [(write_text(key), write_cell(cell)) for key, cell in workbook.about.items()]
        sections.append(_write_section("About", [_write_grid(("Key", "Value"), rows)]))
    sections += [_write_table(table) for table in workbook.tables]
    if workbook.examples:
        blocks = arrange_examples(workbook.examples)
        sections.append(_write_section("Tests", [_write_block("Test", block, _write_tested) for block in blocks]))
    if workbook.safety:
        listed = [[*list_parts(item).values()] for item in workbook.safety]
        sections.append(_write_list("Safety", SAFETY_COLUMNS, listed))
    if workbook.references:
        cited = [[*list_parts(item).values()] for item in workbook.references]
        sections.append(_write_list("References", REFERENCE_COLUMNS, cited))
    return "\n\n".join(sections) + "\n"


def _write_table(table: TableSource) -> str:
    items = [f"- Sheet: {write_text(table.origin.sheet)}"] if table.origin.sheet else []
    if table.question is not None:
        items.append(f"- Question: {write_cell(table.question)}".rstrip(" "))
    items.append(f"- Hit policy: {write_cell(table.hit_policy)}".rstrip(" "))
    heading = f"Decision: {write_cell(table.name)}".rstrip(" ")
    return _write_section(heading, ["\n".join(items), _write_block("Rule", to_block(table), write_cell)])


def _write_block(word: str, block: Block[Cell], write: Callable[[Cell], str]) -> str:
    head = [word, *(f"{role.value}<br>{write_cell(label)}" for role, label in block.columns)]
    rows = [[f"*{special}*", *map(_write_optional, cells)] for special, cells in block.specials.items()]
    rows += [[_write_id(row.id), *map(write, row.cells)] for row in block.rows]
    return _write_grid(head, rows)


def _write_id(cell: CellSource) -> str:
    """The id of a row; one that is the word of a special row is marked as what it is."""
    return write_cell(cell, is_marked=fold_label(cell.text) in {fold_label(word) for word in SPECIALS})


def _write_optional(cell: CellSource | None) -> str:
    """A cell that may be missing, which differs from an empty one and from a dash."""
    if cell is None:
        return ""
    return write_cell(cell, is_marked=cell.kind is CellKind.EMPTY and not cell.text)


def _write_tested(cell: CellSource | None) -> str:
    """A cell of a test; a dash alone is marked, because it would mean an empty cell."""
    if cell is not None and is_dash(cell.text):
        return write_cell(cell, is_marked=True)
    return _write_optional(cell)


def _write_list(heading: str, names: Sequence[str], rows: Iterable[Sequence[CellSource]]) -> str:
    return _write_section(heading, [_write_grid(names, [list(map(write_cell, row)) for row in rows])])


def _write_section(heading: str, parts: Iterable[str]) -> str:
    if heading.endswith("#"):  # at the end of a heading it would not be shown
        heading = f"{heading[:-1]}\\#"
    return "\n\n".join([f"## {heading}", *parts])


def _write_grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table without padding: a change of one cell is a change of one line, however long the cell becomes."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("|".join(["", *(f" {cell} " if cell else " " for cell in line), ""]) for line in lines)
