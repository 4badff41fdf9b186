"""Possible patients for whom a table that must give one outcome has no rule and no default."""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.check.universe import Universe
from dmn_engine.compile.hit_policy import Hits
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, Diagram
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.symbolic import Symbolic
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.unknown import Unknown, find_partial, key_value

CODES = ("missing-rule", "not-decided")
_MOST_SHOWN = 5


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Report the combinations of inputs that no rule of a table covers, up to five for each table."""
    for name, table in universe.tables.items():
        if table.hit_policy.is_list or table.hit_policy.aggregates or universe.graph.table(name).has_default:
            continue
        place = Source("", table.origin)
        try:
            open_ = _find_uncovered(universe, name)
        except BudgetExceeded:
            diagnostics.warning(CODES[1], f"{name}: too many combinations to tell whether a rule is missing", place)
            continue
        _report_undecided(universe, name, diagnostics)
        for count in range(_MOST_SHOWN + 1):
            record = universe.find_record(open_, lambda value: value is True)
            if record is None:
                break
            if count == _MOST_SHOWN:
                diagnostics.error(CODES[0], f"{name}: more combinations are without a rule than are listed", place)
                break
            inputs = universe.show_inputs(name, record)
            diagnostics.error(
                CODES[0],
                f"{name}: no rule for {inputs}",
                place,
                help=f"add a rule, or a row Default; example patient: {universe.show_record(record)}",
            )
            open_ = universe.symbolic.conjoin(open_, _exclude(universe, table, record))


def _report_undecided(universe: Universe, name: str, diagnostics: Diagnostics) -> None:
    """Say where it cannot be told whether a rule matches, so that a gap may hide there."""
    open_ = universe.symbolic.diagrams.apply(_is_undecided, universe.symbolic.hits(name))
    record = universe.find_record(universe.symbolic.conjoin(universe.reach(name), open_), lambda value: value is True)
    if record is not None:
        diagnostics.warning(
            CODES[1],
            f"{name}: it cannot be told whether a rule is missing, for a condition computes with its input",
            Source("", universe.tables[name].origin),
            help=f"compare the input with constants; example patient: {universe.show_record(record)}",
        )


def _is_undecided(hits: Value) -> bool:
    assert isinstance(hits, Hits)
    return hits.sure == 0 and hits.may != 0 and isinstance(hits.partial, Unknown)


def _find_uncovered(universe: Universe, name: str) -> Diagram:
    symbolic = universe.symbolic
    none = symbolic.diagrams.apply(_is_uncovered, symbolic.hits(name))
    return symbolic.conjoin(universe.reach(name), none)


def _is_uncovered(hits: Value) -> bool:
    assert isinstance(hits, Hits)
    return hits.may == 0 and hits.partial is None


def _exclude(universe: Universe, table: DecisionTable, record: dict[str, Value]) -> Diagram:
    """False where the columns meet what they meet for the record; numbers aside, so that a gap is told once."""
    symbolic = universe.symbolic
    met = Evaluation(universe.graph, record, clinical=True).decide(table.name).met
    same: Diagram = symbolic.diagrams.leaf(True)
    has_others = any(find_partial(value) is None and not isinstance(value, Decimal) for value in met)
    for index, value in enumerate(met):
        if find_partial(value) is None and not (has_others and isinstance(value, Decimal)):
            same = symbolic.conjoin(same, _equals(symbolic, table.name, index, value))
    return symbolic.diagrams.apply(lambda value: value is not True, same)


def _equals(symbolic: Symbolic, name: str, index: int, wanted: Value) -> Diagram:
    key = key_value(wanted)
    return symbolic.diagrams.apply(lambda value: key_value(value) == key, symbolic.input(name, index))
