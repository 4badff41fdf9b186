"""Comparison of two workbooks as written, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from dmn_engine.model.workbook_source import (
    CellKind,
    CellSource,
    LabelledCell,
    ReferenceSource,
    SafetySource,
    WorkbookSource,
)

Place = tuple[str | int, ...]
"""The position of a cell in a workbook: its page, the row or table there, and the part of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that differs between two workbooks, or is in only one of them."""

    place: Place
    first: CellSource | None
    second: CellSource | None


def list_differences(first: WorkbookSource, second: WorkbookSource) -> tuple[Difference, ...]:
    """Every cell whose text, kind or displayed text differs, regardless of its address."""
    ours, theirs = list_cells(first), list_cells(second)
    return tuple(
        Difference(place, ours.get(place), theirs.get(place))
        for place in (*ours, *(place for place in theirs if place not in ours))
        if _strip(ours.get(place)) != _strip(theirs.get(place))
    )


def list_cells(workbook: WorkbookSource) -> dict[Place, CellSource]:
    """Every cell by its place, in the order of the workbook. The place of a label includes the role of its column."""
    found: dict[Place, CellSource] = {}
    for key, cell in workbook.about.items():
        found["about", key] = cell
    for number, table in enumerate(workbook.tables):
        base: Place = ("tables", number)
        found[*base, "decision"] = table.name
        found |= _list_optional((*base, "question"), table.question)
        found[*base, "hit policy"] = table.hit_policy
        for index, column in enumerate(table.columns):
            found[*base, "column", index, column.role.value] = column.label
            found |= _list_optional((*base, "values", index), column.values)
            found |= _list_optional((*base, "default", index), column.default)
        for row, rule in enumerate(table.rules):
            found[*base, "rule", row] = rule.id
            found |= {(*base, "rule", row, index): cell for index, cell in enumerate(rule.cells)}
    for number, example in enumerate(workbook.examples):
        found["tests", number] = example.name
        found |= _list_labelled(("tests", number, "record"), example.inputs)
        found |= _list_labelled(("tests", number, "expected"), example.expected)
        found |= _list_labelled(("tests", number, "remarks"), example.remarks)
    listed: tuple[tuple[str, Sequence[SafetySource | ReferenceSource]], ...] = (
        ("safety", workbook.safety),
        ("references", workbook.references),
    )
    for page, items in listed:
        for number, item in enumerate(items):
            found |= {(page, number, part.name): getattr(item, part.name) for part in fields(item)}
    return found


def _list_optional(place: Place, cell: CellSource | None) -> dict[Place, CellSource]:
    return {} if cell is None else {place: cell}


def _list_labelled(place: Place, items: Sequence[LabelledCell]) -> dict[Place, CellSource]:
    return dict(_walk_labelled(place, items))


def _walk_labelled(place: Place, items: Sequence[LabelledCell]) -> Iterator[tuple[Place, CellSource]]:
    for index, item in enumerate(items):
        yield (*place, index, "label"), item.label
        yield (*place, index), item.cell


def _strip(cell: CellSource | None) -> tuple[str, CellKind, str] | None:
    return None if cell is None else (cell.text, cell.kind, cell.shown)
