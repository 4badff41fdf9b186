"""The small parts that all elements share: identities, variables, types by name, references, unary tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dmn_engine.diagnostics import Source
from dmn_engine.formats.dmn_xml.document import VERSIONS, ModelElement, namespace_of
from dmn_engine.formats.dmn_xml.extensions import list_prefixes, read_extension
from dmn_engine.model.boxed_expressions import ANONYMOUS, Extension, Identity, Variable
from dmn_engine.model.definitions import FunctionItem, ItemDefinition, Reference, Required

_FEEL = re.compile(r"https?://www\.omg\.org/spec/(FEEL/.*|DMN/.*FEEL/?)|(.*/)?(S-)?FEEL/?", re.IGNORECASE)
"""How FEEL is called by the versions of DMN, and by tools; a language and the types of it have one name."""

REPEATED = ("inputEntry",)
"""The parts that an element may have many of."""


def read_identity(element: ModelElement, *parts: str) -> Identity:
    """What any element may carry. `parts` are the tags of children that are only a text or an expression in a model."""
    return Identity(
        element.attribute("id"),
        element.raw_attribute("label"),
        element.child_text("description"),
        _read_extensions(element),
        element.foreign_attributes(),
        tuple(_read_parts(element, parts)),
    )


def _read_extensions(element: ModelElement) -> tuple[Extension, ...]:
    """Vendors' elements: those in <extensionElements>, then those that stand where they should not."""
    holder = element.child("extensionElements")
    within = holder.all_children() if holder is not None else []
    without = [child for child in element.foreign_children() if namespace_of(child) not in VERSIONS]
    for child in (*within, *without):
        element.document.learn_prefixes(list_prefixes(child))
    return tuple(read_extension(child) for child in (*within, *without))


def _read_parts(element: ModelElement, tags: tuple[str, ...]) -> Iterator[tuple[str, Identity]]:
    for tag in tags:
        for place, child in enumerate(element.children(tag), 1):
            identity = _read_part(child)
            if identity != ANONYMOUS:
                yield (f"{tag} {place}" if tag in REPEATED else tag, identity)


def _read_part(element: ModelElement) -> Identity:
    """The identity of an element that is only a text or an expression in a model: with its type and language."""
    identity = read_identity(element)
    type_, language = read_type(element), read_language(element)
    if language:
        report_language(element, language)
    own = (("typeRef", type_.text if type_ else ""), ("expressionLanguage", language))
    return replace(identity, attributes=identity.attributes + tuple(item for item in own if item[1]))


def read_name(element: ModelElement) -> str:
    """The element's name; its label or id where it has none (check_structure has reported that)."""
    return element.attribute("name") or element.attribute("label") or element.attribute("id")


def read_variable(element: ModelElement) -> Variable:
    """An information item."""
    return Variable(element.source(read_name(element)), read_type(element), read_identity(element))


def read_own_variable(element: ModelElement) -> Variable:
    """The variable of a graph element; one of its name and any type where the element has none."""
    child = element.child("variable")
    if child is None:
        return Variable(element.source(read_name(element)))
    variable = read_variable(child)
    if not variable.text:
        return Variable(element.source(read_name(element)), variable.type, variable.identity)
    if read_name(element) not in ("", variable.text):
        child.warn(
            "variable-name",
            f"the variable is called '{variable.text}', its <{element.tag}> '{read_name(element)}'",
            "DMN requires the same name for both; expressions use the variable's",
        )
    return variable


def read_language(element: ModelElement, attribute: str = "expressionLanguage") -> str:
    """The language that an attribute names, empty for FEEL of any version."""
    written = element.attribute(attribute)
    return "" if _FEEL.fullmatch(written) else written


def report_language(element: ModelElement, language: str) -> None:
    """Report that unary tests are written in another language than FEEL."""
    element.error("unknown-language", f"the expression language '{language}' is not FEEL", "write the tests as FEEL")


def read_type(element: ModelElement, attribute: str = "typeRef") -> Source | None:
    """The type that an attribute names, None where it is absent or empty."""
    written = element.attribute(attribute)
    return element.source(resolve_type_name(element, written)) if written else None


