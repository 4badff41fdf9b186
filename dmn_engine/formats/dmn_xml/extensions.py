"""Keep elements of vendors' namespaces unchanged: convert them from lxml's elements and back."""

from __future__ import annotations

from lxml import etree

from dmn_engine.model.boxed_expressions import Extension


def read_extension(element: etree._Element, tail: str = "") -> Extension:
    """A vendor's element with all that it holds; white space alone between elements is taken for indentation."""
    text = str(element.text or "")
    tails = [str(child.tail or "") for child in element]
    is_indented = len(element) > 0 and not any(part.strip() for part in (text, *tails))
    name = etree.QName(element)
    return Extension(
        namespace=name.namespace or "",
        tag=name.localname,
        attributes=tuple((str(key), str(value)) for key, value in element.attrib.items()),
        text="" if is_indented else text,
        children=tuple(
            read_extension(child, "" if is_indented else after) for child, after in zip(element, tails, strict=True)
        ),
        tail=tail,
    )


def list_prefixes(element: etree._Element) -> dict[str, str]:
    """The prefixes that an element of a vendor and those in it know; the outermost wins."""
    found: dict[str, str] = {}
    for part in element.iter():
        for prefix, uri in part.nsmap.items():
            if prefix:
                found.setdefault(str(prefix), str(uri))
    return found
