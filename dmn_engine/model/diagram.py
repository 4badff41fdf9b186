"""Diagrams of a model (DMN 1.5, 13): the positions of its elements.

Lengths are in the diagram's own units, by default 1/72 inch; y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dmn_engine.model.boxed_expressions import ANONYMOUS, Identity

Alignment = Literal["start", "end", "center"]


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Size:
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle by its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Color:
    """Each part is 0 to 255."""

    red: int
    green: int
    blue: int


@dataclass(frozen=True, slots=True)
class Style:
    """The style of an element; None and empty values leave it to the tool."""

    fill: Color | None = None
    stroke: Color | None = None
    font: Color | None = None
    font_family: str = ""
    font_size: float | None = None
    italic: bool | None = None
    bold: bool | None = None
    underline: bool | None = None
    strike_through: bool | None = None
    horizontal: Alignment | None = None
    vertical: Alignment | None = None
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class ElementRef:
    """A reference to the drawn element: its model's namespace (empty for this model) and its id."""

    namespace: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramNode:
    """The base of shapes and edges: an own style, or the id of a shared one."""

    style: Style | None = None
    shared_style: str = ""
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class Label(DiagramNode):
    """The text of a shape or edge, if it is not the element's name, and its position."""

    bounds: Bounds | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Divider(DiagramNode):
    """The line in a decision service: the output decisions are above it."""

    waypoints: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape(DiagramNode):
    """An element drawn as a box."""

    element: ElementRef
    bounds: Bounds | None = None
    label: Label | None = None
    divider: Divider | None = None
    is_listed: bool | None = None
    is_collapsed: bool | None = None


@dataclass(frozen=True, slots=True)
class Edge(DiagramNode):
    """A requirement or association drawn as a line; `source` and `target` are ids of shapes, if given."""

    element: ElementRef
    waypoints: tuple[Point, ...] = ()
    label: Label | None = None
    source: ElementRef | None = None
    target: ElementRef | None = None


@dataclass(frozen=True, slots=True)
class Diagram(DiagramNode):
    """One drawing of a model, or of a part of it; `elements` are in drawing order."""

    name: str = ""
    documentation: str = ""
    resolution: float | None = None
    size: Size | None = None
    elements: tuple[Shape | Edge, ...] = ()
    has_alternative_inputs: bool | None = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The boxes."""
        return tuple(item for item in self.elements if isinstance(item, Shape))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The lines."""
        return tuple(item for item in self.elements if isinstance(item, Edge))
