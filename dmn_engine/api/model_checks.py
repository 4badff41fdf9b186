"""The static checks of a model in DMN: its tables proved as those of a workbook are. Findings have the model's places.

What cannot be proved is said: a table without a finding is one that was checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dmn_engine.check import run_checks
from dmn_engine.check.dead_rules import never_answers, report_silent
from dmn_engine.compile.definitions import CompiledModel
from dmn_engine.compile.graph import Graph
from dmn_engine.convert.interchange import to_tables
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Origin, Severity, Source, is_within, place_of
from dmn_engine.feel.syntax import NullLiteral
from dmn_engine.model.boxed_expressions import BoxedTable
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.definitions import Decision, Definitions
from dmn_engine.model.workbook_source import TableSource
from dmn_engine.workbook import build_tables

_OF_CONVERSION = frozenset({"not-in-vocabulary", "not-in-workbook", "several-workbooks", "undeclared-input"})
"""What a workbook cannot hold, or is told by the compiler already: nothing that is wrong with the model."""


def check_model(
    compiled: CompiledModel, library: Sequence[Definitions], known: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """What there is to say of a model beside `known`. `library` are the models that it imports."""
    known = tuple(known)
    told = {(item.code, item.source.origin) for item in known}
    imported = to_tables(compiled.definitions, library)
    for item in imported.diagnostics:
        if item.code not in _OF_CONVERSION and (item.code, item.source.origin) not in told:
            yield item
    tables = build_tables([imported.workbook], imported.vocabulary)
    places: dict[Origin, Origin] = {table.origin: table.name.source.origin for table in imported.workbook.tables}
    for item in run_checks(Graph(tables, clinical=False), _list_null(compiled)):
        yield replace(item, source=replace(item.source, origin=places.get(item.source.origin, item.source.origin)))
    yield from _list_unproved(compiled, imported.workbook.tables, tables, known)


def _list_null(compiled: CompiledModel) -> Iterator[str]:
    """The inputs among whose values a type or a column lists null."""
    for tables in compiled.tables.values():
        for column in (column for table in tables for column in table.inputs):
            restrictions = (*column.constraint.type.restrictions, column.constraint.allowed)
            tests = [test for found in restrictions if found is not None for test in found.tests.tests]
            if column.name and any(isinstance(test, NullLiteral) for test in tests):
                yield column.name


def _list_unproved(
    compiled: CompiledModel, written: Iterable[TableSource], tables: Tables, known: Sequence[Diagnostic]
) -> Iterator[Diagnostic]:
    """A warning for each element whose tables no check has seen; not where an error of the model says more."""
    faults = {table.name.source.origin: tables.unusable.get(" ".join(table.name.text.split())) for table in written}
    for node in compiled.unit.nodes:
        origin = node.element.origin
        if not any(table.inputs for table in compiled.tables.get(node, ())) or _is_faulty(origin, known):
            continue
        reason, related = (
            "only a table that is the whole logic of a decision is checked",
            tuple[tuple[Source, str], ...](),
        )
        if isinstance(node.element, Decision) and isinstance(node.element.logic, BoxedTable):
            if origin in faults and not faults[origin]:
                continue
            first = next(iter(faults.get(origin) or ()), None)
            reason = "a table of a workbook cannot represent it" if first is None else first.message
            related = () if first is None else ((first.source, "here"),)
        place = Source(node.name, origin)
        silent = [table for table in compiled.tables[node] if table.inputs and never_answers(table)]
        for table in silent:
            errors = Diagnostics()
            report_silent(errors, replace(table, name=table.name or node.name), place)
            yield from (replace(item, related=related or item.related) for item in errors.items)
        if silent:
            continue
        message = f"{node.name}: its table is not checked for gaps and overlaps: {reason}"
        yield Diagnostic("not-checked", Severity.WARNING, message, place, related=related)


def _is_faulty(origin: Origin, known: Iterable[Diagnostic]) -> bool:
    place = place_of(origin)
    return any(item.severity is Severity.ERROR and is_within(item.source.origin, place) for item in known)
