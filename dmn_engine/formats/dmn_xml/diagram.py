"""Diagrams from the elements of DMNDI 1.2 to 1.5 (DMN 1.5, 13). Lays nothing out."""

from __future__ import annotations

import math
from collections.abc import Container

from dmn_engine.formats.dmn_xml.document import ModelElement
from dmn_engine.formats.dmn_xml.extensions import list_prefixes, read_extension
from dmn_engine.model.boxed_expressions import Identity
from dmn_engine.model.diagram import (
    Alignment,
    Bounds,
    Color,
    Diagram,
    Divider,
    Edge,
    ElementRef,
    Label,
    Point,
    Shape,
    Size,
    Style,
)

_ALIGNMENTS: dict[str, Alignment] = {"start": "start", "end": "end", "center": "center"}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

_NODE = "sharedStyle id"
_ATTRIBUTES = {
    "DMNDiagram": f"name documentation resolution useAlternativeInputDataShape {_NODE}",
    "DMNShape": f"dmnElementRef isListedInputData isCollapsed {_NODE}",
    "DMNEdge": f"dmnElementRef sourceElement targetElement {_NODE}",
    "DMNLabel": _NODE,
    "DMNDecisionServiceDividerLine": _NODE,
    "DMNStyle": "id fontFamily fontSize fontItalic fontBold fontUnderline fontStrikeThrough "
    "labelHorizontalAlignement labelVerticalAlignment",
    "Bounds": "x y width height",
    "Size": "width height",
    "waypoint": "x y",
    "FillColor": "red green blue",
    "StrokeColor": "red green blue",
    "FontColor": "red green blue",
}
_CHILDREN = {
    "DMNDI": "DMNDiagram DMNStyle",
    "DMNDiagram": "extension DMNStyle Size DMNShape DMNEdge",
    "DMNShape": "extension DMNStyle Bounds DMNLabel DMNDecisionServiceDividerLine",
    "DMNEdge": "extension DMNStyle waypoint DMNLabel",
    "DMNLabel": "extension DMNStyle Bounds Text",
    "DMNDecisionServiceDividerLine": "extension DMNStyle waypoint",
    "DMNStyle": "extension FillColor StrokeColor FontColor",
}


def read_diagrams(root: ModelElement) -> tuple[tuple[Diagram, ...], tuple[Style, ...]]:
    """The diagrams of a model and the styles that they share; what is not understood is a warning."""
    found = root.child("DMNDI")
    if found is None:
        return (), ()
    _check(found)
    diagrams = tuple(_read_diagram(child) for child in found.children("DMNDiagram"))
    return diagrams, tuple(_read_style(child) for child in found.children("DMNStyle"))


def check_drawn(root: ModelElement, ids: Container[str]) -> None:
    """Report shapes and lines of elements that are not in the model."""
    for diagram in (page for found in root.children("DMNDI") for page in found.children("DMNDiagram")):
        for child in diagram.children("DMNShape", "DMNEdge"):
            name = child.attribute("dmnElementRef")
            if not name:
                child.warn("missing-attribute", f"<{child.tag}> has no dmnElementRef")
            elif ":" not in name and name not in ids:
                child.warn("unknown-reference", f"the diagram draws '{name}', and there is no element with that id")


def _check(root: ModelElement) -> None:
    """Report what would not be kept."""
    pending = [root]
    while pending:
        element = pending.pop()
        if element.tag == "extension":
            continue
        known = _CHILDREN.get(element.tag, "").split()
        for child in element.children():
            if child.tag in known:
                pending.append(child)
            else:
                child.warn("unknown-element", f"<{child.tag}> is not an element of <{element.tag}>; it is not kept")
        for foreign in element.foreign_children():
            line = element.describe_child(foreign)
            element.warn("unknown-element", f"an element of others in <{element.tag}> is not kept: {line}")
        for name in element.own_attributes():
            if name not in _ATTRIBUTES.get(element.tag, "").split():
                element.warn("unknown-attribute", f"'{name}' is not an attribute of <{element.tag}>; it is not kept")


def _read_diagram(element: ModelElement) -> Diagram:
    size = element.child("Size")
    return Diagram(
        name=element.raw_attribute("name"),
        documentation=element.raw_attribute("documentation"),
        resolution=_read_number(element, "resolution"),
        size=None if size is None else Size(_measure(size, "width"), _measure(size, "height")),
        elements=tuple(
            _read_shape(child) if child.tag == "DMNShape" else _read_edge(child)
            for child in element.children("DMNShape", "DMNEdge")
        ),
        has_alternative_inputs=_read_boolean(element, "useAlternativeInputDataShape"),
        style=_read_own_style(element),
        shared_style=element.attribute("sharedStyle"),
        identity=_read_identity(element),
    )


def _read_shape(element: ModelElement) -> Shape:
    divider = element.child("DMNDecisionServiceDividerLine")
    return Shape(
        element=_read_ref(element, "dmnElementRef"),
        bounds=_read_bounds(element),
        label=_read_label(element),
        divider=None if divider is None else _read_divider(divider),
        is_listed=_read_boolean(element, "isListedInputData"),
        is_collapsed=_read_boolean(element, "isCollapsed"),
        style=_read_own_style(element),
        shared_style=element.attribute("sharedStyle"),
        identity=_read_identity(element),
    )


