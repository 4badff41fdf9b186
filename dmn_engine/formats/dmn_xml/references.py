"""Check that references within a file name existing elements of the right kind."""

from __future__ import annotations

from collections.abc import Collection

from dmn_engine.diagnostics import Diagnostics, nearest
from dmn_engine.formats.dmn_xml.elements import DEFINITIONS
from dmn_engine.model.definitions import (
    Decision,
    DecisionService,
    Definitions,
    Element,
    InputData,
    KnowledgeModel,
    KnowledgeSource,
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
    """Report references to missing elements, except those that compiling reports, and to elements of a wrong kind.

    `ids` are the ids of all elements of the file.
    """
    elements = {element.identity.id: element for element in definitions.elements()}
    for part, reference in DEFINITIONS.list_references(definitions):
        if reference.namespace or not reference.id:
            continue
        if part.refers == "file" and reference.id not in ids:
            close = nearest(reference.id, ids)
            help = f"did you mean '{close}'?" if close else ""
            message = f"there is no element with the id '{reference.id}'"
            diagnostics.warning("unknown-reference", message, reference.source, help=help)
        kinds = part.kinds if reference.required is None else _NEEDED[reference.required]
        found = elements.get(reference.id)
        if kinds and found is not None and not isinstance(found, kinds):
            wanted = " or ".join(_KINDS[kind] for kind in kinds)
            message = f"'{found.name}' is {_KINDS[type(found)]}, where DMN requires {wanted}"
            diagnostics.warning("wrong-kind", message, reference.source)
