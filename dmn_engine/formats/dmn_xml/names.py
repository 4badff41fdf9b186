"""Read names in attributes: of elements, of languages, of types (with the prefixes of old versions), and hrefs."""

from __future__ import annotations

import re

from dmn_engine.diagnostics import Source
from dmn_engine.formats.dmn_xml.document import ModelElement

_FEEL = re.compile(r"https?://www\.omg\.org/spec/(FEEL/.*|DMN/.*FEEL/?)|(.*/)?(S-)?FEEL/?", re.IGNORECASE)
"""The names of FEEL in the versions of DMN and in tools, as an expression language and as a type language."""


def read_name(element: ModelElement) -> str:
    """The element's name; without a name, which check_structure reports, its label or id."""
    return element.attribute("name") or element.attribute("label") or element.attribute("id")


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
