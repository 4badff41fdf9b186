"""Boxed expressions as elements of DMN 1.5 (10.2). Reads nothing and parses no FEEL."""

from __future__ import annotations

from typing import assert_never

from dmn_engine.diagnostics import Source
from dmn_engine.formats.dmn_xml.output import OutputElement
from dmn_engine.model.boxed_expressions import (
    ANONYMOUS,
    Boxed,
    BoxedConditional,
    BoxedContext,
    BoxedFilter,
    BoxedFor,
    BoxedFunction,
    BoxedInvocation,
    BoxedList,
    BoxedLiteral,
    BoxedNode,
    BoxedQuantified,
    BoxedRelation,
    BoxedRule,
    BoxedTable,
    Identity,
    ImportedValues,
    InputClause,
    OutputClause,
    Variable,
)
from dmn_engine.model.decision_table import HitPolicy

_POLICIES = {
    HitPolicy.UNIQUE: ("UNIQUE", ""),
    HitPolicy.ANY: ("ANY", ""),
    HitPolicy.PRIORITY: ("PRIORITY", ""),
    HitPolicy.FIRST: ("FIRST", ""),
    HitPolicy.RULE_ORDER: ("RULE ORDER", ""),
    HitPolicy.OUTPUT_ORDER: ("OUTPUT ORDER", ""),
    HitPolicy.COLLECT: ("COLLECT", ""),
    HitPolicy.COLLECT_SUM: ("COLLECT", "SUM"),
    HitPolicy.COLLECT_MIN: ("COLLECT", "MIN"),
    HitPolicy.COLLECT_MAX: ("COLLECT", "MAX"),
    HitPolicy.COLLECT_COUNT: ("COLLECT", "COUNT"),
}


def add_identified(parent: OutputElement, tag: str, identity: Identity, **attributes: str) -> OutputElement:
    """An element with what any may carry; attributes without a value are left out."""
    element = parent.add(tag, name=attributes.get("name", ""))
    element.identify(identity, attributes)
    return element


def add_named(parent: OutputElement, tag: str, name: str, identity: Identity, **attributes: str) -> OutputElement:
    """An element that DMN wants a name of; it may be empty."""
    element = add_identified(parent, tag, identity, name=name, **attributes)
    if not name:
        element.set("name", "")
    return element


def add_variable(parent: OutputElement, tag: str, variable: Variable) -> None:
    """An information item."""
    add_named(parent, tag, variable.text, variable.identity, typeRef=text_of(variable.type))


def add_tests(parent: OutputElement, tag: str, tests: Source | None, identity: Identity) -> None:
    """Unary tests; nothing where there are none and the element had nothing of its own."""
    if tests is None and identity == ANONYMOUS:
        return
    element = add_identified(parent, tag, identity)
    element.add_text("text", text_of(tests), None if tests is None else tests.origin)


def add_boxed(parent: OutputElement, boxed: Boxed | None) -> None:
    """The element of an expression; nothing where there is none."""
    match boxed:
        case None:
            return
        case BoxedLiteral():
            add_literal(parent, "literalExpression", boxed)
        case BoxedTable():
            _add_table(parent, boxed)
        case BoxedInvocation():
            _add_invocation(parent, boxed)
        case BoxedContext():
            _add_context(parent, boxed)
        case BoxedList():
            _add_list(parent, "list", boxed)
        case BoxedRelation():
            _add_relation(parent, boxed)
        case BoxedFunction():
            add_function(parent, "functionDefinition", boxed)
        case BoxedConditional():
            parts = {"if": boxed.condition, "then": boxed.consequence, "else": boxed.alternative}
            _add_parts(_add_node(parent, "conditional", boxed), boxed.identity, parts)
        case BoxedFilter():
            parts = {"in": boxed.operand, "match": boxed.condition}
            _add_parts(_add_node(parent, "filter", boxed), boxed.identity, parts)
        case BoxedFor():
            element = _add_node(parent, "for", boxed, iteratorVariable=boxed.variable.text)
            _add_parts(element, boxed.identity, {"in": boxed.domain, "return": boxed.body})
        case BoxedQuantified():
            element = _add_node(parent, boxed.quantifier, boxed, iteratorVariable=boxed.variable.text)
            _add_parts(element, boxed.identity, {"in": boxed.domain, "satisfies": boxed.body})
        case _:
            assert_never(boxed)


