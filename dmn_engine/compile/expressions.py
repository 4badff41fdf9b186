"""Compile boxed expressions to closures (DMN 1.5, 10.2).

As in the standard, a value that is not a list or a boolean where one is required gives null, and the reason is kept;
a single value is not converted to a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dmn_engine.compile.boxed_table import compile_boxed_table
from dmn_engine.compile.functions import FunctionPlan, Parameter, compile_external
from dmn_engine.compile.scope import (
    Compiled,
    Evaluate,
    ExpressionScope,
    compile_literal,
    compile_null,
    find_unknown,
    fit_to,
    nest,
    note_error,
    place_of,
)
from dmn_engine.diagnostics import Source
from dmn_engine.feel.budget import Exhausted, is_within_a_run, spend
from dmn_engine.feel.checker.type_operations import common_type
from dmn_engine.feel.compiler.frame import ERRORS, VARIABLES, Frame, run_bounded
from dmn_engine.feel.compiler.function_calls import arrange_arguments
from dmn_engine.feel.compiler.iterations import list_items
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.types import ANY, BOOLEAN, NULL, ContextType, FunctionType, ListType, Type
from dmn_engine.feel.values import FeelError, Function, Range, describe_kind
from dmn_engine.model.boxed_expressions import (
    BoxedExpression,
    ConditionalExpression,
    ContextExpression,
    ExpressionEntry,
    FilterExpression,
    ForExpression,
    FunctionExpression,
    FunctionKind,
    InvocationExpression,
    ListExpression,
    LiteralExpression,
    QuantifiedExpression,
    RelationExpression,
    TableExpression,
)
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.type_constraints import FREE, ItemType


def compile_boxed(boxed: BoxedExpression | None, scope: ExpressionScope) -> Compiled:
    """Compile an expression once; errors of its texts are added to the scope's diagnostics and make it null.

    None (an element without an expression) is null without a reason (DMN 1.5, 6.3.7).
    """
    if boxed is None:
        return Compiled(NULL, lambda variables, errors: None)
    compiled = _compile(boxed, scope)
    if isinstance(boxed, FunctionExpression):
        return compiled
    wanted = scope.types.resolve(boxed.type)
    return fit_to(wanted, compiled, place_of(boxed), scope)


def compile_bounded(boxed: BoxedExpression | None, scope: ExpressionScope) -> Compiled:
    """As `compile_boxed`; all loops and calls together are one run, which is null if it exceeds its budget."""
    compiled = compile_boxed(boxed, scope)
    if boxed is None:
        return compiled
    place = place_of(boxed)

    def code(frame: Frame) -> Value:
        return compiled.evaluate(frame[VARIABLES], frame[ERRORS])

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        try:
            return run_bounded(code, [variables, errors, None])
        except (Exhausted, RecursionError) as error:
            if is_within_a_run():
                raise
            note_error(errors, str(error), place)
            return None

    return replace(compiled, evaluate=evaluate, depth=compiled.depth + 2)


def _compile(boxed: BoxedExpression, scope: ExpressionScope) -> Compiled:
    match boxed:
        case LiteralExpression():
            return compile_literal(boxed, scope)
        case TableExpression():
            return compile_boxed_table(boxed, scope)
        case InvocationExpression():
            return _compile_invocation(boxed, scope)
        case ContextExpression():
            return _compile_context(boxed, scope)
        case ListExpression():
            return _compile_list(boxed, scope)
        case RelationExpression():
            return _compile_relation(boxed, scope)
        case FunctionExpression():
            return _compile_function(boxed, scope)
        case ConditionalExpression():
            return _compile_conditional(boxed, scope)
        case FilterExpression():
            return _compile_filter(boxed, scope)
        case ForExpression():
            return _compile_for(boxed, scope)
        case QuantifiedExpression():
            return _compile_quantified(boxed, scope)


def _compile_function(boxed: FunctionExpression, scope: ExpressionScope) -> Compiled:
    plan = plan_function(boxed, scope)
    return Compiled(plan.type, lambda variables, errors: plan.bind(lambda: variables, errors))


def plan_function(
    boxed: FunctionExpression, scope: ExpressionScope, name: str = "", result: ItemType = FREE
) -> FunctionPlan:
    """Compile a function; the value of its body must also fit `result`."""
    parameters = tuple(Parameter(item.text, scope.types.resolve(item.type), item.name) for item in boxed.parameters)
    place = place_of(boxed)
    if boxed.kind is FunctionKind.FEEL:
        inner = scope.extend({item.name: item.type.type for item in parameters})
        body = compile_boxed(boxed.body, inner)
    elif boxed.kind is FunctionKind.JAVA:
        body = compile_external(boxed, scope, tuple(item.name for item in parameters))
    else:
        message = "functions in PMML are not supported"
        scope.diagnostics.error("unsupported-function", message, place)
        body = compile_null(message, place)
    body = fit_to(scope.types.resolve(boxed.type), body, place, scope)
    body = fit_to(result, body, place, scope)
    return FunctionPlan(name, parameters, body, place)


def _compile_invocation(boxed: InvocationExpression, scope: ExpressionScope) -> Compiled:
    """A call of the function with the bindings by name; a binding without a parameter makes the result null."""
    function = compile_boxed(boxed.function, scope)
    parts = [function]
    for binding in boxed.bindings:
        wanted = scope.types.resolve(binding.parameter.type)
        parts.append(fit_to(wanted, compile_boxed(binding.value, scope), binding.parameter.name, scope))
    names = [binding.parameter.text for binding in boxed.bindings]
    for binding in boxed.bindings:
        if names.count(binding.parameter.text) > 1:
            message = f"the invocation binds the parameter '{binding.parameter.text}' more than once"
            scope.diagnostics.error("duplicate-binding", message, binding.parameter.name, help="keep one binding of it")
            return compile_null(message, binding.parameter.name)
    arguments = [part.evaluate for part in parts[1:]]
    read, place = function.evaluate, place_of(boxed)

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        called = read(variables, errors)
        if not isinstance(called, Function):
            note_error(errors, f"only a function can be invoked, not a {describe_kind(called)}", place)
            return None
        values = [value(variables, errors) for value in arguments]
        try:
            return called(*arrange_arguments(called, values, names))
        except FeelError as error:
            note_error(errors, error.message, place)
            return None

    type_ = function.type.result if isinstance(function.type, FunctionType) else ANY
    return Compiled(type_, evaluate, nest(parts))


def _compile_context(boxed: ContextExpression, scope: ExpressionScope) -> Compiled:
    """A context whose entries see those before them; an entry without a variable is the result."""
    entries: list[tuple[str, Evaluate]] = []
    members: list[tuple[str, Type]] = []
    result: Compiled | None = None
    parts: list[Compiled] = []
    for place, entry in enumerate(boxed.entries, 1):
        compiled = compile_boxed(entry.value, _scope_of_entry(entry, scope))
        parts.append(compiled)
        if entry.variable is None:
            if place < len(boxed.entries):
                message = "the result of a context is its last entry, and others follow this one"
                source = Source("", entry.origin)
                scope.diagnostics.error("misplaced-result", message, source, help="name it, or move it to the end")
                return compile_null(message, source)
            result = compiled
            break
        name = entry.variable.text
        if any(name == key for key, _ in members):
            message = f"the context has two entries '{name}'"
            scope.diagnostics.error("duplicate-entry", message, entry.variable.name)
            return compile_null(message, entry.variable.name)
        wanted = scope.types.resolve(entry.variable.type)
        compiled = fit_to(wanted, compiled, Source(name, entry.origin), scope)
        entries.append((name, compiled.evaluate))
        members.append((name, compiled.type))
        scope = scope.extend({name: compiled.type})
    last = None if result is None else result.evaluate

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        inner = dict(variables)
        context: dict[str, Value] = {}
        for name, entry in entries:
            context[name] = inner[name] = entry(inner, errors)
        return context if last is None else last(inner, errors)

    return Compiled(ContextType(tuple(members)) if result is None else result.type, evaluate, nest(parts))


def _scope_of_entry(entry: ExpressionEntry, scope: ExpressionScope) -> ExpressionScope:
    """The scope of an entry; a function is in scope under its entry's name, so that it can call itself."""
    if entry.variable is None or not isinstance(entry.value, FunctionExpression):
        return scope
    return scope.extend({entry.variable.text: ANY})


