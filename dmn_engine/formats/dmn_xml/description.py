"""Descriptions of XML elements: one description reads an element, writes it, and defines what it may contain.

A description lists parts. Each part is one field of the model's object, in the order in which the XSD wants its
attributes and children. This module has the parts that many elements share; `elements` has the elements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Generic, TypeVar
from typing import Literal as Choice

from dmn_engine.diagnostics import Source
from dmn_engine.formats.dmn_xml.document import VERSIONS, ModelElement, list_prefixes, namespace_of, read_extension
from dmn_engine.formats.dmn_xml.names import read_language, read_name, read_type, report_language, split_href
from dmn_engine.formats.dmn_xml.output import Output, OutputElement
from dmn_engine.model.boxed_expressions import ANONYMOUS, Extension, Identity
from dmn_engine.model.definitions import Reference, Required

T = TypeVar("T")
Read = Callable[[ModelElement], object]
Rules = Mapping[str, "Rule"]
Scope = Choice["", "logic", "file", "elsewhere"]
"""Where references lead: to what logic reads, which compiling checks; into the file; or into files of any kind."""


class Rule:
    """What an element may contain. `single`: children that occur at most once; `unique`: children with distinct names.

    An identified element has an id and the other content that any element may have.
    """

    is_named = False

    def __init__(
        self,
        attributes: Iterable[str] = (),
        children: Callable[[], Rules] = dict,
        single: Iterable[str] = (),
        *,
        is_identified: bool = False,
    ) -> None:
        carried = ("description", "extensionElements") if is_identified else ()
        self.attributes = frozenset((*attributes, *(("id", "label") if is_identified else ())))
        self._single = frozenset((*single, *carried))
        self._carried, self._list_children = carried, children

    @cached_property
    def children(self) -> Rules:
        """The rules of the children by tag: looked up late, because expressions hold expressions."""
        return {**self._list_children(), **dict.fromkeys(self._carried, LEAF)}

    @cached_property
    def single(self) -> frozenset[str]:
        return self._single

    @cached_property
    def unique(self) -> frozenset[str]:
        return frozenset()

    @property
    def has_identity(self) -> bool:
        """Whether something may refer to the element, and vendors may add to it."""
        return "id" in self.attributes


LEAF = Rule()
HREF = Rule(("href",))
TESTS = Rule(("typeRef", "expressionLanguage"), lambda: {"text": LEAF}, ("text",), is_identified=True)


@dataclass(frozen=True)
class Part:
    """One field of an object, as attributes or children of its element.

    `put` gives the attributes to write, those without a value being left out; `put_last` sets what stands behind the
    attributes that any element may carry, or may be empty. `is_kept`: the owner keeps the identities of the children,
    because they are only a text or an expression in the model. `refers`: where the elements are that its references
    name, and of which `kinds`; empty for other parts. `nested` are the descriptions of the objects in it.
    """

    field: str
    read: Read
    attributes: tuple[str, ...] = ()
    put: Callable[[Any, Output], Mapping[str, str]] = lambda value, output: {}
    put_last: Callable[[OutputElement, Any], None] = lambda element, value: None
    children: Callable[[], Rules] = dict
    write: Callable[[OutputElement, Any, Any], None] = lambda element, value, owner: None
    is_single: bool = False
    is_unique: bool = False
    is_kept: bool = False
    is_name: bool = False
    refers: Scope = ""
    kinds: tuple[type, ...] = ()
    nested: tuple[Description[Any], ...] = ()


class Description(Rule, Generic[T]):
    """Maps an element to an object: `kind` builds it from its parts, `fixed` values, its place and its identity.

    `finish` checks the whole element, and returns the object to keep.
    """

    def __init__(
        self,
        tag: str,
        kind: Callable[..., T],
        *parts: Part,
        is_identified: bool = True,
        namespace: str = "",
        finish: Callable[[ModelElement, T], T] = lambda element, found: found,
        **fixed: object,
    ) -> None:
        attributes = [name for part in parts for name in part.attributes]
        super().__init__(attributes, self._list_parts, (), is_identified=is_identified)
        self.tag, self.kind, self.parts, self.finish, self.fixed = tag, kind, parts, finish, fixed
        self.is_named, self.namespace, self._is_identified = (
            any(part.is_name for part in parts),
            namespace,
            is_identified,
        )
        self._has_origin = any(item.name == "origin" for item in fields(kind))  # type: ignore[arg-type]  # a dataclass

    def _list_parts(self) -> Rules:
        return {tag: rule for part in self.parts for tag, rule in part.children().items()}

    @cached_property
    def single(self) -> frozenset[str]:
        return self._single.union(*(part.children() for part in self.parts if part.is_single))

    @cached_property
    def unique(self) -> frozenset[str]:
        return frozenset().union(*(part.children() for part in self.parts if part.is_unique))

    def read(self, element: ModelElement, **more: object) -> T:
        """The object of an element; `more` are the fields that no part reads."""
        values = {part.field: part.read(element) for part in self.parts} | self.fixed | more
        if self._has_origin:
            values["origin"] = element.origin
        if self._is_identified:
            values["identity"] = read_identity(element, *self._kept)
        return self.finish(element, self.kind(**values))

    def write(self, parent: OutputElement, value: T) -> None:
        """Add the element of an object."""
        attributes = self._list_attributes(value, parent.output)
        if self._is_identified:
            self.fill(parent.add(self.tag, name=attributes.get("name", "")), value)
        else:
            self._fill(parent.add(self.tag, attributes, self.namespace), value)

    def fill(self, element: OutputElement, value: T) -> None:
        """Write an object into an element that is there."""
        identity: Identity = value.identity  # type: ignore[attr-defined]  # an identified one
        element.identify(identity, self._list_attributes(value, element.output))
        self._fill(element, value)

    def list_references(self, value: T) -> Iterator[tuple[Part, Reference]]:
        """The references of an object and of those nested in it, each with the part that holds it."""
        for part in self.parts:
            found: Any = getattr(value, part.field) if part.refers or part.nested else ()
            for item in found if isinstance(found, tuple) else (found,):
                if part.refers and item is not None:
                    yield part, item
                elif part.nested:
                    yield from next(each for each in part.nested if each.kind is type(item)).list_references(item)

    def _list_attributes(self, value: T, output: Output) -> dict[str, str]:
        put = [part.put(getattr(value, part.field), output) for part in self.parts]
        return {name: text for found in put for name, text in found.items()}

    def _fill(self, element: OutputElement, value: T) -> None:
        for part in self.parts:
            part.put_last(element, getattr(value, part.field))
        for part in self.parts:
            part.write(element, getattr(value, part.field), value)

    @cached_property
    def _kept(self) -> list[str]:
        return [tag for part in self.parts if part.is_kept for tag in part.children()]


def read_identity(element: ModelElement, *parts: str) -> Identity:
    """Read the content that any element may have. `parts`: tags of children that the model keeps as a text only."""
    return Identity(
        element.attribute("id"),
        element.raw_attribute("label"),
        element.child_text("description"),
        _read_extensions(element),
        element.foreign_attributes(),
        tuple(_read_parts(element, parts)),
    )


def _read_extensions(element: ModelElement) -> tuple[Extension, ...]:
    """The elements of vendors: those in <extensionElements>, then those outside it."""
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
                yield (f"{tag} {place}" if tag == "inputEntry" else tag, identity)


def _read_part(element: ModelElement) -> Identity:
    """The identity of an element that is only a text or an expression in a model: with its type and language."""
    identity = read_identity(element)
    type_, language = read_type(element), read_language(element)
    if language:
        report_language(element, language)
    own = (("typeRef", type_.text if type_ else ""), ("expressionLanguage", language))
    return replace(identity, attributes=identity.attributes + tuple(item for item in own if item[1]))


def attribute(
    field: str,
    name: str = "",
    read: Callable[[ModelElement, str], object] = ModelElement.attribute,
    put: Callable[[Any], str] = lambda value: text_of(value),
    *,
    is_required: bool = False,
    is_last: bool = False,
) -> Part:
    """A value as an attribute, of the field's name unless said. `is_required`: it is written if empty."""
    name = name or field

    def put_last(element: OutputElement, value: Any) -> None:
        if is_last if put(value) else is_required:
            element.set(name, put(value))

    return Part(
        field, lambda element: read(element, name), (name,), lambda v, _: {} if is_last else {name: put(v)}, put_last
    )


