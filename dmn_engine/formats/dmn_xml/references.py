"""Whether references name elements that are there, and of the kind that they must be. Follows none to other files.

Requirements and services whose element is not there are reported by whoever compiles the graph.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dmn_engine.diagnostics import Diagnostics, nearest
from dmn_engine.model.artifacts import Association, PerformanceIndicator
from dmn_engine.model.definitions import (
    Decision,
    DecisionService,
    Definitions,
    Element,
    InputData,
    KnowledgeModel,
    KnowledgeSource,
    Reference,
    Required,
)

_NEEDED: dict[Required, tuple[type[Element], ...]] = {
    Required.DECISION: (Decision,),
    Required.INPUT: (InputData,),
    Required.KNOWLEDGE: (KnowledgeModel, DecisionService),
    Required.AUTHORITY: (KnowledgeSource,),
}
_KINDS: dict[type[Element], str] = {
    Decision: "a decision",
    InputData: "input data",
    KnowledgeModel: "a business knowledge model",
    DecisionService: "a decision service",
    KnowledgeSource: "a knowledge source",
}


def check_references(definitions: Definitions, ids: Collection[str], diagnostics: Diagnostics) -> None:
    """Report references to what is not there (but those that compiling reports), and to elements of a wrong kind.

    `ids` are those of all elements of the file.
    """
    for reference in _list_others(definitions):
        if not reference.namespace and reference.id and reference.id not in ids:
            close = nearest(reference.id, ids)
            diagnostics.warning(
                "unknown-reference",
                f"there is no element with the id '{reference.id}'",
                reference.source,
                help=f"did you mean '{close}'?" if close else "",
            )
    elements = {element.identity.id: element for element in definitions.elements()}
    for reference, kinds in _list_kinds(definitions):
        _check_kind(reference, kinds, elements, diagnostics)


def _check_kind(
    reference: Reference,
    kinds: tuple[type[Element], ...],
    elements: Mapping[str, Element],
    diagnostics: Diagnostics,
) -> None:
    found = None if reference.namespace or not reference.id else elements.get(reference.id)
    if found is None or isinstance(found, kinds):
        return
    wanted = " or ".join(_KINDS[kind] for kind in kinds)
    message = f"'{found.name}' is {_KINDS[type(found)]}, where DMN requires {wanted}"
    diagnostics.warning("wrong-kind", message, reference.source)


def _list_kinds(definitions: Definitions) -> Iterator[tuple[Reference, tuple[type[Element], ...]]]:
    """Each reference that must name an element of the graph, with the kinds that it may be of."""
    for reference in _list_requirements(definitions):
        if reference.required is not None:
            yield reference, _NEEDED[reference.required]
    for service in definitions.services:
        for reference in (*service.outputs, *service.encapsulated, *service.input_decisions):
            yield reference, (Decision,)
        for reference in service.input_data:
            yield reference, (InputData,)


def _list_requirements(definitions: Definitions) -> Iterator[Reference]:
    for decision in definitions.decisions:
        yield from (*decision.information, *decision.knowledge, *decision.authority)
    for model in definitions.knowledge_models:
        yield from (*model.knowledge, *model.authority)
    for source in definitions.knowledge_sources:
        yield from source.authority


def _list_others(definitions: Definitions) -> Iterator[Reference]:
    """References to what no logic reads. Objectives, processes and tasks stand in files of other standards."""
    for decision in definitions.decisions:
        yield from (*decision.indicators, *decision.makers, *decision.owners, *decision.authority)
    for model in definitions.knowledge_models:
        yield from model.authority
    for source in definitions.knowledge_sources:
        yield from (*source.authority, *([] if source.owner is None else [source.owner]))
    for artifact in definitions.artifacts:
        if isinstance(artifact, Association):
            yield from (artifact.source, artifact.target)
    for collection in definitions.collections:
        yield from collection.elements
    for item in definitions.business:
        yield from item.impacting if isinstance(item, PerformanceIndicator) else (*item.made, *item.owned)
