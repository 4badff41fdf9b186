"""A decision requirements graph as written in a model file (DMN 1.5, 6): elements and unresolved references."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dmn_engine.diagnostics import Diagnostic, Origin, Source
from dmn_engine.model.artifacts import Artifact, BusinessElement, ElementCollection
from dmn_engine.model.boxed_expressions import ANONYMOUS, BoxedExpression, FunctionExpression, Identity, Variable
from dmn_engine.model.diagram import Diagram, Style
from dmn_engine.model.reference import Reference as Reference
from dmn_engine.model.reference import Required as Required


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """The signature of a function type."""

    parameters: tuple[Variable, ...]
    result: Source | None
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type (DMN 1.5, 7.3.2): another type restricted, a structure of components, or a function.

    `allowed_values` restrict the value, or each item if the type is a collection; `type_constraint` restricts the value
    as a whole.
    """

    name: Source
    type: Source | None = None
    is_collection: bool = False
    allowed_values: Source | None = None
    type_constraint: Source | None = None
    components: tuple[ItemDefinition, ...] = ()
    function: FunctionItem | None = None
    identity: Identity = ANONYMOUS
    type_language: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """Another model by its namespace; its elements are available under `name`, or directly if that is empty.

    `kind` is the importType; for a DMN model of any version it is the namespace of DMN 1.5.
    """

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
    """A decision: its logic and its requirements, in the order of the file."""

    name: str
    variable: Variable
    logic: BoxedExpression | None
    information: tuple[Reference, ...]
    knowledge: tuple[Reference, ...]
    authority: tuple[Reference, ...]
    origin: Origin
    question: str = ""
    allowed_answers: str = ""
    identity: Identity = ANONYMOUS
    objectives: tuple[Reference, ...] = ()
    indicators: tuple[Reference, ...] = ()
    makers: tuple[Reference, ...] = ()
    owners: tuple[Reference, ...] = ()
    processes: tuple[Reference, ...] = ()
    tasks: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class BusinessKnowledgeModel:
    """A business knowledge model: a named function."""

    name: str
    variable: Variable
    logic: FunctionExpression | None
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
    owner: Reference | None = None


Element = InputData | Decision | BusinessKnowledgeModel | DecisionService | KnowledgeSource


@dataclass(frozen=True, slots=True)
class Definitions:
    """The content of a model file, and every diagnostic of reading it.

    `expression_language` and `type_language` are empty for FEEL. `prefixes` are the pairs (prefix, namespace) that the
    file declares for vendors' namespaces. `comments` precede the model, such as a licence.
    """

    file: str
    name: str
    namespace: str
    version: str = ""
    imports: tuple[Import, ...] = ()
    items: tuple[ItemDefinition, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge_models: tuple[BusinessKnowledgeModel, ...] = ()
    services: tuple[DecisionService, ...] = ()
    knowledge_sources: tuple[KnowledgeSource, ...] = ()
    identity: Identity = ANONYMOUS
    diagnostics: tuple[Diagnostic, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    collections: tuple[ElementCollection, ...] = ()
    business: tuple[BusinessElement, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    styles: tuple[Style, ...] = ()
    expression_language: str = ""
    type_language: str = ""
    exporter: str = ""
    exporter_version: str = ""
    prefixes: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()

    def elements(self) -> Iterator[Element]:
        """All elements of the graph."""
        yield from self.inputs
        yield from self.decisions
        yield from self.knowledge_models
        yield from self.services
        yield from self.knowledge_sources