def own_name(*, is_source: bool = False) -> Part:
    """The name that the element must have, as a text or, `is_source`, with its place."""

    def read(element: ModelElement, name: str) -> object:
        return element.source(read_name(element)) if is_source else read_name(element)

    return replace(attribute("name", read=read, is_required=True), is_name=True)


def type_name(field: str = "type", name: str = "typeRef") -> Part:
    """The type that an attribute names."""
    return attribute(field, name, read_type)


def language(field: str, name: str = "expressionLanguage") -> Part:
    """The language that an attribute names, empty for FEEL of any version."""
    return attribute(field, name, read_language)


def optional(
    field: str,
    tag: str,
    rule: Rule,
    read_one: Callable[[ModelElement], object],
    write_one: Callable[[OutputElement, Any], None],
    missing: Read = lambda parent: None,
) -> Part:
    """A value as the one child of a tag; what `missing` gives where there is none."""

    def read(parent: ModelElement) -> object:
        found = parent.child(tag)
        return missing(parent) if found is None else read_one(found)

    def write(parent: OutputElement, value: object, owner: object) -> None:
        if value is not None:
            write_one(parent, value)

    return Part(field, read, children=lambda: {tag: rule}, write=write, is_single=True)


def text(field: str, tag: str, *, is_required: bool = False) -> Part:
    """A text as a child that holds nothing else. `is_required`: it is written if empty."""

    def write(parent: OutputElement, value: str) -> None:
        if value or is_required:
            parent.add_text(tag, value)

    return optional(field, tag, LEAF, lambda element: element.text().text, write, lambda parent: "")


