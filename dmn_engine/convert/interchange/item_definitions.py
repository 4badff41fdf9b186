"""Item definitions (DMN 1.5, 7.3.2) for the types and domains of tables, one for each distinct type."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.convert.interchange.naming import Ids, SafeNames
from dmn_engine.diagnostics import Origin, Source
from dmn_engine.feel.types import ANY, ContextType, ListType, SimpleType, Type
from dmn_engine.model.boxed_expressions import ANONYMOUS, Identity
from dmn_engine.model.data_dictionary import ANY_VALUE, Domain
from dmn_engine.model.definitions import ItemDefinition
from dmn_engine.model.type_constraints import write_domain


@dataclass(slots=True)
class ItemDefinitions:
    """The item definitions of a model by name; equal requests share a definition."""

    ids: Ids
    items: dict[str, ItemDefinition] = field(default_factory=dict)
    _names: SafeNames = field(default_factory=SafeNames)
    _known: dict[object, str] = field(default_factory=dict)

    def refer(self, type_: Type, origin: Origin) -> str:
        """The name of an unrestricted type; empty for Any."""
        match type_:
            case SimpleType():
                return "" if type_ == ANY else type_.name
            case ListType(item=item):
                return self.refer_list(self.refer(item, origin), _describe(item), origin)
            case ContextType(members=()):
                return "context"
            case ContextType(members=members):
                parts = [(key, self.refer(member, origin)) for key, member in members]
                return self.refer_structure(parts, " ".join(key for key, _ in members[:2]), origin)
        return ""

    def refer_list(self, item: str, what: str, origin: Origin) -> str:
        """The name of the type of lists of an item type; `what` describes the items and forms the name."""
        if not item:
            return "list"
        type_ = Source(item, origin)
        return self._define(("list", item), f"List of {what}", origin, lambda name: ItemDefinition(name, type_, True))

    def refer_structure(self, parts: Sequence[tuple[str, str]], what: str, origin: Origin) -> str:
        """The name of the type of contexts with these members, given as (name, name of its type)."""

        def build(name: Source) -> ItemDefinition:
            components = tuple(ItemDefinition(Source(key, origin), _refer(ref, origin)) for key, ref in parts)
            return ItemDefinition(name, components=components)

        return self._define(("structure", *parts), what, origin, build)

    def refer_restricted(
        self, type_: Type, domain: Domain, what: str, origin: Origin, identity: Identity = ANONYMOUS
    ) -> str:
        """The name of a type whose values (or whose items) are those of a domain, in a definition of its own."""
        if identity == ANONYMOUS and domain == ANY_VALUE:
            return self.refer(type_, origin)
        is_list = isinstance(type_, ListType)
        base = _refer(self.refer(type_.item if isinstance(type_, ListType) else type_, origin), origin)
        text = write_domain(domain)

        def build(name: Source) -> ItemDefinition:
            allowed = Source(text, origin) if text else None
            return ItemDefinition(name, base, is_list, allowed, identity=identity)

        return self._define(("restricted", str(type_), text, what, identity), what, origin, build)

    def _define(self, key: object, what: str, origin: Origin, build: Callable[[Source], ItemDefinition]) -> str:
        name = self._known.get(key)
        if name is None:
            words = re.findall(r"\w+", what)
            name = self._names.choose("t" + "".join(word[0].upper() + word[1:] for word in words), "tValue")
            built = build(Source(name, origin))
            self.items[name] = replace(built, identity=replace(built.identity, id=self.ids.choose("item", name)))
            self._known[key] = name
        return name


def _refer(name: str, origin: Origin) -> Source | None:
    return Source(name, origin) if name else None


def _describe(type_: Type) -> str:
    """The name of a type as part of the name of another."""
    match type_:
        case ContextType(members=members):
            return " ".join(key for key, _ in members[:2])
        case ListType(item=item):
            return f"lists of {_describe(item)}"
    return str(type_)
