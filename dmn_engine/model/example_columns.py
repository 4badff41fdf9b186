"""Arrangement of example patients as rows under shared columns, in as few tables as their orders allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dmn_engine.model.workbook_source import CellKind, CellSource, ExampleSource, LabelledCell, Role

Key = tuple[Role, str, CellKind, str, int]
"""A column: its role, its label as stored, and its number among the columns with that label."""

_ORDER = (Role.WHEN, Role.THEN, Role.WHY)


@dataclass(frozen=True, slots=True)
class ExampleBlock:
    """Examples and the columns that they share; a row has None if its example has no cell for the column."""

    columns: tuple[tuple[Role, CellSource], ...]
    rows: tuple[tuple[CellSource, tuple[CellSource | None, ...]], ...]


def arrange_examples(examples: Iterable[ExampleSource]) -> tuple[ExampleBlock, ...]:
    """The examples in order, as blocks; each row keeps the order of its example's cells.

    A new block begins at the first example whose cells are in a different order from those before.
    """
    blocks: list[ExampleBlock] = []
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
) -> ExampleBlock:
    labels = {key: item.label for row in rows for key, item in row.items()}
    return ExampleBlock(
        tuple((key[0], labels[key]) for key in order),
        tuple(
            (name, tuple(row[key].cell if key in row else None for key in order))
            for name, row in zip(names, rows, strict=True)
        ),
    )