def unary_tests(field: str, tag: str) -> Part:
    """Unary tests as a child with a text."""

    def write(element: OutputElement, value: Source | None, owner: Any) -> None:
        if value is not None or owner.identity.part(tag) != ANONYMOUS:
            write_tests(element, tag, value, owner.identity.part(tag))

    def read(element: ModelElement) -> object:
        return read_text(element.child(tag))

    return Part(field, read, children=lambda: {tag: TESTS}, write=write, is_single=True, is_kept=True)


def child(field: str, element: Description[Any], missing: Read = lambda parent: None) -> Part:
    """An object as the one child of its kind; what `missing` gives where there is none."""
    return optional(field, element.tag, element, element.read, element.write, missing)


def href(field: str, tag: str, missing: Read = lambda parent: None) -> Part:
    """A reference as the one child of a tag that is an href and nothing else."""

    def write_one(parent: OutputElement, value: Reference) -> None:
        write_reference(parent, tag, value)

    return replace(optional(field, tag, HREF, read_reference, write_one, missing), refers="file")


def repeated(
    field: str,
    tag: str,
    rule: Callable[[], Rule],
    read_one: Callable[[ModelElement], object],
    write_one: Callable[[OutputElement, Any], object],
    *,
    is_unique: bool = False,
) -> Part:
    """Values as the children of a tag."""

    def read(parent: ModelElement) -> object:
        return tuple(map(read_one, parent.children(tag)))

    def write(parent: OutputElement, value: Iterable[object], owner: object) -> None:
        for item in value:
            write_one(parent, item)

    return Part(field, read, children=lambda: {tag: rule()}, write=write, is_unique=is_unique)


