"""What stands beside the graph, from its elements: remarks, groups, collections, organization. Resolves nothing."""

from __future__ import annotations

from dmn_engine.formats.dmn_xml.document import ModelElement
from dmn_engine.formats.dmn_xml.items import read_identity, read_name, read_references
from dmn_engine.model.artifacts import (
    Artifact,
    Association,
    BusinessElement,
    Direction,
    ElementCollection,
    Group,
    OrganizationUnit,
    PerformanceIndicator,
    TextAnnotation,
)
from dmn_engine.model.definitions import Reference

_DIRECTIONS: dict[str, Direction] = {"": "None", "None": "None", "One": "One", "Both": "Both"}


def read_artifacts(root: ModelElement) -> tuple[Artifact, ...]:
    """Remarks, groups and the lines from remarks, in the order of the file."""
    return tuple(_read_artifact(child) for child in root.children("group", "textAnnotation", "association"))


def read_collections(root: ModelElement) -> tuple[ElementCollection, ...]:
    """The named collections of elements."""
    return tuple(
        ElementCollection(read_name(child), read_references(child, "drgElement"), child.origin, read_identity(child))
        for child in root.children("elementCollection")
    )


def read_business(root: ModelElement) -> tuple[BusinessElement, ...]:
    """Performance indicators and organization units, in the order of the file."""
    return tuple(_read_business(child) for child in root.children("performanceIndicator", "organizationUnit"))


def _read_artifact(element: ModelElement) -> Artifact:
    identity = read_identity(element)
    if element.tag == "group":
        return Group(element.attribute("name"), element.origin, identity)
    if element.tag == "textAnnotation":
        form = element.attribute("textFormat")
        form = "" if form == "text/plain" else form
        return TextAnnotation(element.child_text("text"), element.origin, form, identity)
    direction = _DIRECTIONS.get(element.attribute("associationDirection"))
    if direction is None:
        written = element.attribute("associationDirection")
        element.error("unknown-direction", f"'{written}' is not a direction of an association", "use None, One or Both")
    return Association(
        _read_end(element, "sourceRef"), _read_end(element, "targetRef"), element.origin, direction or "None", identity
    )


def _read_end(element: ModelElement, tag: str) -> Reference:
    found = read_references(element, tag)
    if found:
        return found[0]
    element.error("missing-element", f"<{element.tag}> has no <{tag}>")
    return Reference(element.source(""), "", "")


def _read_business(element: ModelElement) -> BusinessElement:
    name, uri, identity = read_name(element), element.attribute("URI"), read_identity(element)
    if element.tag == "performanceIndicator":
        impacting = read_references(element, "impactingDecision")
        return PerformanceIndicator(name, impacting, element.origin, uri, identity)
    made, owned = read_references(element, "decisionMade"), read_references(element, "decisionOwned")
    return OrganizationUnit(name, made, owned, element.origin, uri, identity)
