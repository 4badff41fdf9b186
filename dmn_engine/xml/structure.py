"""Which elements and attributes DMN allows where (the XSD of 1.5, and what 1.1 to 1.4 had); reports what is not.

What a reader would pass over in silence is an error here: no rule, entry or requirement is ever lost.
"""

from __future__ import annotations

from dmn_engine.diagnostics import Source, nearest
from dmn_engine.xml.document import VERSIONS, ModelElement, name_of, namespace_of


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


EXPRESSIONS = _split(
    "literalExpression decisionTable invocation context list relation functionDefinition conditional filter for "
    "some every"
)

_COMMON = frozenset({"description", "extensionElements"})
_ARTIFACTS = "group textAnnotation association elementCollection performanceIndicator organizationUnit"

_CHILDREN: dict[str, str] = {
    "definitions": "import itemDefinition inputData decision businessKnowledgeModel decisionService knowledgeSource "
    + _ARTIFACTS
    + " DMNDI",
    "import": "",
    "itemDefinition": "typeRef allowedValues typeConstraint itemComponent functionItem",
    "itemComponent": "typeRef allowedValues typeConstraint itemComponent functionItem",
    "functionItem": "parameters",
    "allowedValues": "text",
    "typeConstraint": "text",
    "inputData": "variable",
    "decision": "question allowedAnswers variable informationRequirement knowledgeRequirement authorityRequirement "
    "supportedObjective impactedPerformanceIndicator decisionMaker decisionOwner usingProcess usingTask *",
    "businessKnowledgeModel": "variable encapsulatedLogic knowledgeRequirement authorityRequirement",
    "decisionService": "variable outputDecision encapsulatedDecision inputDecision inputData",
    "knowledgeSource": "authorityRequirement type owner",
    "variable": "",
    "parameter": "",
    "parameters": "",
    "formalParameter": "",
    "column": "",
    "group": "",
    "textAnnotation": "text",
    "association": "sourceRef targetRef",
    "elementCollection": "drgElement",
    "performanceIndicator": "impactingDecision",
    "organizationUnit": "decisionMade decisionOwned",
    "importedValues": "importedElement",
    "informationRequirement": "requiredDecision requiredInput",
    "knowledgeRequirement": "requiredKnowledge",
    "authorityRequirement": "requiredDecision requiredInput requiredAuthority",
    "encapsulatedLogic": "formalParameter *",
    "functionDefinition": "formalParameter *",
    "literalExpression": "text importedValues",
    "invocation": "binding *",
    "binding": "parameter *",
    "decisionTable": "input output annotation rule",
    "input": "inputExpression inputValues",
    "inputExpression": "text importedValues",
    "inputValues": "text",
    "output": "outputValues defaultOutputEntry",
    "outputValues": "text",
    "defaultOutputEntry": "text importedValues",
    "rule": "inputEntry outputEntry annotationEntry",
    "inputEntry": "text",
    "outputEntry": "text importedValues",
    "annotationEntry": "text",
    "context": "contextEntry",
    "contextEntry": "variable *",
    "relation": "column row",
    "row": "*",
    "list": "*",
    "conditional": "if then else",
    "if": "*",
    "then": "*",
    "else": "*",
    "filter": "in match",
    "in": "*",
    "match": "*",
    "for": "in return",
    "return": "*",
    "some": "in satisfies",
    "every": "in satisfies",
    "satisfies": "*",
}

_BARE = "binding annotation annotationEntry if then else match return satisfies in"
"""Elements with children, but without a description or extensions."""

_ALLOWED = {
    tag: (frozenset() if tag in _BARE.split() else _COMMON).union(
        *(EXPRESSIONS if word == "*" else {word} for word in words.split())
    )
    for tag, words in (_CHILDREN | {"annotation": ""}).items()
}

_TYPED = "typeRef expressionLanguage"
_ATTRIBUTES: dict[str, str] = {
    "definitions": "name namespace expressionLanguage typeLanguage exporter exporterVersion",
    "import": "name namespace locationURI importType",
    "itemDefinition": "name typeLanguage isCollection",
    "itemComponent": "name typeLanguage isCollection",
    "functionItem": "outputTypeRef",
    "knowledgeSource": "name locationURI",
    "encapsulatedLogic": "typeRef kind",
    "functionDefinition": "typeRef kind",
    "importedValues": "name namespace locationURI importType expressionLanguage",
    "decisionTable": "typeRef hitPolicy aggregation preferredOrientation outputLabel",
    "output": "name typeRef",
    "annotation": "name",
    "group": "name",
    "textAnnotation": "textFormat",
    "association": "associationDirection",
    "performanceIndicator": "name URI",
    "organizationUnit": "name URI",
    "in": "typeRef",
    **dict.fromkeys(["for", "some", "every"], "typeRef iteratorVariable"),
    **dict.fromkeys(
        ["inputData", "decision", "businessKnowledgeModel", "decisionService", "elementCollection"], "name"
    ),
    **dict.fromkeys(["variable", "parameter", "parameters", "formalParameter", "column"], "name typeRef"),
    **dict.fromkeys(["invocation", "context", "relation", "row", "list", "conditional", "filter"], "typeRef"),
    **dict.fromkeys(["allowedValues", "typeConstraint", "inputValues", "outputValues", "inputEntry"], _TYPED),
    **dict.fromkeys(["literalExpression", "inputExpression", "defaultOutputEntry", "outputEntry"], _TYPED),
}
_NAMELESS = _split("binding annotation annotationEntry")
"""Elements that nothing may refer to: they have no id, and no attributes of vendors."""

