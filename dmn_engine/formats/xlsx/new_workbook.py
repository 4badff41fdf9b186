"""A new workbook to start from: every sheet in place, one table with one rule to overwrite."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dmn_engine.formats.xlsx.drafting import draft_cell, draft_example, draft_table
from dmn_engine.formats.xlsx.writer import Choices, write_workbook
from dmn_engine.model.cell_text import squeeze
from dmn_engine.model.names import make_slug
from dmn_engine.model.workbook_source import ABOUT_KEYS, ReferenceSource, Role, WorkbookSource

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
