"""Random workbooks as written, for the laws of the file formats."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from dmn_engine.convert.comparison import Place, list_cells
from dmn_engine.diagnostics import CellRef, Source
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

_AWKWARD = [
    *("|", "\\", "\\|", "a|b", "`x`", "``", "*a*", "a * b", " * ", "_", "a_b", "_a_", "~~x~~", "<br>", "<b>", "< 1"),
    *("&amp;", "&#32;", "&", "[a](b)", "![x](y)", "[2..10)", "<!-- text -->", "-->", "\n", "a\nb", " a ", "\u00a0"),
    *("7", "-7.5", "007", "1.10", "-0", "1e5", "true", "TRUE", "null", "2024-02-29", "2023-02-29", "10:00:00"),
    *("2024-02-29T10:00:00", "Values", "*Default*", "-", "–", "https://a.org/_b_?c=1&d=2", "http://", "www._a_|"),
    *("# x #", "👩‍⚕️", "\u200b", "\u2028", "\t", "\r", "\0", "\x1f", "$a$", ">= 2", "not(a)", ":= a * 2", "Rule"),
]
TEXTS = st.sampled_from(_AWKWARD) | st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
TEXTS |= st.lists(st.sampled_from(_AWKWARD), min_size=2, max_size=3).map("".join)
_NUMBERS = st.integers(-1000, 10**20).map(str) | st.decimals(-1000, 1000, places=3).map(lambda number: f"{number:f}")
_SHOWN = (
    st.just("") | st.sampled_from(["10%", "3/1/24", "a, shown b", "--", "-->", " 1 ", "1|2", "&lt;", "text"]) | TEXTS
)


def _draft(text: str, kind: CellKind, shown: str) -> CellSource:
    return CellSource(Source(text, CellRef("")), kind, shown)


CELLS = (
    st.builds(_draft, TEXTS, st.just(CellKind.TEXT), st.just(""))
    | st.builds(_draft, TEXTS, st.just(CellKind.TEXT), _SHOWN)
    | st.builds(_draft, _NUMBERS, st.just(CellKind.NUMBER), _SHOWN)
    | st.builds(_draft, st.sampled_from(["true", "false"]), st.just(CellKind.BOOLEAN), _SHOWN)
    | st.builds(lambda day, shown: _draft(day.isoformat(), CellKind.DATE, shown), st.dates(), _SHOWN)
    | st.builds(lambda time, shown: _draft(time.isoformat(), CellKind.TIME, shown), st.times(), _SHOWN)
    | st.builds(lambda moment, shown: _draft(moment.isoformat(), CellKind.DATE_TIME, shown), st.datetimes(), _SHOWN)
    | st.just(_draft("", CellKind.EMPTY, ""))
)
"""Cells of every kind; the displayed text is arbitrary."""


@st.composite
def _tables(draw: st.DrawFn) -> TableSource:
    width = draw(st.integers(1, 4))
    columns = tuple(
        ColumnSource(draw(st.sampled_from(Role)), draw(CELLS), draw(st.none() | CELLS), draw(st.none() | CELLS))
        for _ in range(width)
    )
    rules = tuple(
        RuleSource(draw(CELLS), tuple(draw(CELLS) for _ in range(width))) for _ in range(draw(st.integers(0, 3)))
    )
    sheet = draw(st.sampled_from(["", "Options", "a|b", " x", "*"]))
    return TableSource(draw(CELLS), draw(st.none() | CELLS), draw(CELLS), columns, rules, CellRef("", sheet))


_LABELLED = st.lists(st.builds(LabelledCell, CELLS, CELLS), max_size=4).map(tuple)
_EXAMPLES = st.lists(st.builds(ExampleSource, CELLS, _LABELLED, _LABELLED, _LABELLED), max_size=4).map(tuple)
_SAFETY = st.lists(st.builds(SafetySource, *[CELLS] * 4), max_size=2).map(tuple)
_REFERENCES = st.lists(st.builds(ReferenceSource, *[CELLS] * 7), max_size=2).map(tuple)

WORKBOOKS = st.builds(
    lambda about, tables, examples, safety, references: WorkbookSource(
        "", "", about, tuple(tables), examples, safety, references
    ),
    st.dictionaries(st.sampled_from(ABOUT_KEYS), CELLS, max_size=4),
    st.lists(_tables(), max_size=2),
    _EXAMPLES,
    _SAFETY,
    _REFERENCES,
)


def strip_places(workbook: WorkbookSource) -> tuple[Sequence[str], dict[Place, tuple[str, CellKind, str]]]:
    """The sheets with the contents of their cells, without addresses."""
    cells = {place: (cell.text, cell.kind, cell.shown) for place, cell in list_cells(workbook).items()}
    return [table.origin.sheet for table in workbook.tables], cells
