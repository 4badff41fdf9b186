"""Artifacts of a model: annotations, groups, collections and organization (DMN 1.5, 6.2 and 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dmn_engine.diagnostics import Origin
from dmn_engine.model.boxed_expressions import ANONYMOUS, Identity
from dmn_engine.model.reference import Reference

Direction = Literal["None", "One", "Both"]


@dataclass(frozen=True, slots=True)
class Group:
    """A box around elements in a diagram; only the diagram determines which elements."""

    name: str
    origin: Origin
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class TextAnnotation:
    """A remark; `format` is the media type of its text, empty for plain text."""

    text: str
    origin: Origin
    format: str = ""
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class Association:
    """A line between a remark and the element that it is about."""

    source: Reference
    target: Reference
    origin: Origin
    direction: Direction = "None"
    identity: Identity = ANONYMOUS


Artifact = Group | TextAnnotation | Association


@dataclass(frozen=True, slots=True)
class ElementCollection:
    """A named collection of elements of the graph."""

    name: str
    elements: tuple[Reference, ...]
    origin: Origin
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class PerformanceIndicator:
    """A measure, and the decisions that affect it."""

    name: str
    impacting: tuple[Reference, ...]
    origin: Origin
    uri: str = ""
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class OrganizationUnit:
    """A part of an organization, and the decisions that it makes and owns."""

    name: str
    made: tuple[Reference, ...]
    owned: tuple[Reference, ...]
    origin: Origin
    uri: str = ""
    identity: Identity = ANONYMOUS


BusinessElement = PerformanceIndicator | OrganizationUnit
