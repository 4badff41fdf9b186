"""Small models as workbooks and small workbooks as models: the results, and every message as users see it."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.check import run_checks
from dmn_engine.compile.graph import Graph
from dmn_engine.convert.interchange import to_definitions, to_tables
from dmn_engine.feel.types import NUMBER, STRING, ListType
from dmn_engine.formats.dmn_xml import read_text
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.data_dictionary import Constraint, DataDictionary, Domain, Field
from dmn_engine.model.definitions import Definitions
from dmn_engine.report.text import render_diagnostic
from dmn_engine.workbook import build_tables
from tests.interchange.comparing import show_workbook
from tests.workbook.grids import make_workbook

CASES = Path(__file__).parents[1] / "cases" / "interchange"
MODELS: list[dict[str, Any]] = tomllib.loads((CASES / "models.toml").read_text())["case"]
WORKBOOKS: list[dict[str, Any]] = tomllib.loads((CASES / "workbooks.toml").read_text())["case"]
LATEST = "https://www.omg.org/spec/DMN/20230324/MODEL/"

VOCABULARY = DataDictionary(
    {
        "age": Field("age", "Age", NUMBER, Domain(low=Decimal(0), high=Decimal(130), integer=True), unit="years"),
        "sex": Field("sex", "Sex", STRING, Domain(("female", "male")), default="female", has_default=True),
        "symptoms": Field("symptoms", "Symptoms", ListType(STRING), Domain(("pain", "fever"))),
        "job": Field("job", "Job", STRING),
    },
    constraints=(Constraint(("age", "sex"), "No boy is over 100.", lambda values: True),),
)


def read_model(text: str) -> Definitions:
    return read_text(f'<definitions xmlns="{LATEST}" name="m" namespace="n">{text}</definitions>'.encode(), "m.dmn")


def trim(messages: list[str]) -> list[str]:
    return [message.strip("\n") for message in messages]


@pytest.mark.parametrize("case", MODELS, ids=[case["name"] for case in MODELS])
def test_a_model_as_a_workbook(case: dict[str, Any]) -> None:
    library = [read_text(text.encode(), "other.dmn") for text in case.get("library", [])]
    imported = to_tables(read_model(case["text"]), library)
    assert show_workbook(imported.workbook) == case["workbook"].strip("\n")
    assert [render_diagnostic(item) for item in imported.diagnostics] == trim(case["messages"])
    graph = Graph(build_tables([imported.workbook], imported.dictionary))
    found = [*graph.tables.diagnostics, *(run_checks(graph) if graph.tables.tables else ())]
    assert [render_diagnostic(item) for item in found] == trim(case.get("findings", []))


def show_model(definitions: Definitions) -> str:
    """The texts of the tables of a model."""
    lines = []
    for item in definitions.inputs:
        lines.append(f"input {item.variable.text}: {item.variable.type and item.variable.type.text}")
    for decision in definitions.decisions:
        assert isinstance(decision.logic, TableExpression)
        lines.append(f"decision {decision.variable.text}: {decision.variable.type and decision.variable.type.text}")
        for clause in decision.logic.inputs:
            lines.append(f"  input {clause.expression.text.text}: {clause.values and clause.values.text}")
        for output in decision.logic.outputs:
            default = output.default and output.default.text.text
            lines.append(f"  output {output.name}: {output.values and output.values.text}, default {default}")
        for rule in decision.logic.rules:
            lines.append(
                "  " + " | ".join([*(cell.text for cell in rule.inputs), *(c.text.text for c in rule.outputs)])
            )
    return "\n".join(lines)


@pytest.mark.parametrize("case", WORKBOOKS, ids=[case["name"] for case in WORKBOOKS])
def test_a_workbook_as_a_model(case: dict[str, Any]) -> None:
    books = [
        make_workbook(
            grid,
            references=case.get("references"),
            examples=case.get("examples", ""),
            safety=case.get("safety", ""),
            status=case.get("status", "approved"),
            file=f"t{number}.xlsx",
        )
        for number, grid in enumerate(case["grids"], 1)
    ]
    tables = build_tables(books, VOCABULARY)
    definitions, found = to_definitions(tables, name="m", namespace="n", files=case.get("files"))
    assert show_model(definitions) == case["model"].strip("\n")
    assert [render_diagnostic(item) for item in found] == trim(case["messages"])
    if "back" in case:
        back = to_tables(definitions)
        assert show_workbook(back.workbook) == case["back"].strip("\n")
