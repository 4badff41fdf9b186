"""Generated diagrams: no shapes overlap, every requirement connects two shapes, the model is otherwise unchanged."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dmn_engine.diagnostics import Source
from dmn_engine.formats.dmn_xml import read_definitions
from dmn_engine.formats.dmn_xml.arrangement import Box, arrange
from dmn_engine.formats.dmn_xml.layout import with_diagram
from dmn_engine.model.boxed_expressions import Identity
from dmn_engine.model.definitions import BusinessKnowledgeModel, Decision, Definitions, KnowledgeSource, Reference
from dmn_engine.model.diagram import Bounds, Diagram, ElementRef, Point, Shape
from dmn_engine.model.walk import walk

from .models import UNSHRUNK, definitions

KIT = Path(os.environ.get("DMN_TCK", Path(__file__).parents[2] / ".." / "shared" / "tck"))
MODELS = sorted(KIT.rglob("*.dmn"))


def list_requirements(model: Definitions) -> Iterator[tuple[ElementRef, Reference]]:
    """What requires, and the requirement."""
    for element in model.elements():
        own = ElementRef("", element.identity.id)
        if isinstance(element, Decision):
            yield from ((own, item) for item in (*element.information, *element.knowledge, *element.authority))
        elif isinstance(element, BusinessKnowledgeModel):
            yield from ((own, item) for item in (*element.knowledge, *element.authority))
        elif isinstance(element, KnowledgeSource):
            yield from ((own, item) for item in element.authority)


def bounds_of(shape: Shape) -> Bounds:
    assert shape.bounds is not None
    return shape.bounds


def overlap(first: Bounds, second: Bounds) -> bool:
    return (
        first.x < second.x + second.width
        and second.x < first.x + first.width
        and first.y < second.y + second.height
        and second.y < first.y + first.height
    )


def touches(point: Point, bounds: Bounds) -> bool:
    """Whether the point is on the border."""
    right, bottom = bounds.x + bounds.width, bounds.y + bounds.height
    is_within = bounds.x <= point.x <= right and bounds.y <= point.y <= bottom
    return is_within and (point.x in (bounds.x, right) or point.y in (bounds.y, bottom))


def encloses(outer: Bounds, inner: Bounds) -> bool:
    return (
        outer.x < inner.x
        and outer.y < inner.y
        and inner.x + inner.width < outer.x + outer.width
        and inner.y + inner.height < outer.y + outer.height
    )


def check_page(page: Diagram, names: set[ElementRef]) -> None:
    """No two shapes overlap, but for the box of a service and its own decisions; the lines end at the shapes."""
    boxes = [shape for shape in page.shapes if shape.divider is not None]
    others = [shape for shape in page.shapes if shape.divider is None]
    assert not [pair for pair in combinations([bounds_of(shape) for shape in others], 2) if overlap(*pair)]
    for shape in page.shapes:
        assert shape.element.namespace or shape.element in names
        for box in boxes:
            assert shape is box or encloses(bounds_of(box), bounds_of(shape)) != (
                not overlap(bounds_of(box), bounds_of(shape))
            )
    assert page.size is not None
    whole = Bounds(0, 0, page.size.width, page.size.height)
    assert all(encloses(whole, bounds_of(shape)) for shape in page.shapes)


def without_ids(node: Any) -> Any:
    """The model without any id, and without diagrams."""
    if isinstance(node, tuple):
        return tuple(without_ids(item) for item in node)
    if not is_dataclass(node) or isinstance(node, type | Source):
        return node
    changes = {field.name: without_ids(getattr(node, field.name)) for field in fields(node)}
    if isinstance(node, Identity):
        changes["id"] = ""
    if isinstance(node, Definitions):
        changes["diagrams"] = ()
    return replace(node, **changes)


def check_model(model: Definitions) -> None:
    drawn = with_diagram(model)
    assert without_ids(drawn) == without_ids(model)
    ids = [part.id for part in walk(drawn) if isinstance(part, Identity) and part.id]
    kept = [part.id for part in walk(model) if isinstance(part, Identity) and part.id]
    assert len(set(ids)) - len(set(kept)) == len(ids) - len(kept)
    names = {ElementRef("", item.identity.id) for item in drawn.elements()}
    names |= {ElementRef("", item.identity.id) for item in drawn.artifacts}
    for page in drawn.diagrams:
        check_page(page, names)
    if not drawn.diagrams:
        assert not list(model.elements())
        return
    shapes = {shape.element: bounds_of(shape) for shape in drawn.diagrams[0].shapes}
    edges = {edge.element: edge.waypoints for edge in drawn.diagrams[0].edges}
    assert all(ElementRef("", item.identity.id) in shapes for item in drawn.elements())
    for own, reference in list_requirements(drawn):
        needed = ElementRef(reference.namespace, reference.id)
        if needed in shapes:
            line = edges[ElementRef("", reference.identity.id)]
            assert touches(line[0], shapes[needed]) and touches(line[-1], shapes[own])
        else:
            assert not reference.namespace and needed not in names
    assert with_diagram(model) == drawn
    assert with_diagram(drawn) is drawn


@given(definitions(is_drawn=False))
@settings(max_examples=25, deadline=None, phases=UNSHRUNK, suppress_health_check=list(HealthCheck))
def test_any_model_is_laid_out(model: Definitions) -> None:
    check_model(model)


@pytest.mark.skipif(not MODELS, reason=f"the DMN TCK is not at {KIT} (set DMN_TCK)")
@pytest.mark.parametrize("path", MODELS[::7], ids=lambda path: path.stem)
def test_model_of_the_kit_is_laid_out(path: Path) -> None:
    check_model(replace(read_definitions(path, path.name), diagrams=()))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Box], list[tuple[int, int]]]:
    sizes = st.integers(10, 300).map(float)
    box = st.builds(Box, sizes, sizes, st.integers(0, 2), st.integers(0, 2), st.booleans())
    boxes = draw(st.lists(box, min_size=1, max_size=40))
    place = st.integers(0, len(boxes) - 1)
    return boxes, draw(st.lists(st.tuples(place, place), max_size=80))


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_any_graph_is_arranged(graph: tuple[list[Box], list[tuple[int, int]]]) -> None:
    boxes, lines = graph
    drawn = arrange(boxes, lines)
    assert [(item.width, item.height) for item in drawn.boxes] == [(box.width, box.height) for box in boxes]
    assert not [pair for pair in combinations(drawn.boxes, 2) if overlap(*pair)]
    for (source, target), points in zip(lines, drawn.lines, strict=True):
        assert touches(points[0], drawn.boxes[source])
        assert touches(points[-1], drawn.boxes[target])


def test_boxes_stand_above_what_they_need() -> None:
    """A chain of a thousand decisions: ranking does not recurse."""
    drawn = arrange([Box(100, 50)] * 1000, [(place, place + 1) for place in range(999)])
    assert [item.y for item in drawn.boxes] == sorted((item.y for item in drawn.boxes), reverse=True)
