"""Answers that a model gives for null, and a workbook does not: there a missing field is unknown.

For those who convert a model into a workbook; not one of the checks.
"""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.check.universe import Universe
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.hit_policy import Hits
from dmn_engine.diagnostics import Diagnostic, Severity, Source
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, Diagram, list_values
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.unknown import Unknown, find_partial, key_value
from dmn_engine.model.value_text import show_value

CODE = "null-becomes-unknown"


def list_null_answers(tables: Tables) -> Iterator[Diagnostic]:
    """A warning for each table with a rule or default for null that is not its answer for every other value too."""
    universe = Universe(Graph(tables, clinical=False))
    for name, table in tables.tables.items():
        for read in universe.graph.list_reads(name):
            if None in universe.graph.regions(read) and (shown := _find_answer(universe, name, read)) is not None:
                title = universe.title(read)
                yield Diagnostic(
                    CODE,
                    Severity.WARNING,
                    f"{name}: the model answers {shown} where {title} is null; in a workbook a missing {title} is "
                    "unknown, and all answers that it leaves are possible",
                    Source("", table.origin),
                    help=f"list a value for what null means, such as `unknown`, among the values of {title}",
                )
                break


def _find_answer(universe: Universe, name: str, read: str) -> str | None:
    """An answer for null that another value does not get, in words."""
    diagrams, level = universe.symbolic.diagrams, universe.symbolic.levels[read]
    regions = universe.graph.regions(read)
    try:
        answers = _list_answers(universe, name)
        null = diagrams.restrict(answers, {level: regions.index(None)})
        for place, value in enumerate(regions):
            if value is not None:
                other = diagrams.restrict(answers, {level: place})
                for leaf in list_values(diagrams.apply(_differ, null, other)):
                    if isinstance(leaf, str):
                        return leaf
    except BudgetExceeded:
        return None
    return None


def _list_answers(universe: Universe, name: str) -> Diagram:
    """What a decision gives where a rule or the default gives it; else an unknown value."""
    symbolic, has_default = universe.symbolic, universe.graph.table(name).has_default

    def answer(reach: Value, hits: Value, value: Value) -> Value:
        assert isinstance(hits, Hits)
        return value if reach is True and (hits.sure or has_default) else Unknown()

    return symbolic.diagrams.apply(answer, universe.reach(name), symbolic.hits(name), symbolic.value(name))


def _differ(null: Value, other: Value) -> Value:
    """The answer for null, in words, where another value has another one."""
    if find_partial(null) is not None or null is None or key_value(null) == key_value(other):
        return False
    return _show(null)


def _show(value: Value) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{label} = {show_value(part)}" for label, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_show, value)) or "the empty list"
    return f"`{show_value(value)}`"
