"""Laws of the pyDMNrules layout: a table reads the same in every orientation, and no workbook crashes the reader."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.layouts.pydmnrules import read
from dmn_engine.model.boxed_expressions import TableExpression

from .pydmnrules_building import build_workbook

_CASES = Path(__file__).parents[1] / "cases" / "layouts"
_SHEETS = [
    case["sheets"]
    for file in sorted(_CASES.glob("pydmnrules*.toml"))
    for case in tomllib.loads(file.read_text("utf-8"))["case"]
]
_NAMES = ["Age", "HPV-V", "Date of birth", "Risk", "Weight (kg)", "Size"]
_TESTS = ["-", "> 5", "[1..5]", "low", "low, high", "not(1, 2)", "x in", '"a b"', "3", "starts with(V)", "true"]
_RESULTS = ["low", "1.5", '"a, b"', "null", "true", "count([1, 2])", "not applicable", "Age"]
_CELLS = [
    *_NAMES,
    *_TESTS,
    *_RESULTS,
    *("Glossary", "Variable", "Business Concept", "Attribute", "Decision", "Decisions", "Execute Decision Tables"),
    *("Execute", "T", "U", "C+", "P", "", "", "", "^", "<", "DMNrulesTests", "Person", "(", "[", "not", "in", ",", "?"),
    *("Data.Age", "Age.", ".", "@", '"', "//", "if Age then", "2020-01-01", "PT1H", "not(", "Age in", " not in", "=1"),
]
_BOUNDED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _row(cells: Sequence[str], after: int) -> str:
    """A row with a double line behind the cell of this number."""
    return "".join(cell + (" || " if index == after else " | ") for index, cell in enumerate(cells)).rstrip(" |")


def _draw_rows(inputs: Sequence[str], outputs: Sequence[str], rules: Sequence[Sequence[str]]) -> str:
    after = len(inputs)
    lines = [_row(["U", *inputs, *outputs], after), "===="]
    lines += [_row([str(number), *rule], after) for number, rule in enumerate(rules, 1)]
    return "\n".join(["T", *lines])


def _draw_columns(inputs: Sequence[str], outputs: Sequence[str], rules: Sequence[Sequence[str]]) -> str:
    lines = [" | ".join([name, *(rule[place] for rule in rules)]) for place, name in enumerate((*inputs, *outputs))]
    lines.insert(len(inputs), "====")
    ids = " | ".join(str(number) for number in range(1, len(rules) + 1))
    return "\n".join(["T", *lines, f"U || {ids}"])


def _read_table(drawing: str) -> TableExpression:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.xlsx"
        build_workbook({"Rules": drawing}, path)
        diagnostics = Diagnostics()
        model = read(read_grids(path, "model.xlsx", diagnostics), diagnostics)
    [table] = [item.logic for item in model.definitions.decisions if isinstance(item.logic, TableExpression)]
    return table


def _describe(table: TableExpression) -> object:
    return (
        [item.expression.text.text for item in table.inputs],
        [item.name for item in table.outputs],
        [([item.text for item in rule.inputs], [item.text.text for item in rule.outputs]) for rule in table.rules],
    )


@st.composite
def _tables(draw: st.DrawFn) -> tuple[list[str], list[str], list[list[str]]]:
    names = draw(st.permutations(_NAMES))
    inputs = draw(st.integers(1, 3))
    outputs = draw(st.integers(1, 2))
    rule = st.tuples(*[st.sampled_from(_TESTS)] * inputs, *[st.sampled_from(_RESULTS)] * outputs).map(list)
    rules = draw(st.lists(rule, min_size=1, max_size=4))
    return names[:inputs], names[inputs : inputs + outputs], rules


@given(_tables())
@_BOUNDED
def test_rows_and_columns_read_to_one_table(table: tuple[list[str], list[str], list[list[str]]]) -> None:
    rows, columns = _read_table(_draw_rows(*table)), _read_table(_draw_columns(*table))
    assert rows.orientation == "Rule-as-Row" and columns.orientation == "Rule-as-Column"
    assert _describe(rows) == _describe(columns)
    assert [rule.identity.label for rule in columns.rules] == [rule.identity.label for rule in rows.rules]


@given(
    names=st.permutations(_NAMES),
    above=st.lists(st.tuples(st.sampled_from(_TESTS), st.sampled_from(_TESTS)), min_size=1, max_size=3),
    beside=st.lists(st.sampled_from(_TESTS), min_size=1, max_size=3),
    data=st.data(),
)
@_BOUNDED
def test_a_crosstab_reads_to_the_table_of_its_cells(
    names: list[str], above: list[tuple[str, str]], beside: list[str], data: st.DataObject
) -> None:
    first, second, third, output = names[:4]
    cells = [[data.draw(st.sampled_from(_RESULTS)) for _ in above] for _ in beside]
    wide = " | <" * (len(above) - 1)
    lines = [
        f"{output} | < | {first}, {second}{wide}",
        " | ".join(["^", "^", *(pair[0] for pair in above)]),
        " | ".join(["^", "^", *(pair[1] for pair in above)]),
        "====",
    ]
    for number, (test, row) in enumerate(zip(beside, cells, strict=True)):
        lines.append(" | ".join([third if not number else "^", test, *row]))
    rules = [
        [*pair, test, cell]
        for test, row in zip(beside, cells, strict=True)
        for pair, cell in zip(above, row, strict=True)
    ]
    crosstab = _read_table("\n".join(["T", *lines]))
    assert crosstab.orientation == "CrossTable"
    assert _describe(crosstab) == _describe(_read_table(_draw_rows([first, second, third], [output], rules)))


def _read_anything(sheets: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.xlsx"
        try:
            build_workbook(sheets, path)
        except ValueError:  # what cannot be drawn: merged cells across each other, letters that no file holds
            return
        diagnostics = Diagnostics()
        model = read(read_grids(path, "model.xlsx", diagnostics), diagnostics)
    compiled = build_graph(compile_definitions(model.definitions))
    for decision in model.definitions.decisions:
        evaluate_element(compiled, decision.name, {}, [])


_GRIDS = st.lists(st.lists(st.sampled_from(_CELLS), min_size=1, max_size=6), min_size=1, max_size=8)


@given(st.dictionaries(st.sampled_from(["Glossary", "Decision", "Test", "Rules"]), _GRIDS, min_size=1), st.data())
@_BOUNDED
def test_no_cells_make_reading_fail(grids: dict[str, list[list[str]]], data: st.DataObject) -> None:
    marks = data.draw(st.lists(st.integers(0, 6), min_size=8, max_size=8))
    sheets = {
        name: "\n====\n".join(_row(cells, marks[index % 8]) for index, cells in enumerate(rows))
        for name, rows in grids.items()
    }
    _read_anything(sheets)


@given(st.sampled_from(_SHEETS), st.randoms(use_true_random=False))
@_BOUNDED
def test_no_shuffling_of_cells_makes_reading_fail(sheets: dict[str, str], random: object) -> None:
    shuffle = random.shuffle
    parts = {name: drawing.replace("||", "|:").split("|") for name, drawing in sheets.items()}
    pool = [part for item in parts.values() for part in item]
    shuffle(pool)
    shuffled: dict[str, str] = {}
    for name, item in parts.items():
        taken, pool = pool[: len(item)], pool[len(item) :]
        shuffled[name] = "|".join(taken).replace("|:", "||")
    _read_anything(shuffled)
