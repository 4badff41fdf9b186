"""Several workbooks together: names across files, errors of reading, examples and safety properties."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dmn_engine.diagnostics import CellRef, Diagnostic, Severity, Source
from dmn_engine.feel.format import format_expression
from dmn_engine.feel.types import NUMBER, STRING, ContextType, ListType
from dmn_engine.model.decision_table import Expectation, HitPolicy
from dmn_engine.report.text import render_diagnostic
from dmn_engine.workbook import build_tables
from tests.workbook.grids import make_workbook
from tests.workbook.vocabulary import VOCABULARY

ONE = "Decision | One\nU | When | Then\nRule | Age | Out\nR1 | - | 1"
TWO = "Decision | Two\nU | When | Then\nRule | One | Out\nR1 | > 0 | yes\nR2 | <= 0 | no"
OPTIONS = """
Decision | Options
C | When | Then | Then
Rule | Age | Regimen | Classes
Values | | | list: x, y
R1 | >= 18 | A + B | x
R2 | >= 65 | C, weekly | y"""


def _error(cell: str, sheet: str = "S", code: str = "formula-error") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, "a fault of reading", Source("x", CellRef("t.xlsx", sheet, cell)))


def test_a_decision_refers_to_one_of_another_file() -> None:
    tables = build_tables([make_workbook(TWO, file="b.xlsx"), make_workbook(ONE, file="a.xlsx")], VOCABULARY)
    assert not tables.diagnostics
    assert list(tables.tables) == ["Two", "One"]
    (column,) = tables.tables["Two"].inputs
    assert (column.name, column.type) == ("One", NUMBER)
    assert tables.tables["One"].file == "a.xlsx"


def test_a_decision_of_two_files_is_usable_in_neither() -> None:
    tables = build_tables([make_workbook(ONE, file="a.xlsx"), make_workbook(ONE, file="b.xlsx")], VOCABULARY)
    assert not tables.tables
    assert [render_diagnostic(item) for item in tables.unusable["One"]] == [
        "b.xlsx!S!B1: error duplicate-decision: two tables decide `One`\n  One\n  ^^^\n"
        "  see a.xlsx!S!B1: the other one\n"
        "  help: give one of them another name, or move its rules to the other"
    ]


def test_a_fault_of_reading_makes_unusable_the_table_that_it_is_in() -> None:
    workbook = make_workbook(f"{ONE}\n\n{TWO}")
    for cell, touched in (
        ("C4", ["One"]),
        ("C9", ["Two"]),
        ("A6:C8", ["Two"]),
        ("C99", ["One", "Two"]),
        ("", ["One", "Two"]),
    ):
        fault = _error(cell)
        tables = build_tables([replace(workbook, diagnostics=(fault,))], VOCABULARY)
        assert tables.unusable == dict.fromkeys(touched, (fault,))
        assert set(tables.tables) == {"One", "Two"} - set(touched)
        assert tables.diagnostics == (fault,)


def test_a_fault_elsewhere_leaves_the_tables_usable() -> None:
    workbook = make_workbook(f"{ONE}\n\n{TWO}")
    assert not build_tables([replace(workbook, diagnostics=(_error("A1", "Tests"),))], VOCABULARY).unusable


def test_what_the_reader_has_said_is_not_said_again() -> None:
    fault = _error("A5", code="duplicate-rule")
    workbook = replace(make_workbook(ONE + "\nR1 | > 3 | 2"), diagnostics=(fault,))
    tables = build_tables([workbook], VOCABULARY)
    assert tables.diagnostics == (fault,)
    assert not tables.tables


def test_a_table_carries_all_that_its_cells_say() -> None:
    grid = (
        "Decision | D\nQuestion | Who?\nPriority | When | Then | Why | Why | Why | Why\n"
        "Rule | HER2 status | Out | Basis | Source | Note | Status\nValues | | low, high | | | |\n"
        "Default | | low | | | |\nR1 | positive | high | Source | [1], 2 | why | In review"
    )
    workbook = make_workbook(grid, references=["[1]", "2"], status="Approved")
    tables = build_tables([workbook], VOCABULARY)
    assert not tables.diagnostics
    table = tables.tables["D"]
    (rule,) = table.rules
    (output,) = table.outputs
    assert (table.question, table.hit_policy, table.annotations) == (
        "Who?", HitPolicy.PRIORITY, ("Basis", "Source", "Note", "Status")
    )  # fmt: skip
    assert output.priorities == ("low", "high")
    assert output.default is not None and output.default.expression is not None
    assert format_expression(output.default.expression) == '"low"'
    assert (rule.id, rule.basis, rule.sources, rule.note, rule.status) == (
        "R1",
        "source",
        ("1", "2"),
        "why",
        "in review",
    )
    assert tables.workbooks["t.xlsx"].references == {"1": "Citation [1]", "2": "Citation 2"}
    assert tables.workbooks["t.xlsx"].status == "approved"


def test_the_type_of_a_decision_is_what_its_columns_give() -> None:
    grid = f"{OPTIONS.strip()}\n\nDecision | D\nU | When | Then\nRule | Options | Out\nR1 | - | := count(Options)"
    tables = build_tables([make_workbook(grid)], VOCABULARY)
    assert not tables.diagnostics
    (column,) = tables.tables["D"].inputs
    assert column.type == ListType(ContextType((("Regimen", STRING), ("Classes", ListType(STRING)))))
    assert tables.tables["D"].outputs[0].type == NUMBER


def test_examples_are_typed() -> None:
    examples = """
 | When | When | When | Then | Then
Test | HER2 status | age | Symptoms | Options | Options: Classes
one | Positive | {number} 70 | bleeding, Pain | A + B⏎"C, weekly"⏎not: A + B | only: x, Y
two | - | | none | none | undetermined⏎needs: Age, HER2 status
three | | 3 | | null | not: x"""
    tables = build_tables([make_workbook(OPTIONS.strip(), examples=examples)], VOCABULARY)
    assert not tables.diagnostics
    one, two, three = tables.examples
    assert one.record == {"her2_status": "positive", "age": Decimal(70), "symptoms": ["bleeding", "pain"]}
    assert two.record == {"symptoms": []}
    expected = [{key: item[1] for key, item in example.expected.items()} for example in (one, two, three)]
    assert expected == [
        {
            ("Options", ""): Expectation(present=("A + B", "C, weekly"), absent=("A + B",)),
            ("Options", "Classes"): Expectation(is_exact=True, value=["x", "y"]),
        },
        {
            ("Options", ""): Expectation(is_exact=True, value=[]),
            ("Options", "Classes"): Expectation(undetermined=True, needs=("age", "her2_status")),
        },
        {
            ("Options", ""): Expectation(is_exact=True, value=None),
            ("Options", "Classes"): Expectation(absent=("x",)),
        },
    ]


def test_safety_properties_are_conditions_or_independence() -> None:
    safety = "Id | Statement | Condition | Rationale\nS1 | a | :independent of Age | b\nS2 | c | Age < 200 |"
    one, two = build_tables([make_workbook(ONE, safety=safety)], VOCABULARY).safety
    assert (one.id, one.condition, one.independent_of, one.rationale) == ("S1", None, "age", "b")
    assert two.condition is not None
    assert (format_expression(two.condition), two.independent_of) == ("age < 200", "")