def add_literal(parent: OutputElement, tag: str, literal: BoxedLiteral) -> None:
    """A literal expression under any tag."""
    element = _add_node(parent, tag, literal, expressionLanguage=literal.language or parent.output.feel)
    if literal.imported is not None:
        _add_imported(element, literal.imported)
    elif literal.text.text:
        element.add_text("text", literal.text.text, literal.text.origin)


def add_function(parent: OutputElement, tag: str, function: BoxedFunction) -> None:
    """A function definition under any tag."""
    element = _add_node(parent, tag, function, kind=function.kind.value)
    for parameter in function.parameters:
        add_variable(element, "formalParameter", parameter)
    add_boxed(element, function.body)


def text_of(source: Source | None) -> str:
    """The text, empty where there is none."""
    return "" if source is None else source.text


def _add_node(parent: OutputElement, tag: str, node: BoxedNode, **attributes: str) -> OutputElement:
    return add_identified(parent, tag, node.identity, typeRef=text_of(node.type), **attributes)


def _add_imported(parent: OutputElement, imported: ImportedValues) -> None:
    element = add_named(
        parent,
        "importedValues",
        imported.name,
        imported.identity,
        locationURI=imported.location,
        expressionLanguage=imported.language,
    )
    element.set("namespace", imported.namespace)
    element.set("importType", imported.kind)
    element.add_text("importedElement", imported.element)


def _add_parts(element: OutputElement, identity: Identity, parts: dict[str, Boxed | None]) -> None:
    for tag, boxed in parts.items():
        add_boxed(add_identified(element, tag, identity.part(tag)), boxed)


def _add_invocation(parent: OutputElement, boxed: BoxedInvocation) -> None:
    element = _add_node(parent, "invocation", boxed)
    add_boxed(element, boxed.function)
    for binding in boxed.bindings:
        child = element.add("binding")
        add_variable(child, "parameter", binding.parameter)
        add_boxed(child, binding.value)


def _add_context(parent: OutputElement, boxed: BoxedContext) -> None:
    element = _add_node(parent, "context", boxed)
    for entry in boxed.entries:
        child = add_identified(element, "contextEntry", entry.identity)
        if entry.variable is not None:
            add_variable(child, "variable", entry.variable)
        add_boxed(child, entry.value)


def _add_list(parent: OutputElement, tag: str, boxed: BoxedList) -> None:
    element = _add_node(parent, tag, boxed)
    for item in boxed.items:
        add_boxed(element, item)


def _add_relation(parent: OutputElement, boxed: BoxedRelation) -> None:
    element = _add_node(parent, "relation", boxed)
    for column in boxed.columns:
        add_variable(element, "column", column)
    for row in boxed.rows:
        _add_list(element, "row", row)


def _add_table(parent: OutputElement, table: BoxedTable) -> None:
    policy, aggregation = _POLICIES[table.hit_policy]
    element = _add_node(
        parent,
        "decisionTable",
        table,
        hitPolicy=policy,
        aggregation=aggregation,
        preferredOrientation=table.orientation,
        outputLabel=table.output_label,
    )
    for column in table.inputs:
        _add_input(element, column)
    for clause in table.outputs:
        _add_output(element, clause)
    for annotation in table.annotations:
        element.add("annotation", {"name": annotation})
    for rule in table.rules:
        _add_rule(element, rule)


def _add_input(parent: OutputElement, clause: InputClause) -> None:
    element = add_identified(parent, "input", clause.identity)
    add_literal(element, "inputExpression", clause.expression)
    add_tests(element, "inputValues", clause.values, clause.identity.part("inputValues"))


def _add_output(parent: OutputElement, clause: OutputClause) -> None:
    element = add_identified(parent, "output", clause.identity, name=clause.name, typeRef=text_of(clause.type))
    add_tests(element, "outputValues", clause.values, clause.identity.part("outputValues"))
    if clause.default is not None:
        add_literal(element, "defaultOutputEntry", clause.default)


def _add_rule(parent: OutputElement, rule: BoxedRule) -> None:
    element = add_identified(parent, "rule", rule.identity)
    for place, tests in enumerate(rule.inputs, 1):
        identity = rule.identity.part(f"inputEntry {place}")
        add_identified(element, "inputEntry", identity).add_text("text", tests.text, tests.origin)
    for literal in rule.outputs:
        add_literal(element, "outputEntry", literal)
    for annotation in rule.annotations:
        element.add("annotationEntry").add_text("text", annotation)
