"""Laws of model files: after any change to one, reading, compiling and evaluating end with values and diagnostics."""

from __future__ import annotations

import tomllib
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.diagnostics import LineRef
from dmn_engine.evaluate.model_values import evaluate_element, invoke_element
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.formats.dmn_xml import read_text, write_definitions
from dmn_engine.formats.dmn_xml.layout import with_diagram
from tests.dmn_xml.comparing import without_places

CASES = Path(__file__).parents[1] / "cases" / "xml" / "evaluation.toml"
MODELS = [model["text"] for model in tomllib.loads(CASES.read_text())["model"]]
NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
TEXTS = st.sampled_from(
    ["", "-", "x", "[1, 2]", "{a: 1}", "function(x) x", "> 1", "not(", '"a"', "1 +", "null", "A", "\x85"]
)


@st.composite
def damaged_models(draw: st.DrawFn) -> str:
    """A model of the cases with some elements removed, renamed, repeated, moved or given another text or attribute."""
    text = draw(st.sampled_from(MODELS)).strip()
    root = ElementTree.fromstring(f'<definitions name="m" namespace="n">{text}</definitions>')
    for _ in range(draw(st.integers(1, 4))):
        parents = [parent for parent in root.iter() if len(parent)]
        if not parents:
            break
        parent = draw(st.sampled_from(parents))
        child = draw(st.sampled_from(list(parent)))
        match draw(st.integers(0, 5)):
            case 0:
                parent.remove(child)
            case 1:
                child.tag = draw(st.sampled_from([element.tag for element in root.iter()]))
            case 2:
                parent.append(child)
            case 3:
                draw(st.sampled_from([each for each in parents if each not in set(child.iter())] or [root])).append(
                    child
                )
            case 4:
                child.text = draw(TEXTS)
            case _:
                name = draw(st.sampled_from(["name", "id", "href", "typeRef", "hitPolicy", "kind", "iteratorVariable"]))
                child.set(name, draw(st.sampled_from(["", "A", "#a", "n#a", "number", "tGrade", "COLLECT", "Java"])))
    root.set("xmlns", NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode")


@given(damaged_models())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_model_never_crashes(text: str) -> None:
    definitions = read_text(text.encode(), "m.dmn")
    model = build_graph(compile_definitions(definitions))
    assert all(isinstance(item.source.origin, LineRef) for item in model.compiled.diagnostics)
    for name in model.elements:
        causes: list[EvaluationError] = []
        evaluate_element(model, name, {}, causes)
        invoke_element(model, name, {}, causes)


@given(damaged_models())
@example(f'<definitions name="m" namespace="n" xmlns="{NAMESPACE}"><decision/></definitions>')
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_model_is_written_as_it_was_read(text: str) -> None:
    model = read_text(text.encode(), "m.dmn")
    written = write_definitions(model)
    again = read_text(written, "m.dmn")
    assert without_places(again) == without_places(with_diagram(model))
    assert write_definitions(again) == written


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_with_a_fault(data: bytes) -> None:
    assert read_text(data, "m.dmn").diagnostics
