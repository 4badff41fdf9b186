"""Descriptions of the elements of expressions (DMN 1.5, 10.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dmn_engine.diagnostics import Source, nearest
from dmn_engine.formats.dmn_xml.description import (
    LEAF,
    TESTS,
    Description,
    Part,
    Rule,
    attribute,
    child,
    children,
    language,
    own_name,
    read_text,
    repeated,
    text,
    type_name,
    unary_tests,
    write_tests,
)
from dmn_engine.formats.dmn_xml.document import ModelElement
from dmn_engine.formats.dmn_xml.names import read_language
from dmn_engine.formats.dmn_xml.output import OutputElement
from dmn_engine.model.boxed_expressions import (
    Binding,
    BoxedExpression,
    ConditionalExpression,
    ContextExpression,
    DecisionRule,
    ExpressionEntry,
    FilterExpression,
    ForExpression,
    FunctionExpression,
    FunctionKind,
    ImportedValues,
    InputClauseSource,
    InvocationExpression,
    ListExpression,
    LiteralExpression,
    OutputClauseSource,
    QuantifiedExpression,
    RelationExpression,
    TableExpression,
    Variable,
)
from dmn_engine.model.decision_table import HitPolicy

DEEPEST = 100
"""How many elements an expression may stand below the root."""


def read_boxed(element: ModelElement) -> BoxedExpression:
    """An expression element, of EXPRESSIONS. One that is nested too deep is read as an empty text."""
    if element.depth > DEEPEST:
        element.error("too-deep", f"the expression stands more than {DEEPEST} elements deep")
        return LiteralExpression(element.source(""), origin=element.origin)
    found: BoxedExpression = EXPRESSIONS[element.tag].read(element)
    return found


def write_boxed(parent: OutputElement, boxed: BoxedExpression | None) -> None:
    """The element of an expression; nothing where there is none."""
    if boxed is not None:
        _BY_KIND[boxed.quantifier if isinstance(boxed, QuantifiedExpression) else type(boxed)].write(parent, boxed)


def _read_logic(parent: ModelElement) -> BoxedExpression | None:
    """The one expression among the children; None where there is none. More than one is an error."""
    found = parent.children(*EXPRESSIONS)
    for extra in found[1:]:
        extra.error("many-expressions", f"<{parent.tag}> has more than one expression", "keep one of them")
    return read_boxed(found[0]) if found else None


def expression(field: str, missing: str = "", help: str = "") -> Part:
    """The expression among the children; `missing` says what is wrong where there is none, `help` what to do."""

    def read(element: ModelElement) -> object:
        logic = _read_logic(element)
        if logic is None and missing:
            element.error("missing-element", f"<{element.tag}> {missing}", help)
        return logic

    return Part(field, read, children=lambda: EXPRESSIONS, write=lambda element, value, _: write_boxed(element, value))


def _expressions(field: str) -> Part:
    """All expressions among the children."""

    def write(element: OutputElement, value: Iterable[BoxedExpression], owner: object) -> None:
        for item in value:
            write_boxed(element, item)

    def read(element: ModelElement) -> object:
        return tuple(map(read_boxed, element.children(*EXPRESSIONS)))

    return Part(field, read, children=lambda: EXPRESSIONS, write=write)


def _wrapped(field: str, tag: str) -> Part:
    """An expression in an element of its own, such as <if>."""
    rule = Rule(("id", "typeRef") if tag == "in" else ("id",), lambda: EXPRESSIONS)

    def read(element: ModelElement) -> object:
        part = element.child(tag)
        if part is None:
            element.error("missing-element", f"<{element.tag}> has no <{tag}>")
            return None
        logic = _read_logic(part)
        if logic is None:
            part.error("missing-element", f"<{tag}> of <{element.tag}> has no expression")
        return logic

    def write(element: OutputElement, value: BoxedExpression | None, owner: Any) -> None:
        wrapper = element.add(tag)
        wrapper.identify(owner.identity.part(tag), {})
        write_boxed(wrapper, value)

    return Part(field, read, children=lambda: {tag: rule}, write=write, is_single=True, is_kept=True)


def _read_literal_text(element: ModelElement) -> Source:
    return read_text(element) or element.source("")


def _write_literal_text(element: OutputElement, value: Source, owner: LiteralExpression) -> None:
    if owner.imported is None and value.text:
        element.add_text("text", value.text, value.origin)


def _read_literal_language(element: ModelElement) -> str:
    """The language of an expression; without one of its own, the model's."""
    return read_language(element) if element.has_attribute("expressionLanguage") else element.document.language


def _read_iterator(element: ModelElement, name: str) -> Source:
    if not element.attribute(name):
        element.error("missing-attribute", f"<{element.tag}> has no {name}")
    return element.source(element.attribute(name))


def _read_kind(element: ModelElement, name: str) -> FunctionKind:
    """In what a function's body is written; in DMN 1.1 a vendor's attribute says it."""
    written = element.attribute(name) or element.foreign_attribute(name) or "FEEL"
    kinds = {kind.value.casefold(): kind for kind in FunctionKind} | {"f": FunctionKind.FEEL, "j": FunctionKind.JAVA}
    kind = kinds.get(written.casefold())
    if kind is None:
        element.error("unknown-kind", f"'{written}' is not a kind of function", "use FEEL or Java")
    return kind or FunctionKind.FEEL


