"""Proofs of the conditions on the sheet Safety: for every possible patient, or refuted by a patient."""

from __future__ import annotations

from dataclasses import dataclass

from dmn_engine.check.proof import Claim
from dmn_engine.check.universe import Universe
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import read_names
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, Source
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, Diagram
from dmn_engine.evaluate.evaluation import Evaluation, evaluate_condition
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.syntax import Expression
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import SafetyProperty
from dmn_engine.model.unknown import ErrorValue, Unknown, find_partial

CODES = ("safety-violated", "safety-not-proved")
_MOST_CASES = 2  # fields that a proof by cases splits on

Record = dict[str, Value]
Example = Record | None
Failing = dict[EvaluationError, list[tuple[SafetyProperty, Record]]]


@dataclass(frozen=True, slots=True)
class _Refutation:
    """A patient who violates a property, or one for whom it has no answer, with the errors; else whether it is proved.

    `computed` are the fields that enter a computation on which the property depends.
    """

    broken: Example = None
    failed: Example = None
    errors: tuple[EvaluationError, ...] = ()
    is_proof: bool = False
    computed: tuple[str, ...] = ()

    @property
    def is_refuted(self) -> bool:
        return self.broken is not None or self.failed is not None


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Report every property that some possible patient violates, and every property that cannot be decided."""
    sound = _leave_failing(universe.graph, diagnostics)
    failing: Failing = {}
    for property_ in sound:
        try:
            if property_.independent_of:
                _check_independence(universe, diagnostics, property_)
            else:
                _check_condition(universe, diagnostics, property_, failing)
        except BudgetExceeded:
            _leave_open(diagnostics, property_, "too many combinations to check")
    for error, properties in failing.items():
        _report_failing(universe, diagnostics, error, properties)


def _report_failing(
    universe: Universe,
    diagnostics: Diagnostics,
    error: EvaluationError,
    properties: list[tuple[SafetyProperty, Record]],
) -> None:
    """Report all properties that have no answer because of the same error in one diagnostic."""
    first, record = properties[0]
    ids = ", ".join(property_.id for property_, _ in properties)
    has = "have" if len(properties) > 1 else "has"
    diagnostics.error(
        CODES[0],
        f"{ids} {has} no answer for some patients: {error.message} ({error.origin})",
        first.source.source,
        help=f"example patient: {universe.show_record(record)}",
    )


def _leave_failing(graph: Graph, diagnostics: Diagnostics) -> list[SafetyProperty]:
    """The properties that do not depend on a table with errors; one diagnostic reports the others as not proved."""
    failing = [(property_, _list_failing(graph, property_)) for property_ in graph.tables.safety]
    left = [property_ for property_, names in failing if names]
    if left:
        names = dict.fromkeys(name for _, found in failing for name in found)
        error = next(item for name in names for item in graph.tables.unusable[name])
        item = Diagnostic(
            CODES[1],
            Severity.WARNING,
            f"not proved, since tables have errors: {', '.join(property_.id for property_ in left)}",
            left[0].source.source,
            help=f"fix {', '.join(f'`{name}`' for name in names)} first",
            follows=error.follows or str(error.source.origin),
        )
        diagnostics.items.append(item)
    return [property_ for property_, names in failing if not names]


def _list_failing(graph: Graph, property_: SafetyProperty) -> list[str]:
    """The decisions with errors that the property depends on."""
    stated = graph.tables.tables if property_.condition is None else read_names(property_.condition)
    reached = {each for name in stated if graph.is_decision(name) for each in graph.reach(name)}
    names = {*stated, *(read for each in reached for read in graph.list_reads(each))}
    return [name for name in graph.tables.unusable if name in names]


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
        failing.setdefault(found.errors[0], []).append((property_, found.failed))
    elif not found.is_proof:
        _leave_computed(universe, diagnostics, property_, found.computed)


def _refute(universe: Universe, property_: SafetyProperty, splits: int) -> _Refutation:
    """The refutation of a property, by cases if the whole is too large."""
    symbolic = universe.symbolic
    try:
        holds = symbolic.condition(_condition_of(property_), property_.source.source)
        found = _judge(
            universe, property_, symbolic.diagrams.choose(symbolic.care, holds, symbolic.diagrams.leaf(True))
        )
    except BudgetExceeded:
        found = _Refutation()
    if found.is_proof or found.is_refuted or not splits:
        return found
    cases = [_refute(case, property_, splits - 1) for case in universe.split()]
    if not cases:
        return found
    unsure = [case for case in cases if not case.is_proof]
    return next((case for case in unsure if case.is_refuted), unsure[0] if unsure else cases[0])


def _judge(universe: Universe, property_: SafetyProperty, holds: Diagram) -> _Refutation:
    """Refute the property by a patient of the diagram, sooner one for whom it is false, or prove it."""
    for wanted in (lambda value: value is False, _is_refuted):
        record = universe.find_record(holds, wanted)
        full = None if record is None else universe.complete(record)
        if record is not None and full is not None:
            value = _evaluate(universe.graph, property_, full)
            if _is_refuted(value):
                return _refute_by(record, value)
    return _prove(universe, property_, holds)


def _prove(universe: Universe, property_: SafetyProperty, holds: Diagram) -> _Refutation:
    """Prove or refute the property by bounds and records, where the diagram leaves it open."""
    condition = _condition_of(property_)
    claim = Claim(
        lambda evaluation: evaluation.hold(condition),
        lambda record: _is_refuted(_evaluate(universe.graph, property_, record)),
    )
    found = universe.prove(holds, lambda value: value is not True, claim)
    if found.record is None:
        return _Refutation(is_proof=found.holds, computed=universe.list_computed(holds))
    value = _evaluate(universe.graph, property_, found.record)
    below = {*read_names(condition)}.union(*map(universe.list_fields, universe.list_decisions(condition)))
    record = {name: value for name, value in found.record.items() if name in below}
    return _refute_by(record, value)


def _refute_by(record: Record, value: Value) -> _Refutation:
    """The refutation by a patient for whom the property has this value."""
    return _Refutation(failed=record, errors=value.errors) if isinstance(value, ErrorValue) else _Refutation(record)


def _is_refuted(value: Value) -> bool:
    return value is not True and not isinstance(find_partial(value), Unknown)


def _evaluate(graph: Graph, property_: SafetyProperty, record: Record) -> Value:
    evaluation = Evaluation(graph, record, clinical=graph.clinical)
    return evaluate_condition(evaluation, _condition_of(property_), property_.source.source)


def _condition_of(property_: SafetyProperty) -> Expression:
    assert property_.condition is not None
    return property_.condition


def _check_independence(universe: Universe, diagnostics: Diagnostics, property_: SafetyProperty) -> None:
    for name, table in universe.tables.items():
        reach = universe.reach(name)
        if not universe.graph.is_list(name) and not _depends(
            universe, universe.symbolic.value(name), reach, property_.independent_of
        ):
            continue  # what its rules take from the field changes no answer
        for index, rule in enumerate(table.rules):
            guard = universe.symbolic.guards(name)[index]
            given, taken = universe.symbolic.row(name, index), universe.symbolic.conjoin(reach, guard)
            if any(_depends(universe, *part, property_.independent_of) for part in ((guard, reach), (given, taken))):
                _report_dependence(universe, diagnostics, property_, f"rule {rule.id}", name, rule.source.source)
        unmatched = universe.symbolic.conjoin(reach, universe.symbolic.unmatched(name))
        for column, given in zip(table.outputs, universe.symbolic.defaults(name), strict=True):
            cell = column.default
            if cell is not None and _depends(universe, given, unmatched, property_.independent_of):
                _report_dependence(universe, diagnostics, property_, "the row Default", name, cell.source.source)


def _report_dependence(
    universe: Universe, diagnostics: Diagnostics, property_: SafetyProperty, part: str, name: str, place: Source
) -> None:
    title = universe.title(property_.independent_of)
    diagnostics.error(
        CODES[0],
        f"{property_.id} does not hold: {property_.statement}",
        property_.source.source,
        related=((place, f"{part} of {name} depends on {title}"),),
        help=f"take {title} out of {part}",
    )


def _depends(universe: Universe, part: Diagram, reach: Diagram, name: str) -> bool:
    """Whether some value of a part, where `reach` may be True, depends on the field."""
    symbolic = universe.symbolic
    possible = symbolic.diagrams.apply(lambda value: value is not False, reach)
    return symbolic.diagrams.can_hold(possible) and name in symbolic.needs(symbolic.diagrams.simplify(part, possible))


def _leave_computed(
    universe: Universe, diagnostics: Diagnostics, property_: SafetyProperty, computed: tuple[str, ...]
) -> None:
    """Report that a property is not proved, and the cells that compute."""
    if not computed:
        _leave_open(diagnostics, property_, "too many combinations to check")
        return
    titles = universe.show_titles(computed)
    diagnostics.warning(
        CODES[1],
        f"{property_.id} is not proved, and no patient was found who breaks it: it computes with {titles}",
        property_.source.source,
        related=universe.list_computations(computed, universe.list_decisions(_condition_of(property_))),
        help=f"compare {titles} with constants, or narrow the values in the data dictionary",
    )


def _leave_open(diagnostics: Diagnostics, property_: SafetyProperty, why: str) -> None:
    diagnostics.warning(
        CODES[1], f"{property_.id} is not proved: {why}", property_.source.source, help="ask for a simpler condition"
    )
