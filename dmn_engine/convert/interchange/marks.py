"""Extension elements in the project's namespace, for what a workbook says and DMN cannot represent.

They contain only words (labels of roles, units, pages). No result depends on them; if they contradict the standard's
own elements, those win.
"""

from __future__ import annotations

from collections.abc import Mapping

from dmn_engine.model.boxed_expressions import Extension, Identity

NAMESPACE = "urn:dmn-engine:workbook"
"""The namespace of the extension elements."""


def mark(tag: str, attributes: Mapping[str, str], text: str = "", children: tuple[Extension, ...] = ()) -> Extension:
    """An element of the project's namespace; attributes without a value are omitted."""
    return Extension(NAMESPACE, tag, tuple((key, value) for key, value in attributes.items() if value), text, children)


def find_mark(identity: Identity, tag: str) -> Extension | None:
    """The element with that tag in the project's namespace, or None."""
    return next(iter(find_marks(identity, tag)), None)


def find_marks(identity: Identity, tag: str) -> list[Extension]:
    """All elements with that tag in the project's namespace."""
    return [item for item in identity.extensions if item.namespace == NAMESPACE and item.tag == tag]


def read_mark(identity: Identity, tag: str) -> dict[str, str]:
    """The attributes of the element with that tag; empty if there is no such element."""
    found = find_mark(identity, tag)
    return {} if found is None else dict(found.attributes)


def read_texts(element: Extension | None) -> dict[str, str]:
    """The texts of the element's children by their keys."""
    children = () if element is None else element.children
    return {dict(child.attributes).get("key", ""): child.text for child in children}