def _read_edge(element: ModelElement) -> Edge:
    source, target = (
        _read_ref(element, name) if element.has_attribute(name) else None for name in ("sourceElement", "targetElement")
    )
    return Edge(
        element=_read_ref(element, "dmnElementRef"),
        waypoints=_read_waypoints(element),
        label=_read_label(element),
        source=source,
        target=target,
        style=_read_own_style(element),
        shared_style=element.attribute("sharedStyle"),
        identity=_read_identity(element),
    )


def _read_divider(element: ModelElement) -> Divider:
    return Divider(
        waypoints=_read_waypoints(element),
        style=_read_own_style(element),
        shared_style=element.attribute("sharedStyle"),
        identity=_read_identity(element),
    )


def _read_label(parent: ModelElement) -> Label | None:
    element = parent.child("DMNLabel")
    if element is None:
        return None
    return Label(
        bounds=_read_bounds(element),
        text=element.child_text("Text"),
        style=_read_own_style(element),
        shared_style=element.attribute("sharedStyle"),
        identity=_read_identity(element),
    )


def _read_style(element: ModelElement) -> Style:
    return Style(
        fill=_read_color(element, "FillColor"),
        stroke=_read_color(element, "StrokeColor"),
        font=_read_color(element, "FontColor"),
        font_family=element.raw_attribute("fontFamily"),
        font_size=_read_number(element, "fontSize"),
        italic=_read_boolean(element, "fontItalic"),
        bold=_read_boolean(element, "fontBold"),
        underline=_read_boolean(element, "fontUnderline"),
        strike_through=_read_boolean(element, "fontStrikeThrough"),
        # The standard's own schema misspells the attribute.
        horizontal=_read_alignment(element, "labelHorizontalAlignement"),
        vertical=_read_alignment(element, "labelVerticalAlignment"),
        identity=_read_identity(element),
    )


def _read_own_style(element: ModelElement) -> Style | None:
    style = element.child("DMNStyle")
    return None if style is None else _read_style(style)


def _read_identity(element: ModelElement) -> Identity:
    extension = element.child("extension")
    children = extension.all_children() if extension is not None else []
    for child in children:
        element.document.learn_prefixes(list_prefixes(child))
    return Identity(
        element.attribute("id"),
        extensions=tuple(read_extension(child) for child in children),
        attributes=element.foreign_attributes(),
    )


def _read_ref(element: ModelElement, name: str) -> ElementRef:
    """A reference to an element, whose prefix, if any, names the namespace of its model."""
    written = element.attribute(name)
    prefix, colon, local = written.partition(":")
    if not colon:
        return ElementRef("", written)
    namespace = element.resolve_prefix(prefix)
    if namespace is None:
        element.warn("unknown-prefix", f"the prefix '{prefix}' of {name} has no namespace")
        return ElementRef("", written)
    return ElementRef("" if namespace == element.document.namespace else namespace, local)


def _read_bounds(parent: ModelElement) -> Bounds | None:
    element = parent.child("Bounds")
    if element is None:
        return None
    return Bounds(*(_measure(element, name) for name in ("x", "y", "width", "height")))


def _read_waypoints(element: ModelElement) -> tuple[Point, ...]:
    return tuple(Point(_measure(child, "x"), _measure(child, "y")) for child in element.children("waypoint"))


def _read_color(parent: ModelElement, tag: str) -> Color | None:
    element = parent.child(tag)
    if element is None:
        return None
    parts = [_measure(element, name) for name in ("red", "green", "blue")]
    if all(part.is_integer() and 0 <= part <= 255 for part in parts):
        return Color(*(int(part) for part in parts))
    element.warn("not-a-colour", f"the parts of <{tag}> are not whole numbers from 0 to 255; it is not kept")
    return None


def _read_alignment(element: ModelElement, name: str) -> Alignment | None:
    written = element.attribute(name)
    if written and written not in _ALIGNMENTS:
        element.warn(
            "unknown-alignment", f"'{written}' is not an alignment; it is not kept", "use start, end or center"
        )
    return _ALIGNMENTS.get(written)


def _read_boolean(element: ModelElement, name: str) -> bool | None:
    written = element.attribute(name)
    if written and written not in _BOOLEANS:
        element.warn("not-a-boolean", f"{name} is '{written}'; it is not kept", "use true or false")
    return _BOOLEANS.get(written)


def _measure(element: ModelElement, name: str) -> float:
    """A number that must be there; 0 with a warning where it is not."""
    number = _read_number(element, name)
    if number is None and not element.attribute(name):
        element.warn("missing-attribute", f"<{element.tag}> has no {name}; it is read as 0")
    return 0.0 if number is None else number


def _read_number(element: ModelElement, name: str) -> float | None:
    written = element.attribute(name)
    if not written:
        return None
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        element.warn("not-a-number", f"{name} is '{written}', not a number; it is not kept")
        return None
    return number
