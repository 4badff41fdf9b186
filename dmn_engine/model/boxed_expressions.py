"""Boxed expressions as written in a model file (DMN 1.5, 10.2): texts with their places."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal as Choice

from dmn_engine.diagnostics import Origin, Source
from dmn_engine.model.decision_table import HitPolicy


@dataclass(frozen=True, slots=True)
class Extension:
    """An element of a namespace other than DMN's, kept unchanged and not interpreted (DMN 1.5, 6.3.16).

    `attributes` are (name, value) in their order; a name with a namespace is in Clark notation, `{namespace}name`.
    `tail` is the text between its end and what follows it in its parent.
    """

    namespace: str
    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    children: tuple[Extension, ...] = ()
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """The common attributes of all elements of a model (DMN 1.5, 6.3.2).

    `attributes` are the uninterpreted ones: vendors' (names in Clark notation), and the typeRef or language of an
    element that is only a text here. `parts` are the identities of child elements that are only a text or an expression
    here, by tag, and by position (from 1) if the tag may repeat: `("inputValues", ...)`, `("inputEntry 2", ...)`.
    """

    id: str = ""
    label: str = ""
    description: str = ""
    extensions: tuple[Extension, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, Identity], ...] = ()

    def part(self, name: str) -> Identity:
        """The identity of a part, or ANONYMOUS."""
        return next((found for key, found in self.parts if key == name), ANONYMOUS)


ANONYMOUS = Identity()


@dataclass(frozen=True, slots=True)
class Variable:
    """A name with an optional type: an InformationItem (DMN 1.5, 7.3.4); `type` is the type's name as written."""

    name: Source
    type: Source | None = None
    identity: Identity = ANONYMOUS

    @property
    def text(self) -> str:
        """The name, as expressions write it."""
        return self.name.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionElement:
    """The base of all boxed expressions: the element's place, and the type of its value, if declared."""

    origin: Origin
    type: Source | None = None
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class ImportedValues:
    """Values in another file (DMN 1.5, 7.3.3), which are not read."""

    name: str
    namespace: str
    location: str
    kind: str
    element: str
    language: str = ""
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class LiteralExpression(ExpressionElement):
    """A FEEL text; empty if the element has none. `language` is set if it is not FEEL."""

    text: Source
    language: str = ""
    imported: ImportedValues | None = None


@dataclass(frozen=True, slots=True)
class InputClauseSource:
    """An input column: the expression that it tests, and its allowed values (unary tests)."""

    expression: LiteralExpression
    values: Source | None = None
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class OutputClauseSource:
    """An output column. `values` are its allowed values, in the order of priority."""

    origin: Origin
    name: str = ""
    type: Source | None = None
    values: Source | None = None
    default: LiteralExpression | None = None
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """A rule: unary tests for each input, a literal expression for each output."""

    origin: Origin
    inputs: tuple[Source, ...]
    outputs: tuple[LiteralExpression, ...]
    annotations: tuple[str, ...] = ()
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class TableExpression(ExpressionElement):
    """A decision table (DMN 1.5, 8.3)."""

    hit_policy: HitPolicy
    inputs: tuple[InputClauseSource, ...]
    outputs: tuple[OutputClauseSource, ...]
    rules: tuple[DecisionRule, ...]
    annotations: tuple[str, ...] = ()
    orientation: str = ""
    output_label: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """One argument of an invocation."""

    parameter: Variable
    value: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class InvocationExpression(ExpressionElement):
    function: BoxedExpression | None
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class ExpressionEntry:
    """An entry of a context; one without a variable is the context's result."""

    variable: Variable | None
    value: BoxedExpression | None
    origin: Origin
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class ContextExpression(ExpressionElement):
    entries: tuple[ExpressionEntry, ...]


@dataclass(frozen=True, slots=True)
class ListExpression(ExpressionElement):
    items: tuple[BoxedExpression, ...]


@dataclass(frozen=True, slots=True)
class RelationExpression(ExpressionElement):
    """A list of contexts, written as rows under columns."""

    columns: tuple[Variable, ...]
    rows: tuple[ListExpression, ...]


class FunctionKind(Enum):
    """The language of a function's body; the value is that of the attribute."""

    FEEL = "FEEL"
    JAVA = "Java"
    PMML = "PMML"


@dataclass(frozen=True, slots=True)
class FunctionExpression(ExpressionElement):
    """A function; `type`, if given, is the type of its result."""

    parameters: tuple[Variable, ...]
    body: BoxedExpression | None
    kind: FunctionKind = FunctionKind.FEEL


@dataclass(frozen=True, slots=True)
class ConditionalExpression(ExpressionElement):
    condition: BoxedExpression | None
    consequence: BoxedExpression | None
    alternative: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class FilterExpression(ExpressionElement):
    operand: BoxedExpression | None
    condition: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class ForExpression(ExpressionElement):
    variable: Source
    domain: BoxedExpression | None
    body: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class QuantifiedExpression(ExpressionElement):
    quantifier: Choice["some", "every"]
    variable: Source
    domain: BoxedExpression | None
    body: BoxedExpression | None


BoxedExpression = (
    LiteralExpression
    | TableExpression
    | InvocationExpression
    | ContextExpression
    | ListExpression
    | RelationExpression
    | FunctionExpression
    | ConditionalExpression
    | FilterExpression
    | ForExpression
    | QuantifiedExpression
)
