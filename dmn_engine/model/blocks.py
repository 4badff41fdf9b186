"""Tables and example patients as blocks of rows under shared columns: as every form of workbook has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from dmn_engine.diagnostics import CellRef, Diagnostics
from dmn_engine.model.source_checks import check_labels
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

SPECIALS = ("Values", "Default")
"""The words of the rows right below the labels of a table."""

Cell = TypeVar("Cell", bound=CellSource | None)
Key = tuple[Role, str, CellKind, str, int]
"""A column of examples: its role, its label as stored, and its number among the columns with that label."""

_ORDER = (Role.WHEN, Role.THEN, Role.WHY)


class Row(NamedTuple, Generic[Cell]):
    """The id of a row, and a cell for each column."""

    id: CellSource
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block(Generic[Cell]):
    """Columns as role and label, and rows; a row of examples has None where an example has no cell for the column.

    `specials` are those of the rows `Values` and `Default` that are there; their cells are None where they are empty.
    """

    columns: tuple[tuple[Role, CellSource], ...]
    rows: tuple[Row[Cell], ...]
    specials: Mapping[str, Sequence[CellSource | None]] = field(default_factory=dict)


def to_block(table: TableSource) -> Block[CellSource]:
    """The columns and rows of a table."""
    special = [item.values for item in table.columns], [item.default for item in table.columns]
    return Block(
        tuple((item.role, item.label) for item in table.columns),
        tuple(Row(rule.id, rule.cells) for rule in table.rules),
        {word: cells for word, cells in zip(SPECIALS, special, strict=True) if any(cells)},
    )


def to_table(
    block: Block[CellSource], name: CellSource, question: CellSource | None, hit_policy: CellSource, origin: CellRef
) -> TableSource:
    """The table with these columns and rows."""
    values, defaults = (block.specials.get(word) or [None] * len(block.columns) for word in SPECIALS)
    columns = (ColumnSource(*column, *cells) for column, *cells in zip(block.columns, values, defaults, strict=True))
    rules = (RuleSource(row.id, row.cells) for row in block.rows)
    return TableSource(name, question, hit_policy, tuple(columns), tuple(rules), origin)


def to_examples(block: Block[CellSource | None], diagnostics: Diagnostics) -> Iterator[ExampleSource]:
    """The example patients in the rows, and what is wrong with the labels above them."""
    check_labels(block.columns, diagnostics)
    for row in block.rows:
        parts: dict[Role, list[LabelledCell]] = {role: [] for role in _ORDER}
        for (role, label), cell in zip(block.columns, row.cells, strict=True):
            if cell is not None:
                parts[role].append(LabelledCell(label, cell))
        yield ExampleSource(row.id, *map(tuple, parts.values()))


def arrange_examples(examples: Iterable[ExampleSource]) -> tuple[Block[CellSource | None], ...]:
    """The examples in order, as blocks; each row keeps the order of its example's cells.

    A new block begins at the first example whose cells are in a different order from those before.
    """
    blocks: list[Block[CellSource | None]] = []
    rows: list[dict[Key, LabelledCell]] = []
    names: list[CellSource] = []
    order: list[Key] = []
    for example in examples:
        row = _key_cells(example)
        merged = _merge_orders([*rows, row])
        if merged is None:
            blocks.append(_make_block(order, names, rows))
            rows, names, merged = [], [], list(row)
        rows.append(row)
        names.append(example.name)
        order = merged
    return (*blocks, _make_block(order, names, rows)) if rows else tuple(blocks)


def _key_cells(example: ExampleSource) -> dict[Key, LabelledCell]:
    keyed: dict[Key, LabelledCell] = {}
    seen: Counter[tuple[Role, str, CellKind, str]] = Counter()
    parts = ((Role.WHEN, example.inputs), (Role.THEN, example.expected), (Role.WHY, example.remarks))
    for role, items in parts:
        for item in items:
            column = (role, item.label.text, item.label.kind, item.label.shown)
            keyed[*column, seen[column]] = item
            seen[column] += 1
    return keyed


def _merge_orders(rows: Sequence[dict[Key, LabelledCell]]) -> list[Key] | None:
    """An order of all keys that is consistent with every row, conditions first, remarks last; None if there is none."""
    before: dict[Key, set[Key]] = {}
    for row in rows:
        previous: Key | None = None
        for key in row:
            before.setdefault(key, set())
            if previous is not None:
                before[key].add(previous)
            previous = key
    merged: list[Key] = []
    done: set[Key] = set()
    waiting = sorted(before, key=lambda key: _ORDER.index(key[0]))  # stable: else by first appearance
    while waiting:
        ready = next((key for key in waiting if before[key] <= done), None)
        if ready is None:
            return None
        waiting.remove(ready)
        merged.append(ready)
        done.add(ready)
    return merged


def _make_block(
    order: Sequence[Key], names: Sequence[CellSource], rows: Sequence[dict[Key, LabelledCell]]
) -> Block[CellSource | None]:
    labels = {key: item.label for row in rows for key, item in row.items()}
    return Block(
        tuple((key[0], labels[key]) for key in order),
        tuple(
            Row(name, tuple(row[key].cell if key in row else None for key in order))
            for name, row in zip(names, rows, strict=True)
        ),
    )
