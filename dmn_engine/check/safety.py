"""The conditions on the sheet Safety, proved for every possible patient or refuted by one of them."""

from __future__ import annotations

from dataclasses import dataclass

from dmn_engine.check.universe import Universe
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import read_names
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, Diagram, list_values
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import SafetyProperty
from dmn_engine.model.result import Failure
from dmn_engine.model.unknown import Fault, find_partial

CODES = ("safety-violated", "safety-not-proved")
_MOST_CASES = 2  # fields that a proof by cases splits on

Record = dict[str, Value]
Example = Record | None
Failing = dict[Failure, list[tuple[SafetyProperty, Record]]]


@dataclass(frozen=True, slots=True)
class _Refutation:
    """A patient who breaks a property, one for whom it fails to give an answer with the causes, and one left open."""

    broken: Example = None
    failed: Example = None
    causes: tuple[Failure, ...] = ()
    open: Example = None

    @property
    def is_proof(self) -> bool:
        return self.broken is None and self.failed is None and self.open is None


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Report every property that some possible patient breaks, and every one that cannot be decided."""
    sound = _leave_faulty(universe.graph, diagnostics)
    failing: Failing = {}
    for property_ in sound:
        try:
            if property_.independent_of:
                _check_independence(universe, diagnostics, property_)
            else:
                _check_condition(universe, diagnostics, property_, failing)
        except BudgetExceeded:
            _leave_open(diagnostics, property_, "too many combinations to tell")
    for cause, properties in failing.items():
        _report_failing(universe, diagnostics, cause, properties)


def _report_failing(
    universe: Universe, diagnostics: Diagnostics, cause: Failure, properties: list[tuple[SafetyProperty, Record]]
) -> None:
    """One finding for all properties that a single fault leaves without an answer."""
    first, record = properties[0]
    ids = ", ".join(property_.id for property_, _ in properties)
    has = "have" if len(properties) > 1 else "has"
    diagnostics.error(
        CODES[0],
        f"{ids} {has} no answer for some patients: {cause.message} ({cause.origin})",
        first.source.source,
        help=f"example patient: {universe.show_record(record)}",
    )


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


def _check_condition(universe: Universe, diagnostics: Diagnostics, property_: SafetyProperty, failing: Failing) -> None:
    found = _refute(universe, property_, _MOST_CASES)
    if found.broken is not None:
        diagnostics.error(
            CODES[0],
            f"{property_.id} does not hold: {property_.statement}",
            property_.source.source,
            help=f"example patient: {universe.show_record(found.broken)}",
        )
    elif found.failed is not None:
        failing.setdefault(found.causes[0], []).append((property_, found.failed))
    elif found.open is not None:
        _leave_open(diagnostics, property_, f"it cannot be decided for {universe.show_record(found.open)}")


def _refute(universe: Universe, property_: SafetyProperty, splits: int) -> _Refutation:
    """What speaks against the property; by cases where it is too much at once."""
    symbolic = universe.symbolic
    assert property_.condition is not None
    try:
        holds = symbolic.condition(property_.condition, property_.source.source)
        found = _judge(universe, symbolic.diagrams.choose(symbolic.care, holds, symbolic.diagrams.leaf(True)))
    except BudgetExceeded:
        found = _Refutation(open=dict(symbolic.record))
    if found.open is None or not splits:
        return found
    cases = (_refute(case, property_, splits - 1) for case in universe.split())
    return next((case for case in cases if not case.is_proof), _Refutation())


def _judge(universe: Universe, holds: Diagram) -> _Refutation:
    broken = universe.find_record(holds, lambda value: value is not True and find_partial(value) is None)
    if broken is not None:
        return _Refutation(broken)
    fault = next((found for value in list_values(holds) if isinstance(found := find_partial(value), Fault)), None)
    if fault is not None:
        return _Refutation(
            None, universe.find_record(holds, lambda value: find_partial(value) == fault), fault.failures
        )
    return _Refutation(open=universe.find_record(holds, lambda value: find_partial(value) is not None))


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