_KNOWN = {
    tag: _split(_ATTRIBUTES.get(tag, "")) | (frozenset() if tag in _NAMELESS else {"id", "label"}) for tag in _ALLOWED
}
_NO_ATTRIBUTES: frozenset[str] = frozenset()

_NAMED = _split(
    "definitions itemDefinition itemComponent inputData decision businessKnowledgeModel decisionService "
    "knowledgeSource variable parameter parameters formalParameter column elementCollection performanceIndicator "
    "organizationUnit"
)

_REFERENCES = _split(
    "requiredDecision requiredInput requiredKnowledge requiredAuthority outputDecision encapsulatedDecision "
    "inputDecision decisionService/inputData supportedObjective impactedPerformanceIndicator decisionMaker "
    "decisionOwner usingProcess usingTask owner elementCollection/drgElement sourceRef targetRef impactingDecision "
    "decisionMade decisionOwned"
)


def check_structure(root: ModelElement) -> None:
    """Report every element, attribute and text where DMN has none, what is missing, and ids that are not alone."""
    pending = [("", root)]
    ids: set[str] = set()
    while pending:
        parent, element = pending.pop()
        if f"{parent}/{element.tag}" in _REFERENCES or element.tag in _REFERENCES:
            _check_reference(element)
            continue
        _check_id(element, ids)
        if element.tag in _NAMED and not element.attribute("name"):
            _report_nameless(element)
        _check_attributes(element, _KNOWN.get(element.tag, _NO_ATTRIBUTES))
        _check_foreign(element)
        for child in reversed(_check_children(element)):
            pending.append((element.tag, child))


def _check_children(element: ModelElement) -> list[ModelElement]:
    """The children to go on with; the others are reported."""
    allowed = _ALLOWED.get(element.tag, _NO_ATTRIBUTES)
    known = []
    for child in element.children():
        if child.tag in allowed:
            if child.tag not in ("extensionElements", "DMNDI"):
                known.append(child)
            continue
        close = nearest(child.tag, allowed)
        child.error(
            "unknown-element",
            f"<{child.tag}> is not an element of <{element.tag}> in DMN",
            f"did you mean <{close}>?" if close else "",
        )
    if element.tag in _ALLOWED and element.stray_text():
        message = f"the text '{element.stray_text()[:40]}' stands directly in <{element.tag}>, where DMN has none"
        element.error("stray-text", message, "put it into <text>" if "text" in allowed else "remove it")
    return known


def _check_reference(element: ModelElement) -> None:
    if not element.attribute("href"):
        element.error("missing-attribute", f"<{element.tag}> has no href", "name the element that it refers to")
    _check_attributes(element, frozenset({"href"}))


def _check_id(element: ModelElement, ids: set[str]) -> None:
    identity = element.attribute("id")
    if identity in ids:
        element.error("duplicate-id", f"two elements have the id '{identity}'")
    elif identity:
        ids.add(identity)


def _check_attributes(element: ModelElement, known: frozenset[str]) -> None:
    """What nothing would read is an error where it looks like a slip of the pen, else a warning."""
    for name in element.own_attributes():
        if name not in known:
            close = nearest(name, known)
            message = f"'{name}' is not an attribute of <{element.tag}> in DMN"
            if close:
                element.error("unknown-attribute", message, f"did you mean {close}?")
            else:
                element.warn("unknown-attribute", f"{message}; it is not kept")
    if "id" not in known:
        for name, _ in element.foreign_attributes():
            message = f"<{element.tag}> can have no attributes of others in DMN; '{name}' is not kept"
            element.warn("unknown-attribute", message)


def _check_foreign(element: ModelElement) -> None:
    for child in element.foreign_children():
        place = Source("", element.describe_child(child))
        tag, namespace = name_of(child), namespace_of(child)
        report = element.document.diagnostics
        if namespace in VERSIONS:
            message = f"<{tag}> is of DMN {VERSIONS[namespace]}, the file of DMN {VERSIONS[element.namespace]}"
            report.error("mixed-versions", message, place, help="use one namespace in the whole file")
        elif "id" not in _KNOWN.get(element.tag, _NO_ATTRIBUTES):
            message = f"<{tag}> of the namespace '{namespace}' cannot stand in <{element.tag}>"
            report.error("unknown-element", message, place, help="put it into <extensionElements>")
        else:
            message = f"<{tag}> of the namespace '{namespace}' stands outside <extensionElements>; it is kept there"
            report.warning("foreign-element", message, place)


def _report_nameless(element: ModelElement) -> None:
    instead = next((key for key in ("label", "id") if element.attribute(key)), "")
    use = f"; its {instead} '{element.attribute(instead)}' is taken for it" if instead else ""
    element.error("missing-attribute", f"<{element.tag}> has no name{use}", 'write name="..." in its start tag')
