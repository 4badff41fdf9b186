"""Check a file: unknown, missing and repeated elements and attributes, and what its references name.

Content that would not be read is an error, so that no rule, entry or requirement is lost.
"""

from __future__ import annotations

from collections.abc import Collection

from dmn_engine.diagnostics import Diagnostics, Source, nearest
from dmn_engine.formats.dmn_xml.description import HREF, LEAF, Rule
from dmn_engine.formats.dmn_xml.document import VERSIONS, ModelElement, is_name, name_of, namespace_of
from dmn_engine.formats.dmn_xml.elements import DEFINITIONS
from dmn_engine.model.definitions import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    Element,
    InputData,
    KnowledgeSource,
    Required,
)

_GRAPH = ("inputData", "decision", "businessKnowledgeModel", "decisionService", "knowledgeSource")


def check_structure(root: ModelElement) -> frozenset[str]:
    """Report every error of structure, and return the ids of all elements. References are not followed."""
    pending: list[tuple[Rule, ModelElement]] = [(DEFINITIONS, root)]
    by_id: dict[str, list[ModelElement]] = {}
    while pending:
        rule, element = pending.pop()
        if rule is HREF and not element.attribute("href"):
            element.error("missing-attribute", f"<{element.tag}> has no href", "name the element that it refers to")
        if element.attribute("id"):
            by_id.setdefault(element.attribute("id"), []).append(element)
        if rule.is_named and not element.attribute("name"):
            _report_nameless(element)
        _check_attributes(element, rule)
        _check_foreign(element, rule)
        _check_single(element, rule)
        known = _check_children(element, rule)
        pending.extend((rule.children.get(child.tag, LEAF), child) for child in reversed(known))
    for name, elements in by_id.items():
        _check_id(name, elements)
    return frozenset(by_id)


def _check_children(element: ModelElement, rule: Rule) -> list[ModelElement]:
    """The known children; report the others."""
    known = []
    for child in element.children():
        if child.tag in rule.children:
            if child.tag not in ("extensionElements", "DMNDI"):
                known.append(child)
            continue
        close = nearest(child.tag, rule.children)
        child.error(
            "unknown-element",
            f"<{child.tag}> is not an element of <{element.tag}> in DMN",
            f"did you mean <{close}>?" if close else "",
        )
    if rule.children and element.stray_text():
        message = f"the text '{element.stray_text()[:40]}' is directly in <{element.tag}>, where DMN allows no text"
        element.error("stray-text", message, "put it into <text>" if "text" in rule.children else "remove it")
    return known


def _check_single(element: ModelElement, rule: Rule) -> None:
    seen: set[str] = set()
    names: set[str] = set()
    for child in element.children():
        if child.tag in seen and child.tag in rule.single:
            child.error("repeated-element", f"<{element.tag}> has more than one <{child.tag}>", "keep one of them")
        seen.add(child.tag)
        if child.tag in rule.unique:
            name = child.attribute("name")
            if name and name in names:
                child.error("duplicate-name", f"two <{child.tag}> have the name '{name}'", "give each its own name")
            names.add(name)


def _check_id(name: str, elements: list[ModelElement]) -> None:
    """Report an id that several elements have; a reference to it means an element of the graph."""
    if not is_name("", name):
        message = f"the id '{name}' is not an XML name; other tools may refuse the file"
        elements[0].warn("invalid-id", message, "begin it with a letter or _, and use letters, digits, - _ and . only")
    ordered = sorted(elements, key=lambda item: _GRAPH.index(item.tag) if item.tag in _GRAPH else len(_GRAPH))
    for element in ordered[1:]:
        element.error("duplicate-id", f"two elements have the id '{name}'")


def _check_attributes(element: ModelElement, rule: Rule) -> None:
    """Report unknown attributes: an error if the name resembles a known one, otherwise a warning."""
    for name in element.own_attributes():
        if name not in rule.attributes:
            close = nearest(name, rule.attributes)
            message = f"'{name}' is not an attribute of <{element.tag}> in DMN"
            if close:
                element.error("unknown-attribute", message, f"did you mean {close}?")
            else:
                element.warn("unknown-attribute", f"{message}; it is not kept")
    if not rule.has_identity:
        for name, _ in element.foreign_attributes():
            message = f"<{element.tag}> can have no attributes of others in DMN; '{name}' is not kept"
            element.warn("unknown-attribute", message)


def _check_foreign(element: ModelElement, rule: Rule) -> None:
    for child in element.foreign_children():
        place = Source("", element.describe_child(child))
        tag, namespace = name_of(child), namespace_of(child)
        report = element.document.diagnostics
        if namespace in VERSIONS:
            message = f"<{tag}> is of DMN {VERSIONS[namespace]}, the file of DMN {VERSIONS[element.namespace]}"
            report.error("mixed-versions", message, place, help="use one namespace in the whole file")
        elif tag in rule.children:
            message = f"<{tag}> is in the namespace '{namespace}', not in that of DMN; it is not read"
            report.error("wrong-namespace", message, place, help=f"put it into '{element.namespace}'")
        elif not rule.has_identity:
            message = f"<{tag}> of the namespace '{namespace}' cannot stand in <{element.tag}>"
            report.error("unknown-element", message, place, help="put it into <extensionElements>")
        else:
            message = f"<{tag}> of the namespace '{namespace}' stands outside <extensionElements>; it is kept there"
            report.warning("foreign-element", message, place)


def _report_nameless(element: ModelElement) -> None:
    instead = next((key for key in ("label", "id") if element.attribute(key)), "")
    use = f"; its {instead} '{element.attribute(instead)}' is taken for it" if instead else ""
    element.error("missing-attribute", f"<{element.tag}> has no name{use}", 'write name="..." in its start tag')


_NEEDED: dict[Required, tuple[type[Element], ...]] = {
    Required.DECISION: (Decision,),
    Required.INPUT: (InputData,),
    Required.KNOWLEDGE: (BusinessKnowledgeModel, DecisionService),
    Required.AUTHORITY: (KnowledgeSource,),
}
_KINDS: dict[type[Element], str] = {
    Decision: "a decision",
    InputData: "input data",
    BusinessKnowledgeModel: "a business knowledge model",
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
