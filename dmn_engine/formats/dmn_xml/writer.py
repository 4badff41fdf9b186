"""Write a model as a DMN 1.5 file, with the elements in the order of the XSD."""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.formats.dmn_xml.diagrams import DRAWING
from dmn_engine.formats.dmn_xml.document import FEEL, MODEL, is_name
from dmn_engine.formats.dmn_xml.elements import DEFINITIONS
from dmn_engine.formats.dmn_xml.layout import with_diagram
from dmn_engine.formats.dmn_xml.output import Output, finish_document, start_document
from dmn_engine.model.boxed_expressions import Extension, Identity
from dmn_engine.model.definitions import Definitions
from dmn_engine.model.diagram import ElementRef
from dmn_engine.model.walk import walk

_XML = "http://www.w3.org/XML/1998/namespace"


def write_definitions(definitions: Definitions) -> bytes:
    """The model as a file of DMN 1.5, laid out as a diagram where it has none.

    Reading the bytes gives `with_diagram(definitions)` again, but for places, and the white space at the ends of texts
    and in names, which reading trims. Raises UnwritableModel, naming each element, where the model holds a character
    that XML cannot.
    """
    whole = with_diagram(definitions)
    used = set(_list_namespaces(whole))
    feel = FEEL if whole.expression_language else ""
    inputs = {item.identity.id for item in whole.inputs}
    sources = {item.identity.id for item in whole.knowledge_sources}
    output = Output(whole.file, _choose_prefixes(whole, used), feel, whole.namespace, inputs, sources)
    root = start_document("definitions", MODEL, output, "" if "" in used else MODEL)
    DEFINITIONS.fill(root, whole)
    return finish_document(root, whole.comments)


def _list_namespaces(definitions: Definitions) -> Iterator[str]:
    """Every namespace that vendors' content and references of diagrams use, "" where an element has none."""
    for part in walk(definitions):
        match part:
            case Extension():
                yield part.namespace
                yield from _list_attribute_namespaces(part.attributes)
            case Identity():
                yield from _list_attribute_namespaces(part.attributes)
            case ElementRef(namespace=str(namespace)) if namespace:
                yield namespace


def _list_attribute_namespaces(attributes: tuple[tuple[str, str], ...]) -> Iterator[str]:
    return (name[1:].partition("}")[0] for name, _ in attributes if name[:1] == "{")


def _choose_prefixes(definitions: Definitions, used: set[str]) -> dict[str, str]:
    """The namespaces to declare: DMN's, those that the model's file declared, and made-up ones for the rest."""
    own = {"dmn": MODEL, **(DRAWING if definitions.diagrams or definitions.styles else {})}
    others = {
        prefix: namespace
        for prefix, namespace in definitions.prefixes
        if prefix not in own and is_name(namespace, prefix)
    }
    missing = sorted(used - {"", _XML} - {*own.values(), *others.values()})
    free = (f"ns{number}" for number in range(1, len(others) + len(missing) + 1) if f"ns{number}" not in others)
    others.update((next(free), namespace) for namespace in missing if is_name(namespace, "x"))
    return own | dict(sorted(others.items()))
