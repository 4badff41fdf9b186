"""Parse a DMN file into a tree of elements with their places, without entities and without network.

Only this module, extensions.py and output.py import lxml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from dmn_engine.diagnostics import Diagnostics, LineRef, Source
from dmn_engine.model.boxed_expressions import Extension

VERSIONS = {
    "http://www.omg.org/spec/DMN/20130901": "1.0",
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    # As the first tools that read 1.1 called it.
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
"""The namespaces of the model, and the version of DMN that each belongs to."""

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"
"""The namespace of DMN 1.5, the version that is written."""

FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"
"""How DMN 1.5 calls its own language."""

DRAWN = ("/DMNDI/", "/DC/", "/DI/")
"""How the namespaces of diagrams end, in every version."""

_UNKEPT = ("http://www.w3.org/2001/XMLSchema-instance",)
"""Attributes of these say where the schema of the file's version is."""


@dataclass(slots=True)
class Document:
    """State of reading one file: its diagnostics, and what is needed to resolve the prefixes of old type names."""

    file: str
    diagnostics: Diagnostics
    namespace: str = ""
    imports: dict[str, str] = field(default_factory=dict)
    language: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()

    def learn_prefixes(self, prefixes: Mapping[str, str]) -> None:
        """Remember the namespaces of prefixes; if a prefix has several, the first."""
        for prefix, namespace in prefixes.items():
            self.prefixes.setdefault(prefix, namespace)


def namespace_of(element: etree._Element) -> str:
    """The namespace of an element, empty where it has none."""
    return etree.QName(element).namespace or ""


