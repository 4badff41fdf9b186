"""The static checks of a model in DMN, on the graph that it compiles to, as those of workbooks.

What is not proved is reported, so a table without a finding is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from dmn_engine.check import run_checks
from dmn_engine.check.dead_rules import never_answers, report_silent
from dmn_engine.compile.definitions import CompiledModel
from dmn_engine.compile.inferred_inputs import ColumnUse, TableUse, infer_domain, infer_input
from dmn_engine.compile.model_graph import ModelGraph
from dmn_engine.compile.record_inputs import Inputs, describe_restriction, list_inputs
from dmn_engine.compile.regions import read_test_usage
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Origin, Severity, Source, is_within, place_of
from dmn_engine.feel.compiler import compile_tests
from dmn_engine.feel.syntax import Conjunction, Expression, NullLiteral, UnaryTests
from dmn_engine.feel.types import ANY, SimpleType
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.data_dictionary import Constraint, DataDictionary, Domain, Field, Value
from dmn_engine.model.decision_table import DecisionTable, InputClause, Tables
from dmn_engine.model.definitions import Decision, InputData
from dmn_engine.model.type_constraints import FREE, AllowedValues, ItemType


def check_model(model: ModelGraph, known: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings about a model besides `known`."""
    graph, compiled = model.graph, model.compiled
    inferred = Diagnostics()
    dictionary = _infer_fields(model, inferred)
    yield from inferred.items
    inputs = list_inputs(compiled)
    constraints = (part for name, item in inputs.items() for part in _constrain(dictionary.fields[name], item))
    tables = replace(
        graph.tables,
        dictionary=replace(dictionary, constraints=tuple(constraints)),
        tables={name: _leave_restrictions(table, inputs) for name, table in graph.tables.tables.items()},
    )
    told = {(item.code, item.source.origin) for item in compiled.misfits}
    found = run_checks(replace(graph, tables=tables, clinical=False), _list_null(graph.tables))
    yield from (item for item in found if (item.code, item.source.origin) not in told)
    yield from _list_unproved(compiled, graph.tables, (*known, *compiled.misfits))
    yield from compiled.misfits


def _infer_fields(model: ModelGraph, found: Diagnostics) -> DataDictionary:
    """The fields with the types and allowed values that the tables give them where the model states none.

    A value that no column of a field allows is an error of the record, not a gap of each table.
    """
    dictionary = model.graph.tables.dictionary
    uses = [*map(_describe_use, model.graph.tables.tables.values())]
    uses += [TableUse((), logic.texts) for logic in model.graph.logic.values()]
    places = {
        name: node.element.variable.name for name, node in model.inputs.items() if isinstance(node.element, InputData)
    }
    fields = dict(dictionary.fields)  # what an import with a name reads undeclared is not among them
    for node, element in model.compiled.elements.items():
        undeclared = (name for name in element.undeclared if name in fields and name not in places)
        places |= {name: Source(name, node.element.origin) for name in undeclared}
    for name, place in places.items():
        item = fields[name]
        if item.type == ANY:
            type_, domain = infer_input(name, place, uses, found)
        else:
            type_, domain = item.type, item.domain
            if domain == Domain():
                domain = infer_domain(name, place, uses, found)
        fields[name] = replace(item, type=type_, domain=domain)
    return replace(dictionary, fields=fields)


def _describe_use(table: DecisionTable) -> TableUse:
    columns = [
        ColumnUse(
            column.expression,
            column.constraint.type,
            column.constraint.allowed,
            [rule.inputs[index].tests for rule in table.rules],
        )
        for index, column in enumerate(table.inputs)
    ]
    trees: list[Expression | UnaryTests] = [column.expression for column in table.inputs]
    for rule in table.rules:
        trees += [cell.tests for cell in rule.inputs]
        trees += [cell.expression for cell in rule.outputs if cell.expression is not None]
    return TableUse(columns, trees)


def _constrain(field: Field, item: ItemType) -> Iterator[Constraint]:
    """The restrictions of an input that its domain does not have, a constraint for each condition.

    So one that computes hides no other.
    """
    for limit in item.restrictions if isinstance(item.type, SimpleType) else ():
        for tests in () if describe_restriction(limit, item.type) else _split(limit.tests):
            usage = read_test_usage(tests)
            program = compile_tests(tests, limit.source, {})
            yield Constraint(
                (field.name,),
                limit.source.text,
                partial(_admits, AllowedValues(field.name, limit.source, tests, program), field.name),
                {field.name: usage.constants},
                usage.is_opaque_for(field),
                limit.source,
            )


def _split(tests: UnaryTests) -> Iterator[UnaryTests]:
    """The operands of a conjunction that is the only test."""
    match tests.tests:
        case (Conjunction(left=left, right=right),) if not tests.negated:
            yield from _split(replace(tests, tests=(left,)))
            yield from _split(replace(tests, tests=(right,)))
        case _:
            yield tests


def _admits(restriction: AllowedValues, name: str, values: Mapping[str, Value]) -> bool:
    return restriction.admits(values.get(name))


def _leave_restrictions(table: DecisionTable, inputs: Inputs) -> DecisionTable:
    """The table without the restrictions of columns that their inputs have: no value that they refuse comes there."""

    def leave(column: InputClause) -> InputClause:
        type_, known = column.constraint.type, inputs.get(column.name, FREE).restrictions
        left = tuple(each for each in type_.restrictions if each not in known)
        return replace(column, constraint=replace(column.constraint, type=replace(type_, restrictions=left)))

    return replace(table, inputs=tuple(map(leave, table.inputs)))


def _list_null(tables: Tables) -> Iterator[str]:
    """The inputs among whose values a type or a column lists null."""
    for table in tables.tables.values():
        for column in table.inputs:
            restrictions = (*column.constraint.type.restrictions, column.constraint.allowed)
            tests = [test for found in restrictions if found is not None for test in found.tests.tests]
            if column.name and any(isinstance(test, NullLiteral) for test in tests):
                yield column.name


def _list_unproved(compiled: CompiledModel, tables: Tables, known: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """A warning for each element whose tables no check has seen, unless another finding explains it."""
    checked = {table.origin for table in tables.tables.values()}
    for node in compiled.model_file.nodes:
        origin = node.element.origin
        unseen = [table for table in compiled.elements[node].tables if table.inputs and table.origin not in checked]
        if not unseen or _has_error(origin, known):
            continue
        place = Source(node.name, origin)
        silent = [table for table in unseen if never_answers(table)]
        for table in silent:
            errors = Diagnostics()
            report_silent(errors, replace(table, name=table.name or node.name), place)
            yield from errors.items
        if silent:
            continue
        reason = "only a table that is the whole logic of a decision is checked"
        if isinstance(node.element, Decision) and isinstance(node.element.logic, TableExpression):
            reason = "it reads elements of imported models"
        message = f"{node.name}: its table is not checked for gaps and overlaps: {reason}"
        yield Diagnostic("not-checked", Severity.WARNING, message, place)


def _has_error(origin: Origin, known: Iterable[Diagnostic]) -> bool:
    place = place_of(origin)
    return any(
        (item.severity is Severity.ERROR or item.code == "type-loses-value") and is_within(item.source.origin, place)
        for item in known
    )