def children(field: str, *elements: Description[Any], is_unique: bool = False) -> Part:
    """Objects as children, of one kind or more, in the order of the file. `is_unique`: each has a name of its own."""
    by_tag, by_kind = {each.tag: each for each in elements}, {each.kind: each for each in elements}

    def read(parent: ModelElement) -> object:
        found = (by_tag[item.tag].read(item) for item in parent.children(*by_tag))
        return tuple(item for item in found if item is not None)

    def write(parent: OutputElement, value: Iterable[Any], owner: object) -> None:
        for item in value:
            by_kind[type(item)].write(parent, item)

    return Part(field, read, children=lambda: by_tag, write=write, is_unique=is_unique, nested=elements)


def hrefs(field: str, tag: str, *kinds: type, refers: Scope = "file") -> Part:
    """References, to elements of these kinds, as children that are an href and nothing else."""

    def write_one(parent: OutputElement, value: Reference) -> None:
        write_reference(parent, tag, value)

    part = repeated(field, tag, lambda: HREF, read_reference, write_one)
    return replace(part, refers=refers, kinds=kinds)


def requirements(field: str, tag: str, *kinds: Required) -> Part:
    """References to what the owner requires, each in an element with an identity of its own."""
    rule = Rule((), lambda: {kind.value: HREF for kind in kinds}, is_identified=True)

    def read(element: ModelElement) -> object:
        found = []
        for item in element.children(tag):
            needed = item.children(*(kind.value for kind in Required))
            if len(needed) != 1:
                item.error(
                    "requirement-length", f"<{tag}> names {len(needed)} elements", "let each requirement name one"
                )
            for each in needed:
                reference = read_reference(each)
                found.append(replace(reference, required=Required(each.tag), identity=read_identity(item)))
        return tuple(found)

    def write(element: OutputElement, value: Iterable[Reference], owner: object) -> None:
        for reference in value:
            item = element.add(tag)
            item.identify(reference.identity, {})
            required = reference.required or infer(element.output, reference)
            write_reference(item, required.value, reference)

    def infer(output: Output, reference: Reference) -> Required:
        """The kind of element that a requirement names, if the model does not state it."""
        if len(kinds) == 1:
            return kinds[0]
        if not reference.namespace and reference.id in output.inputs:
            return Required.INPUT
        is_source = bool(reference.namespace) or reference.id in output.sources
        return Required.AUTHORITY if is_source and Required.AUTHORITY in kinds else Required.DECISION

    refers: Scope = "file" if Required.AUTHORITY in kinds else "logic"
    return Part(field, read, children=lambda: {tag: rule}, write=write, refers=refers)


def read_reference(element: ModelElement) -> Reference:
    """What an element with an href refers to."""
    href = element.attribute("href")
    return Reference(element.source(href), *split_href(href, element.document.namespace))


def write_reference(parent: OutputElement, tag: str, reference: Reference) -> None:
    """Write a reference: with the href as it was read if it still names the same element, otherwise with a new one."""
    written = reference.source.text
    is_same = split_href(written, parent.output.namespace) == (reference.namespace, reference.id)
    parent.add(tag).set("href", written if is_same else f"{reference.namespace}#{reference.id}")


def read_text(element: ModelElement | None) -> Source | None:
    """The text that an element of the kind `<x><text>..</text></x>` holds; None where it is absent or empty."""
    found = None if element is None else element.child("text")
    if found is None:
        return None
    source = found.text()
    return source if source.text else None


def write_tests(parent: OutputElement, tag: str, tests: Source | None, identity: Identity) -> None:
    """Unary tests as an element with a text."""
    element = parent.add(tag)
    element.identify(identity, {})
    element.add_text("text", text_of(tests), None if tests is None else tests.origin)


def text_of(source: Source | str | None) -> str:
    """The text, empty where there is none."""
    return "" if source is None else source if isinstance(source, str) else source.text
