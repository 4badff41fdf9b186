"""Laws of reading cells: listed cells against brute force, number cells against Python, no text lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dmn_engine.diagnostics import CellRef, Diagnostics, Severity, Source
from dmn_engine.feel.compiler import compile_tests
from dmn_engine.feel.format import format_expression, format_tests
from dmn_engine.feel.syntax import StringLiteral
from dmn_engine.feel.types import NUMBER, STRING
from dmn_engine.formats.json.document import from_document, list_origins, to_document
from dmn_engine.model.data_dictionary import Domain
from dmn_engine.model.workbook_source import CellKind, CellSource, ColumnSource, Role, RuleSource, TableSource
from dmn_engine.workbook import build_tables
from dmn_engine.workbook.cells import read_tests
from dmn_engine.workbook.cells.reading import ColumnType, Reading, Scope
from tests.workbook.grids import make_workbook
from tests.workbook.vocabulary import VOCABULARY

laws = settings(max_examples=150, deadline=None)

# Listed values


def _key(text: str) -> str:
    return "".join(text.replace("−", "-").replace("–", "-").casefold().split())


def _partitions(parts: list[str]) -> Iterator[list[str]]:
    """All ways to put commas back between some of the parts."""
    for joins in product((False, True), repeat=len(parts) - 1):
        groups = [parts[0]]
        for part, joined in zip(parts[1:], joins, strict=True):
            if joined:
                groups[-1] += "," + part
            else:
                groups.append(part)
        yield groups


def _read_by_force(cell: str, listed: list[str]) -> list[str] | None:
    """The listed values of the only reading of a cell as listed values between commas; None for none or several."""
    by_key = {_key(value): value for value in listed}
    readings = [
        [by_key[_key(group)] for group in groups]
        for groups in _partitions(cell.split(","))
        if all(_key(group) in by_key for group in groups)
    ]
    return readings[0] if len(readings) == 1 else None


_values = st.lists(
    st.text("ab+/-, ", min_size=1, max_size=5).map(str.strip).filter(lambda text: _key(text) not in ("", "-")),
    min_size=1,
    max_size=5,
    unique_by=_key,
)


@st.composite
def _listed_cells(draw: st.DrawFn) -> tuple[list[str], str]:
    listed = draw(_values)
    texts = draw(st.lists(st.sampled_from(listed) | st.text("ab+/-, ", min_size=1, max_size=4), min_size=1, max_size=4))
    cell = draw(st.sampled_from([",", ", ", " ,"])).join(texts)
    for change in draw(st.lists(st.sampled_from([("a", "A"), ("-", "−"), ("-", "–"), ("b", "b "), (" ", "  ")]))):
        cell = cell.replace(*change)
    return listed, cell.strip()


@laws
@given(_listed_cells())
def test_listed_cells_mean_what_brute_force_reads(listed_cell: tuple[list[str], str]) -> None:
    listed, cell = listed_cell
    if not cell or (len(cell) == 1 and cell in "-−–"):
        return  # empty, or any value
    found = Diagnostics()
    column = ColumnType("X", STRING, Domain(tuple(listed)))
    tests = read_tests(Reading(CellSource(Source(cell)), column, Scope(), found))
    expected = _read_by_force(cell, listed)
    assert (tests is None) is found.has_errors is (expected is None)
    if tests is not None and expected is not None:
        assert [test.value for test in tests.tests if isinstance(test, StringLiteral)] == expected


# Numbers

_numbers = st.decimals(-20, 20, places=1) | st.integers(-20, 20).map(Decimal)
_signs = {
    ">=": Decimal.__ge__, "≥": Decimal.__ge__, "<=": Decimal.__le__, "≤": Decimal.__le__, ">": Decimal.__gt__,
    "<": Decimal.__lt__, "=": Decimal.__eq__, "!=": Decimal.__ne__, "≠": Decimal.__ne__,
}  # fmt: skip


def _is_inside(value: Decimal, test: tuple[Any, ...]) -> bool:
    match test:
        case (str(sign), Decimal() as bound):
            return bool(_signs[sign](value, bound))
        case (str(opening), Decimal() as low, Decimal() as high, str(closing)):
            above = value >= low if opening == "[" else value > low
            return above and (value <= high if closing == "]" else value < high)
    return bool(value == test[0])


def _write(test: tuple[Any, ...], blank: str) -> str:
    match test:
        case (sign, bound):
            return f"{sign}{blank}{bound:f}"
        case (opening, low, high, closing):
            return f"{opening}{blank}{low:f}..{high:f}{blank}{closing}"
    return f"{test[0]:f}"


_tests = (
    st.tuples(_numbers)
    | st.tuples(st.sampled_from(sorted(_signs)), _numbers)
    | st.tuples(st.sampled_from("[("), _numbers, _numbers, st.sampled_from("])"))
)


@laws
@given(
    st.lists(_tests, min_size=1, max_size=3), st.booleans(), st.sampled_from(["", " ", "\u00a0"]), st.lists(_numbers)
)
def test_number_cells_agree_with_comparisons(
    written: list[tuple[Any, ...]], negated: bool, blank: str, values: list[Decimal]
) -> None:
    inner = ", ".join(_write(test, blank) for test in written)
    source = Source(f"not({inner})" if negated else inner)
    found = Diagnostics()
    tests = read_tests(Reading(CellSource(source), ColumnType("X", NUMBER), Scope(), found))
    errors = {item.code for item in found.items if item.severity is Severity.ERROR}
    tried = [*values, *(bound for test in written for bound in test if isinstance(bound, Decimal))]
    if tests is None:
        # What was refused is a range that holds nothing, or tests of which every number meets one.
        assert errors <= {"reversed-range", "never-holds", "always-holds"}
        assert errors
        if errors == {"always-holds"}:
            assert all(any(_is_inside(value, test) for test in written) for value in tried)
        else:
            assert any(not any(_is_inside(value, test) for value in tried) for test in written)
        return
    program = compile_tests(tests, source, {})
    for value in tried:
        assert program.matches(value, {}, []) is (any(_is_inside(value, test) for test in written) is not negated)


# Every cell

_columns = st.sampled_from([item.title for item in VOCABULARY.fields.values()])
_fragments = st.sampled_from(
    ["positive", "yes", "2", "10", "..", "[", "(", ")", "]", ",", "-", "–", ">=", "≥", "not(", "all(", '"', "“", ":=",
     "none", "null", "Age", "2025-03-01", "%", "+", "kg", "or", "a", "\u00a0", " ", "⏎", "Weight", "?", "@", "{", "}"]
)  # fmt: skip
_texts = st.lists(_fragments, max_size=6).map("".join) | st.lists(_fragments, max_size=6).map(" ".join) | st.text()


def _clean(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


@laws
@given(
    _columns, _texts.map(_clean), _texts.map(_clean), st.sampled_from(["", "number", "text", "list: a, b", "yes/no"])
)
def test_every_cell_is_read_or_refused(field: str, cell: str, output: str, values: str) -> None:
    rows = [f"Rule | {field} | Out", f"Values | | {values}", f"R1 | {cell} | {output}", "R2 | - | :="]
    grid = "\n".join(["Decision | D", "U | When | Then", *rows[:3]])
    tables = build_tables([make_workbook(grid)], VOCABULARY)
    errors = [item for item in tables.diagnostics if item.severity is Severity.ERROR]
    assert bool(errors) == ("D" in tables.unusable) == ("D" not in tables.tables)
    for item in tables.diagnostics:
        assert item.span is None or 0 <= item.span.start <= item.span.end <= len(item.source.text)
    if not errors:
        (rule,) = tables.tables["D"].rules
        _check_again(field, format_tests(rule.inputs[0].tests))
        assert rule.outputs[0].expression is not None
        format_expression(rule.outputs[0].expression)


def _check_again(field: str, feel: str) -> None:
    """What a cell was read as, written as FEEL in a cell that says so, is read as the same."""
    if feel == "-":
        return
    grid = f"Decision | D\nU | When | Then\nRule | {field} | Out\nR1 | := {feel} | yes"
    tables = build_tables([make_workbook(grid)], VOCABULARY)
    assert format_tests(tables.tables["D"].rules[0].inputs[0].tests) == feel


# Documents

_cells = (
    st.tuples(st.just(CellKind.TEXT), st.text(min_size=1), st.just(""))
    | st.tuples(st.just(CellKind.TEXT), st.text(min_size=1), st.text(min_size=1))
    | st.just((CellKind.EMPTY, "", ""))
    | st.tuples(st.just(CellKind.BOOLEAN), st.sampled_from(["true", "false"]), st.sampled_from(["", "TRUE"]))
    | st.tuples(
        st.just(CellKind.NUMBER),
        st.floats(allow_nan=False, allow_infinity=False).map(lambda x: f"{Decimal(repr(x)):f}") | st.just("1.10"),
        st.sampled_from(["", "10%"]),
    )
    | st.tuples(st.just(CellKind.DATE), st.dates().map(str), st.sampled_from(["", "1-Mar"]))
    | st.tuples(st.just(CellKind.TIME), st.times().map(lambda time: time.isoformat("microseconds")), st.just(""))
)


@st.composite
def _tables(draw: st.DrawFn) -> TableSource:
    count = 0

    def cell() -> CellSource:
        nonlocal count
        count += 1
        kind, text, shown = draw(_cells)
        return CellSource(Source(text, CellRef("f", "s", f"A{count}")), kind, shown)

    def maybe() -> CellSource | None:
        return cell() if draw(st.booleans()) else None

    name, question, policy = cell(), maybe(), cell()
    roles = draw(st.lists(st.sampled_from(Role), min_size=1, max_size=3))
    columns = tuple(ColumnSource(role, cell(), maybe(), maybe()) for role in roles)
    rules = tuple(RuleSource(cell(), tuple(cell() for _ in columns)) for _ in range(draw(st.integers(0, 2))))
    return TableSource(name, question, policy, columns, rules, CellRef("f", "s", "A1:C9"))


@cache
def _validator() -> Draft202012Validator:
    path = Path(__file__).parents[2] / "schemas" / "decision-table.schema.json"
    schema = json.loads(path.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@laws
@given(_tables())
def test_documents_lose_nothing(table: TableSource) -> None:
    document = to_document(table)
    assert not list(_validator().iter_errors(document))
    read = json.loads(json.dumps(document))
    assert from_document(read, list_origins(table).__getitem__, table.origin) == table
    exact = json.loads(json.dumps(document), parse_float=Decimal)
    assert from_document(exact, list_origins(table).__getitem__, table.origin) == table
