"""Which elements, attributes and references DMN has where: those of 1.5, and of 1.1 to 1.4. Checks nothing."""

from __future__ import annotations

from dataclasses import dataclass


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


EXPRESSIONS = _split(
    "literalExpression decisionTable invocation context list relation functionDefinition conditional filter for "
    "some every"
)

_TABLE = """
definitions @name @namespace @expressionLanguage @typeLanguage @exporter @exporterVersion import* itemDefinition*
  inputData* decision* businessKnowledgeModel* decisionService* knowledgeSource* group* textAnnotation* association*
  elementCollection* performanceIndicator* organizationUnit* DMNDI
import @name @namespace @locationURI @importType
itemDefinition @name @typeLanguage @isCollection typeRef allowedValues typeConstraint itemComponent* functionItem
itemComponent @name @typeLanguage @isCollection typeRef allowedValues typeConstraint itemComponent* functionItem
functionItem @outputTypeRef parameters*
allowedValues @typeRef @expressionLanguage text
typeConstraint @typeRef @expressionLanguage text
inputData @name variable
decision @name question allowedAnswers variable informationRequirement* knowledgeRequirement* authorityRequirement*
  supportedObjective* impactedPerformanceIndicator* decisionMaker* decisionOwner* usingProcess* usingTask* expression*
businessKnowledgeModel @name variable encapsulatedLogic knowledgeRequirement* authorityRequirement*
decisionService @name variable outputDecision* encapsulatedDecision* inputDecision* inputData*
knowledgeSource @name @locationURI authorityRequirement* type owner
informationRequirement requiredDecision* requiredInput*
knowledgeRequirement requiredKnowledge*
authorityRequirement requiredDecision* requiredInput* requiredAuthority*
variable @name @typeRef
parameter @name @typeRef
parameters @name @typeRef
formalParameter @name @typeRef
column @name @typeRef
encapsulatedLogic @typeRef @kind formalParameter* expression*
functionDefinition @typeRef @kind formalParameter* expression*
literalExpression @typeRef @expressionLanguage text importedValues
importedValues @name @namespace @locationURI @importType @expressionLanguage importedElement
invocation @typeRef binding* expression*
=binding parameter expression*
decisionTable @typeRef @hitPolicy @aggregation @preferredOrientation @outputLabel input* output* annotation* rule*
input inputExpression inputValues
inputExpression @typeRef @expressionLanguage text importedValues
inputValues @typeRef @expressionLanguage text
output @name @typeRef outputValues defaultOutputEntry
outputValues @typeRef @expressionLanguage text
defaultOutputEntry @typeRef @expressionLanguage text importedValues
=annotation @name
rule inputEntry* outputEntry* annotationEntry*
inputEntry @typeRef @expressionLanguage text
outputEntry @typeRef @expressionLanguage text importedValues
=annotationEntry text
context @typeRef contextEntry*
contextEntry variable expression*
relation @typeRef column* row*
row @typeRef expression*
list @typeRef expression*
conditional @typeRef if then else
filter @typeRef in match
for @typeRef @iteratorVariable in return
some @typeRef @iteratorVariable in satisfies
every @typeRef @iteratorVariable in satisfies
=if @id expression*
=then @id expression*
=else @id expression*
=in @id @typeRef expression*
=match @id expression*
=return @id expression*
=satisfies @id expression*
group @name
textAnnotation @textFormat text
association @associationDirection sourceRef targetRef
elementCollection @name drgElement*
performanceIndicator @name @URI impactingDecision*
organizationUnit @name @URI decisionMade* decisionOwned*
"""
"""An element a line: its attributes with @, its children, with * those that there may be many of.

All may have an id, a label, a description and extensions, but those after = have only what is listed. Whether there
may be many expressions, or how many elements a requirement may name, is said by what reads them.
"""

NAMED = _split(
    "definitions itemDefinition itemComponent inputData decision businessKnowledgeModel decisionService "
    "knowledgeSource variable parameter parameters formalParameter column elementCollection performanceIndicator "
    "organizationUnit"
)
"""Elements that must have a name. An import had none in 1.1."""

REFERENCES = _split(
    "requiredDecision requiredInput requiredKnowledge requiredAuthority outputDecision encapsulatedDecision "
    "inputDecision decisionService/inputData supportedObjective impactedPerformanceIndicator decisionMaker "
    "decisionOwner usingProcess usingTask owner elementCollection/drgElement sourceRef targetRef impactingDecision "
    "decisionMade decisionOwned"
)
"""Elements that are an href and nothing else; with the parent's tag where the tag alone may be another element."""

ALONE = {"definitions": "itemDefinition", "itemDefinition": "itemComponent", "itemComponent": "itemComponent"} | {
    "encapsulatedLogic": "formalParameter",
    "functionDefinition": "formalParameter",
    "relation": "column",
}
"""The children of which each must have a name of its own, by the parent's tag."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one element may hold; `single` are the children of which there is at most one."""

    attributes: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    single: frozenset[str] = frozenset()

    @property
    def has_identity(self) -> bool:
        """Whether something may refer to the element, and vendors may add to it."""
        return "id" in self.attributes


def _read_line(line: str) -> tuple[str, Rule]:
    tag, *words = line.split()
    attributes = {word[1:] for word in words if word[0] == "@"}
    single = {word for word in words if word[0] != "@" and word[-1] != "*"}
    children = single | {word.rstrip("*") for word in words if word[0] != "@"}
    if "expression" in children:
        children |= EXPRESSIONS
    if tag[0] != "=":
        attributes |= {"id", "label"}
        single |= {"description", "extensionElements"}
        children |= single
    return tag.lstrip("="), Rule(frozenset(attributes), frozenset(children - {"expression"}), frozenset(single))


RULES = dict(_read_line(line) for line in _TABLE.strip().replace("\n  ", " ").splitlines())
"""What each element may hold, by its tag."""
