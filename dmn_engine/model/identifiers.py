"""Ids for elements of a model that have none, so that diagrams and references can name them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from dmn_engine.model.artifacts import Artifact, Association, Group, TextAnnotation
from dmn_engine.model.boxed_expressions import Identity
from dmn_engine.model.definitions import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    Element,
    InputData,
    KnowledgeSource,
    Reference,
)
from dmn_engine.model.names import choose_free
from dmn_engine.model.walk import walk

_Identified = TypeVar("_Identified", bound=Element | Artifact)

_Named = TypeVar("_Named", InputData, Decision, BusinessKnowledgeModel, DecisionService)

_KINDS = {Group: "group", TextAnnotation: "remark", Association: "association"}


def with_ids(definitions: Definitions) -> Definitions:
    """The model with an id for each element of the graph, requirement and artifact that has none.

    An id is made from the element's name, so that it is stable while the name is; it is a valid XML name and unique.
    Existing ids are kept.
    """
    ids = _Ids({part.id for part in walk(definitions) if isinstance(part, Identity)})
    named = replace(
        definitions,
        inputs=tuple(_name(ids.complete(item, "input", item.name)) for item in definitions.inputs),
        decisions=tuple(_name(ids.complete(item, "decision", item.name)) for item in definitions.decisions),
        knowledge_models=tuple(
            _name(ids.complete(item, "knowledge", item.name)) for item in definitions.knowledge_models
        ),
        services=tuple(_name(ids.complete(item, "service", item.name)) for item in definitions.services),
        knowledge_sources=tuple(ids.complete(item, "source", item.name) for item in definitions.knowledge_sources),
        artifacts=tuple(ids.complete(item, _KINDS[type(item)], "") for item in definitions.artifacts),
    )
    return replace(
        named,
        decisions=tuple(ids.complete_decision(item) for item in named.decisions),
        knowledge_models=tuple(ids.complete_knowledge_model(item) for item in named.knowledge_models),
        knowledge_sources=tuple(ids.complete_knowledge_source(item) for item in named.knowledge_sources),
    )


def _name(item: _Named) -> _Named:
    """An element without a name is called by its id, as it would be when it is read with that id."""
    name = item.name or item.identity.id
    variable = item.variable
    if not variable.text:
        variable = replace(variable, name=replace(variable.name, text=name))
    return replace(item, name=name, variable=variable)


class _Ids:
    """A generator of ids that are not yet used."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken

    def complete(self, item: _Identified, kind: str, name: str) -> _Identified:
        identity = item.identity
        return item if identity.id else replace(item, identity=replace(identity, id=self._make(kind, name)))

    def complete_decision(self, item: Decision) -> Decision:
        return replace(
            item,
            information=self._complete_references(item.information, item.identity.id),
            knowledge=self._complete_references(item.knowledge, item.identity.id),
            authority=self._complete_references(item.authority, item.identity.id),
        )

    def complete_knowledge_model(self, item: BusinessKnowledgeModel) -> BusinessKnowledgeModel:
        return replace(
            item,
            knowledge=self._complete_references(item.knowledge, item.identity.id),
            authority=self._complete_references(item.authority, item.identity.id),
        )

    def complete_knowledge_source(self, item: KnowledgeSource) -> KnowledgeSource:
        return replace(item, authority=self._complete_references(item.authority, item.identity.id))

    def _complete_references(self, references: tuple[Reference, ...], owner: str) -> tuple[Reference, ...]:
        return tuple(self._complete_reference(item, owner) for item in references)

    def _complete_reference(self, item: Reference, owner: str) -> Reference:
        if item.identity.id:
            return item
        return replace(item, identity=replace(item.identity, id=self._make(f"{owner}_needs", item.id)))

    def _make(self, kind: str, name: str) -> str:
        words = re.sub(r"[^A-Za-z0-9]+", "_", f"{kind}_{name}").strip("_")
        # An XML name begins with a letter.
        stem = words if words[:1].isalpha() else f"id_{words}"
        made = choose_free(stem, self.taken, "_")
        self.taken.add(made)
        return made
