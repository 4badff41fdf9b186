"""Laws of the reader of the WHO's layout: no workbook crashes it, and no rule is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.formats.xlsx.grid import Area, Grid, GridCell
from dmn_engine.formats.xlsx.workbook import GridBook
from dmn_engine.layouts.smart_dak import read, recognise
from dmn_engine.layouts.smart_dak.pseudocode import NotUnderstood, parse_assignments, parse_condition
from dmn_engine.model.boxed_expressions import TableExpression

_TEXTS = (
    *("Decision ID", "Schedule ID", "A.DT.1", "Business rule", "Trigger", "Hit policy indicator", "U", "first"),
    *("Inputs", "Output", "Outputs", "Guidance displayed to health worker", "Annotations", "Reference(s)", "Rule ID"),
    *("Age", "Age is less than 9 years", "–", "-", "Note: x", "Short title", "Decision name", "Description"),
    *('"A" = 1', '"A" = "x"', '"B" ≠ TRUE', '"A" in "x"', 'prose\n"A" < 2 weeks', 'Today\'s date − "D" ≥ 1 year'),
    *('Count of x (where "A" = 1)', '"A" > "B" (where "C" = 1)', "((", "'", '"', "\n", "⚠", '1 < "A" ≤ 3'),
)
_cells = st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 7)), st.sampled_from(_TEXTS), max_size=50)
_areas = st.tuples(st.integers(1, 8), st.integers(1, 6), st.integers(0, 3), st.integers(0, 3))


def _book(cells: dict[tuple[int, int], str], areas: list[tuple[int, int, int, int]]) -> GridBook:
    merged: dict[tuple[int, int], Area] = {}
    for top, left, height, width in areas:
        places = [(row, column) for row in range(top, top + height + 1) for column in range(left, left + width + 1)]
        if len(places) > 1 and not any(place in merged for place in places):
            merged.update(dict.fromkeys(places, Area(top, left, top + height, left + width)))
    kept = {place: text for place, text in cells.items() if place not in merged or merged[place].anchor == place}
    grid = Grid("S", {place: GridCell(*place, text) for place, text in sorted(kept.items())}, merged)
    return GridBook("book.xlsx", "", (grid,))


@settings(max_examples=300, deadline=None)
@given(_cells, st.lists(_areas, max_size=4))
def test_any_sheet_is_read(cells: dict[tuple[int, int], str], areas: list[tuple[int, int, int, int]]) -> None:
    book = _book({(1, 1): "Decision ID", (1, 2): "A.DT.1", (2, 1): "Inputs", (2, 2): "Output", **cells}, areas)
    recognise(book)
    model = read(book, Diagnostics())
    compile_definitions(model.definitions)


_conditions = st.sampled_from([text for text in _TEXTS if "=" in text or text == "–"])
_outputs = st.sampled_from(["do", 'say\n"S" = "a"', '"S" = TRUE (where "T" = 1)', "–"])
_rules = st.lists(st.tuples(_conditions, _conditions, _outputs), min_size=1, max_size=8)


@settings(max_examples=100, deadline=None)
@given(_rules, st.lists(st.booleans(), min_size=8, max_size=8))
def test_no_rule_is_lost(rules: list[tuple[str, str, str]], joins: list[bool]) -> None:
    """As many rules as rows, also where a condition is merged over rows."""
    cells = {(1, 2): "Decision ID", (1, 3): "A.DT.1", (2, 2): "Inputs", (2, 3): '"Q"', (2, 4): "Output"}
    merged: dict[tuple[int, int], Area] = {}
    start = 3
    for at, (rule, joins_above) in enumerate(zip(rules, joins, strict=False), 3):
        start = start if joins_above and at > 3 else at
        for row in range(start, at + 1):
            if at > start:
                merged[row, 2] = Area(start, 2, at, 2)
        cells.update({(at, column): text for column, text in enumerate(rule, 2) if column > 2 or start == at})
    grid = Grid("S", {place: GridCell(*place, text) for place, text in sorted(cells.items())}, merged)
    model = read(GridBook("book.xlsx", "", (grid,)), Diagnostics())
    (decision,) = model.definitions.decisions
    assert isinstance(decision.logic, TableExpression)
    assert len(decision.logic.rules) == len(rules)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from((*_TEXTS, " AND ", " OR ", "NOT ", "(", ")", " = ", '"A"', " 3 ", "where ", "latest ")))
)
def test_any_text_is_understood_or_not(parts: list[str]) -> None:
    text = "".join(parts)
    for parse in (parse_condition, parse_assignments):
        try:
            parse(text)
        except NotUnderstood as fault:
            assert 0 <= fault.span.start <= fault.span.end <= len(text)
