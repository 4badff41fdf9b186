"""Requirement graph of a model and its imports: resolved references, and cycles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, Source, nearest
from dmn_engine.model.cycles import describe_cycle, find_cycles, order
from dmn_engine.model.definitions import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    Element,
    Import,
    KnowledgeSource,
    Reference,
)
from dmn_engine.model.item_types import TypeTable

MAX_WAYS = 500
"""Limit on import paths; each path qualifies names separately."""


@dataclass(eq=False, slots=True)
class DrgElement:
    """An element of the graph with its requirements; `cycle` is the error of a decision that requires itself."""

    element: Element
    model_file: ModelFile
    requires: tuple[Requirement, ...] = ()
    cycle: Diagnostic | None = None

    @property
    def is_circular(self) -> bool:
        return self.cycle is not None

    @property
    def name(self) -> str:
        """The name in expressions: that of the variable."""
        return self.element.name if isinstance(self.element, KnowledgeSource) else self.element.variable.text


@dataclass(eq=False, slots=True)
class ResolvedImport:
    """An import: its elements are members of `name`, or unqualified if that is empty."""

    name: str
    model_file: ModelFile


@dataclass(frozen=True, slots=True)
class Requirement:
    """A required element; `link` is the import that provides it, None in the same model."""

    node: DrgElement
    link: ResolvedImport | None = None

    @property
    def prefix(self) -> str:
        """The name that it is a member of; empty if it is unqualified."""
        return "" if self.link is None else self.link.name


@dataclass(eq=False, slots=True)
class ModelFile:
    """One model file with its types and imports. `ways` is the number of import paths from here."""

    definitions: Definitions
    types: TypeTable
    diagnostics: Diagnostics
    imports: Sequence[ResolvedImport]
    nodes: list[DrgElement] = field(default_factory=list)
    by_id: dict[str, DrgElement] = field(default_factory=dict)
    by_name: dict[str, DrgElement] = field(default_factory=dict)
    ways: int = 0

    def resolve(self, references: Iterable[Reference]) -> Iterator[Requirement]:
        """The elements that the references name; a missing one is an error and omitted."""
        for reference in references:
            found = self._resolve_one(reference)
            if found is not None:
                yield found

    def _resolve_one(self, reference: Reference) -> Requirement | None:
        if not reference.namespace:
            node = self.by_id.get(reference.id or reference.source.text)
            if node is None:
                self._report_unknown(reference, self.by_id)
            return None if node is None else Requirement(node)
        for link in self.imports:
            if link.model_file.definitions.namespace == reference.namespace:
                node = link.model_file.by_id.get(reference.id)
                if node is None:
                    self._report_unknown(reference, link.model_file.by_id)
                return None if node is None else Requirement(node, link)
        self.diagnostics.error(
            "unknown-import",
            f"no import brings in the namespace '{reference.namespace}'",
            reference.source,
            help="add an <import> of it, and put the model's file beside this one",
        )
        return None

    def _report_unknown(self, reference: Reference, ids: Iterable[str]) -> None:
        close = nearest(reference.id, ids)
        self.diagnostics.error(
            "unknown-reference",
            f"there is no element with the id '{reference.id}'",
            reference.source,
            help=f"did you mean '{close}'?" if close else "",
        )


def build_model_file(
    definitions: Definitions, library: Mapping[str, Definitions], diagnostics: Diagnostics
) -> ModelFile:
    """The file of a model with those of its imports, each built once. The keys of `library` are namespaces."""
    return _build(definitions, library, diagnostics, {}, frozenset())


def _build(
    definitions: Definitions,
    library: Mapping[str, Definitions],
    diagnostics: Diagnostics,
    known: dict[str, ModelFile],
    above: frozenset[str],
) -> ModelFile:
    diagnostics.items.extend(definitions.diagnostics)
    above |= {definitions.namespace}
    imports: list[ResolvedImport] = []
    ways = 0
    for item in definitions.imports:
        if not _is_usable(item, imports, library, above, diagnostics):
            continue
        if item.namespace not in known:
            known[item.namespace] = _build(library[item.namespace], library, diagnostics, known, above)
        ways += 1 + known[item.namespace].ways
        if ways > MAX_WAYS:
            message = f"imports lead to other models in more than {MAX_WAYS:,} ways"
            diagnostics.error("too-many-imports", message, Source(item.namespace, item.origin))
            break
        imports.append(ResolvedImport(item.name, known[item.namespace]))
    items = {item.name.text: item for item in definitions.items}
    types = TypeTable(items, [(link.name, link.model_file.types) for link in imports], diagnostics)
    model_file = ModelFile(
        definitions, types, diagnostics, imports, ways=sum(1 + link.model_file.ways for link in imports)
    )
    _index(model_file)
    for node in model_file.nodes:
        node.requires = tuple(model_file.resolve(_list_references(node.element)))
    return model_file


def _is_usable(
    item: Import,
    imports: Sequence[ResolvedImport],
    library: Mapping[str, Definitions],
    above: frozenset[str],
    diagnostics: Diagnostics,
) -> bool:
    place = Source(item.namespace, item.origin)
    if not item.is_dmn:
        diagnostics.warning("import-kind", f"only DMN models are imported, not '{item.kind}'", place)
    elif item.namespace in above:
        diagnostics.error("import-cycle", f"the model imports itself by way of '{item.namespace}'", place)
    elif item.namespace not in library:
        message = f"there is no model with the namespace '{item.namespace}'"
        diagnostics.error("unknown-import", message, place, help="put its file beside this one")
    elif item.name and any(item.name == link.name for link in imports):
        diagnostics.error("duplicate-name", f"two imports have the name '{item.name}'", place)
    else:
        return True
    return False


def _index(model_file: ModelFile) -> None:
    """Elements by id and by name; a duplicate is an error, and the first element is kept."""
    for element in model_file.definitions.elements():
        node = DrgElement(element, model_file)
        model_file.nodes.append(node)
        place = Source("", element.origin)
        identity = element.identity.id
        if identity in model_file.by_id:
            model_file.diagnostics.error("duplicate-id", f"two elements have the id '{identity}'", place)
        elif identity:
            model_file.by_id[identity] = node
        if isinstance(element, KnowledgeSource):
            continue
        if element.name in model_file.by_name:
            model_file.diagnostics.error("duplicate-name", f"two elements have the name '{element.name}'", place)
        else:
            model_file.by_name[element.name] = node


def _list_references(element: Element) -> tuple[Reference, ...]:
    """The references of an element that its evaluation needs; of a service, its decisions and inputs, in order."""
    match element:
        case Decision():
            return element.information + element.knowledge
        case BusinessKnowledgeModel():
            return element.knowledge
        case DecisionService():
            return element.outputs + element.input_data + element.input_decisions + element.encapsulated
    return ()


def order_nodes(model_file: ModelFile) -> list[DrgElement]:
    """The file's elements, each after those of the file that it requires, as far as possible.

    Functions may require themselves. Decisions may not (DMN 1.5, 6.2.1.1): those are marked circular and reported.
    """
    found = order(
        model_file.nodes, lambda node: (item.node for item in node.requires if item.node.model_file is model_file)
    )
    for cycle in find_cycles(
        {node: _list_decisions(node) for node in model_file.nodes if isinstance(node.element, Decision)}
    ):
        _mark_cycle(cycle)
    return found


def _list_decisions(node: DrgElement) -> list[DrgElement]:
    """The decisions of the same model that a decision requires."""
    required = (item.node for item in node.requires)
    return [other for other in required if other.model_file is node.model_file and isinstance(other.element, Decision)]


def _mark_cycle(cycle: Sequence[DrgElement]) -> None:
    first = cycle[0]
    message = describe_cycle(node.name for node in cycle)
    error = Diagnostic("cycle", Severity.ERROR, message, Source("", first.element.origin))
    first.model_file.diagnostics.items.append(error)
    for node in cycle:
        node.cycle = error