def name_of(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def is_name(namespace: str, name: str) -> bool:
    """Whether an element or attribute may be called so; the namespace may be empty."""
    try:
        etree.QName(namespace or None, name)
    except ValueError:
        return False
    return True


class ModelElement:
    """An element of the DMN namespace: its tag without prefix, attributes, children and place."""

    __slots__ = ("_children", "_element", "_path", "document", "tag")

    def __init__(self, element: etree._Element, document: Document, path: str) -> None:
        self._element = element
        self._path = path
        self.document = document
        self.tag = name_of(element)
        self._children: list[ModelElement] | None = None

    @property
    def line(self) -> int:
        """The line of the start tag, from 1."""
        line = self._element.sourceline
        return line if isinstance(line, int) else 0

    @property
    def depth(self) -> int:
        """The number of ancestors."""
        return sum(1 for _ in self._element.iterancestors())

    @property
    def origin(self) -> LineRef:
        return LineRef(self.document.file, self.line, self._path)

    @property
    def namespace(self) -> str:
        return namespace_of(self._element)

    def has_attribute(self, name: str) -> bool:
        return name in self._element.attrib

    def attribute(self, name: str, default: str = "") -> str:
        """An attribute without namespace, its white space normalised."""
        value = self._element.get(name)
        return default if value is None else " ".join(str(value).split())

    def foreign_attribute(self, name: str) -> str:
        """An attribute of this local name in any vendor's namespace, empty where there is none."""
        return next((value for key, value in self.foreign_attributes() if key.endswith("}" + name)), "")

    def foreign_attributes(self) -> tuple[tuple[str, str], ...]:
        """The attributes of vendors' namespaces as they are written, names in Clark notation."""
        found = ((str(key), str(value)) for key, value in self._element.attrib.items())
        return tuple((key, value) for key, value in found if key[:1] == "{" and key[1:].split("}")[0] not in _UNKEPT)

    def own_attributes(self) -> list[str]:
        """The names of the attributes without a namespace."""
        return [str(key) for key in self._element.attrib if str(key)[:1] != "{"]

    def raw_attribute(self, name: str) -> str:
        """An attribute without namespace as it is written, without the white space around it."""
        return str(self._element.get(name) or "").strip()

    def foreign_children(self) -> list[etree._Element]:
        """The child elements of namespaces that are not DMN's."""
        return [child for child in self._element if not self._is_own(child)]

    def all_children(self) -> list[etree._Element]:
        """The child elements of any namespace."""
        return list(self._element)

    def stray_text(self) -> str:
        """The text that stands directly in the element: before, between and after its children."""
        parts = (self._element.text, *(child.tail for child in self._element))
        return " ".join(str(part).strip() for part in parts if part).strip()

    def prefixes(self) -> dict[str, str]:
        """The prefixes that the start tag knows."""
        return {str(prefix): str(uri) for prefix, uri in self._element.nsmap.items() if prefix}

    def describe_child(self, child: etree._Element) -> LineRef:
        """The place of a child of another namespace."""
        line = child.sourceline if isinstance(child.sourceline, int) else 0
        return LineRef(self.document.file, line, f"{self._path}/{etree.QName(child).localname}")

    def source(self, text: str) -> Source:
        """A text of this element, with its place."""
        return Source(text, self.origin)

    def text(self) -> Source:
        """The element's own text without the white space around it; the place is the line on which the text begins."""
        written = self._element.text or ""
        stripped = written.lstrip()
        skipped = written[: len(written) - len(stripped)].count("\n")
        return Source(stripped.rstrip(), LineRef(self.document.file, self.line + skipped, self._path))

    def whole_text(self) -> str:
        """All text in the element and below it, as written."""
        return "".join(str(part) for part in self._element.itertext())

    def resolve_prefix(self, prefix: str) -> str | None:
        """The namespace of a prefix at this element."""
        found = self._element.nsmap.get(prefix)
        return None if found is None else str(found)

    def children(self, *tags: str) -> list[ModelElement]:
        """The child elements in the DMN namespace, those of the tags where any are given."""
        if self._children is None:
            self._children = list(self._walk_children())
        return [child for child in self._children if not tags or child.tag in tags]

    def child(self, tag: str) -> ModelElement | None:
        """The first child of the tag."""
        return next(iter(self.children(tag)), None)

    def child_text(self, tag: str) -> str:
        """The text of the first child of the tag, empty where there is none."""
        child = self.child(tag)
        return "" if child is None else child.text().text

    def error(self, code: str, message: str, help: str = "") -> None:
        """Report an error of this element."""
        self.document.diagnostics.error(code, message, self.source(""), help=help)

    def warn(self, code: str, message: str, help: str = "") -> None:
        """Report something odd about this element that does not change what it means."""
        self.document.diagnostics.warning(code, message, self.source(""), help=help)

    def _walk_children(self) -> Iterator[ModelElement]:
        found = [child for child in self._element if self._is_own(child)]
        totals: dict[str, int] = {}
        for child in found:
            totals[str(child.tag)] = totals.get(str(child.tag), 0) + 1
        seen: dict[str, int] = {}
        for child in found:
            seen[str(child.tag)] = seen.get(str(child.tag), 0) + 1
            place = seen[str(child.tag)] if totals[str(child.tag)] > 1 else 0
            yield ModelElement(child, self.document, f"{self._path}/{_describe(child, place)}")

    def _is_own(self, child: etree._Element) -> bool:
        namespace = namespace_of(child)
        return namespace == self.namespace or namespace.endswith(DRAWN)


def _describe(element: etree._Element, place: int) -> str:
    """The step of a path: the tag with the name, otherwise with the number among siblings of the tag."""
    tag = etree.QName(element).localname
    name = element.get("name")
    if name:
        return f'{tag} "{" ".join(str(name).split())}"'
    return f"{tag} {place}" if place else tag


def parse_document(data: bytes, file: str, diagnostics: Diagnostics) -> ModelElement | None:
    """The root of a DMN file; None, with diagnostics, if it is not well-formed or not DMN."""
    element = parse_tree(data, file, diagnostics)
    if element is not None and (element.namespace not in VERSIONS or element.tag != "definitions"):
        found = f"<{element.tag}> in the namespace '{element.namespace}'"
        element.error("not-dmn", f"this is not a DMN model: its root is {found}, not <definitions> of DMN 1.1 to 1.5")
        return None
    return element


def parse_tree(data: bytes, file: str, diagnostics: Diagnostics) -> ModelElement | None:
    """The root of any XML file; None, with diagnostics, if it is not well-formed.

    No entity is expanded, no DTD or network is read, and libxml2's limits on depth and size stay on.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        _report_syntax(parser, error, file, diagnostics)
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        diagnostics.error(
            "doctype-not-allowed",
            "the file has a document type declaration",
            Source("", LineRef(file, 1)),
            help="remove the line that begins with <!DOCTYPE; DMN needs none",
        )
        return None
    above = [str(node.text or "").strip() for node in root.itersiblings(etree.Comment, preceding=True)]
    # Within the model a comment would split the text that it stands in.
    etree.strip_tags(root, etree.Comment)
    document = Document(file, diagnostics, str(root.get("namespace") or ""), comments=tuple(reversed(above)))
    return ModelElement(root, document, etree.QName(root).localname)


def _report_syntax(parser: etree.XMLParser, error: etree.XMLSyntaxError, file: str, diagnostics: Diagnostics) -> None:
    entries = {(int(entry.line), str(entry.message).strip()): None for entry in parser.error_log}
    for line, message in entries or {(int(error.lineno or 0), str(error.msg)): None}:
        diagnostics.error("xml-syntax", f"not well-formed XML: {message}", Source("", LineRef(file, line)))


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
