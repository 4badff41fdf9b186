"""Create a diagram for a model without one (DMN 1.5, 6.2 and 13): the shapes, their sizes and their connections.

Inputs stand at the bottom and decisions above what they require; knowledge sources to the left, business knowledge
models and services to the right. Each service is drawn once more, as the box around its decisions, on a page of its
own: the same decision may belong to several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from dmn_engine.formats.dmn_xml.arrangement import Arrangement, Box, arrange
from dmn_engine.model.artifacts import Association, TextAnnotation
from dmn_engine.model.definitions import (
    Decision,
    DecisionService,
    Definitions,
    Element,
    InputData,
    KnowledgeSource,
    Reference,
    Required,
)
from dmn_engine.model.diagram import (
    Bounds,
    Diagram,
    Divider,
    Edge,
    ElementRef,
    Point,
    Shape,
    Size,
)
from dmn_engine.model.identifiers import with_ids

_WIDTH = 160
_LETTER = 7
_LINE = 16
_LEFT, _MIDDLE, _RIGHT = 0, 1, 2
_MARGIN = 40.0
_PADDING = 20.0


def with_diagram(definitions: Definitions) -> Definitions:
    """The model with a diagram: its own, or one laid out; then elements and requirements without an id get one."""
    if definitions.diagrams or not any(True for _ in definitions.elements()):
        return definitions
    whole = with_ids(definitions)
    pages = [_draw_service(whole, service) for service in whole.services]
    return replace(whole, diagrams=(_draw_graph(whole), *(page for page in pages if page is not None)))


@dataclass(frozen=True, slots=True)
class _Line:
    """A requirement or association, by its id, from what is required to what requires it."""

    id: str
    source: ElementRef
    target: ElementRef


def _draw_graph(definitions: Definitions) -> Diagram:
    lines = list(_list_lines(definitions))
    boxes = {ElementRef("", item.identity.id): _box(item) for item in definitions.elements()}
    remarks = [item for item in definitions.artifacts if isinstance(item, TextAnnotation)]
    boxes |= {ElementRef("", item.identity.id): _measure(item.text, _LEFT, loose=True) for item in remarks}
    for reference in chain.from_iterable(map(_list_requirements, definitions.elements())):
        if reference.namespace:
            boxes.setdefault(ElementRef(reference.namespace, reference.id), _imported_box(reference))
    lines = [line for line in lines if line.source in boxes and line.target in boxes]
    drawn = _arrange(boxes, lines)
    collapsed = {ElementRef("", item.identity.id) for item in definitions.services}
    shapes = tuple(
        Shape(element=ref, bounds=bounds, is_collapsed=True if ref in collapsed else None)
        for ref, bounds in zip(boxes, drawn.boxes, strict=True)
    )
    return _make_diagram(definitions.name, shapes, _make_edges(lines, drawn))


def _draw_service(definitions: Definitions, service: DecisionService) -> Diagram | None:
    """The service as a box around its decisions: the outputs above the dividing line, what it takes below the box.

    None where it gives nothing that is there.
    """
    decisions: dict[ElementRef, Element] = {ElementRef("", item.identity.id): item for item in definitions.decisions}
    both = decisions | {ElementRef("", item.identity.id): item for item in definitions.inputs}
    outputs = _known(service.outputs, decisions)
    hidden = [ref for ref in _known(service.encapsulated, decisions) if ref not in outputs]
    taken = _known((*service.input_decisions, *service.input_data), both)
    taken = [ref for ref in taken if ref not in outputs and ref not in hidden]
    if not outputs:
        return None
    boxes = {
        ref: replace(_box_at(ref, both), floor=floor)
        for group, floor in ((taken, 0), (hidden, 1), (outputs, len(hidden) + 1))
        for ref in group
    }
    lines = [
        line
        for line in _list_lines(definitions)
        if line.source in boxes
        and line.target in boxes
        and line.target not in taken
        # A decision above the dividing line that one below it requires would turn the order round.
        and not (line.source in outputs and line.target in hidden)
    ]
    drawn = _arrange(boxes, lines)
    bounds = dict(zip(boxes, drawn.boxes, strict=True))
    box = _make_service_shape(service, [bounds[ref] for ref in outputs], [bounds[ref] for ref in hidden])
    shapes = tuple(Shape(element=ref, bounds=place) for ref, place in bounds.items())
    return _make_diagram(service.name, (box, *shapes), _make_edges(lines, drawn))


def _known(references: tuple[Reference, ...], elements: Mapping[ElementRef, Element]) -> list[ElementRef]:
    """What the references name, each once: elements of this model that are there, and those of other models."""
    found = dict.fromkeys(_ref(item) for item in references)
    return [ref for ref in found if ref.namespace or ref in elements]


def _box_at(ref: ElementRef, elements: Mapping[ElementRef, Element]) -> Box:
    return _box(elements[ref]) if ref in elements else _measure(ref.id, _MIDDLE)


def _make_service_shape(service: DecisionService, outputs: list[Bounds], hidden: list[Bounds]) -> Shape:
    within = [*outputs, *hidden]
    left = min(item.x for item in within) - _PADDING
    right = max(item.x + item.width for item in within) + _PADDING
    top = min(item.y for item in within) - _MARGIN + _PADDING / 2
    line = max(item.y + item.height for item in outputs) + _PADDING / 2
    bottom = max([line, *(item.y + item.height for item in hidden)]) + _PADDING
    return Shape(
        element=ElementRef("", service.identity.id),
        bounds=Bounds(left, top, right - left, bottom - top),
        divider=Divider(waypoints=(Point(left, line), Point(right, line))),
        is_collapsed=False,
    )


def _arrange(boxes: dict[ElementRef, Box], lines: list[_Line]) -> Arrangement:
    places = {ref: place for place, ref in enumerate(boxes)}
    return arrange(list(boxes.values()), [(places[line.source], places[line.target]) for line in lines])


def _make_edges(lines: list[_Line], drawn: Arrangement) -> tuple[Edge, ...]:
    return tuple(
        Edge(element=ElementRef("", line.id), waypoints=points) for line, points in zip(lines, drawn.lines, strict=True)
    )


def _make_diagram(name: str, shapes: tuple[Shape, ...], edges: tuple[Edge, ...]) -> Diagram:
    boxes = [shape.bounds for shape in shapes if shape.bounds is not None]
    points = [point for edge in edges for point in edge.waypoints]
    right = max([item.x + item.width for item in boxes] + [point.x for point in points])
    bottom = max([item.y + item.height for item in boxes] + [point.y for point in points])
    return Diagram(name=name, size=Size(right + _MARGIN, bottom + _MARGIN), elements=(*shapes, *edges))


def _list_lines(definitions: Definitions) -> Iterator[_Line]:
    for element in definitions.elements():
        own = ElementRef("", element.identity.id)
        for reference in _list_requirements(element):
            yield _Line(reference.identity.id, _ref(reference), own)
    for artifact in definitions.artifacts:
        if isinstance(artifact, Association):
            yield _Line(artifact.identity.id, _ref(artifact.source), _ref(artifact.target))


def _list_requirements(element: Element) -> list[Reference]:
    kinds = ("information", "knowledge", "authority")
    return [reference for kind in kinds for reference in getattr(element, kind, ())]


def _ref(reference: Reference) -> ElementRef:
    return ElementRef(reference.namespace, reference.id or reference.source.text)


def _box(element: Element) -> Box:
    match element:
        case InputData():
            return _measure(element.name, _MIDDLE)
        case Decision():
            return _measure(element.name, _MIDDLE, floor=1)
        case KnowledgeSource():
            return _measure(element.name, _LEFT, loose=True)
        case _:
            return _measure(element.name, _RIGHT, loose=True)


def _imported_box(reference: Reference) -> Box:
    zones = {Required.KNOWLEDGE: _RIGHT, Required.AUTHORITY: _LEFT}
    zone = zones.get(reference.required, _MIDDLE) if reference.required else _MIDDLE
    return _measure(reference.id, zone, loose=zone != _MIDDLE)


def _measure(text: str, zone: int, *, floor: int = 0, loose: bool = False) -> Box:
    """A box in which the text fits, estimated without its font."""
    longest = max((len(word) for word in text.split()), default=0)
    width = min(max(_WIDTH, longest * _LETTER + 20, int((len(text) * _LETTER * _LINE) ** 0.5)), 4 * _WIDTH)
    lines = -(-len(text) * _LETTER // (width - 20))
    return Box(float(width), float(max(60, (lines + 1) * _LINE)), zone, floor, loose)
