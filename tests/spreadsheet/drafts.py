"""Cells, tables and example patients made of plain texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dmn_engine.diagnostics import CellRef, Source
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


def draft_cell(text: str, kind: CellKind = CellKind.TEXT) -> CellSource:
    """A cell without a place, of kind EMPTY if its text is empty."""
    return CellSource(Source(text, CellRef("")), kind if text else CellKind.EMPTY)


def draft_table(
    name: str,
    hit_policy: str,
    columns: Sequence[tuple[Role, str]],
    rules: Sequence[Sequence[str]],
    *,
    question: str | None = None,
    values: Sequence[str] = (),
    sheet: str = "",
) -> TableSource:
    """A table of texts: `columns` as role and label; each rule as its id and then a text a column.

    `values`, where given, have a text a column, empty for none.
    """
    return TableSource(
        draft_cell(name),
        None if question is None else draft_cell(question),
        draft_cell(hit_policy),
        tuple(
            ColumnSource(role, draft_cell(label), draft_cell(values[index]) if values and values[index] else None)
            for index, (role, label) in enumerate(columns)
        ),
        tuple(RuleSource(draft_cell(id), tuple(map(draft_cell, texts))) for id, *texts in rules),
        CellRef("", sheet),
    )


def draft_example(name: str, inputs: Mapping[str, str], expected: Mapping[str, str]) -> ExampleSource:
    """An example patient of texts by label."""
    return ExampleSource(draft_cell(name), _label(inputs), _label(expected))


def _label(cells: Mapping[str, str]) -> tuple[LabelledCell, ...]:
    return tuple(LabelledCell(draft_cell(label), draft_cell(text)) for label, text in cells.items())
