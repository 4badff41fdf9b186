"""Descriptions of the elements of a model file: DMN 1.5, and 1.1 to 1.4 (DMN 1.5, 6 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from dmn_engine.diagnostics import Source
from dmn_engine.formats.dmn_xml.boxed import expression, function, variable
from dmn_engine.formats.dmn_xml.description import (
    LEAF,
    Description,
    attribute,
    child,
    children,
    href,
    hrefs,
    language,
    optional,
    own_name,
    repeated,
    requirements,
    text,
    type_name,
    unary_tests,
)
from dmn_engine.formats.dmn_xml.diagrams import DIAGRAMS, STYLES
from dmn_engine.formats.dmn_xml.document import MODEL, VERSIONS, ModelElement
from dmn_engine.formats.dmn_xml.names import read_name, resolve_type_name
from dmn_engine.formats.dmn_xml.output import OutputElement
from dmn_engine.model.artifacts import (
    Association,
    Direction,
    ElementCollection,
    Group,
    OrganizationUnit,
    PerformanceIndicator,
    TextAnnotation,
)
from dmn_engine.model.boxed_expressions import (
    Variable,
)
from dmn_engine.model.definitions import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    FunctionItem,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeSource,
    Reference,
    Required,
)


def _read_own_variable(element: ModelElement) -> Variable:
    """The variable of a graph element; one of its name and any type where the element has none."""
    found, name = element.child("variable"), read_name(element)
    if found is None:
        return Variable(element.source(name))
    own = variable("variable").read(found)
    if not own.text:
        return replace(own, name=element.source(name))
    if name not in ("", own.text):
        message = f"the variable is called '{own.text}', its <{element.tag}> '{name}'"
        found.warn("variable-name", message, "DMN requires the same name for both; expressions use the variable's")
    return own


def _read_collection(element: ModelElement, name: str) -> bool:
    written = element.attribute(name)
    if written not in ("", "true", "false", "1", "0"):
        element.error("not-a-boolean", f"{name} is '{written}'", "write true or false")
    return written in ("true", "1")


def _read_type_text(element: ModelElement) -> Source | None:
    source = element.text()
    return Source(resolve_type_name(element, source.text), source.origin) if source.text else None


def _read_direction(element: ModelElement, name: str) -> str:
    written = element.attribute(name) or "None"
    if written not in get_args(Direction):
        message = f"'{written}' is not a direction of an association"
        element.error("unknown-direction", message, "use None, One or Both")
        return "None"
    return written


def _read_format(element: ModelElement, name: str) -> str:
    written = element.attribute(name)
    return "" if written == "text/plain" else written


def _miss_end(tag: str) -> Callable[[ModelElement], Reference]:
    def missing(element: ModelElement) -> Reference:
        element.error("missing-element", f"<{element.tag}> has no <{tag}>")
        return Reference(element.source(""), "", "")

    return missing


def _write_type_text(parent: OutputElement, value: Source) -> None:
    parent.add_text("typeRef", value.text, value.origin)


def _check_item(element: ModelElement, item: ItemDefinition) -> ItemDefinition:
    """A type is another one restricted, or a structure, or a function: one of them."""
    kinds = [tag for tag in ("typeRef", "itemComponent", "functionItem") if element.child(tag) is not None]
    if len(kinds) > 1:
        both = " and ".join(f"<{tag}>" for tag in kinds)
        element.error("many-kinds", f"<{element.tag}> has {both}", "keep one kind")
    if "typeRef" not in kinds and element.child("allowedValues") is not None:
        element.warn("missing-element", f"<{element.tag}> has <allowedValues>, but no <typeRef>")
    return item


def _finish_import(element: ModelElement, item: Import) -> Import:
    for name in ("namespace", "importType"):
        if not element.attribute(name):
            element.error("missing-attribute", f"<import> has no {name}", f"name the {name} of the imported model")
    return replace(item, kind=MODEL) if item.kind in VERSIONS else item


def _item(tag: str) -> Description[ItemDefinition]:
    return Description(
        tag,
        ItemDefinition,
        own_name(is_source=True),
        language("type_language", "typeLanguage"),
        attribute("is_collection", "isCollection", _read_collection, lambda it: "true" if it else "", is_last=True),
        optional("type", "typeRef", LEAF, _read_type_text, _write_type_text),
        unary_tests("allowed_values", "allowedValues"),
        unary_tests("type_constraint", "typeConstraint"),
        repeated(
            "components",
            "itemComponent",
            lambda: _COMPONENT,
            lambda element: _COMPONENT.read(element),
            lambda parent, value: _COMPONENT.write(parent, value),
            is_unique=True,
        ),
        child("function", _FUNCTION_ITEM),
        finish=_check_item,
    )


_OWN = replace(child("variable", variable("variable")), read=_read_own_variable)
_KNOWLEDGE = requirements("knowledge", "knowledgeRequirement", Required.KNOWLEDGE)
_AUTHORITY = requirements("authority", "authorityRequirement", Required.DECISION, Required.INPUT, Required.AUTHORITY)
_FUNCTION_ITEM = Description(
    "functionItem", FunctionItem, type_name("result", "outputTypeRef"), children("parameters", variable("parameters"))
)
_COMPONENT = _item("itemComponent")
_IMPORT = Description(
    "import",
    Import,
    attribute("name", is_required=True),
    attribute("location", "locationURI"),
    attribute("namespace", is_required=True, is_last=True),
    attribute("kind", "importType", is_required=True, is_last=True),
    finish=_finish_import,
)
_DECISION = Description(
    "decision",
    Decision,
    own_name(),
    text("question", "question"),
    text("allowed_answers", "allowedAnswers"),
    _OWN,
    requirements("information", "informationRequirement", Required.DECISION, Required.INPUT),
    _KNOWLEDGE,
    _AUTHORITY,
    hrefs("objectives", "supportedObjective", refers="elsewhere"),
    hrefs("indicators", "impactedPerformanceIndicator"),
    hrefs("makers", "decisionMaker"),
    hrefs("owners", "decisionOwner"),
    hrefs("processes", "usingProcess", refers="elsewhere"),
    hrefs("tasks", "usingTask", refers="elsewhere"),
    expression("logic"),
)
_KNOWLEDGE_MODEL = Description(
    "businessKnowledgeModel",
    BusinessKnowledgeModel,
    own_name(),
    _OWN,
    child("logic", function("encapsulatedLogic")),
    _KNOWLEDGE,
    _AUTHORITY,
)
_SERVICE = Description(
    "decisionService",
    DecisionService,
    own_name(),
    _OWN,
    hrefs("outputs", "outputDecision", Decision, refers="logic"),
    hrefs("encapsulated", "encapsulatedDecision", Decision, refers="logic"),
    hrefs("input_decisions", "inputDecision", Decision, refers="logic"),
    hrefs("input_data", "inputData", InputData, refers="logic"),
)
_SOURCE = Description(
    "knowledgeSource",
    KnowledgeSource,
    own_name(),
    attribute("location", "locationURI"),
    _AUTHORITY,
    text("kind", "type"),
    href("owner", "owner"),
)
_ANNOTATION_TEXT = Description(
    "textAnnotation", TextAnnotation, attribute("format", "textFormat", _read_format), text("text", "text")
)
_ASSOCIATION = Description(
    "association",
    Association,
    attribute("direction", "associationDirection", _read_direction, lambda value: "" if value == "None" else value),
    href("source", "sourceRef", _miss_end("sourceRef")),
    href("target", "targetRef", _miss_end("targetRef")),
)
_COLLECTION = Description("elementCollection", ElementCollection, own_name(), hrefs("elements", "drgElement"))
_INDICATOR = Description(
    "performanceIndicator",
    PerformanceIndicator,
    own_name(),
    attribute("uri", "URI"),
    hrefs("impacting", "impactingDecision"),
)
_UNIT = Description(
    "organizationUnit",
    OrganizationUnit,
    own_name(),
    attribute("uri", "URI"),
    hrefs("made", "decisionMade"),
    hrefs("owned", "decisionOwned"),
)

DEFINITIONS = Description(
    "definitions",
    Definitions,
    own_name(),
    attribute("namespace", is_required=True),
    language("expression_language"),
    language("type_language", "typeLanguage"),
    attribute("exporter", read=ModelElement.raw_attribute),
    attribute("exporter_version", "exporterVersion", ModelElement.raw_attribute),
    children("imports", _IMPORT),
    children("items", _item("itemDefinition"), is_unique=True),
    children("inputs", Description("inputData", InputData, own_name(), _OWN)),
    children("decisions", _DECISION),
    children("knowledge_models", _KNOWLEDGE_MODEL),
    children("services", _SERVICE),
    children("knowledge_sources", _SOURCE),
    children("artifacts", Description("group", Group, attribute("name")), _ANNOTATION_TEXT, _ASSOCIATION),
    children("collections", _COLLECTION),
    children("business", _INDICATOR, _UNIT),
    DIAGRAMS,
    STYLES,
)
"""The root, and with it all elements of a model."""
