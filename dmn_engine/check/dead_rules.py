"""Dead rules: those that no possible patient gets, because of contradictory conditions or earlier rules.

A rule that only a direct evaluation of its table can reach is not dead: it may be there for safety. A table of which no
rule can match has no answer for anyone, which is an error.
"""

from __future__ import annotations

from dmn_engine.check.gaps import must_match
from dmn_engine.check.universe import Universe
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import read_names
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.evaluate.decision_diagram import list_values
from dmn_engine.feel.types import ANY
from dmn_engine.model.data_dictionary import DataDictionary, Field, Value
from dmn_engine.model.decision_table import DecisionTable, Tables
from dmn_engine.model.unknown import ErrorValue

CODES = ("rule-never-fires", "table-never-answers")
QUESTION = "whether every rule has a patient"


def check(universe: Universe, table: DecisionTable, diagnostics: Diagnostics) -> None:
    """Warn of each rule that has no patient; a table whose rules all have none is an error, if not a gap already."""
    is_silent = universe.never_answers(table.name)
    if is_silent and not (universe.graph.clinical and must_match(universe, table)):  # else each patient is a gap
        report_silent(diagnostics, table, Source("", table.origin))
    if is_silent and not universe.graph.clinical:
        return
    symbolic = universe.symbolic
    selections, guards = symbolic.selections(table.name), symbolic.guards(table.name)
    possible = symbolic.diagrams.apply(lambda value: value is not False, symbolic.care)
    for index, rule in enumerate(table.rules):
        taken = symbolic.conjoin(symbolic.care, selections.get(index, symbolic.diagrams.leaf(False)))
        matches = symbolic.diagrams.simplify(guards[index], possible)
        if all(value is False for value in list_values(taken)) or _only_fails(list_values(matches)):
            diagnostics.warning(
                CODES[0],
                f"{table.name}: no possible patient gets rule {rule.number}",
                rule.source.source,
                help="its conditions exclude each other, or earlier rules take its patients: correct or remove it",
            )


def _only_fails(matches: list[Value]) -> bool:
    """Whether a rule matches nowhere, but has an error somewhere, such as an input that its column refuses."""
    return any(value is False for value in matches) and all(
        value is False or isinstance(value, ErrorValue) for value in matches
    )


def report_silent(diagnostics: Diagnostics, table: DecisionTable, place: Source) -> None:
    """Report a table that never answers, at a place."""
    diagnostics.error(
        CODES[1],
        f"{table.name}: no rule can match, whatever the inputs are, so the table never answers",
        place,
        related=tuple((rule.source.source, f"rule {rule.number}") for rule in table.rules[:1]),
        help="correct the conditions, or the type of an input that has values of another one",
    )


def never_answers(table: DecisionTable) -> bool:
    """Whether no rule of a table can match, taken by itself: its inputs may have any values of their types."""
    fields: dict[str, Field] = {}
    for index, column in enumerate(table.inputs):
        declared = column.constraint.type.type
        if column.name:
            fields[column.name] = Field(column.name, column.label, column.type if declared == ANY else declared)
        for node in (column.expression, *(rule.inputs[index].tests for rule in table.rules)):
            for name in read_names(node):
                fields.setdefault(name, Field(name, name, ANY))
    graph = Graph(Tables(DataDictionary(fields), {table.name: table}, {}), clinical=False)
    return Universe(graph).never_answers(table.name)
