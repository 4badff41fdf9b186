"""The small parts that all elements share: identities, variables, types by name, references, unary tests."""

from __future__ import annotations

from dmn_engine.decisions.boxed import Identity, Variable
from dmn_engine.decisions.drg import FunctionItem, ItemDefinition, Reference
from dmn_engine.diagnostics import Source
from dmn_engine.xml.document import ModelElement

_LANGUAGES = ("/FEEL/", "/FEEL")


def read_identity(element: ModelElement) -> Identity:
    """What any element may carry."""
    return Identity(element.attribute("id"), element.attribute("label"), element.child_text("description"))


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
            "DMN wants the same name for both; expressions see the variable's",
        )
    return variable


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
    if namespace.endswith(_LANGUAGES) or namespace == element.document.namespace:
        return local
    imported = element.document.imports.get(namespace)
    if imported is None:
        return written
    return f"{imported}.{local}" if imported else local


def read_reference(element: ModelElement) -> Reference:
    """An href: `#id`, or `namespace#id`; this model's own namespace is left out."""
    href = element.attribute("href")
    namespace, _, name = href.rpartition("#")
    return Reference(element.source(href), "" if namespace == element.document.namespace else namespace, name)


def read_references(element: ModelElement, *tags: str) -> tuple[Reference, ...]:
    """The references that the children of these tags are."""
    return tuple(read_reference(child) for child in element.children(*tags))


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
    return ItemDefinition(
        name=element.source(read_name(element)),
        type=Source(resolve_type_name(element, source.text), source.origin) if source and source.text else None,
        is_collection=element.attribute("isCollection") in ("true", "1"),
        allowed_values=read_text(element.child("allowedValues")),
        type_constraint=read_text(element.child("typeConstraint")),
        components=tuple(read_item(child) for child in element.children("itemComponent")),
        function=None if function is None else _read_function_item(function),
        identity=read_identity(element),
    )


def _read_function_item(element: ModelElement) -> FunctionItem:
    parameters = tuple(read_variable(child) for child in element.children("parameters"))
    return FunctionItem(parameters, read_type(element, "outputTypeRef"))
