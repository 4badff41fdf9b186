"""Other people's models as tables: no exception, no rule lost, and the same answers as the model."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from random import Random

import pytest

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.convert.interchange import Imported, to_tables
from dmn_engine.diagnostics import Severity
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.feel.values import Function, freeze
from dmn_engine.formats.dmn_xml import read_library
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.definitions import Definitions
from dmn_engine.workbook import build_tables
from tests.interchange.sampling import draw_records

SHARED = Path(__file__).parents[2] / ".." / "shared"
KIT = Path(os.environ.get("DMN_TCK", SHARED / "tck"))
EXTERNAL = Path(os.environ.get("DMN_EXTERNAL", SHARED / "external"))
FILES = sorted(path for folder in (KIT, EXTERNAL) for path in folder.rglob("*.dmn"))
RECORDS = 6

pytestmark = pytest.mark.skipif(not FILES, reason="the conformance kit and the models of others are not here")


@cache
def read(path: Path) -> tuple[Definitions, ...]:
    return read_library(path, path.name)


@cache
def convert(path: Path) -> tuple[Imported, Tables]:
    definitions, *library = read(path)
    imported = to_tables(definitions, library)
    return imported, build_tables([imported.workbook], imported.dictionary)


def list_answerable(tables: Tables) -> list[str]:
    """The decisions that do not depend on a table with errors."""
    graph = Graph(tables)
    return [
        name
        for name in tables.tables
        if not any(read in tables.unusable for each in graph.reach(name) for read in graph.list_reads(each))
        and not any(each in tables.unusable for each in graph.reach(name))
    ]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_rules_in_are_rules_out(path: Path) -> None:
    imported, _ = convert(path)
    found = {table.name.text: table for table in imported.workbook.tables}
    for decision in read(path)[0].decisions:
        if isinstance(decision.logic, TableExpression):
            table = found[decision.variable.text]
            assert len(table.rules) == len(decision.logic.rules)
            for rule, written in zip(decision.logic.rules, table.rules, strict=True):
                origins = [source.origin for source in (*rule.inputs, *(cell.text for cell in rule.outputs))]
                if len(origins) == len(table.columns):
                    assert [cell.origin for cell in written.cells] == origins


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_tables_answer_as_the_model(path: Path) -> None:
    imported, tables = convert(path)
    if any(item.severity is not Severity.NOTE for item in imported.diagnostics):
        return
    compiled, graph = build_graph(compile_definitions(read(path)[0], read(path)[1:])), Graph(tables)
    names = list_answerable(tables)
    for record in draw_records(tables, Random(1), RECORDS if imported.dictionary.fields else 1):
        evaluation = Evaluation(graph, record, clinical=False)
        for name in names:
            value, wanted = evaluation.decide(name).value, evaluate_element(compiled, name, record, [])
            is_function = isinstance(value, Function) and isinstance(wanted, Function)
            assert is_function or freeze(value) == freeze(wanted), (name, record)


def test_most_decisions_of_the_kit_become_tables() -> None:
    if not KIT.is_dir():
        pytest.skip("the conformance kit is not here")
    paths = [path for path in FILES if KIT in path.parents]
    assert sum(len(convert(path)[0].workbook.tables) for path in paths) >= 3340
    assert sum(len(list_answerable(convert(path)[1])) for path in paths) >= 2000
