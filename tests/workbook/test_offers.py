"""Laws of cells of numbers and dates: nothing computes without `:=`, and a text that is offered is understood."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.syntax import Arithmetic, NumberLiteral, walk
from dmn_engine.feel.types import DATE, NUMBER, ListType
from dmn_engine.model.data_dictionary import Domain
from dmn_engine.model.workbook_source import CellSource
from dmn_engine.workbook.cells import read_output, read_tests
from dmn_engine.workbook.cells.reading import ColumnType, Reading, Scope

laws = settings(max_examples=400, deadline=None)

_SIGNS = [*"0123456789.,-/+*% ()[]<>=:;½x'", "..", "...", " - ", ">= ", "to", "or", "000", "e3", "2024"]
_COLUMNS = (
    ColumnType("C", NUMBER),
    ColumnType("C", NUMBER, Domain(low=Decimal(0), high=Decimal(130), integer=True)),
    ColumnType("C", NUMBER, Domain(low=Decimal(0), high=Decimal("2.5"), low_closed=False)),
    ColumnType("C", NUMBER, Domain((Decimal(1), Decimal(2), Decimal("0.5")))),
    ColumnType("C", ListType(NUMBER)),
    ColumnType("C", DATE),
)
texts = st.lists(st.sampled_from(_SIGNS), min_size=1, max_size=8).map("".join)
columns = st.sampled_from(_COLUMNS)


def _read(text: str, column: ColumnType, is_output: bool) -> tuple[object, Diagnostics]:
    found = Diagnostics()
    reading = Reading(CellSource(Source(text)), column, Scope(), found, is_output)
    return read_output(reading) if is_output else read_tests(reading), found


@given(texts, columns, st.booleans())
@laws
def test_a_cell_without_a_formula_computes_nothing(text: str, column: ColumnType, is_output: bool) -> None:
    read, found = _read(text, column, is_output)
    assert read is not None or found.has_errors
    if read is not None:
        assert not any(isinstance(node, Arithmetic) for node in walk(read))  # type: ignore[arg-type]  # read is not None here


@given(texts, columns, st.booleans())
@laws
def test_what_is_offered_is_read(text: str, column: ColumnType, is_output: bool) -> None:
    """An error in a cell of one part offers only texts that the column takes in place of it."""
    _, found = _read(text, column, is_output)
    for item in found.items:
        if "," in text or item.code == "foreign-operator" or not item.help.startswith("write `"):
            continue
        for offer in re.findall(r"(?:^write |, or )`([^`]*[0-9][^`]*|-)`", item.help):  # others are signs of FEEL
            read, again = _read(offer, column, is_output)
            assert read is not None and not again.has_errors, (text, offer, again.items)


@given(st.decimals(min_value=-10000, max_value=10000, places=4))
@laws
def test_a_plain_number_has_one_reading(number: Decimal) -> None:
    read, found = _read(f"{number:f}", _COLUMNS[0], is_output=True)
    assert not found.items
    values = [node.value for node in walk(read) if isinstance(node, NumberLiteral)]  # type: ignore[arg-type]  # as above
    assert [abs(number)] == [abs(value) for value in values]
