"""A decision requirements graph as a model file has it (DMN 1.5, 6): elements and references. Resolves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dmn_engine.decisions.boxed import ANONYMOUS, Boxed, BoxedFunction, Identity, Variable
from dmn_engine.diagnostics import Diagnostic, Origin, Source


@dataclass(frozen=True, slots=True)
class Reference:
    """An href: the namespace of the model (empty: this one) and the id of the element in it."""

    source: Source
    namespace: str
    id: str


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """The signature of a function type."""

    parameters: tuple[Variable, ...]
    result: Source | None


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type (DMN 1.5, 7.3.2): another type restricted, a structure of components, or a function.

    `allowed_values` restrict the value, or each item where the type is a collection; `type_constraint` restricts
    the value as a whole.
    """

    name: Source
    type: Source | None = None
    is_collection: bool = False
    allowed_values: Source | None = None
    type_constraint: Source | None = None
    components: tuple[ItemDefinition, ...] = ()
    function: FunctionItem | None = None
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class Import:
    """Another model by its namespace; its elements are seen under `name`, or directly where that is empty."""

    name: str
    namespace: str
    location: str
    kind: str
    origin: Origin
    identity: Identity = ANONYMOUS

    @property
    def is_dmn(self) -> bool:
        """Whether the imported file is a DMN model."""
        return "/DMN/" in self.kind


@dataclass(frozen=True, slots=True)
class InputData:
    name: str
    variable: Variable
    origin: Origin
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: its logic, and what it requires, in the order of the file."""

    name: str
    variable: Variable
    logic: Boxed | None
    information: tuple[Reference, ...]
    knowledge: tuple[Reference, ...]
    authority: tuple[Reference, ...]
    origin: Origin
    question: str = ""
    allowed_answers: str = ""
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A business knowledge model: a named function."""

    name: str
    variable: Variable
    logic: BoxedFunction | None
    knowledge: tuple[Reference, ...]
    authority: tuple[Reference, ...]
    origin: Origin
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A part of the graph that can be called (DMN 1.5, 6.3.10)."""

    name: str
    variable: Variable
    outputs: tuple[Reference, ...]
    encapsulated: tuple[Reference, ...]
    input_decisions: tuple[Reference, ...]
    input_data: tuple[Reference, ...]
    origin: Origin
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class KnowledgeSource:
    name: str
    authority: tuple[Reference, ...]
    kind: str
    location: str
    origin: Origin
    identity: Identity = ANONYMOUS


Element = InputData | Decision | KnowledgeModel | DecisionService | KnowledgeSource


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole model file, and every diagnostic of reading it."""

    file: str
    name: str
    namespace: str
    version: str = ""
    imports: tuple[Import, ...] = ()
    items: tuple[ItemDefinition, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge_models: tuple[KnowledgeModel, ...] = ()
    services: tuple[DecisionService, ...] = ()
    knowledge_sources: tuple[KnowledgeSource, ...] = ()
    identity: Identity = ANONYMOUS
    diagnostics: tuple[Diagnostic, ...] = ()

    def elements(self) -> Iterator[Element]:
        """All elements of the graph."""
        yield from self.inputs
        yield from self.decisions
        yield from self.knowledge_models
        yield from self.services
        yield from self.knowledge_sources
