"""Compiled expressions and their scopes; the compilation of literal expressions (FEEL texts)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from dmn_engine.compile.untyped_order import orders_untyped
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.checker.type_operations import may_be
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.compiler.frame import depth_of
from dmn_engine.feel.conversion import describe_type
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.syntax import Expression, ListLiteral, UnaryTests, free_names
from dmn_engine.feel.types import ANY, NULL, ListType, Type
from dmn_engine.model.boxed_expressions import BoxedExpression, LiteralExpression
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.item_types import TypeTable
from dmn_engine.model.type_constraints import ItemType

_FRAMES_OF_A_PROGRAM = 3

Evaluate = Callable[[Mapping[str, Value], list[EvaluationError]], Value]


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to evaluate, with the type of its value and the nesting depth of its evaluation.

    `length` is that of a list that is written item by item; what `is_constant` depends on no variable.
    """

    type: Type
    evaluate: Evaluate
    depth: int = 2
    length: int | None = None
    is_constant: bool = False


@dataclass(frozen=True, slots=True)
class ExpressionScope:
    """The scope of an expression: names with their types, the model's types, and the diagnostics.

    `owner` is the name of the decision or function that the expression is the logic of; `tables` collects every
    decision table that is compiled, under that name, `ordered` the texts that order values of unknown type, and
    `misfits` the findings about declared types that lose values.
    """

    names: Mapping[str, Type]
    types: TypeTable
    diagnostics: Diagnostics
    owner: str = ""
    tables: list[DecisionTable] = field(default_factory=list)
    ordered: list[Source] = field(default_factory=list)
    texts: list[Expression | UnaryTests] = field(default_factory=list)
    misfits: Diagnostics = field(default_factory=Diagnostics)

    def extend(self, names: Mapping[str, Type]) -> ExpressionScope:
        """The scope with more names, which hide existing ones."""
        return replace(self, names={**self.names, **names})


def fit_to(wanted: ItemType, compiled: Compiled, place: Source, scope: ExpressionScope | None = None) -> Compiled:
    """The expression with its value converted to a type; null if it does not fit, a finding of the scope if known."""
    if wanted.is_free:
        return compiled
    if scope is not None:
        find_misfit(wanted.type, compiled.type, compiled.length, place, scope)
    evaluate, fit = compiled.evaluate, wanted.fit
    is_allowed = True
    if scope is not None and compiled.is_constant and wanted.is_restricted:
        is_allowed = check_constant(wanted, evaluate({}, []), place, scope)

    def fitted(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        return fit(evaluate(variables, errors), place, errors)

    return Compiled(wanted.type, fitted, compiled.depth + 1, is_constant=compiled.is_constant and is_allowed)


def check_constant(wanted: ItemType, value: Value, place: Source, scope: ExpressionScope) -> bool:
    """Add a finding if a value, of the right type, is not among the allowed ones of a type; whether it is allowed."""
    errors: list[EvaluationError] = []
    ItemType(wanted.type).fit(value, place, errors)
    if not errors:
        wanted.fit(value, place, errors)
        for error in errors:
            message = f"{scope.owner}: {error.message}, and it becomes null"
            help = "correct the value, or the allowed values of the declared type"
            scope.misfits.error("value-not-allowed", message, place, help=help)
    return not errors


def find_misfit(wanted: Type, given: Type, length: int | None, place: Source, scope: ExpressionScope) -> None:
    """Add a finding if no value of one type fits the other, or of lists only short ones; `length` if it is known."""
    shown = f"{scope.owner}: the declared type is {wanted}, and the value is {describe_type(given)}"
    only, help = "", "correct the declared type, or the expression"
    if not isinstance(given, ListType) or wanted == ANY or length == 1:
        is_lost = not may_be(given, wanted)
    elif isinstance(wanted, ListType):
        is_lost, only = not may_be(given, wanted) and length != 0, "" if length else "is empty"
    else:
        is_lost = True
        if length is None and may_be(given, wanted):
            only, help = "has exactly one item", "declare a list, or select one item: `[1]`"
    if is_lost and only:
        scope.misfits.warning("type-loses-value", f"{shown}: it becomes null unless it {only}", place, help=help)
    elif is_lost:
        scope.misfits.error("type-never-fits", f"{shown}: no such value fits, and it becomes null", place, help=help)


def length_of(node: Expression) -> int | None:
    """The length of a list that is written item by item."""
    return len(node.items) if isinstance(node, ListLiteral) else None


def find_unknown(source: Source, names: Mapping[str, Type], *, is_test: bool = False) -> list[str]:
    """The names in a FEEL text (or unary tests) that are neither among those given nor built in."""
    parse = parse_unary_tests if is_test else parse_expression
    node = parse(source, names, Diagnostics())
    return [] if node is None else [name for name in sorted(free_names(node)) if name not in {*names, *BUILTINS}]


def nest(parts: Iterable[Compiled]) -> int:
    """The nesting depth of an expression with these parts."""
    return 2 + max((part.depth for part in parts), default=0)


def place_of(boxed: BoxedExpression) -> Source:
    """The text that an error refers to: the literal's own, or the whole element."""
    return boxed.text if isinstance(boxed, LiteralExpression) else Source("", boxed.origin)


def note_error(errors: list[EvaluationError], message: str, place: Source) -> None:
    """Record the reason for a null."""
    errors.append(EvaluationError(message, place, place.span))


def compile_null(message: str, place: Source) -> Compiled:
    """An expression that is always null, with the reason given."""
    error = EvaluationError(message, place, place.span)

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        errors.append(error)
        return None

    return Compiled(NULL, evaluate)


def parse_literal(boxed: LiteralExpression, scope: ExpressionScope, errors: Diagnostics) -> Expression | None:
    """The syntax of a FEEL text; None, with an error, where it cannot be read or is in another language."""
    if boxed.language:
        message = f"the expression language '{boxed.language}' is not FEEL"
        errors.error("unknown-language", message, boxed.text, help="write the expression as FEEL")
        return None
    return parse_expression(boxed.text, scope.names, errors)


def compile_literal(boxed: LiteralExpression, scope: ExpressionScope) -> Compiled:
    """Parse and compile a FEEL text."""
    source = boxed.text
    if not source.text:
        return compile_null("the expression is empty", source)
    errors = Diagnostics()
    node = parse_literal(boxed, scope, errors)
    scope.diagnostics.items.extend(errors.items)
    if node is None:
        return compile_null(errors.items[0].message, source)
    scope.texts.append(node)
    types = scope.types.feel_types()
    type_ = check_expression(node, source, scope.names, Diagnostics(), types)
    if orders_untyped(node, source, scope.names, types):
        scope.ordered.append(source)
    program = compile_expression(node, source, scope.names, types)
    depth = depth_of(node) + _FRAMES_OF_A_PROGRAM
    return Compiled(type_, program.evaluate, depth, length_of(node), program.is_constant)
