"""What a model says of a workbook beside the standard: elements of the project's own namespace. Decides nothing.

They hold only words that DMN has no place for (labels of roles, units, pages); no outcome depends on them, and where
they contradict the standard's own elements these win.
"""

from __future__ import annotations

from collections.abc import Mapping

from dmn_engine.model.boxed_expressions import Extension, Identity

NAMESPACE = "urn:dmn-engine:workbook"
"""The namespace of the elements that a workbook's own words are kept in."""


def mark(tag: str, attributes: Mapping[str, str], text: str = "", children: tuple[Extension, ...] = ()) -> Extension:
    """An element of the project's namespace; attributes without a value are left out."""
    return Extension(NAMESPACE, tag, tuple((key, value) for key, value in attributes.items() if value), text, children)


def find_mark(identity: Identity, tag: str) -> Extension | None:
    """The element of that tag in the project's namespace, None where there is none."""
    return next(iter(find_marks(identity, tag)), None)


def find_marks(identity: Identity, tag: str) -> list[Extension]:
    """All elements of that tag in the project's namespace."""
    return [item for item in identity.extensions if item.namespace == NAMESPACE and item.tag == tag]


def read_mark(identity: Identity, tag: str) -> dict[str, str]:
    """The attributes of the element of that tag; none where there is no such element."""
    found = find_mark(identity, tag)
    return {} if found is None else dict(found.attributes)


def read_texts(element: Extension | None) -> dict[str, str]:
    """The texts of the element's children by their keys."""
    children = () if element is None else element.children
    return {dict(child.attributes).get("key", ""): child.text for child in children}
