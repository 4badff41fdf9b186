"""Definitions as the bytes of a DMN 1.5 file, elements in the order that the XSD wants. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.formats.dmn_xml.boxed_writer import (
    add_boxed,
    add_function,
    add_identified,
    add_named,
    add_tests,
    add_variable,
    text_of,
)
from dmn_engine.formats.dmn_xml.diagram_writer import DRAWING, add_diagrams
from dmn_engine.formats.dmn_xml.document import FEEL, MODEL, is_name
from dmn_engine.formats.dmn_xml.items import split_href
from dmn_engine.formats.dmn_xml.layout import with_diagram
from dmn_engine.formats.dmn_xml.output import Output, OutputElement, finish_document, start_document
from dmn_engine.model.artifacts import (
    Artifact,
    Association,
    BusinessElement,
    ElementCollection,
    Group,
    PerformanceIndicator,
    TextAnnotation,
)
from dmn_engine.model.boxed_expressions import Extension, Identity
from dmn_engine.model.definitions import (
    Decision,
    DecisionService,
    Definitions,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeModel,
    KnowledgeSource,
    Reference,
    Required,
)
from dmn_engine.model.diagram import ElementRef
from dmn_engine.model.walk import walk

_XML = "http://www.w3.org/XML/1998/namespace"


def write_definitions(definitions: Definitions) -> bytes:
    """The model as a file of DMN 1.5, laid out as a diagram where it has none.

    Reading the bytes gives `with_diagram(definitions)` again, but for places, and the white space at the ends of texts
    and in names, which reading trims. Raises UnwritableModel, naming each element, where the model holds a character
    that XML cannot.
    """
    whole = with_diagram(definitions)
    used = set(_list_namespaces(whole))
    feel = FEEL if whole.expression_language else ""
    output = Output(whole.file, _choose_prefixes(whole, used), feel)
    root = start_document("definitions", MODEL, output, "" if "" in used else MODEL)
    _Writer(whole, root).write()
    return finish_document(root, whole.comments)


def _list_namespaces(definitions: Definitions) -> Iterator[str]:
    """Every namespace that vendors' content and references of diagrams use, "" where an element has none."""
    for part in walk(definitions):
        match part:
            case Extension():
                yield part.namespace
                yield from _list_attribute_namespaces(part.attributes)
            case Identity():
                yield from _list_attribute_namespaces(part.attributes)
            case ElementRef(namespace=str(namespace)) if namespace:
                yield namespace


def _list_attribute_namespaces(attributes: tuple[tuple[str, str], ...]) -> Iterator[str]:
    return (name[1:].partition("}")[0] for name, _ in attributes if name[:1] == "{")


def _choose_prefixes(definitions: Definitions, used: set[str]) -> dict[str, str]:
    """The namespaces to declare: DMN's, those that the model's file declared, and made-up ones for the rest."""
    own = {"dmn": MODEL, **(DRAWING if definitions.diagrams or definitions.styles else {})}
    others = {
        prefix: namespace
        for prefix, namespace in definitions.prefixes
        if prefix not in own and is_name(namespace, prefix)
    }
    missing = sorted(used - {"", _XML} - {*own.values(), *others.values()})
    free = (f"ns{number}" for number in range(1, len(others) + len(missing) + 1) if f"ns{number}" not in others)
    others.update((next(free), namespace) for namespace in missing if is_name(namespace, "x"))
    return own | dict(sorted(others.items()))


