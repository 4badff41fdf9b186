"""Which elements and attributes DMN allows where (the XSD of 1.5, and what 1.1 to 1.4 had); reports what is not.

What a reader would pass over in silence is an error here: no rule, entry or requirement is ever lost.
"""

from __future__ import annotations

from dmn_engine.diagnostics import nearest
from dmn_engine.xml.document import ModelElement


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


EXPRESSIONS = _split(
    "literalExpression decisionTable invocation context list relation functionDefinition conditional filter for "
    "some every"
)

_COMMON = frozenset({"description", "extensionElements"})
_REFERENCES = _split(
    "requiredDecision requiredInput requiredKnowledge requiredAuthority outputDecision encapsulatedDecision "
    "inputDecision decisionService/inputData supportedObjective impactedPerformanceIndicator decisionMaker "
    "decisionOwner usingProcess usingTask owner elementCollection/drgElement sourceRef targetRef"
)
_ARTIFACTS = "group textAnnotation association elementCollection performanceIndicator organizationUnit"

_CHILDREN: dict[str, str] = {
    "definitions": "import itemDefinition inputData decision businessKnowledgeModel decisionService knowledgeSource "
    + _ARTIFACTS,
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

_ALLOWED = {
    tag: _COMMON.union(*(EXPRESSIONS if word == "*" else {word} for word in words.split()))
    for tag, words in _CHILDREN.items()
}

_NAMED = _split(
    "definitions itemDefinition itemComponent inputData decision businessKnowledgeModel decisionService "
    "knowledgeSource variable parameter parameters formalParameter column"
)

_UNREAD = _split(_ARTIFACTS) | _COMMON | {"importedValues", "import"}


def check_structure(root: ModelElement) -> None:
    """Report every element where DMN has none, and every missing attribute."""
    pending = [("", root)]
    while pending:
        parent, element = pending.pop()
        if element.tag in _UNREAD:
            continue
        if f"{parent}/{element.tag}" in _REFERENCES or element.tag in _REFERENCES:
            if not element.attribute("href"):
                element.error("missing-attribute", f"<{element.tag}> has no href", "name the element that it refers to")
            continue
        if element.tag in _NAMED and not element.attribute("name"):
            _report_nameless(element)
        allowed = _ALLOWED.get(element.tag, _COMMON)
        for child in element.children():
            if child.tag in allowed:
                pending.append((element.tag, child))
            elif element.tag in _ALLOWED:
                close = nearest(child.tag, allowed)
                child.error(
                    "unknown-element",
                    f"<{child.tag}> is not an element of <{element.tag}> in DMN",
                    f"did you mean <{close}>?" if close else "",
                )


def _report_nameless(element: ModelElement) -> None:
    instead = next((key for key in ("label", "id") if element.attribute(key)), "")
    use = f"; its {instead} '{element.attribute(instead)}' is taken for it" if instead else ""
    element.error("missing-attribute", f"<{element.tag}> has no name{use}", 'write name="..." in its start tag')