def _compile_list(boxed: ListExpression, scope: ExpressionScope) -> Compiled:
    items = [compile_boxed(item, scope) for item in boxed.items]
    evaluates = [item.evaluate for item in items]
    return Compiled(
        ListType(_join_types([item.type for item in items])),
        lambda variables, errors: [item(variables, errors) for item in evaluates],
        nest(items),
        len(items),
    )


def _compile_relation(boxed: RelationExpression, scope: ExpressionScope) -> Compiled:
    types = [scope.types.resolve(column.type) for column in boxed.columns]
    names = [column.text for column in boxed.columns]
    parts: list[Compiled] = []
    rows: list[list[tuple[str, Evaluate]]] = []
    for row in boxed.rows:
        rows.append([])
        for name, type_, item in zip(names, types, row.items, strict=False):
            cell = fit_to(type_, compile_boxed(item, scope), place_of(item), scope)
            rows[-1].append((name, cell.evaluate))
            parts.append(cell)
    return Compiled(
        ListType(ContextType(tuple((name, type_.type) for name, type_ in zip(names, types, strict=True)))),
        lambda variables, errors: [{name: cell(variables, errors) for name, cell in row} for row in rows],
        nest(parts),
    )


def _compile_conditional(boxed: ConditionalExpression, scope: ExpressionScope) -> Compiled:
    """A null condition is not true, as in a literal `if`; a value that is not a boolean makes the whole null."""
    condition = compile_boxed(boxed.condition, scope)
    consequence = compile_boxed(boxed.consequence, scope)
    alternative = compile_boxed(boxed.alternative, scope)
    holds, yes, no = condition.evaluate, consequence.evaluate, alternative.evaluate
    place = place_of(boxed)

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        chosen = holds(variables, errors)
        if chosen is not None and not isinstance(chosen, bool):
            note_error(errors, f"the condition is a {describe_kind(chosen)}, neither true nor false", place)
            return None
        return (yes if chosen is True else no)(variables, errors)

    type_ = common_type(consequence.type, alternative.type)
    return Compiled(type_, evaluate, nest((condition, consequence, alternative)))


