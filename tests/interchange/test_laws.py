"""Random tables as a model and back: the model and its tables give the same answers."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.convert.interchange import to_definitions, to_tables
from dmn_engine.diagnostics import Severity
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.feel.values import freeze
from dmn_engine.formats.dmn_xml import read_text, write_definitions
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.definitions import Definitions
from dmn_engine.workbook import build_tables
from tests.dmn_xml.models import definitions
from tests.interchange.drawing import describe, graphs
from tests.interchange.sampling import draw_records

RUNS = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking whole graphs takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@given(graphs(), st.integers())
@RUNS
def test_a_model_and_its_tables_answer_alike(graph: Graph, seed: int) -> None:
    note(describe(graph))
    tables = graph.tables
    model, found = to_definitions(tables, name="m", namespace="n")
    assert not [item for item in found if item.severity is Severity.ERROR]
    imported = to_tables(read_text(write_definitions(model), "m.dmn"))
    back = build_tables([imported.workbook], imported.dictionary)
    # Drawn tables are looser than built ones (priorities without listed values): what is refused is passed over.
    assume(not back.unusable)
    assert not any(item.code == "default-of-list" for item in imported.diagnostics)
    compiled, again = build_graph(compile_definitions(model)), Graph(back)
    for record in draw_records(tables, Random(seed), 20):
        wanted = Evaluation(graph, record, clinical=False)
        found_again = Evaluation(again, record, clinical=False)
        for name in tables.tables:
            value = freeze(wanted.decide(name).value)
            assert freeze(found_again.decide(name).value) == value, (name, record)
            assert freeze(evaluate_element(compiled, name, record, [])) == value, (name, record)


@given(definitions(is_drawn=False))
@settings(RUNS, max_examples=60)
def test_no_model_makes_it_fail(model: Definitions) -> None:
    imported = to_tables(model)
    build_tables([imported.workbook], imported.dictionary)
    rules = [len(table.rules) for table in imported.workbook.tables]
    logics = [decision.logic for decision in model.decisions]
    if len(rules) == len(logics):
        assert all(
            count == len(logic.rules)
            for count, logic in zip(rules, logics, strict=True)
            if isinstance(logic, TableExpression)
        )