_AGGREGATIONS = {
    "SUM": HitPolicy.COLLECT_SUM,
    "MIN": HitPolicy.COLLECT_MIN,
    "MAX": HitPolicy.COLLECT_MAX,
    "COUNT": HitPolicy.COLLECT_COUNT,
}
_POLICIES = {policy.name.replace("_", " "): policy for policy in HitPolicy if policy not in _AGGREGATIONS.values()}
_WRITTEN = {policy: {"hitPolicy": word} for word, policy in _POLICIES.items()} | {
    policy: {"hitPolicy": "COLLECT", "aggregation": word} for word, policy in _AGGREGATIONS.items()
}


def _read_policy(element: ModelElement) -> HitPolicy:
    written = element.attribute("hitPolicy") or "UNIQUE"
    aggregation = element.attribute("aggregation")
    policy = _POLICIES.get(written)
    if policy is None:
        close = nearest(written, _POLICIES)
        help = f"did you mean {close}?" if close else "use one of " + ", ".join(_POLICIES)
        element.error("unknown-hit-policy", f"'{written}' is not a hit policy", help)
    elif aggregation and aggregation not in _AGGREGATIONS:
        element.error("unknown-aggregation", f"'{aggregation}' is not an aggregation", "use SUM, MIN, MAX or COUNT")
    elif aggregation and policy is not HitPolicy.COLLECT:
        message = f"the aggregation {aggregation} is not allowed with hit policy {written}"
        element.error("aggregation-without-collect", message, "remove it, or use hit policy COLLECT")
    elif aggregation:
        return _AGGREGATIONS[aggregation]
    return policy or HitPolicy.UNIQUE


def _read_orientation(element: ModelElement, name: str) -> str:
    written = element.attribute(name)
    choices = ("Rule-as-Row", "Rule-as-Column", "CrossTable")
    if written and written not in choices:
        message = f"'{written}' is not an orientation; it is not kept"
        element.warn("unknown-orientation", message, f"use one of {', '.join(choices)}")
        return ""
    return written


def _read_condition(element: ModelElement) -> Source:
    text = read_text(element)
    if text is None:
        element.warn("empty-condition", "the condition is empty; it is read as '-', any value", "write '-'")
        return element.source("-")
    return text


def _read_conditions(element: ModelElement) -> object:
    return tuple(map(_read_condition, element.children("inputEntry")))


def _write_conditions(element: OutputElement, value: Iterable[Source], owner: DecisionRule) -> None:
    for place, tests in enumerate(value, 1):
        write_tests(element, "inputEntry", tests, owner.identity.part(f"inputEntry {place}"))


def _miss_input_expression(element: ModelElement) -> LiteralExpression:
    element.error("missing-element", "<input> has no <inputExpression>")
    return LiteralExpression(element.source(""), origin=element.origin)


def _check_imported(element: ModelElement, literal: LiteralExpression) -> LiteralExpression:
    if literal.imported is not None:
        element.error("imported-values", "the values of another file cannot be imported here", "write them as FEEL")
    return literal


def _finish_function(element: ModelElement, function: FunctionExpression) -> FunctionExpression:
    """A vendor's attribute that says the kind is not kept beside the standard's."""
    if element.has_attribute("kind"):
        return function
    others = tuple(item for item in function.identity.attributes if not item[0].endswith("}kind"))
    return replace(function, identity=replace(function.identity, attributes=others))


def _finish_binding(element: ModelElement, binding: Binding) -> Binding | None:
    if element.child("parameter") is not None:
        return binding
    element.error("missing-element", "<binding> has no <parameter>")
    return None


def _check_rows(element: ModelElement, relation: RelationExpression) -> RelationExpression:
    for item, row in zip(element.children("row"), relation.rows, strict=True):
        if len(row.items) != len(relation.columns):
            message = f"the row has {len(row.items)} cells, the relation {len(relation.columns)} columns"
            item.error("row-length", message)
    return relation


def _check_table(element: ModelElement, table: TableExpression) -> TableExpression:
    if not table.outputs:
        element.error("missing-element", "<decisionTable> has no <output>")
    for item, rule in zip(element.children("rule"), table.rules, strict=True):
        for found, wanted, what in (
            (len(rule.inputs), len(table.inputs), "input"),
            (len(rule.outputs), len(table.outputs), "output"),
        ):
            if found != wanted:
                entries = f"{found} {what} entr{'y' if found == 1 else 'ies'}"
                columns = f"{wanted} {what}{'' if wanted == 1 else 's'}"
                item.error("rule-length", f"the rule has {entries}, the table {columns}")
    return table


def variable(tag: str) -> Description[Variable]:
    return Description(tag, Variable, own_name(is_source=True), type_name())


