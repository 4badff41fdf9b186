"""Write XML: elements with their paths, illegal characters, indentation.

What cannot be written is reported; nothing is left out or replaced.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from dmn_engine.diagnostics import Diagnostic, Diagnostics, LineRef, Origin, Source
from dmn_engine.formats.dmn_xml.document import is_name
from dmn_engine.model.boxed_expressions import Extension, Identity

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnwritableModel(ValueError):
    """The model has content that an XML file cannot represent; `diagnostics` name each place."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(f"{item.source.origin}: {item.message}" for item in diagnostics))
        self.diagnostics = diagnostics


@dataclass(slots=True)
class Output:
    """State of writing one file: its namespaces by prefix, and the diagnostics.

    `feel` is the language to write for FEEL expressions: empty, unless the language of the model is another.
    `namespace` is the model's, `inputs` and `sources` are the ids of its input data and knowledge sources.
    """

    file: str
    prefixes: Mapping[str, str]
    feel: str = ""
    namespace: str = ""
    inputs: Container[str] = ()
    sources: Container[str] = ()
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    def qualify(self, namespace: str, name: str) -> str:
        """A name with the prefix of a namespace; bare where the namespace is empty."""
        if not namespace:
            return name
        return next(f"{prefix}:{name}" for prefix, uri in self.prefixes.items() if uri == namespace)


class OutputElement:
    """An element under construction; its children inherit its namespace unless they name another."""

    __slots__ = ("_element", "_namespace", "_path", "output")

    def __init__(self, element: etree._Element, output: Output, path: str, namespace: str) -> None:
        self._element = element
        self._path = path
        self._namespace = namespace
        self.output = output

    def add(
        self, tag: str, attributes: Mapping[str, str] | None = None, namespace: str = "", name: str = ""
    ) -> OutputElement:
        """A new last child. Attributes without a value are left out; so that one may be empty, use `set`.

        `name` is how its path calls it.
        """
        space = namespace or self._namespace
        element = etree.SubElement(self._element, f"{{{space}}}{tag}")
        step = f'{tag} "{" ".join(name.split())}"' if name else tag
        child = OutputElement(element, self.output, f"{self._path}/{step}", space)
        for name, value in (attributes or {}).items():
            if value:
                child.set(name, value)
        return child

    def set(self, name: str, value: str) -> None:
        """An attribute; its name may be in Clark notation."""
        namespace, _, local = name[1:].rpartition("}") if name[:1] == "{" else ("", "", name)
        if self._check(f"the attribute {local}", value, None) and self._check_name(namespace, local):
            self._element.set(name, value)

    def identify(self, identity: Identity, attributes: Mapping[str, str]) -> None:
        """Write the identity and the given attributes, leaving out empty ones, then the first children."""
        for name, value in {"id": identity.id, **attributes, "label": identity.label}.items():
            if value:
                self.set(name, value)
        for name, value in identity.attributes:
            self.set(name, value)
        if identity.description:
            self.add_text("description", identity.description)
        if identity.extensions:
            holder = self.add("extensionElements")
            for extension in identity.extensions:
                holder.add_extension(extension)

    def write_text(self, text: str, origin: Origin | None = None) -> None:
        """The text of the element itself. `origin` is where it comes from."""
        if self._check("the text", text, origin):
            self._element.text = text

    def add_text(self, tag: str, text: str, origin: Origin | None = None) -> None:
        """A child that holds a text and nothing else."""
        self.add(tag).write_text(text, origin)

    def add_extension(self, extension: Extension) -> None:
        """Add an element of a vendor unchanged."""
        self._add_extension(self._element, extension)

    def add_comment(self, comment: str) -> None:
        """A comment above the root."""
        place = LineRef(self.output.file)
        if "--" in comment or "\r" in comment or comment.endswith("-"):
            message = "a comment cannot hold -- or a carriage return, nor end with -"
            self._report("illegal-comment", message, Source(comment, place))
        elif self._check("a comment", comment, place):
            self._element.addprevious(etree.Comment(f" {comment} "))

    def _add_extension(self, parent: etree._Element, extension: Extension) -> None:
        if not self._check_name(extension.namespace, extension.tag):
            return
        space = f"{{{extension.namespace}}}" if extension.namespace else ""
        child = etree.SubElement(parent, f"{space}{extension.tag}")
        inner = OutputElement(child, self.output, f"{self._path}/{extension.tag}", extension.namespace)
        for name, value in extension.attributes:
            inner.set(name, value)
        inner.write_text(extension.text)
        if self._check(f"the text after <{extension.tag}>", extension.tail, None):
            child.tail = extension.tail
        for part in extension.children:
            inner._add_extension(child, part)

    def _check(self, what: str, text: str, origin: Origin | None) -> bool:
        found = _ILLEGAL.search(text)
        if found is None:
            return True
        message = f"{what} of {self._path} has the character U+{ord(found[0]):04X}, which no XML file can hold"
        self._report("illegal-character", message, Source(text, origin or LineRef(self.output.file, 0, self._path)))
        return False

    def _check_name(self, namespace: str, name: str) -> bool:
        if is_name(namespace, name):
            return True
        place = Source(name, LineRef(self.output.file, 0, self._path))
        message = f"'{name}' in the namespace '{namespace}', in {self._path}, is not a valid XML name"
        self._report("illegal-name", message, place)
        return False

    def _report(self, code: str, message: str, source: Source) -> None:
        self.output.diagnostics.error(code, message, source)


def start_document(tag: str, namespace: str, output: Output, default: str) -> OutputElement:
    """The root of a new file. `default` is the namespace without a prefix, empty for none."""
    declared: dict[str | None, str] = {None: default} if default else {}
    declared.update((prefix, uri) for prefix, uri in output.prefixes.items() if uri != default)
    # The stubs do not know that a namespace without a prefix stands under None.
    element = etree.Element(f"{{{namespace}}}{tag}", nsmap=cast("dict[str, str]", declared))
    return OutputElement(element, output, tag, namespace)


def finish_document(root: OutputElement, comments: Sequence[str] = ()) -> bytes:
    """The bytes of the file, indented, in UTF-8. Raises UnwritableModel where something could not be written."""
    for comment in comments:
        root.add_comment(comment)
    if root.output.diagnostics.items:
        raise UnwritableModel(root.output.diagnostics.sorted())
    _indent(root._element, "\n")
    return etree.tostring(root._element.getroottree(), encoding="UTF-8", xml_declaration=True) + b"\n"


def _indent(element: etree._Element, newline: str) -> None:
    """Put each child on a line of its own, unless there is text between them."""
    if not len(element) or element.text or any(child.tail for child in element):
        return
    element.text = newline + "  "
    for child in element:
        _indent(child, newline + "  ")
        child.tail = newline + "  "
    element[-1].tail = newline