def _compile_filter(boxed: FilterExpression, scope: ExpressionScope) -> Compiled:
    """The items for which the condition is true; if it is neither a boolean nor null, the whole is null."""
    operand = compile_boxed(boxed.operand, scope)
    item_type = operand.type.item if isinstance(operand.type, ListType) else ANY
    condition = compile_boxed(boxed.condition, _scope_of_item(boxed.condition, item_type, scope))
    read, holds, place = operand.evaluate, condition.evaluate, place_of(boxed)

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        items = read(variables, errors)
        if not isinstance(items, list):
            note_error(errors, "only a list can be filtered", place)
            return None
        kept = []
        spend(len(items))
        for item in items:
            inner = {**variables, "item": item, **item} if isinstance(item, dict) else {**variables, "item": item}
            chosen = holds(inner, errors)
            if chosen is not None and not isinstance(chosen, bool):
                note_error(errors, "the condition of the filter is neither true nor false", place)
                return None
            if chosen:
                kept.append(item)
        return kept

    type_ = operand.type if isinstance(operand.type, ListType) else ListType(ANY)
    return Compiled(type_, evaluate, nest((operand, condition)))


def _scope_of_item(condition: BoxedExpression | None, item_type: Type, scope: ExpressionScope) -> ExpressionScope:
    """`item` and its members; for an item of unknown type, these are the names that are otherwise unknown."""
    members: dict[str, Type] = {"item": item_type}
    if isinstance(item_type, ContextType) and item_type.members:
        return scope.extend(members | dict(item_type.members))
    if isinstance(condition, LiteralExpression):
        members.update(dict.fromkeys(find_unknown(condition.text, {**scope.names, **members}), ANY))
    return scope.extend(members)


def _compile_for(boxed: ForExpression, scope: ExpressionScope) -> Compiled:
    domain = compile_boxed(boxed.domain, scope)
    item_type = domain.type.item if isinstance(domain.type, ListType) else ANY
    name = boxed.variable.text
    body = compile_boxed(boxed.body, scope.extend({name: item_type, "partial": ListType(ANY)}))
    read, compute, place = domain.evaluate, body.evaluate, place_of(boxed)
    is_partial_read = not isinstance(boxed.body, LiteralExpression) or "partial" in boxed.body.text.text

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        items = _read_items(read(variables, errors), place, errors)
        if items is None:
            return None
        results: list[Value] = []
        for item in items:
            spend(1 + len(results) if is_partial_read else 1)
            partial = results.copy() if is_partial_read else results
            results.append(compute({**variables, name: item, "partial": partial}, errors))
        return results

    return Compiled(ListType(body.type), evaluate, nest((domain, body)))


def _compile_quantified(boxed: QuantifiedExpression, scope: ExpressionScope) -> Compiled:
    """`some` is the three-valued disjunction of the body over all items, `every` the conjunction."""
    domain = compile_boxed(boxed.domain, scope)
    item_type = domain.type.item if isinstance(domain.type, ListType) else ANY
    name = boxed.variable.text
    body = compile_boxed(boxed.body, scope.extend({name: item_type}))
    read, holds, place, decisive = domain.evaluate, body.evaluate, place_of(boxed), boxed.quantifier == "some"

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        items = _read_items(read(variables, errors), place, errors)
        if items is None:
            return None
        outcome: bool | None = not decisive
        for item in items:
            spend(1)
            found = holds({**variables, name: item}, errors)
            if found is not None and not isinstance(found, bool):
                note_error(errors, f"the condition of '{boxed.quantifier}' is neither true nor false", place)
                return None
            if found is decisive:
                outcome = decisive
            elif found is None and outcome is not decisive:
                outcome = None
        return outcome

    return Compiled(BOOLEAN, evaluate, nest((domain, body)))


def _read_items(value: Value, place: Source, errors: list[EvaluationError]) -> Iterable[Value] | None:
    """The items of an iteration: of a list, or a range's numbers or dates; None, with the reason, for others."""
    if not isinstance(value, list | Range):
        note_error(errors, "only the items of a list can be gone through", place)
        return None
    try:
        return list_items(value)
    except FeelError as error:
        note_error(errors, error.message, place)
        return None


def _join_types(types: Sequence[Type]) -> Type:
    """The common type of all of them."""
    joined: Type = NULL
    for type_ in types:
        joined = common_type(joined, type_)
    return joined
