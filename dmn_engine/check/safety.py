"""Proofs of the conditions on the sheet Safety: for every possible patient, or refuted by a patient."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from dmn_engine.check.bounds import EITHER
from dmn_engine.check.proof import Claim
from dmn_engine.check.universe import Universe
from dmn_engine.check.values import NOT_ALLOWED
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import read_names
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, Source
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, Diagram, list_levels, list_values
from dmn_engine.evaluate.evaluation import Evaluation, evaluate_condition
from dmn_engine.evaluate.three_valued import merge_errors
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.syntax import Expression
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import SafetyProperty
from dmn_engine.model.unknown import ErrorValue, Unknown, find_partial, key_value

CODES = ("safety-violated", "safety-not-proved")
_MOST_CASES = 2  # fields that a proof by cases splits on
_MOST_PATIENTS = 500  # who are compared with others that differ in one field

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
    told = (item.source.origin for item in diagnostics.items if item.code == NOT_ALLOWED)
    item = Diagnostic(
        CODES[0],
        Severity.ERROR,
        f"{ids} {has} no answer for some patients: {error.message} ({error.origin})",
        first.source.source,
        help=f"example patient: {universe.show_record(record)}",
        follows=error.origin if error.source.origin in told else "",
    )
    diagnostics.items.append(item)


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
        _leave_computed(
            universe, diagnostics, property_, found.computed, universe.list_decisions(_condition_of(property_))
        )


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
    field, symbolic = property_.independent_of, universe.symbolic
    computed: dict[str, None] = {}
    for name in (each for each in universe.tables if field in universe.list_inputs(each)):
        value = symbolic.value(name)
        parts = [
            (part, given, _depends(universe, given, where, field)) for part, given, where in _list_parts(universe, name)
        ]
        parts = [each for each in parts if each[2] is not False]
        found = True if any(depends for _, _, depends in parts) else None if parts else False
        if not universe.graph.is_list(name):  # what its rules take from the field may change no answer
            found = _depends(universe, value, universe.reach(name), field)
        if found is None and not _find_pair(universe, name, field):
            computed.update(dict.fromkeys(universe.list_computed(value)))
        elif found is not False:
            sure = [part for part, given, depends in parts if depends or field in symbolic.needs(given)]
            for part, place in dict.fromkeys(sure or [part for part, _, _ in parts]):
                _report_dependence(universe, diagnostics, property_, part, name, place)
    if computed:
        _leave_computed(universe, diagnostics, property_, tuple(computed), tuple(universe.tables))


def _list_parts(universe: Universe, name: str) -> Iterator[tuple[tuple[str, Source], Diagram, Diagram]]:
    """When each rule of a table matches, what it gives, and the row Default; each with where that counts."""
    table, symbolic, reach = universe.tables[name], universe.symbolic, universe.reach(name)
    for rule, guard, index in zip(table.rules, symbolic.guards(name), itertools.count()):
        part = (f"rule {rule.id}", rule.source.source)
        yield part, guard, reach
        yield part, symbolic.row(name, index), symbolic.conjoin(reach, guard)
    unmatched = symbolic.conjoin(reach, symbolic.unmatched(name))
    for column, given in zip(table.outputs, symbolic.defaults(name), strict=True):
        if column.default is not None:
            yield ("the row Default", column.default.source.source), given, unmatched


def _find_pair(universe: Universe, name: str, field: str) -> bool:
    """Whether two patients are found who differ in a field alone, and for whom a decision has different answers."""
    graph, symbolic, steps = universe.graph, universe.symbolic, itertools.count()
    answers: dict[object, object] = {}
    tried = {key_value(value): value for value in graph.regions(field)}

    def differs(record: Record) -> bool:
        tried[key_value(record.get(field))] = record.get(field)
        for value in list(tried.values()):
            patient = universe.complete({**record, field: value}) if next(steps) < _MOST_PATIENTS else None
            if patient is None:
                continue
            evaluation = universe.evaluate(patient)
            for root in graph.roots:
                evaluation.decide(root)
            if name in evaluation.answers:
                given = key_value(merge_errors(evaluation.answers[name].value))
                others = key_value({key: each for key, each in patient.items() if key != field})
                if answers.setdefault(others, given) != given:
                    return True
        return False

    claim = Claim(lambda evaluation: EITHER, differs)
    opened = symbolic.diagrams.choose(universe.reach(name), symbolic.value(name), symbolic.diagrams.leaf(False))
    return universe.prove(opened, _is_open, claim, field).record is not None


def _is_open(value: Value) -> bool:
    return isinstance(find_partial(value), Unknown)


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


def _depends(universe: Universe, part: Diagram, reach: Diagram, name: str) -> bool | None:
    """Whether some value of a part, where `reach` may be True, depends on the field; None if a computation decides."""
    symbolic, diagrams = universe.symbolic, universe.symbolic.diagrams
    possible = diagrams.apply(lambda value: value is not False, reach)
    if not diagrams.can_hold(possible):
        return False
    part = diagrams.simplify(diagrams.apply(merge_errors, part), possible)
    if not any(map(_is_open, list_values(part))):
        return name in symbolic.needs(part)
    known = diagrams.apply(lambda here, value: here is True and not _is_open(value), reach, part)
    if symbolic.levels[name] in list_levels(diagrams.reduce(diagrams.simplify(part, known), known)):
        return True
    return None


def _leave_computed(
    universe: Universe,
    diagnostics: Diagnostics,
    property_: SafetyProperty,
    computed: tuple[str, ...],
    decisions: tuple[str, ...],
) -> None:
    """Report that a property is not proved, and the cells of these decisions that compute."""
    if not computed:
        _leave_open(diagnostics, property_, "too many combinations to check")
        return
    titles = universe.show_titles(computed)
    diagnostics.warning(
        CODES[1],
        f"{property_.id} is not proved, and no patient was found who breaks it: it computes with {titles}",
        property_.source.source,
        related=universe.list_computations(computed, decisions),
        help=f"compare {titles} with constants, or narrow the values in the data dictionary",
    )


def _leave_open(diagnostics: Diagnostics, property_: SafetyProperty, why: str) -> None:
    diagnostics.warning(
        CODES[1], f"{property_.id} is not proved: {why}", property_.source.source, help="ask for a simpler condition"
    )
