"""Diagrams as elements of DMNDI 1.5 (DMN 1.5, 13). Lays nothing out."""

from __future__ import annotations

from collections.abc import Iterable

from dmn_engine.formats.dmn_xml.output import OutputElement
from dmn_engine.model.boxed_expressions import Identity
from dmn_engine.model.definitions import Definitions
from dmn_engine.model.diagram import (
    Bounds,
    Color,
    Diagram,
    DiagramNode,
    Divider,
    Edge,
    ElementRef,
    Label,
    Point,
    Shape,
    Style,
)

_DMNDI = "https://www.omg.org/spec/DMN/20230324/DMNDI/"
_DC = "http://www.omg.org/spec/DMN/20180521/DC/"
_DI = "http://www.omg.org/spec/DMN/20180521/DI/"

DRAWING = {"dmndi": _DMNDI, "dc": _DC, "di": _DI}
"""The namespaces of diagrams by prefix."""


def add_diagrams(root: OutputElement, definitions: Definitions) -> None:
    """All diagrams of a model and the styles that they share; nothing where there are none."""
    if not definitions.diagrams and not definitions.styles:
        return
    holder = root.add("DMNDI", namespace=_DMNDI)
    for diagram in definitions.diagrams:
        _add_diagram(holder, diagram)
    for style in definitions.styles:
        _add_style(holder, style)


def _add_diagram(parent: OutputElement, diagram: Diagram) -> None:
    attributes = {
        "name": diagram.name,
        "documentation": diagram.documentation,
        "resolution": _number(diagram.resolution),
        "useAlternativeInputDataShape": _boolean(diagram.has_alternative_inputs),
    }
    element = _add_node(parent, "DMNDiagram", diagram, attributes)
    if diagram.size is not None:
        size = {"width": _number(diagram.size.width), "height": _number(diagram.size.height)}
        element.add("Size", size)
    for item in diagram.elements:
        if isinstance(item, Shape):
            _add_shape(element, item)
        else:
            _add_edge(element, item)


def _add_shape(parent: OutputElement, shape: Shape) -> None:
    attributes = {
        "dmnElementRef": _ref(parent, shape.element),
        "isListedInputData": _boolean(shape.is_listed),
        "isCollapsed": _boolean(shape.is_collapsed),
    }
    element = _add_node(parent, "DMNShape", shape, attributes)
    _add_bounds(element, shape.bounds)
    _add_label(element, shape.label)
    if shape.divider is not None:
        _add_divider(element, shape.divider)


def _add_edge(parent: OutputElement, edge: Edge) -> None:
    attributes = {
        "dmnElementRef": _ref(parent, edge.element),
        "sourceElement": _ref(parent, edge.source),
        "targetElement": _ref(parent, edge.target),
    }
    element = _add_node(parent, "DMNEdge", edge, attributes)
    _add_waypoints(element, edge.waypoints)
    _add_label(element, edge.label)


def _add_divider(parent: OutputElement, divider: Divider) -> None:
    _add_waypoints(_add_node(parent, "DMNDecisionServiceDividerLine", divider, {}), divider.waypoints)


def _add_label(parent: OutputElement, label: Label | None) -> None:
    if label is None:
        return
    element = _add_node(parent, "DMNLabel", label, {})
    _add_bounds(element, label.bounds)
    if label.text:
        element.add_text("Text", label.text)


def _add_node(parent: OutputElement, tag: str, node: DiagramNode, attributes: dict[str, str]) -> OutputElement:
    element = parent.add(tag, attributes | {"sharedStyle": node.shared_style})
    _identify(element, node.identity)
    if node.style is not None:
        _add_style(element, node.style)
    return element


def _add_style(parent: OutputElement, style: Style) -> None:
    attributes = {
        "fontFamily": style.font_family,
        "fontSize": _number(style.font_size),
        "fontItalic": _boolean(style.italic),
        "fontBold": _boolean(style.bold),
        "fontUnderline": _boolean(style.underline),
        "fontStrikeThrough": _boolean(style.strike_through),
        "labelHorizontalAlignement": style.horizontal or "",
        "labelVerticalAlignment": style.vertical or "",
    }
    element = parent.add("DMNStyle", attributes)
    _identify(element, style.identity)
    for tag, color in (("FillColor", style.fill), ("StrokeColor", style.stroke), ("FontColor", style.font)):
        _add_color(element, tag, color)


def _identify(element: OutputElement, identity: Identity) -> None:
    """The id, vendors' attributes and vendors' elements, which diagrams hold in an element of their own."""
    if identity.id:
        element.set("id", identity.id)
    for name, value in identity.attributes:
        element.set(name, value)
    if identity.extensions:
        holder = element.add("extension", namespace=_DI)
        for extension in identity.extensions:
            holder.add_extension(extension)


def _add_color(parent: OutputElement, tag: str, color: Color | None) -> None:
    if color is not None:
        parent.add(tag, {"red": str(color.red), "green": str(color.green), "blue": str(color.blue)})


def _add_bounds(parent: OutputElement, bounds: Bounds | None) -> None:
    if bounds is not None:
        names = ("x", "y", "width", "height")
        parent.add("Bounds", {name: _number(getattr(bounds, name)) for name in names}, _DC)


def _add_waypoints(parent: OutputElement, points: Iterable[Point]) -> None:
    for point in points:
        parent.add("waypoint", {"x": _number(point.x), "y": _number(point.y)}, _DI)


def _ref(parent: OutputElement, ref: ElementRef | None) -> str:
    return "" if ref is None else parent.output.qualify(ref.namespace, ref.id)


def _boolean(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


def _number(value: float | None) -> str:
    """A number as short as it can be read back, empty where there is none."""
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
