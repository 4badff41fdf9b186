"""Descriptions of the elements of diagrams: read DMNDI 1.2 to 1.5, write 1.5 (DMN 1.5, 13)."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, TypeVar, get_args

from dmn_engine.formats.dmn_xml.description import LEAF, Description, Part, Rule, attribute, child, children, text
from dmn_engine.formats.dmn_xml.document import ModelElement, list_prefixes, read_extension
from dmn_engine.formats.dmn_xml.output import Output, OutputElement
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

T = TypeVar("T")

_DMNDI = "https://www.omg.org/spec/DMN/20230324/DMNDI/"
_DC = "http://www.omg.org/spec/DMN/20180521/DC/"
_DI = "http://www.omg.org/spec/DMN/20180521/DI/"

DRAWING = {"dmndi": _DMNDI, "dc": _DC, "di": _DI}
"""The namespaces of diagrams by prefix."""

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _read_identity(element: ModelElement) -> Identity:
    """The id, vendors' attributes, and vendors' elements, which stand in an element of their own."""
    extension = element.child("extension")
    found = extension.all_children() if extension is not None else []
    for item in found:
        element.document.learn_prefixes(list_prefixes(item))
    extensions = tuple(map(read_extension, found))
    return Identity(element.attribute("id"), extensions=extensions, attributes=element.foreign_attributes())


def _put_identity(element: OutputElement, identity: Identity) -> None:
    for name, value in (("id", identity.id), *identity.attributes):
        if name != "id" or value:
            element.set(name, value)


def _write_extensions(element: OutputElement, identity: Identity, owner: object) -> None:
    if identity.extensions:
        holder = element.add("extension", namespace=_DI)
        for extension in identity.extensions:
            holder.add_extension(extension)


def _drawn(tag: str, kind: Callable[..., T], *parts: Part, namespace: str = "", finish: Any = None) -> Description[T]:
    """An element of a diagram; it has no label or description."""
    return Description(tag, kind, *parts, is_identified=False, namespace=namespace, finish=finish or _keep)


def _keep(element: ModelElement, found: T) -> T:
    return found


def _number(field: str, name: str) -> Part:
    """A number; None where there is none."""
    return attribute(field, name, _read_number, _write_number)


def _measures(*names: str) -> list[Part]:
    """Numbers that must be there; 0 with a warning where they are not."""
    return [attribute(name, name, _measure, _write_number) for name in names]


def _boolean(field: str, name: str) -> Part:
    return attribute(field, name, _read_boolean, lambda value: "" if value is None else str(value).lower())


def _ref(field: str, name: str, *, is_optional: bool = False) -> Part:
    """A reference to an element, None where it `is_optional` and not there."""

    def read(element: ModelElement) -> object:
        return None if is_optional and not element.has_attribute(name) else _read_ref(element, name)

    def put(value: ElementRef | None, output: Output) -> Mapping[str, str]:
        return {name: "" if value is None else output.qualify(value.namespace, value.id)}

    return Part(field, read, (name,), put)


def _read_boolean(element: ModelElement, name: str) -> bool | None:
    written = element.attribute(name)
    if written and written not in _BOOLEANS:
        element.warn("not-a-boolean", f"{name} is '{written}'; it is not kept", "use true or false")
    return _BOOLEANS.get(written)


def _read_alignment(element: ModelElement, name: str) -> str | None:
    written = element.attribute(name)
    known = written in get_args(Alignment)
    if written and not known:
        message = f"'{written}' is not an alignment; it is not kept"
        element.warn("unknown-alignment", message, "use start, end or center")
    return written if known else None


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


def _measure(element: ModelElement, name: str) -> float:
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


def _write_number(value: float | None) -> str:
    """The shortest text of a number that reads back the same; empty for None."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


def _finish_color(element: ModelElement, color: Color) -> Color | None:
    parts = [float(part) for part in (color.red, color.green, color.blue)]
    if all(part.is_integer() and 0 <= part <= 255 for part in parts):
        return Color(*(int(part) for part in parts))
    element.warn("not-a-colour", f"the parts of <{element.tag}> are not whole numbers from 0 to 255; it is not kept")
    return None


def _color(field: str, tag: str) -> Part:
    return child(field, _drawn(tag, Color, *_measures("red", "green", "blue"), finish=_finish_color))


