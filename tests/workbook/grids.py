"""Workbooks from grids of text, for tests: a line is a row, `|` stands between cells.

`{number} 2` is a cell that the spreadsheet stored as a number, `{date=MARCH1} 2025-03-01` one stored as a date and
shown as `MARCH1`; a line break in a cell is written `⏎`. Tables stand one below the other with a blank line between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dmn_engine.diagnostics import CellRef, Source
from dmn_engine.model.workbook_source import (
    CellKind,
    CellSource,
    ColumnSource,
    ExampleSource,
    LabelledCell,
    ReferenceSource,
    Role,
    RuleSource,
    SafetySource,
    TableSource,
    WorkbookSource,
)

_STORED = re.compile(r"\{(number|boolean|date|time|date and time)(?:=([^}]*))?\}\s*(.*)", re.DOTALL)
Row = list[CellSource]


def read_rows(grid: str, file: str, sheet: str) -> Iterator[Row]:
    """The rows of a grid; a blank line is an empty row."""
    for number, line in enumerate(grid.strip("\n").splitlines(), start=1):
        texts = [text.strip().replace("⏎", "\n") for text in line.split("|")] if line.strip() else []
        yield [
            _make_cell(text, CellRef(file, sheet, f"{chr(65 + column)}{number}")) for column, text in enumerate(texts)
        ]


def _make_cell(text: str, origin: CellRef) -> CellSource:
    if found := _STORED.fullmatch(text):
        return CellSource(Source(found[3], origin), CellKind(found[1]), found[2] or "")
    return CellSource(Source(text, origin), CellKind.TEXT if text else CellKind.EMPTY)


def _blocks(rows: list[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in [*rows, []]:
        if row:
            block.append(row)
        elif block:
            yield block
            block = []


def read_tables(grid: str, file: str = "t.xlsx", sheet: str = "S") -> tuple[TableSource, ...]:
    """The tables of a grid in the layout of a table sheet."""
    return tuple(_make_table(block, file, sheet) for block in _blocks(list(read_rows(grid, file, sheet))))


def _make_table(rows: list[Row], file: str, sheet: str) -> TableSource:
    heads = {}
    while rows[0][0].text in ("Decision", "Question"):
        name, value = rows.pop(0)
        heads[name.text] = value
    bands, labels, *rules = rows
    specials = {row[0].text: row for row in rules if row[0].text in ("Values", "Default")}
    rules = [row for row in rules if row[0].text not in specials]
    columns = tuple(
        ColumnSource(
            Role(band.text), label, _pick(specials.get("Values"), index), _pick(specials.get("Default"), index)
        )
        for index, (band, label) in enumerate(zip(bands[1:], labels[1:], strict=True), start=1)
    )
    first, last = heads["Decision"].origin, rows[-1][-1].origin
    assert isinstance(first, CellRef) and isinstance(last, CellRef)
    return TableSource(
        heads["Decision"],
        heads.get("Question"),
        bands[0],
        columns,
        tuple(RuleSource(row[0], tuple(row[1:])) for row in rules),
        CellRef(file, sheet, f"A{first.cell[1:]}:{last.cell}"),
    )


def _pick(row: Row | None, index: int) -> CellSource | None:
    return row[index] if row is not None and index < len(row) and row[index].text else None


def read_examples(grid: str, file: str = "t.xlsx") -> tuple[ExampleSource, ...]:
    """The example patients of a grid in the layout of the sheet `Tests`."""
    bands, labels, *rows = read_rows(grid, file, "Tests")
    examples = []
    for row in rows:
        cells = [
            (band.text, LabelledCell(label, cell))
            for band, label, cell in zip(bands[1:], labels[1:], row[1:], strict=True)
            if cell.text
        ]
        inputs = tuple(labelled for band, labelled in cells if band == "When")
        expected = tuple(labelled for band, labelled in cells if band == "Then")
        examples.append(ExampleSource(row[0], inputs, expected))
    return tuple(examples)


def read_safety(grid: str, file: str = "t.xlsx") -> tuple[SafetySource, ...]:
    """The rows of a sheet `Safety`: id, statement, condition, rationale."""
    return tuple(SafetySource(*row) for row in list(read_rows(grid, file, "Safety"))[1:])


def read_references(ids: list[str], file: str = "t.xlsx") -> tuple[ReferenceSource, ...]:
    """References of which only the id counts."""
    cells = [
        [CellSource(Source(text, CellRef(file, "References", f"{column}{row}"))) for column, text in _spread(id_)]
        for row, id_ in enumerate(ids, start=2)
    ]
    return tuple(ReferenceSource(*row) for row in cells)


def _spread(id_: str) -> Iterator[tuple[str, str]]:
    return zip("ABCDEFG", (id_, f"Citation {id_}", "", "", "", "", ""), strict=True)


def make_workbook(
    grid: str,
    *,
    references: list[str] | None = None,
    examples: str = "",
    safety: str = "",
    status: str = "",
    file: str = "t.xlsx",
) -> WorkbookSource:
    """A workbook of one table sheet, and what else is given."""
    about = {"Status": CellSource(Source(status, CellRef(file, "About", "B5")))} if status else {}
    return WorkbookSource(
        file,
        "0" * 64,
        about,
        read_tables(grid, file),
        read_examples(examples, file) if examples else (),
        read_safety(safety, file) if safety else (),
        read_references(references or [], file),
    )