class _Writer:
    """The elements of one model below its root."""

    def __init__(self, definitions: Definitions, root: OutputElement) -> None:
        self.definitions = definitions
        self.root = root
        self.inputs = {item.identity.id for item in definitions.inputs}

    def write(self) -> None:
        self._write_root()
        for item in self.definitions.imports:
            self._add_import(item)
        for definition in self.definitions.items:
            self._add_item(self.root, "itemDefinition", definition)
        for data in self.definitions.inputs:
            self._add_input_data(data)
        for decision in self.definitions.decisions:
            self._add_decision(decision)
        for model in self.definitions.knowledge_models:
            self._add_knowledge_model(model)
        for service in self.definitions.services:
            self._add_service(service)
        for source in self.definitions.knowledge_sources:
            self._add_knowledge_source(source)
        for artifact in self.definitions.artifacts:
            self._add_artifact(artifact)
        for collection in self.definitions.collections:
            self._add_collection(collection)
        for element in self.definitions.business:
            self._add_business(element)
        add_diagrams(self.root, self.definitions)

    def _write_root(self) -> None:
        definitions = self.definitions
        attributes = {
            "name": definitions.name,
            "namespace": definitions.namespace,
            "expressionLanguage": definitions.expression_language,
            "typeLanguage": definitions.type_language,
            "exporter": definitions.exporter,
            "exporterVersion": definitions.exporter_version,
        }
        self.root.identify(definitions.identity, attributes)
        for name in ("name", "namespace"):
            if not attributes[name]:
                self.root.set(name, "")

    def _add_import(self, item: Import) -> None:
        element = add_named(self.root, "import", item.name, item.identity, locationURI=item.location)
        element.set("namespace", item.namespace)
        element.set("importType", item.kind)

    def _add_item(self, parent: OutputElement, tag: str, item: ItemDefinition) -> None:
        element = add_named(parent, tag, item.name.text, item.identity, typeLanguage=item.type_language)
        if item.is_collection:
            element.set("isCollection", "true")
        if item.type is not None:
            element.add_text("typeRef", item.type.text, item.type.origin)
        add_tests(element, "allowedValues", item.allowed_values, item.identity.part("allowedValues"))
        add_tests(element, "typeConstraint", item.type_constraint, item.identity.part("typeConstraint"))
        for component in item.components:
            self._add_item(element, "itemComponent", component)
        if item.function is not None:
            result = text_of(item.function.result)
            function = add_identified(element, "functionItem", item.function.identity, outputTypeRef=result)
            for parameter in item.function.parameters:
                add_variable(function, "parameters", parameter)

    def _add_input_data(self, data: InputData) -> None:
        element = add_named(self.root, "inputData", data.name, data.identity)
        add_variable(element, "variable", data.variable)

    def _add_decision(self, decision: Decision) -> None:
        element = add_named(self.root, "decision", decision.name, decision.identity)
        if decision.question:
            element.add_text("question", decision.question)
        if decision.allowed_answers:
            element.add_text("allowedAnswers", decision.allowed_answers)
        add_variable(element, "variable", decision.variable)
        self._add_requirements(element, "informationRequirement", decision.information)
        self._add_requirements(element, "knowledgeRequirement", decision.knowledge)
        self._add_requirements(element, "authorityRequirement", decision.authority)
        self._add_references(element, "supportedObjective", decision.objectives)
        self._add_references(element, "impactedPerformanceIndicator", decision.indicators)
        self._add_references(element, "decisionMaker", decision.makers)
        self._add_references(element, "decisionOwner", decision.owners)
        self._add_references(element, "usingProcess", decision.processes)
        self._add_references(element, "usingTask", decision.tasks)
        add_boxed(element, decision.logic)

    def _add_knowledge_model(self, model: KnowledgeModel) -> None:
        element = add_named(self.root, "businessKnowledgeModel", model.name, model.identity)
        add_variable(element, "variable", model.variable)
        if model.logic is not None:
            add_function(element, "encapsulatedLogic", model.logic)
        self._add_requirements(element, "knowledgeRequirement", model.knowledge)
        self._add_requirements(element, "authorityRequirement", model.authority)

    def _add_service(self, service: DecisionService) -> None:
        element = add_named(self.root, "decisionService", service.name, service.identity)
        add_variable(element, "variable", service.variable)
        self._add_references(element, "outputDecision", service.outputs)
        self._add_references(element, "encapsulatedDecision", service.encapsulated)
        self._add_references(element, "inputDecision", service.input_decisions)
        self._add_references(element, "inputData", service.input_data)

    def _add_knowledge_source(self, source: KnowledgeSource) -> None:
        element = add_named(self.root, "knowledgeSource", source.name, source.identity, locationURI=source.location)
        self._add_requirements(element, "authorityRequirement", source.authority)
        if source.kind:
            element.add_text("type", source.kind)
        if source.owner is not None:
            self._add_references(element, "owner", (source.owner,))

    def _add_artifact(self, artifact: Artifact) -> None:
        match artifact:
            case Group():
                add_identified(self.root, "group", artifact.identity, name=artifact.name)
            case TextAnnotation():
                element = add_identified(self.root, "textAnnotation", artifact.identity, textFormat=artifact.format)
                if artifact.text:
                    element.add_text("text", artifact.text)
            case Association():
                direction = "" if artifact.direction == "None" else artifact.direction
                element = add_identified(self.root, "association", artifact.identity, associationDirection=direction)
                self._add_references(element, "sourceRef", (artifact.source,))
                self._add_references(element, "targetRef", (artifact.target,))

    def _add_collection(self, collection: ElementCollection) -> None:
        element = add_named(self.root, "elementCollection", collection.name, collection.identity)
        self._add_references(element, "drgElement", collection.elements)

    def _add_business(self, item: BusinessElement) -> None:
        is_indicator = isinstance(item, PerformanceIndicator)
        tag = "performanceIndicator" if is_indicator else "organizationUnit"
        element = add_named(self.root, tag, item.name, item.identity, URI=item.uri)
        if isinstance(item, PerformanceIndicator):
            self._add_references(element, "impactingDecision", item.impacting)
        else:
            self._add_references(element, "decisionMade", item.made)
            self._add_references(element, "decisionOwned", item.owned)

    def _add_requirements(self, parent: OutputElement, tag: str, references: tuple[Reference, ...]) -> None:
        for reference in references:
            required = reference.required or self._infer_required(tag, reference)
            element = add_identified(parent, tag, reference.identity)
            element.add(required.value).set("href", self._href(reference))

    def _infer_required(self, tag: str, reference: Reference) -> Required:
        """What a requirement needs, where whoever made the model did not say it."""
        if tag == "knowledgeRequirement":
            return Required.KNOWLEDGE
        if not reference.namespace and reference.id in self.inputs:
            return Required.INPUT
        sources = {source.identity.id for source in self.definitions.knowledge_sources}
        if tag == "authorityRequirement" and (reference.namespace or reference.id in sources):
            return Required.AUTHORITY
        return Required.DECISION

    def _add_references(self, parent: OutputElement, tag: str, references: tuple[Reference, ...]) -> None:
        for reference in references:
            parent.add(tag).set("href", self._href(reference))

    def _href(self, reference: Reference) -> str:
        """The href as it was written where it still names the same element, else a new one."""
        written = reference.source.text
        if split_href(written, self.definitions.namespace) == (reference.namespace, reference.id):
            return written
        return f"{reference.namespace}#{reference.id}"
