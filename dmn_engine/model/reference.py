"""Unresolved references from one element of a model to another (DMN 1.5, 6.3.14 and 13.3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dmn_engine.diagnostics import Source
from dmn_engine.model.boxed_expressions import ANONYMOUS, Identity


class Required(Enum):
    """The kind of element that a requirement names; the value is the tag."""

    DECISION = "requiredDecision"
    INPUT = "requiredInput"
    KNOWLEDGE = "requiredKnowledge"
    AUTHORITY = "requiredAuthority"


@dataclass(frozen=True, slots=True)
class Reference:
    """An href: the namespace of the model (empty for this model) and the id of the element in it.

    `required` and `identity` are those of the requirement with this reference. If `required` is None, the referenced
    element determines it.
    """

    source: Source
    namespace: str
    id: str
    required: Required | None = None
    identity: Identity = ANONYMOUS
