"""Law: a workbook that is written reads back as the same texts and kinds, without an error."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dmn_engine.diagnostics import CellRef, Severity
from dmn_engine.formats.xlsx.layout import read_workbook
from dmn_engine.formats.xlsx.text import clean_text
from dmn_engine.formats.xlsx.writer import write_workbook
from dmn_engine.model.cell_text import fold_label, is_dash, write_plainly
from dmn_engine.model.look_alikes import fold_shape
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
    SafetySource,
    TableSource,
    WorkbookSource,
)

from .drafts import draft_cell, draft_table

_LETTERS = st.characters(exclude_categories=("Cs", "Cn", "Cc", "Co"), include_characters="\n=<>&\"'_x-[]")
_AWKWARD = ["=1+1", "_x0041_", "1-2", "007", "1.10", "not(a)", "[2..10)", ":= a * 2", "a,\nb", "#REF!", "TRUE", "+1"]
_TEXTS = (st.text(_LETTERS, min_size=1, max_size=30).map(clean_text) | st.sampled_from(_AWKWARD)).filter(bool)
_RESERVED = {"rule", "values", "default", "decision", "question", "test", "name", "when", "then", "use", "why"}
_NAMES = st.from_regex(r"[A-Z][a-z]{0,8}( [a-z]{1,8}){0,2}", fullmatch=True).filter(
    lambda name: fold_label(name) not in _RESERVED
)
_NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53).map(float)
_FILLED = (
    _TEXTS.map(draft_cell)
    | _NUMBERS.map(lambda number: draft_cell(write_plainly(number), CellKind.NUMBER))
    | st.booleans().map(lambda truth: draft_cell(str(truth).lower(), CellKind.BOOLEAN))
    | st.dates(date(1900, 3, 1)).map(lambda day: draft_cell(day.isoformat(), CellKind.DATE))
    | st.datetimes().map(lambda moment: draft_cell(_on_the_hour(moment.isoformat()), CellKind.DATE_TIME))
)
_CELLS = _FILLED | st.just(draft_cell(""))
_OPTIONAL = st.none() | _FILLED
_NOT_DASHES = _FILLED.filter(lambda cell: not is_dash(cell.text))


def _on_the_hour(moment: str) -> str:
    return f"20{moment[2:13]}:00:00"


def _names(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(_NAMES, min_size=least, max_size=most, unique_by=fold_shape)


@st.composite
def _tables(draw: st.DrawFn, name: str, sheet: str) -> TableSource:
    labels = draw(_names(1, 5))
    roles = [Role.THEN, *(draw(st.sampled_from(Role)) for _ in labels[1:])]
    columns = tuple(
        ColumnSource(role, draft_cell(label), draw(_OPTIONAL), draw(_OPTIONAL))
        for role, label in zip(roles, labels, strict=True)
    )
    rules = tuple(
        RuleSource(draft_cell(id), (draw(_FILLED), *(draw(_CELLS) for _ in labels[1:]))) for id in draw(_names(1, 4))
    )
    question = draw(st.none() | _TEXTS.map(draft_cell))
    policy = draft_cell(draw(st.sampled_from(["Unique", "u", "Rule order", "C+", "collect"])))
    return TableSource(draft_cell(name), question, policy, columns, rules, CellRef("", sheet))


@st.composite
def _examples(draw: st.DrawFn) -> tuple[ExampleSource, ...]:
    labels = draw(_names(2, 5))
    inputs, outputs = labels[1:], labels[:1]
    return tuple(
        ExampleSource(
            draft_cell(name),
            tuple(LabelledCell(draft_cell(label), draw(_NOT_DASHES)) for label in inputs if draw(st.booleans())),
            tuple(LabelledCell(draft_cell(label), draw(_NOT_DASHES)) for label in outputs),
        )
        for name in draw(_names(0, 3))
    )


@st.composite
def _workbooks(draw: st.DrawFn) -> WorkbookSource:
    names = draw(_names(0, 3))
    sheets = draw(st.lists(st.sampled_from(["Options", "Doses", ""]), min_size=len(names), max_size=len(names)))
    tables = [draw(_tables(name, sheet)) for name, sheet in zip(names, sorted(sheets), strict=True)]
    ids = draw(_names(0, 3))
    return WorkbookSource(
        file="",
        sha256="",
        about={key: draw(_CELLS) for key in ABOUT_KEYS},
        tables=tuple(tables),
        examples=draw(_examples()),
        safety=tuple(SafetySource(draft_cell(id), *(draw(_FILLED) for _ in range(3))) for id in ids),
        references=tuple(
            ReferenceSource(draft_cell(id), draw(_FILLED), *(draw(_CELLS) for _ in range(5))) for id in ids
        ),
    )


def _strip(cell: CellSource | None) -> tuple[str, CellKind] | None:
    return None if cell is None else (cell.text, cell.kind)


def _strip_all(cells: Sequence[LabelledCell]) -> dict[str, object]:
    return {item.label.text: _strip(item.cell) for item in cells}


def _strip_table(table: TableSource) -> object:
    return (
        [_strip(table.name), _strip(table.question), _strip(table.hit_policy)],
        [(column.role, *map(_strip, (column.label, column.values, column.default))) for column in table.columns],
        [(_strip(rule.id), [_strip(cell) for cell in rule.cells]) for rule in table.rules],
    )


def strip_places(source: WorkbookSource) -> object:
    """The texts and kinds of a workbook, without the places that they stand at."""
    return (
        {key: _strip(cell) for key, cell in source.about.items()},
        [_strip_table(table) for table in source.tables],
        [(_strip(item.name), _strip_all(item.inputs), _strip_all(item.expected)) for item in source.examples],
        [[_strip(getattr(item, name)) for name in item.__slots__] for item in source.safety],
        [[_strip(getattr(item, name)) for name in item.__slots__] for item in source.references],
    )


@given(source=_workbooks())
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # files are slow to shrink over
)
def test_written_reads_back(source: WorkbookSource, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("round_trip") / "written.xlsx"
    write_workbook(source, path, {"Answer": ["yes", "no"]})
    read = read_workbook(path, "written.xlsx")
    assert [item for item in read.diagnostics if item.severity is Severity.ERROR] == []
    assert strip_places(read) == strip_places(source)
    write_workbook(read, path)
    assert strip_places(read_workbook(path, "written.xlsx")) == strip_places(source)


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "kept.xlsx"
    path.write_bytes(b"old")
    too_long = draft_table("Answer", "Unique", [(Role.THEN, "Answer")], [["R1", "x" * 40_000]])
    with pytest.raises(ValueError, match="at most 32767 characters, not 40000"):
        write_workbook(WorkbookSource("", "", {}, (too_long,)), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
