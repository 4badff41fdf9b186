"""Boxed expressions from their elements (DMN 1.5, 10.2). Parses no FEEL."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal as Choice

from dmn_engine.diagnostics import Source, nearest
from dmn_engine.formats.dmn_xml.document import ModelElement
from dmn_engine.formats.dmn_xml.items import read_identity, read_language, read_text, read_type, read_variable
from dmn_engine.formats.dmn_xml.schema import EXPRESSIONS
from dmn_engine.model.boxed_expressions import (
    Binding,
    Boxed,
    BoxedConditional,
    BoxedContext,
    BoxedEntry,
    BoxedFilter,
    BoxedFor,
    BoxedFunction,
    BoxedInvocation,
    BoxedList,
    BoxedLiteral,
    BoxedQuantified,
    BoxedRelation,
    BoxedRule,
    BoxedTable,
    FunctionKind,
    ImportedValues,
    InputClause,
    OutputClause,
)
from dmn_engine.model.decision_table import HitPolicy

_POLICIES = {
    "UNIQUE": HitPolicy.UNIQUE,
    "ANY": HitPolicy.ANY,
    "PRIORITY": HitPolicy.PRIORITY,
    "FIRST": HitPolicy.FIRST,
    "RULE ORDER": HitPolicy.RULE_ORDER,
    "OUTPUT ORDER": HitPolicy.OUTPUT_ORDER,
    "COLLECT": HitPolicy.COLLECT,
}
_AGGREGATIONS = {
    "SUM": HitPolicy.COLLECT_SUM,
    "MIN": HitPolicy.COLLECT_MIN,
    "MAX": HitPolicy.COLLECT_MAX,
    "COUNT": HitPolicy.COLLECT_COUNT,
}
_ORIENTATIONS = ("Rule-as-Row", "Rule-as-Column", "CrossTable")

DEEPEST = 100
"""How many elements an expression may stand below the root."""


def read_logic(parent: ModelElement) -> Boxed | None:
    """The one expression among the children; None where there is none. More than one is a fault."""
    found = parent.children(*EXPRESSIONS)
    for extra in found[1:]:
        extra.error("many-expressions", f"<{parent.tag}> has more than one expression", "keep one of them")
    return read_boxed(found[0]) if found else None


def read_boxed(element: ModelElement) -> Boxed:
    """An expression element; its tag is one of EXPRESSIONS. One that is nested too deep is read as an empty text."""
    if element.depth > DEEPEST:
        element.error("too-deep", f"the expression stands more than {DEEPEST} elements deep")
        return BoxedLiteral(element.source(""), origin=element.origin)
    match element.tag:
        case "decisionTable":
            return _read_table(element)
        case "invocation":
            return _read_invocation(element)
        case "context":
            return _read_context(element)
        case "list":
            return _read_list(element)
        case "relation":
            return _read_relation(element)
        case "functionDefinition":
            return read_function(element)
        case "conditional":
            tags = ("if", "then", "else")
            parts = [_read_part(element, tag) for tag in tags]
            identity = read_identity(element, *tags)
            return BoxedConditional(*parts, origin=element.origin, type=read_type(element), identity=identity)
        case "filter":
            parts = [_read_part(element, tag) for tag in ("in", "match")]
            identity = read_identity(element, "in", "match")
            return BoxedFilter(*parts, origin=element.origin, type=read_type(element), identity=identity)
        case "for":
            return _read_for(element)
        case "some":
            return _read_quantified(element, "some")
        case "every":
            return _read_quantified(element, "every")
        case _:
            return read_literal(element)


def read_literal(element: ModelElement) -> BoxedLiteral:
    """A literal expression, whatever its tag."""
    text = read_text(element)
    imported = element.child("importedValues")
    if imported is not None:
        element.error("imported-values", "the values of another file cannot be imported here", "write them as FEEL")
    is_set = element.has_attribute("expressionLanguage")
    return BoxedLiteral(
        text if text is not None else element.source(""),
        read_language(element) if is_set else element.document.language,
        None if imported is None else _read_imported(imported),
        origin=element.origin,
        type=read_type(element),
        identity=read_identity(element),
    )


def _read_imported(element: ModelElement) -> ImportedValues:
    return ImportedValues(
        element.attribute("name"),
        element.attribute("namespace"),
        element.attribute("locationURI"),
        element.attribute("importType"),
        element.child_text("importedElement"),
        read_language(element),
        read_identity(element),
    )


def read_function(element: ModelElement) -> BoxedFunction:
    """A function definition, or the encapsulated logic of a business knowledge model."""
    written = element.attribute("kind") or element.foreign_attribute("kind") or "FEEL"
    kinds = {kind.value.casefold(): kind for kind in FunctionKind} | {"f": FunctionKind.FEEL, "j": FunctionKind.JAVA}
    kind = kinds.get(written.casefold())
    if kind is None:
        element.error("unknown-kind", f"'{written}' is not a kind of function", "use FEEL or Java")
    identity = read_identity(element)
    others = tuple(item for item in identity.attributes if not item[0].endswith("}kind"))
    return BoxedFunction(
        tuple(read_variable(child) for child in element.children("formalParameter")),
        read_logic(element),
        kind or FunctionKind.FEEL,
        origin=element.origin,
        type=read_type(element),
        identity=identity if element.has_attribute("kind") else replace(identity, attributes=others),
    )


def _read_part(element: ModelElement, tag: str) -> Boxed | None:
    part = element.child(tag)
    if part is None:
        element.error("missing-element", f"<{element.tag}> has no <{tag}>")
        return None
    logic = read_logic(part)
    if logic is None:
        part.error("missing-element", f"<{tag}> of <{element.tag}> has no expression")
    return logic


def _read_for(element: ModelElement) -> BoxedFor:
    return BoxedFor(
        _read_iterator(element),
        _read_part(element, "in"),
        _read_part(element, "return"),
        origin=element.origin,
        type=read_type(element),
        identity=read_identity(element, "in", "return"),
    )


def _read_quantified(element: ModelElement, quantifier: Choice["some", "every"]) -> BoxedQuantified:
    return BoxedQuantified(
        quantifier,
        _read_iterator(element),
        _read_part(element, "in"),
        _read_part(element, "satisfies"),
        origin=element.origin,
        type=read_type(element),
        identity=read_identity(element, "in", "satisfies"),
    )


def _read_iterator(element: ModelElement) -> Source:
    name = element.attribute("iteratorVariable")
    if not name:
        element.error("missing-attribute", f"<{element.tag}> has no iteratorVariable")
    return element.source(name)


def _read_invocation(element: ModelElement) -> BoxedInvocation:
    bindings = []
    for child in element.children("binding"):
        parameter = child.child("parameter")
        if parameter is None:
            child.error("missing-element", "<binding> has no <parameter>")
            continue
        bindings.append(Binding(read_variable(parameter), read_logic(child)))
    function = read_logic(element)
    if function is None:
        element.error("missing-element", "<invocation> names no function", "add a <literalExpression> with its name")
    return BoxedInvocation(
        function, tuple(bindings), origin=element.origin, type=read_type(element), identity=read_identity(element)
    )


def _read_context(element: ModelElement) -> BoxedContext:
    entries = []
    for child in element.children("contextEntry"):
        variable = child.child("variable")
        logic = read_logic(child)
        if logic is None:
            child.error("missing-element", "<contextEntry> has no expression")
        entries.append(
            BoxedEntry(
                None if variable is None else read_variable(variable),
                logic,
                child.origin,
                read_identity(child),
            )
        )
    return BoxedContext(tuple(entries), origin=element.origin, type=read_type(element), identity=read_identity(element))


def _read_list(element: ModelElement) -> BoxedList:
    items = tuple(read_boxed(child) for child in element.children(*EXPRESSIONS))
    return BoxedList(items, origin=element.origin, type=read_type(element), identity=read_identity(element))


def _read_relation(element: ModelElement) -> BoxedRelation:
    columns = tuple(read_variable(child) for child in element.children("column"))
    rows = []
    for child in element.children("row"):
        row = _read_list(child)
        if len(row.items) != len(columns):
            child.error("row-length", f"the row has {len(row.items)} cells, the relation {len(columns)} columns")
        rows.append(row)
    return BoxedRelation(
        columns, tuple(rows), origin=element.origin, type=read_type(element), identity=read_identity(element)
    )


def _read_table(element: ModelElement) -> BoxedTable:
    inputs = tuple(_read_input(child) for child in element.children("input"))
    outputs = tuple(_read_output(child) for child in element.children("output"))
    if not outputs:
        element.error("missing-element", "<decisionTable> has no <output>")
    return BoxedTable(
        _read_policy(element),
        inputs,
        outputs,
        tuple(_read_rule(child, len(inputs), len(outputs)) for child in element.children("rule")),
        tuple(child.attribute("name") for child in element.children("annotation")),
        _read_orientation(element),
        element.attribute("outputLabel"),
        origin=element.origin,
        type=read_type(element),
        identity=read_identity(element),
    )


def _read_orientation(element: ModelElement) -> str:
    written = element.attribute("preferredOrientation")
    if written and written not in _ORIENTATIONS:
        choices = ", ".join(_ORIENTATIONS)
        element.warn(
            "unknown-orientation", f"'{written}' is not an orientation; it is not kept", f"use one of {choices}"
        )
        return ""
    return written


def _read_policy(element: ModelElement) -> HitPolicy:
    written = element.attribute("hitPolicy") or "UNIQUE"
    aggregation = element.attribute("aggregation")
    policy = _POLICIES.get(written)
    if policy is None:
        close = nearest(written, _POLICIES)
        element.error(
            "unknown-hit-policy",
            f"'{written}' is not a hit policy",
            f"did you mean {close}?" if close else "use one of " + ", ".join(_POLICIES),
        )
        return HitPolicy.UNIQUE
    if not aggregation:
        return policy
    if aggregation not in _AGGREGATIONS:
        element.error("unknown-aggregation", f"'{aggregation}' is not an aggregation", "use SUM, MIN, MAX or COUNT")
        return policy
    if policy is not HitPolicy.COLLECT:
        message = f"the aggregation {aggregation} has no meaning with hit policy {written}"
        element.error("aggregation-without-collect", message, "remove it, or use hit policy COLLECT")
        return policy
    return _AGGREGATIONS[aggregation]


def _read_input(element: ModelElement) -> InputClause:
    child = element.child("inputExpression")
    if child is None:
        element.error("missing-element", "<input> has no <inputExpression>")
        literal = BoxedLiteral(element.source(""), origin=element.origin)
    else:
        literal = read_literal(child)
    return InputClause(literal, read_text(element.child("inputValues")), read_identity(element, "inputValues"))


def _read_output(element: ModelElement) -> OutputClause:
    default = element.child("defaultOutputEntry")
    return OutputClause(
        element.origin,
        element.attribute("name"),
        read_type(element),
        read_text(element.child("outputValues")),
        None if default is None else read_literal(default),
        read_identity(element, "outputValues"),
    )


def _read_rule(element: ModelElement, inputs: int, outputs: int) -> BoxedRule:
    tests = [_read_entry(child) for child in element.children("inputEntry")]
    results = [read_literal(child) for child in element.children("outputEntry")]
    for found, wanted, what in ((len(tests), inputs, "input"), (len(results), outputs, "output")):
        if found != wanted:
            entries = f"{found} {what} entr{'y' if found == 1 else 'ies'}"
            element.error(
                "rule-length", f"the rule has {entries}, the table {wanted} {what}{'' if wanted == 1 else 's'}"
            )
    return BoxedRule(
        element.origin,
        tuple(tests),
        tuple(results),
        tuple(child.child_text("text") for child in element.children("annotationEntry")),
        read_identity(element, "inputEntry"),
    )


def _read_entry(element: ModelElement) -> Source:
    text = read_text(element)
    if text is None:
        element.warn("empty-condition", "the condition is empty; it is read as '-', any value", "write '-'")
        return element.source("-")
    return text
