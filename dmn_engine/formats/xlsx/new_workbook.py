"""A new workbook to start from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dmn_engine.diagnostics import CellRef
from dmn_engine.formats.xlsx.writer import Choices, write_workbook
from dmn_engine.model.blocks import Block, Row, to_table
from dmn_engine.model.cell_text import squeeze
from dmn_engine.model.names import make_slug
from dmn_engine.model.workbook_source import (
    ABOUT_KEYS,
    CellSource,
    ExampleSource,
    LabelledCell,
    ReferenceSource,
    Role,
    WorkbookSource,
    text_cell,
)

_PLACEHOLDER = "to be written"
_NOWHERE = CellRef("")


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
    about = {"Id": make_slug(name, "table"), "Title": name, "Version": "0.1", "Status": "draft"}
    columns = [*((Role.WHEN, label) for label in inputs), (Role.THEN, name)]
    columns += [(Role.WHY, label) for label in ("Basis", "Source", "Note")]
    rule = Row(_draft("R-1"), _draft_all(*("-" for _ in inputs), _PLACEHOLDER, "inferred", "", "replace this rule"))
    block = Block(tuple((role, _draft(label)) for role, label in columns), (rule,))
    expected = LabelledCell(_draft(name), _draft(_PLACEHOLDER))
    source = WorkbookSource(
        file=path.name,
        sha256="",
        about={key: _draft(about.get(key, "")) for key in ABOUT_KEYS},
        tables=(to_table(block, _draft(name), _draft(""), _draft("Unique"), _NOWHERE),),
        examples=(ExampleSource(_draft("nothing known"), (), (expected,)),),
        references=(ReferenceSource(*_draft_all("1", _PLACEHOLDER, "1", "", "", "", "")),),
    )
    write_workbook(source, path, choices)


def _draft(text: str) -> CellSource:
    return text_cell(text, _NOWHERE)


def _draft_all(*texts: str) -> tuple[CellSource, ...]:
    return tuple(map(_draft, texts))