def _literal(tag: str) -> Description[LiteralExpression]:
    language_ = Part(
        "language",
        _read_literal_language,
        ("expressionLanguage",),
        lambda value, output: {"expressionLanguage": value or output.feel},
    )
    text_ = Part("text", _read_literal_text, children=lambda: {"text": LEAF}, write=_write_literal_text, is_single=True)
    return Description(
        tag, LiteralExpression, type_name(), language_, text_, child("imported", _IMPORTED), finish=_check_imported
    )


def function(tag: str) -> Description[FunctionExpression]:
    kind = attribute("kind", read=_read_kind, put=lambda value: str(value.value))
    parameters = children("parameters", variable("formalParameter"), is_unique=True)
    return Description(
        tag, FunctionExpression, type_name(), kind, parameters, expression("body"), finish=_finish_function
    )


def _list(tag: str) -> Description[ListExpression]:
    return Description(tag, ListExpression, type_name(), _expressions("items"))


def _quantified(tag: str) -> Description[QuantifiedExpression]:
    parts = (_ITERATOR, _wrapped("domain", "in"), _wrapped("body", "satisfies"))
    return Description(tag, QuantifiedExpression, type_name(), *parts, quantifier=tag)


_ITERATOR = attribute("variable", "iteratorVariable", _read_iterator)
_IMPORTED = Description(
    "importedValues",
    ImportedValues,
    attribute("name", is_required=True),
    attribute("location", "locationURI"),
    language("language"),
    attribute("namespace", is_required=True, is_last=True),
    attribute("kind", "importType", is_required=True, is_last=True),
    text("element", "importedElement", is_required=True),
)
_BINDING: Description[Any] = Description(  # without a parameter it is left out
    "binding",
    Binding,
    child("parameter", variable("parameter")),
    expression("value"),
    is_identified=False,
    finish=_finish_binding,
)
_ENTRY = Description(
    "contextEntry", ExpressionEntry, child("variable", variable("variable")), expression("value", "has no expression")
)
_INPUT = Description(
    "input",
    InputClauseSource,
    child("expression", _literal("inputExpression"), _miss_input_expression),
    unary_tests("values", "inputValues"),
)
_OUTPUT = Description(
    "output",
    OutputClauseSource,
    attribute("name"),
    type_name(),
    unary_tests("values", "outputValues"),
    child("default", _literal("defaultOutputEntry")),
)
_ANNOTATION = Rule(("name",))
_ANNOTATION_ENTRY = Rule((), lambda: {"text": LEAF}, ("text",))
_RULE = Description(
    "rule",
    DecisionRule,
    Part("inputs", _read_conditions, children=lambda: {"inputEntry": TESTS}, write=_write_conditions, is_kept=True),
    children("outputs", _literal("outputEntry")),
    repeated(
        "annotations",
        "annotationEntry",
        lambda: _ANNOTATION_ENTRY,
        lambda element: element.child_text("text"),
        lambda parent, value: parent.add("annotationEntry").add_text("text", value),
    ),
)
_TABLE = Description(
    "decisionTable",
    TableExpression,
    type_name(),
    Part("hit_policy", _read_policy, ("hitPolicy", "aggregation"), lambda policy, _: _WRITTEN[policy]),
    attribute("orientation", "preferredOrientation", _read_orientation),
    attribute("output_label", "outputLabel"),
    children("inputs", _INPUT),
    children("outputs", _OUTPUT),
    repeated(
        "annotations",
        "annotation",
        lambda: _ANNOTATION,
        lambda element: element.attribute("name"),
        lambda parent, value: parent.add("annotation", {"name": value}),
    ),
    children("rules", _RULE),
    finish=_check_table,
)
_INVOCATION = Description(
    "invocation",
    InvocationExpression,
    type_name(),
    expression("function", "names no function", "add a <literalExpression> with its name"),
    children("bindings", _BINDING),
)
_RELATION = Description(
    "relation",
    RelationExpression,
    type_name(),
    children("columns", variable("column"), is_unique=True),
    children("rows", _list("row")),
    finish=_check_rows,
)
_CONDITIONAL = Description(
    "conditional",
    ConditionalExpression,
    type_name(),
    _wrapped("condition", "if"),
    _wrapped("consequence", "then"),
    _wrapped("alternative", "else"),
)
_FILTER = Description(
    "filter", FilterExpression, type_name(), _wrapped("operand", "in"), _wrapped("condition", "match")
)
_FOR = Description("for", ForExpression, type_name(), _ITERATOR, _wrapped("domain", "in"), _wrapped("body", "return"))

EXPRESSIONS: Mapping[str, Description[Any]] = {
    each.tag: each
    for each in (
        _literal("literalExpression"),
        _TABLE,
        _INVOCATION,
        Description("context", ContextExpression, type_name(), children("entries", _ENTRY)),
        _list("list"),
        _RELATION,
        function("functionDefinition"),
        _CONDITIONAL,
        _FILTER,
        _FOR,
        _quantified("some"),
        _quantified("every"),
    )
}
"""The elements of expressions, by tag."""

_BY_KIND: Mapping[object, Description[Any]] = {each.kind: each for each in EXPRESSIONS.values()} | {
    tag: EXPRESSIONS[tag] for tag in ("some", "every")
}
