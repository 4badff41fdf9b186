"""Workbooks made from plain texts rather than read: drafts of tables, and a new workbook to start from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dmn_engine.diagnostics import CellRef, Source
from dmn_engine.formats.xlsx.writer import Choices, write_workbook
from dmn_engine.model.cell_text import squeeze
from dmn_engine.model.names import make_slug
from dmn_engine.model.workbook_source import (
    ABOUT_KEYS,
    CellKind,
    CellSource,
    ColumnSource,
    ExampleSource,
    LabelledCell,
    ReferenceSource,
    Role,
    RuleSource,
    TableSource,
    WorkbookSource,
)

_PLACEHOLDER = "to be written"
_STANDARD_WHYS = ((Role.WHY, "Basis"), (Role.WHY, "Source"), (Role.WHY, "Note"))


def new_workbook(path: Path, name: str, inputs: Sequence[str] = (), choices: Choices | None = None) -> None:
    """Write a workbook with a table for the decision `name` over the input columns with these labels.

    It passes `dmn check` as it is: a draft whose one rule matches every patient and says that it is to be written.
    Raises FileExistsError rather than touch a file, ValueError for a name that is blank.
    """
    name = squeeze(name)
    if not name:
        raise ValueError("a decision needs a name")
    if path.exists():
        raise FileExistsError(f"{path} exists already")
    about = {
        "Id": make_slug(name, "table"),
        "Title": name,
        "Version": "0.1",
        "Status": "draft",
    }
    columns = [(Role.WHEN, label) for label in inputs]
    rule = ["R-1", *("-" for _ in columns), _PLACEHOLDER, "inferred", "", "replace this rule"]
    table = draft_table(name, "Unique", [*columns, (Role.THEN, name), *_STANDARD_WHYS], [rule], question="")
    source = WorkbookSource(
        file=path.name,
        sha256="",
        about={key: draft_cell(about.get(key, "")) for key in ABOUT_KEYS},
        tables=(table,),
        examples=(draft_example("nothing known", {}, {name: _PLACEHOLDER}),),
        references=(ReferenceSource(*map(draft_cell, ("1", _PLACEHOLDER, "1", "", "", "", ""))),),
    )
    write_workbook(source, path, choices)


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
    default: Sequence[str] = (),
    sheet: str = "",
) -> TableSource:
    """A table of texts: `columns` as role and label; each rule as its id and then a text a column.

    `values` and `default`, where given, have a text a column, empty for none. A question that is empty, rather than
    None, leaves a place for it.
    Raises ValueError where a row has not one text for each column.
    """
    width = len(columns)
    if any(len(rule) != width + 1 for rule in rules) or any(row and len(row) != width for row in (values, default)):
        raise ValueError(f"each row of {name!r} needs its id and {width} texts")
    return TableSource(
        name=draft_cell(name),
        question=None if question is None else draft_cell(question),
        hit_policy=draft_cell(hit_policy),
        columns=tuple(
            ColumnSource(role, draft_cell(label), _pick(values, index), _pick(default, index))
            for index, (role, label) in enumerate(columns)
        ),
        rules=tuple(RuleSource(draft_cell(id), tuple(map(draft_cell, texts))) for id, *texts in rules),
        origin=CellRef("", sheet),
    )


def draft_example(name: str, inputs: dict[str, str], expected: dict[str, str]) -> ExampleSource:
    """An example patient of texts by label."""
    return ExampleSource(draft_cell(name), _label(inputs), _label(expected))


def _label(cells: dict[str, str]) -> tuple[LabelledCell, ...]:
    return tuple(LabelledCell(draft_cell(label), draft_cell(text)) for label, text in cells.items())


def _pick(row: Sequence[str], index: int) -> CellSource | None:
    return draft_cell(row[index]) if row and row[index] else None