def resolve_type_name(element: ModelElement, written: str) -> str:
    """A type's name without the prefix that DMN 1.1 writes: `feel:string` is `string`, `inc:tA` is `import.tA`."""
    prefix, colon, local = written.partition(":")
    if not colon:
        return written
    namespace = element.resolve_prefix(prefix)
    if namespace is None:
        return local if prefix == "feel" else written
    if _FEEL.fullmatch(namespace) or namespace == element.document.namespace:
        return local
    imported = element.document.imports.get(namespace)
    if imported is None:
        return written
    return f"{imported}.{local}" if imported else local


def split_href(href: str, own: str) -> tuple[str, str]:
    """The namespace and the id of an href, `#id` or `namespace#id`; this model's `own` namespace is left out."""
    namespace, _, name = href.rpartition("#")
    return ("" if namespace == own else namespace, name)


def read_reference(element: ModelElement) -> Reference:
    """What an element with an href refers to."""
    href = element.attribute("href")
    return Reference(element.source(href), *split_href(href, element.document.namespace))


def read_references(element: ModelElement, tag: str) -> tuple[Reference, ...]:
    """The references that the children of this tag are."""
    return tuple(read_reference(child) for child in element.children(tag))


def read_requirements(element: ModelElement, tag: str) -> tuple[Reference, ...]:
    """What the requirements of this tag need, each with the requirement's identity."""
    found = []
    for child in element.children(tag):
        needed = child.children(*(kind.value for kind in Required))
        if len(needed) != 1:
            child.error("requirement-length", f"<{tag}> names {len(needed)} elements", "let each requirement name one")
        for item in needed:
            reference = read_reference(item)
            found.append(replace(reference, required=Required(item.tag), identity=read_identity(child)))
    return tuple(found)


def read_text(element: ModelElement | None) -> Source | None:
    """The text that an element of the kind `<x><text>..</text></x>` holds; None where it is absent or empty."""
    found = None if element is None else element.child("text")
    if found is None:
        return None
    source = found.text()
    return source if source.text else None


def read_item(element: ModelElement) -> ItemDefinition:
    """An item definition, or a component of one."""
    type_ = element.child("typeRef")
    function = element.child("functionItem")
    source = None if type_ is None else type_.text()
    _check_kinds(element)
    return ItemDefinition(
        name=element.source(read_name(element)),
        type=Source(resolve_type_name(element, source.text), source.origin) if source and source.text else None,
        is_collection=_read_collection(element),
        allowed_values=read_text(element.child("allowedValues")),
        type_constraint=read_text(element.child("typeConstraint")),
        components=tuple(read_item(child) for child in element.children("itemComponent")),
        function=None if function is None else _read_function_item(function),
        identity=read_identity(element, "allowedValues", "typeConstraint"),
        type_language=read_language(element, "typeLanguage"),
    )


def _read_collection(element: ModelElement) -> bool:
    written = element.attribute("isCollection")
    if written not in ("", "true", "false", "1", "0"):
        element.error("not-a-boolean", f"isCollection is '{written}'", "write true or false")
    return written in ("true", "1")


def _check_kinds(element: ModelElement) -> None:
    """A type is another one restricted, or a structure, or a function: one of them."""
    kinds = [tag for tag in ("typeRef", "itemComponent", "functionItem") if element.child(tag) is not None]
    if len(kinds) > 1:
        both = " and ".join(f"<{tag}>" for tag in kinds)
        element.error("many-kinds", f"<{element.tag}> has {both}", "keep one kind")
    if "typeRef" not in kinds and element.child("allowedValues") is not None:
        element.warn("missing-element", f"<{element.tag}> has <allowedValues>, but no <typeRef>")


def _read_function_item(element: ModelElement) -> FunctionItem:
    parameters = tuple(read_variable(child) for child in element.children("parameters"))
    return FunctionItem(parameters, read_type(element, "outputTypeRef"), read_identity(element))
