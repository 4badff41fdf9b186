"""Compiled expressions and their scopes; the compilation of literal expressions (FEEL texts)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from dmn_engine.compile.untyped_order import orders_untyped
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.compiler.frame import depth_of
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.syntax import Expression, UnaryTests, free_names
from dmn_engine.feel.types import NULL, Type
from dmn_engine.feel.values import Cause
from dmn_engine.model.boxed_expressions import Boxed, BoxedLiteral
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.item_types import TypeTable
from dmn_engine.model.type_constraints import ItemType

_FRAMES_OF_A_PROGRAM = 3

Evaluate = Callable[[Mapping[str, Value], list[Cause]], Value]


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to evaluate, with the type of its value and the nesting depth of its evaluation."""

    type: Type
    evaluate: Evaluate
    depth: int = 2


@dataclass(frozen=True, slots=True)
class BoxedScope:
    """The scope of an expression: names with their types, the model's types, and the diagnostics.

    `owner` is the name of the decision or function that the expression is the logic of; `tables` collects every
    decision table that is compiled, under that name, and `ordered` the texts that order values of unknown type.
    """

    names: Mapping[str, Type]
    types: TypeTable
    diagnostics: Diagnostics
    owner: str = ""
    tables: list[DecisionTable] = field(default_factory=list)
    ordered: list[Source] = field(default_factory=list)
    texts: list[Expression | UnaryTests] = field(default_factory=list)

    def extend(self, names: Mapping[str, Type]) -> BoxedScope:
        """The scope with more names, which hide existing ones."""
        return replace(self, names={**self.names, **names})


def fit_to(wanted: ItemType, compiled: Compiled, place: Source) -> Compiled:
    """The expression with its value converted to a type; null if it does not fit."""
    if wanted.is_free:
        return compiled
    evaluate, fit = compiled.evaluate, wanted.fit

    def fitted(variables: Mapping[str, Value], causes: list[Cause]) -> Value:
        return fit(evaluate(variables, causes), place, causes)

    return Compiled(wanted.type, fitted, compiled.depth + 1)


def find_unknown(source: Source, names: Mapping[str, Type], *, is_test: bool = False) -> list[str]:
    """The names in a FEEL text (or unary tests) that are neither among those given nor built in."""
    parse = parse_unary_tests if is_test else parse_expression
    node = parse(source, names, Diagnostics())
    return [] if node is None else [name for name in sorted(free_names(node)) if name not in {*names, *BUILTINS}]


def nest(parts: Iterable[Compiled]) -> int:
    """The nesting depth of an expression with these parts."""
    return 2 + max((part.depth for part in parts), default=0)


def place_of(boxed: Boxed) -> Source:
    """The text that an error refers to: the literal's own, or the whole element."""
    return boxed.text if isinstance(boxed, BoxedLiteral) else Source("", boxed.origin)


def note_cause(causes: list[Cause], message: str, place: Source) -> None:
    """Record the reason for a null."""
    causes.append(Cause(message, place, place.span))


def compile_null(message: str, place: Source) -> Compiled:
    """An expression that is always null, with the reason given."""
    cause = Cause(message, place, place.span)

    def evaluate(variables: Mapping[str, Value], causes: list[Cause]) -> Value:
        causes.append(cause)
        return None

    return Compiled(NULL, evaluate)


def parse_literal(boxed: BoxedLiteral, scope: BoxedScope, faults: Diagnostics) -> Expression | None:
    """The syntax of a FEEL text; None, with an error, where it cannot be read or is in another language."""
    if boxed.language:
        message = f"the expression language '{boxed.language}' is not FEEL"
        faults.error("unknown-language", message, boxed.text, help="write the expression as FEEL")
        return None
    return parse_expression(boxed.text, scope.names, faults)


def compile_literal(boxed: BoxedLiteral, scope: BoxedScope) -> Compiled:
    """Parse and compile a FEEL text."""
    source = boxed.text
    if not source.text:
        return compile_null("the expression is empty", source)
    faults = Diagnostics()
    node = parse_literal(boxed, scope, faults)
    scope.diagnostics.items.extend(faults.items)
    if node is None:
        return compile_null(faults.items[0].message, source)
    scope.texts.append(node)
    types = scope.types.feel_types()
    type_ = check_expression(node, source, scope.names, Diagnostics(), types)
    if orders_untyped(node, source, scope.names, types):
        scope.ordered.append(source)
    program = compile_expression(node, source, scope.names, types)
    return Compiled(type_, program.evaluate, depth_of(node) + _FRAMES_OF_A_PROGRAM)
