"""Write workbooks as Markdown pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dmn_engine.formats.markdown.cells import write_cell, write_text
from dmn_engine.formats.markdown.page import MARK
from dmn_engine.model.cell_text import fold_label, is_dash
from dmn_engine.model.example_columns import arrange_examples
from dmn_engine.model.workbook_source import (
    REFERENCE_COLUMNS,
    SAFETY_COLUMNS,
    CellKind,
    CellSource,
    Role,
    TableSource,
    WorkbookSource,
    list_parts,
)

SPECIALS = ("Values", "Default")


def write_markdown(workbook: WorkbookSource) -> str:
    """The page, which reads back as the same workbook for any content of the cells."""
    sections = [MARK]
    if workbook.about:
        rows = [(write_text(key), write_cell(cell)) for key, cell in workbook.about.items()]
        sections.append(_write_section("About", [_write_grid(("Key", "Value"), rows)]))
    sections += [_write_table(table) for table in workbook.tables]
    if workbook.examples:
        sections.append(_write_section("Tests", _write_examples(workbook)))
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
    head = ["Rule", *(_write_heading(column.role, column.label) for column in table.columns)]
    rows: list[Sequence[str]] = []
    for word, cells in (
        ("Values", [column.values for column in table.columns]),
        ("Default", [column.default for column in table.columns]),
    ):
        if any(cell is not None for cell in cells):
            rows.append([f"*{word}*", *map(_write_optional, cells)])
    rows += [[_write_id(rule.id), *map(write_cell, rule.cells)] for rule in table.rules]
    heading = f"Decision: {write_cell(table.name)}".rstrip(" ")
    return _write_section(heading, ["\n".join(items), _write_grid(head, rows)])


def _write_id(cell: CellSource) -> str:
    """The id of a rule; one that is the word of a special row is marked as what it is."""
    return write_cell(cell, is_marked=fold_label(cell.text) in {fold_label(word) for word in SPECIALS})


def _write_heading(role: Role, label: CellSource) -> str:
    return f"{role.value}<br>{write_cell(label)}"


def _write_optional(cell: CellSource | None) -> str:
    """A cell that may be missing, which differs from an empty one and from a dash."""
    if cell is None:
        return ""
    return write_cell(cell, is_marked=cell.kind is CellKind.EMPTY and not cell.text)


def _write_examples(workbook: WorkbookSource) -> Iterator[str]:
    for block in arrange_examples(workbook.examples):
        head = ["Test", *(_write_heading(role, label) for role, label in block.columns)]
        rows = [[write_cell(name), *map(_write_tested, cells)] for name, cells in block.rows]
        yield _write_grid(head, rows)


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
