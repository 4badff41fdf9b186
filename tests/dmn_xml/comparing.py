"""Comparison of models, independent of the files that they were read from."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from dmn_engine.diagnostics import Source
from dmn_engine.model.definitions import Definitions, Reference


def without_places(definitions: Definitions) -> Definitions:
    """The model without the details of its file.

    These are the file name, the version of DMN, prefixes, diagnostics, the origin of every text and element, and the
    spelling of a reference's href (its namespace and id are kept).
    """
    bare = replace(definitions, file="", version="", prefixes=(), diagnostics=())
    found = _strip(bare)
    assert isinstance(found, Definitions)
    return found


def _strip(node: object) -> object:
    match node:
        case Source():
            return Source(node.text, "")
        case tuple():
            return tuple(_strip(item) for item in node)
        case _ if is_dataclass(node) and not isinstance(node, type):
            changes: dict[str, Any] = {field.name: _strip(getattr(node, field.name)) for field in fields(node)}
            if "origin" in changes:
                changes["origin"] = ""
            if isinstance(node, Reference):
                changes["source"] = Source("", "")
            return replace(node, **changes)
        case _:
            return node
