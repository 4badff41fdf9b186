"""The conditions on the sheet Safety, proved for every possible patient or refuted by one of them."""

from __future__ import annotations

from dmn_engine.decisions.diagram import BudgetExceeded, Diagram
from dmn_engine.decisions.graph import Graph
from dmn_engine.decisions.model import SafetyProperty
from dmn_engine.decisions.names import read_names
from dmn_engine.decisions.partial import find_partial
from dmn_engine.decisions.vocabulary import Value
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.verify.universe import Universe

CODES = ("safety-violated", "safety-not-proved")
_MOST_CASES = 2  # fields that a proof by cases splits on

Example = dict[str, Value] | None


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Report every property that some possible patient breaks, and every one that cannot be decided."""
    sound = _leave_faulty(universe.graph, diagnostics)
    for property_ in sound:
        try:
            if property_.independent_of:
                _check_independence(universe, diagnostics, property_)
            else:
                _check_condition(universe, diagnostics, property_)
        except BudgetExceeded:
            _leave_open(diagnostics, property_, "too many combinations to tell")


def _leave_faulty(graph: Graph, diagnostics: Diagnostics) -> list[SafetyProperty]:
    """The properties that draw on no table with errors; of the others one finding says that they are not proved."""
    faulty = [(property_, _list_faulty(graph, property_)) for property_ in graph.tables.safety]
    left = [property_ for property_, names in faulty if names]
    if left:
        names = dict.fromkeys(name for _, found in faulty for name in found)
        diagnostics.warning(
            CODES[1],
            f"not proved, since tables have errors: {', '.join(property_.id for property_ in left)}",
            left[0].source.source,
            help=f"mend {', '.join(names)} first",
        )
    return [property_ for property_, names in faulty if not names]


def _list_faulty(graph: Graph, property_: SafetyProperty) -> list[str]:
    """The decisions with errors that the property draws on."""
    stated = graph.tables.tables if property_.condition is None else read_names(property_.condition)
    reached = {each for name in stated if graph.is_decision(name) for each in graph.reach(name)}
    names = {*stated, *(read for each in reached for read in graph.list_reads(each))}
    return [f"`{name}`" for name in graph.tables.unusable if name in names]


def _check_condition(universe: Universe, diagnostics: Diagnostics, property_: SafetyProperty) -> None:
    broken, open_ = _refute(universe, property_, _MOST_CASES)
    if broken is not None:
        diagnostics.error(
            CODES[0],
            f"{property_.id} does not hold: {property_.statement}",
            property_.source.source,
            help=f"example patient: {universe.show_record(broken)}",
        )
    elif open_ is not None:
        _leave_open(diagnostics, property_, f"it cannot be decided for {universe.show_record(open_)}")


def _refute(universe: Universe, property_: SafetyProperty, splits: int) -> tuple[Example, Example]:
    """A patient who breaks the property, and one for whom it cannot be decided; by cases where need be."""
    symbolic = universe.symbolic
    assert property_.condition is not None
    try:
        holds = symbolic.condition(property_.condition, property_.source.source)
        possible = symbolic.diagrams.choose(symbolic.care, holds, symbolic.diagrams.leaf(True))
        broken = universe.find_record(possible, lambda value: value is not True and find_partial(value) is None)
        open_ = universe.find_record(possible, lambda value: find_partial(value) is not None)
    except BudgetExceeded:
        broken, open_ = None, dict(symbolic.record)
    if broken is not None or open_ is None or not splits:
        return broken, open_
    for case in universe.split():
        broken, open_ = _refute(case, property_, splits - 1)
        if broken is not None or open_ is not None:
            return broken, open_
    return None, None


def _check_independence(universe: Universe, diagnostics: Diagnostics, property_: SafetyProperty) -> None:
    for name, table in universe.tables.items():
        reach = universe.reach(name)
        for index, rule in enumerate(table.rules):
            parts = (universe.symbolic.guards(name)[index], universe.symbolic.row(name, index))
            if any(_depends(universe, part, reach, property_.independent_of) for part in parts):
                diagnostics.error(
                    CODES[0],
                    f"{property_.id} does not hold: {property_.statement}",
                    property_.source.source,
                    related=((rule.source.source, f"rule {rule.id} of {name} depends on {property_.independent_of}"),),
                    help=f"take {property_.independent_of} out of the rule",
                )


def _depends(universe: Universe, part: Diagram, reach: Diagram, name: str) -> bool:
    return name in universe.symbolic.needs(universe.symbolic.diagrams.simplify(part, reach))


def _leave_open(diagnostics: Diagnostics, property_: SafetyProperty, why: str) -> None:
    diagnostics.warning(
        CODES[1], f"{property_.id} is not proved: {why}", property_.source.source, help="ask for a simpler condition"
    )
