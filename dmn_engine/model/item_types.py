"""Item definitions of a model as FEEL types with restrictions, by name (DMN 1.5, 7.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dmn_engine.diagnostics import Diagnostics, Source, nearest
from dmn_engine.feel.compiler import compile_tests
from dmn_engine.feel.parser import parse_unary_tests
from dmn_engine.feel.types import (
    ANY,
    BY_NAME,
    MAX_LAYERS,
    MAX_PARTS,
    NUMBER,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    is_large,
)
from dmn_engine.model.definitions import ItemDefinition
from dmn_engine.model.type_constraints import FREE, INTEGER, AllowedValues, ItemType

_NAMED_TYPES: Mapping[str, Type] = {
    **BY_NAME,
    "context": ContextType(),
    "list": ListType(ANY),
    "range": RangeType(ANY),
    "function": ANY,
    "integer": NUMBER,
    "long": NUMBER,
    "double": NUMBER,
}
"""Type names without an item definition: those of FEEL, and the number types of Camunda's modeller."""

_WHOLE_NUMBERS = frozenset({"integer", "long"})


@dataclass(slots=True)
class TypeTable:
    """The types of one model by name; those of imported models are qualified by the import's name."""

    definitions: Mapping[str, ItemDefinition]
    imported: Sequence[tuple[str, TypeTable]]
    diagnostics: Diagnostics
    _known: dict[str, ItemType] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    _feel_types: Mapping[str, Type] | None = None

    def resolve(self, reference: Source | None) -> ItemType:
        """The type with that name; Any if there is no name, or if it is unknown (an error)."""
        if reference is None:
            return FREE
        found = self.find(reference.text)
        if found is None:
            close = nearest(reference.text, self.list_names())
            self.diagnostics.error(
                "unknown-type",
                f"there is no type '{reference.text}'",
                Source(reference.text, reference.origin),
                help=f"did you mean '{close}'?" if close else "define it by an <itemDefinition>",
            )
            self._known[reference.text] = FREE
            return FREE
        return found

    def find(self, name: str) -> ItemType | None:
        """The type with that name, or None."""
        if name in self._known:
            return self._known[name]
        definition = self.definitions.get(name)
        simple = _NAMED_TYPES.get(name)
        if definition is not None and not (name in self._open and simple is not None):
            return self._build_named(name, definition)
        if name in _WHOLE_NUMBERS:
            return INTEGER
        if simple is not None:
            return ItemType(simple)
        for prefix, table in self.imported:
            if not prefix and (found := table.find(name)) is not None:
                return found
            if prefix and name.startswith(prefix + "."):
                return table.find(name[len(prefix) + 1 :])
        return None

    def list_names(self) -> Iterator[str]:
        """Every name that `find` knows."""
        yield from self.definitions
        yield from _NAMED_TYPES
        for prefix, table in self.imported:
            yield from (f"{prefix}.{name}" if prefix else name for name in table.definitions)

    def restrict(self, source: Source | None, name: str) -> AllowedValues | None:
        """The unary tests as a restriction of the named item; None if they are `-`, absent or invalid."""
        if source is None:
            return None
        tests = parse_unary_tests(source, {}, self.diagnostics)
        if tests is None or tests.is_any:
            return None
        return AllowedValues(name, source, tests, compile_tests(tests, source, {}))

    def feel_types(self) -> Mapping[str, Type]:
        """All defined types by their names in FEEL texts."""
        if self._feel_types is None:
            names = [name for name in self.list_names() if name not in _NAMED_TYPES]
            self._feel_types = {name: found.type for name in names if (found := self.find(name)) is not None}
        return self._feel_types

    def _build_named(self, name: str, definition: ItemDefinition) -> ItemType:
        if name in self._open:
            self.diagnostics.error(
                "recursive-type", f"the type '{name}' contains itself", definition.name, help="FEEL types are finite"
            )
            return FREE
        if len(self._open) == MAX_LAYERS:
            self._report_large(definition)
            return self._known.setdefault(name, FREE)
        self._open.add(name)
        built = self._build(definition)
        self._open.discard(name)
        return self._known.setdefault(name, built)

    def _build(self, definition: ItemDefinition) -> ItemType:
        single = self._build_single(definition)
        whole = self._restrict_by(definition.type_constraint, definition.name.text)
        if definition.is_collection:
            type_ = ListType(single.type)
            return self._report_large(definition) if is_large(type_) else ItemType(type_, whole, item=single)
        return ItemType(single.type, single.restrictions + whole, single.item, single.members)

    def _build_single(self, definition: ItemDefinition) -> ItemType:
        """The type of the value, or of one item of a collection."""
        allowed = self._restrict_by(definition.allowed_values, definition.name.text)
        if definition.function is not None:
            parameters = tuple(self.resolve(item.type).type for item in definition.function.parameters)
            return ItemType(FunctionType(parameters, self.resolve(definition.function.result).type))
        if definition.components:
            members = tuple((item.name.text, self._build(item)) for item in definition.components)
            type_ = ContextType(tuple((key, item.type) for key, item in members))
            if is_large(type_):
                return self._report_large(definition)
            return ItemType(type_, allowed, None, members)
        base = self.resolve(definition.type)
        return ItemType(base.type, base.restrictions + allowed, base.item, base.members)

    def _report_large(self, definition: ItemDefinition) -> ItemType:
        bounds = f"{MAX_PARTS:,} parts, or more than {MAX_LAYERS} in each other"
        message = f"the type '{definition.name.text}' has more than {bounds}"
        self.diagnostics.error("type-too-large", message, definition.name)
        return FREE

    def _restrict_by(self, source: Source | None, name: str) -> tuple[AllowedValues, ...]:
        found = self.restrict(source, name)
        return () if found is None else (found,)