_IDENTITY = Part(
    "identity",
    _read_identity,
    ("id",),
    put_last=_put_identity,
    children=lambda: {"extension": LEAF},
    write=_write_extensions,
)
_STYLE = _drawn(
    "DMNStyle",
    Style,
    attribute("font_family", "fontFamily", ModelElement.raw_attribute),
    _number("font_size", "fontSize"),
    _boolean("italic", "fontItalic"),
    _boolean("bold", "fontBold"),
    _boolean("underline", "fontUnderline"),
    _boolean("strike_through", "fontStrikeThrough"),
    # The standard's own schema misspells the attribute.
    attribute("horizontal", "labelHorizontalAlignement", _read_alignment),
    attribute("vertical", "labelVerticalAlignment", _read_alignment),
    _IDENTITY,
    _color("fill", "FillColor"),
    _color("stroke", "StrokeColor"),
    _color("font", "FontColor"),
)
_NODE = (attribute("shared_style", "sharedStyle"), _IDENTITY, child("style", _STYLE))
_SIZE = _drawn("Size", Size, *_measures("width", "height"))
_BOUNDS = child("bounds", _drawn("Bounds", Bounds, *_measures("x", "y", "width", "height"), namespace=_DC))
_WAYPOINTS = children("waypoints", _drawn("waypoint", Point, *_measures("x", "y"), namespace=_DI))
_LABEL = child("label", _drawn("DMNLabel", Label, *_NODE, _BOUNDS, text("text", "Text")))
_ELEMENT = _ref("element", "dmnElementRef")
_SHAPE = _drawn(
    "DMNShape",
    Shape,
    _ELEMENT,
    _boolean("is_listed", "isListedInputData"),
    _boolean("is_collapsed", "isCollapsed"),
    *_NODE,
    _BOUNDS,
    _LABEL,
    child("divider", _drawn("DMNDecisionServiceDividerLine", Divider, *_NODE, _WAYPOINTS)),
)
_EDGE = _drawn(
    "DMNEdge",
    Edge,
    _ELEMENT,
    _ref("source", "sourceElement", is_optional=True),
    _ref("target", "targetElement", is_optional=True),
    *_NODE,
    _WAYPOINTS,
    _LABEL,
)
_DIAGRAM = _drawn(
    "DMNDiagram",
    Diagram,
    attribute("name", read=ModelElement.raw_attribute),
    attribute("documentation", read=ModelElement.raw_attribute),
    _number("resolution", "resolution"),
    _boolean("has_alternative_inputs", "useAlternativeInputDataShape"),
    *_NODE,
    child("size", _SIZE),
    children("elements", _SHAPE, _EDGE),
)
_ROOT = Rule((), lambda: {"DMNDiagram": _DIAGRAM, "DMNStyle": _STYLE})


def _read_diagrams(element: ModelElement) -> object:
    """The diagrams of a model; what is not understood is a warning."""
    found = element.child("DMNDI")
    if found is None:
        return ()
    _check(found)
    return tuple(map(_DIAGRAM.read, found.children("DMNDiagram")))


def _read_styles(element: ModelElement) -> object:
    found = element.child("DMNDI")
    return () if found is None else tuple(map(_STYLE.read, found.children("DMNStyle")))


def _write_diagrams(element: OutputElement, value: Iterable[Diagram], owner: Any) -> None:
    if not value and not owner.styles:
        return
    holder = element.add("DMNDI", namespace=_DMNDI)
    for diagram in value:
        _DIAGRAM.write(holder, diagram)
    for style in owner.styles:
        _STYLE.write(holder, style)


DIAGRAMS = Part("diagrams", _read_diagrams, children=lambda: {"DMNDI": LEAF}, write=_write_diagrams, is_single=True)
"""The diagrams of a model, written with the styles that they share."""

STYLES = Part("styles", _read_styles)
"""The styles that diagrams share."""


def check_drawn(root: ModelElement, ids: Container[str]) -> None:
    """Report shapes and lines of elements that are not in the model."""
    for diagram in (page for found in root.children("DMNDI") for page in found.children("DMNDiagram")):
        for item in diagram.children("DMNShape", "DMNEdge"):
            name = item.attribute("dmnElementRef")
            if not name:
                item.warn("missing-attribute", f"<{item.tag}> has no dmnElementRef")
            elif ":" not in name and name not in ids:
                item.warn("unknown-reference", f"the diagram draws '{name}', and there is no element with that id")


def _check(root: ModelElement) -> None:
    """Report content that is not kept."""
    pending: list[tuple[Rule, ModelElement]] = [(_ROOT, root)]
    while pending:
        rule, element = pending.pop()
        if element.tag == "extension":
            continue
        for item in element.children():
            if item.tag in rule.children:
                pending.append((rule.children[item.tag], item))
            else:
                item.warn("unknown-element", f"<{item.tag}> is not an element of <{element.tag}>; it is not kept")
        for foreign in element.foreign_children():
            line = element.describe_child(foreign)
            element.warn("unknown-element", f"an element of others in <{element.tag}> is not kept: {line}")
        for name in element.own_attributes():
            if name not in rule.attributes:
                element.warn("unknown-attribute", f"'{name}' is not an attribute of <{element.tag}>; it is not kept")
