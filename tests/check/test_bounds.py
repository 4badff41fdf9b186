"""Bounds of formulas and decisions over boxes of records: every record of the box gives a value within them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dmn_engine.check.bounds import OPEN, Bounds, Choices, Parts, Span
from dmn_engine.check.box_evaluation import Box, BoxEvaluation, Part
from dmn_engine.compile.graph import Graph
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.feel.types import ANY
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.unknown import find_partial, key_value
from tests.interchange.drawing import FIELDS, describe, graphs, make_graph, make_table

RUNS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
ATOMS = ("months", "2", "-3", "0.5", "12", "(if crisis then months else 7)", "count(symptoms)")
NUMBERS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
        st.tuples(st.sampled_from(["abs", "floor", "ceiling", "-"]), inner).map(
            lambda parts: f"{parts[0]}({parts[1]})"
        ),
    ),
    max_leaves=5,
)
TRUTHS = st.tuples(NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), NUMBERS).map(" ".join)
FORMULAS = st.one_of(
    NUMBERS,
    TRUTHS,
    st.tuples(TRUTHS, st.sampled_from(["and", "or"]), TRUTHS).map(lambda parts: "({}) {} ({})".format(*parts)),
    st.tuples(TRUTHS, NUMBERS, NUMBERS).map(lambda parts: "if {} then {} else {}".format(*parts)),
    st.tuples(NUMBERS, st.sampled_from(["[6..12]", "(0..3)", "6, > 9"])).map(lambda parts: "{} in ({})".format(*parts)),
)
RECEPTORS = ("positive", "negative", "unknown")
SYMPTOMS: tuple[list[str], ...] = ([], ["pain"], ["bleeding"], ["pain", "bleeding"])
MONTHS = tuple(map(Decimal, ("0", "0.5", "3", "5.5", "6", "9", "12", "12.5", "24")))


def holds(bounds: Bounds, value: Value) -> bool:
    """Whether a value, or the lack of one, is within bounds."""
    if bounds is OPEN:
        return True
    if find_partial(value) is not None:
        return False
    if isinstance(bounds, Choices):
        return key_value(value) in set(map(key_value, bounds.values))
    if isinstance(bounds, Parts):
        return isinstance(value, dict) and all(holds(part, value[name]) for name, part in bounds.members.items())
    assert isinstance(bounds, Span)
    return (
        isinstance(value, Decimal) and bounds.holds(value) and (not bounds.whole or value == value.to_integral_value())
    )


def make_box(graph: Graph, low: Decimal, high: Decimal) -> Box:
    parts = {name: Part(graph.regions(name), is_exact=graph.is_exact(name)) for name in FIELDS if name != "months"}
    return {**parts, "months": Part(graph.regions("months"), Span(low, high))}


@given(FORMULAS, st.sampled_from(MONTHS), st.sampled_from(MONTHS))
@RUNS
def test_a_formula_gives_a_value_within_its_bounds(text: str, one: Decimal, other: Decimal) -> None:
    graph = make_graph(make_table("First", HitPolicy.FIRST, ["crisis"], [["-"]], [text], type_=ANY))
    low, high = min(one, other), max(one, other)
    bounds = BoxEvaluation(graph, make_box(graph, low, high), {}).decide("First")
    for months in (month for month in MONTHS if low <= month <= high):
        for crisis in (True, False):
            for symptoms in SYMPTOMS:
                record = {"months": months, "crisis": crisis, "symptoms": symptoms, "receptor": "positive"}
                value = Evaluation(graph, record, clinical=True).decide("First").value
                assert holds(bounds, value), (bounds, record, value)


@given(graphs(), st.sampled_from(MONTHS), st.sampled_from(MONTHS), st.sampled_from(RECEPTORS))
@RUNS
def test_a_decision_gives_a_value_within_its_bounds(
    graph: Graph, one: Decimal, other: Decimal, receptor: Value
) -> None:
    note(describe(graph))
    low, high = min(one, other), max(one, other)
    box = {**make_box(graph, low, high), "receptor": Part((receptor,), is_exact=True)}
    evaluation = BoxEvaluation(graph, box, {})
    for months in (month for month in MONTHS if low <= month <= high):
        for crisis in (True, False):
            for symptoms in SYMPTOMS:
                record = {"months": months, "crisis": crisis, "symptoms": symptoms, "receptor": receptor}
                concrete = Evaluation(graph, record, clinical=True)
                for name in graph.tables.tables:
                    assert holds(evaluation.decide(name), concrete.decide(name).value), (name, record)
