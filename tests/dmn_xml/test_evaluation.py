"""Models as XML: the values of decisions, services and knowledge models, and the reason for every null."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import ModelGraph, build_graph
from dmn_engine.evaluate.model_values import evaluate_element, invoke_element
from dmn_engine.feel import evaluate
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.values import format_value
from dmn_engine.formats.dmn_xml import read_library, read_text
from dmn_engine.report.text import render_diagnostic

CASES = Path(__file__).parents[1] / "cases" / "xml"
MODELS: list[dict[str, Any]] = tomllib.loads((CASES / "evaluation.toml").read_text())["model"]
UNDEFINED: list[dict[str, Any]] = tomllib.loads((CASES / "tables.toml").read_text())["case"]
NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def wrap(text: str, namespace: str = "n") -> str:
    return f'<definitions xmlns="{NAMESPACE}" name="m" namespace="{namespace}">\n{text.strip()}\n</definitions>'


def load(text: str) -> ModelGraph:
    return build_graph(compile_definitions(read_text(wrap(text).encode(), "m.dmn")))


@pytest.mark.parametrize("model", MODELS, ids=[model["name"] for model in MODELS])
def test_model(model: dict[str, Any]) -> None:
    compiled = load(model["text"])
    assert [render_diagnostic(item) for item in compiled.compiled.diagnostics] == model.get("diagnostics", [])
    for case in model["cases"]:
        causes: list[EvaluationError] = []
        inputs = evaluate(case.get("inputs", "{}"))
        assert isinstance(inputs, dict)
        call = evaluate_element if "evaluate" in case else invoke_element
        value = call(compiled, case.get("evaluate") or case["invoke"], inputs, causes)
        assert (format_value(value), [cause.message for cause in causes]) == (case["value"], case.get("causes", [])), (
            case
        )


@pytest.mark.parametrize("case", UNDEFINED, ids=[case["name"] for case in UNDEFINED])
def test_an_undefined_table_is_an_error_and_gives_no_answer(case: dict[str, Any]) -> None:
    model = load(
        '<inputData name="n" id="n"/>\n<decision name="D" id="d"><informationRequirement><requiredInput href="#n"/>'
        f"</informationRequirement>\n<decisionTable {case.get('table', '')}>{case['text']}</decisionTable></decision>"
    )
    assert [render_diagnostic(item) for item in model.compiled.diagnostics] == [
        text.strip("\n") for text in case["messages"]
    ]
    causes: list[EvaluationError] = []
    assert evaluate_element(model, "D", {"n": Decimal(2)}, causes) is None
    assert [cause.message for cause in causes] == [case["cause"]]


def test_imported_models_have_inputs_of_their_own(tmp_path: Path) -> None:
    """A model imported on two paths is evaluated for each path, with the inputs under the names of the imports."""
    importing = '<import name="{0}" namespace="{1}" importType="' + NAMESPACE + '"/>'
    greeting = """
<itemDefinition name="tName"><typeRef>string</typeRef></itemDefinition>
<inputData name="who" id="who"><variable name="who" typeRef="tName"/></inputData>
<decision name="greeting" id="g"><informationRequirement><requiredInput href="#who"/></informationRequirement>
  <literalExpression><text>"Hello " + who</text></literalExpression></decision>"""
    asking = """<decision name="{0}" id="d">
  <informationRequirement><requiredDecision href="base#g"/></informationRequirement>
  <literalExpression><text>the base.greeting + "{1}"</text></literalExpression></decision>"""
    both = """<decision name="Both" id="b">
  <informationRequirement><requiredDecision href="left#d"/></informationRequirement>
  <informationRequirement><requiredDecision href="right#d"/></informationRequirement>
  <literalExpression typeRef="left.the base.tName"><text>left.ask + right.cry</text></literalExpression></decision>"""
    folder = {
        "base": greeting,
        "left": importing.format("the base", "base") + asking.format("ask", "?"),
        "right": importing.format("the base", "base") + asking.format("cry", "!"),
        "top": importing.format("left", "left") + importing.format("right", "right") + both,
    }
    for name, text in folder.items():
        (tmp_path / f"{name}.dmn").write_text(wrap(text, name))
    library = read_library(tmp_path / "top.dmn", "top.dmn")
    model = build_graph(compile_definitions(library[0], library[1:]))
    assert not model.compiled.diagnostics
    causes: list[EvaluationError] = []
    nested = {"left": {"the base": {"who": "Ann"}}, "right": {"the base": {"who": "Bo"}}}
    assert evaluate_element(model, "Both", nested, causes) == "Hello Ann?Hello Bo!"
    assert evaluate_element(model, "Both", {}, causes, {"base": {"who": "Cy"}}) == "Hello Cy?Hello Cy!"
    assert not causes


def test_imports_without_a_name_are_seen_directly(tmp_path: Path) -> None:
    importing = '<import name="" namespace="{0}" importType="' + NAMESPACE + '"/>'
    folder = {
        "one": """<itemDefinition name="tWho"><typeRef>string</typeRef></itemDefinition>
<inputData name="who" id="who"><variable name="who" typeRef="tWho"/></inputData>""",
        "two": """<businessKnowledgeModel name="greet" id="g"><encapsulatedLogic><formalParameter name="x"/>
<literalExpression><text>"Hello " + x</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<decision name="Deep" id="deep"><literalExpression><text>3</text></literalExpression></decision>""",
        "top": importing.format("one")
        + importing.format("two")
        + """<decision name="A" id="a"><variable name="A" typeRef="tWho"/>
<informationRequirement><requiredInput href="one#who"/></informationRequirement>
<knowledgeRequirement><requiredKnowledge href="two#g"/></knowledgeRequirement>
<literalExpression><text>greet(who)</text></literalExpression></decision>""",
    }
    for name, text in folder.items():
        (tmp_path / f"{name}.dmn").write_text(wrap(text, name))
    library = read_library(tmp_path / "top.dmn", "top.dmn")
    model = build_graph(compile_definitions(library[0], library[1:]))
    assert not model.compiled.diagnostics
    causes: list[EvaluationError] = []
    assert evaluate_element(model, "A", {"who": "Ann"}, causes) == "Hello Ann"
    assert evaluate_element(model, "Deep", {}, causes) == 3
    assert invoke_element(model, "greet", {"x": "Bo"}, causes) == "Hello Bo"
    assert not causes


def test_long_chains_of_decisions_need_no_recursion() -> None:
    """A thousand decisions, each requiring the one before it, compile and evaluate."""
    first = '<decision name="D0" id="d0"><literalExpression><text>0</text></literalExpression></decision>'
    rest = "".join(
        f'<decision name="D{i}" id="d{i}"><informationRequirement><requiredDecision href="#d{i - 1}"/>'
        f"</informationRequirement><literalExpression><text>D{i - 1} + 1</text></literalExpression></decision>"
        for i in range(1, 1001)
    )
    assert evaluate_element(load(first + rest), "D1000", {}, []) == 1000


def test_deep_expressions_are_faults_not_crashes() -> None:
    deep = "<list>" * 200 + "</list>" * 200
    model = load(f'<decision name="A" id="a">{deep}</decision>')
    assert [item.code for item in model.compiled.diagnostics] == ["too-deep"]
    causes: list[EvaluationError] = []
    evaluate_element(model, "A", {}, causes)
    assert [cause.message for cause in causes] == ["the expression is empty"]
