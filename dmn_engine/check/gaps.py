"""Possible patients for whom a table that must give an outcome has no rule and no default.

In mode dmn a missing input is null, so that null is a value of every input; a gap at null alone is a finding of its
own, one a table, since many tables leave null out on purpose. It is an error where a column lists null.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dmn_engine.check.bounds import all_of
from dmn_engine.check.proof import Claim
from dmn_engine.check.universe import Universe
from dmn_engine.compile.hit_policy import Hits
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.evaluate.decision_diagram import Diagram, Leaf
from dmn_engine.evaluate.symbolic import Symbolic
from dmn_engine.evaluate.three_valued import disjoin
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, HitPolicy
from dmn_engine.model.unknown import Unknown, find_partial, key_value, merge

CODES = ("missing-rule", "missing-rule-for-null", "not-decided")
QUESTION = "whether a rule is missing"
_MOST_SHOWN = 5


def check(universe: Universe, table: DecisionTable, diagnostics: Diagnostics) -> None:
    """Report the combinations of inputs that no rule of a table covers, up to five."""
    if not must_match(universe, table) or (not universe.graph.clinical and universe.never_answers(table.name)):
        return
    open_ = _find_uncovered(universe, table.name)
    _report_gaps(universe, table, universe.symbolic.conjoin(open_, know_inputs(universe, table.name)), diagnostics)
    if not universe.graph.clinical:
        _report_null(universe, table, open_, diagnostics)
    _report_undecided(universe, table.name, diagnostics)


def must_match(universe: Universe, table: DecisionTable) -> bool:
    """Whether a patient without a matching rule has no outcome: null is one where a workbook allows it."""
    compiled = universe.graph.table(table.name)
    gives_nothing = table.hit_policy.is_list or table.hit_policy is HitPolicy.COLLECT_COUNT or compiled.has_default
    return not (gives_nothing or (universe.graph.clinical and compiled.is_nullable))


def _report_gaps(universe: Universe, table: DecisionTable, open_: Diagram, diagnostics: Diagnostics) -> None:
    place, name = Source("", table.origin), table.name
    for count in range(_MOST_SHOWN + 1):
        record = universe.find_record(open_, lambda value: value is True)
        if record is None:
            return
        if count == _MOST_SHOWN:
            diagnostics.error(CODES[0], f"{name}: more combinations are without a rule than are listed", place)
            return
        _report_gap(universe, name, record, diagnostics)
        open_ = universe.symbolic.conjoin(open_, _exclude(universe, table, record))


def _report_gap(universe: Universe, name: str, record: Mapping[str, Value], diagnostics: Diagnostics) -> None:
    """Report one combination without a rule."""
    diagnostics.error(
        CODES[0],
        f"{name}: no rule for {universe.show_inputs(name, record)}",
        Source("", universe.tables[name].origin),
        help=f"add a rule, or a row Default; example patient: {universe.show_record(record)}",
    )


def _report_null(universe: Universe, table: DecisionTable, open_: Diagram, diagnostics: Diagnostics) -> None:
    """Report that no rule matches where inputs are null, once, with the fewest of them."""
    known = know_inputs(universe, table.name)
    null = universe.symbolic.conjoin(open_, universe.symbolic.diagrams.apply(lambda value: value is False, known))
    record = universe.find_record(null, lambda value: value is True)
    if record is None and _lacks_rule_for_nothing(universe, table.name):
        record = dict.fromkeys(universe.list_inputs(table.name))
    if record is None:
        return
    is_listed = any(value is None and name in universe.null_listed for name, value in record.items())
    report = diagnostics.error if is_listed else diagnostics.warning
    report(
        CODES[1],
        f"{table.name}: no rule for {universe.show_inputs(table.name, record)}, and so the outcome is null",
        Source("", table.origin),
        help="a missing input is null: add a rule that accepts null, or a default output",
    )


def _lacks_rule_for_nothing(universe: Universe, name: str) -> bool:
    """Whether no rule matches where all inputs are null, of a decision with inputs that have no regions."""
    if all(universe.graph.regions(each) for each in universe.list_inputs(name)):
        return False
    evaluation = universe.evaluate({})
    unmatched = [each for each in universe.graph.reach(name) if evaluation.decide(each).unmatched]
    return unmatched == [name]


def know_inputs(universe: Universe, name: str) -> Diagram:
    """True where no field that the decision depends on is null, unless null is listed as one of its values."""
    symbolic = universe.symbolic
    known: Diagram = symbolic.diagrams.leaf(True)
    for each in () if universe.graph.clinical else universe.list_inputs(name):
        if None in universe.graph.regions(each):
            given = symbolic.diagrams.apply(lambda value: value is not None, symbolic.value(each))
            known = symbolic.conjoin(known, given)
    return known


def _report_undecided(universe: Universe, name: str, diagnostics: Diagnostics) -> None:
    """Prove that a rule matches where a condition computes; else report a patient without one, or that it is open."""
    symbolic = universe.symbolic
    open_ = symbolic.conjoin(universe.reach(name), symbolic.diagrams.apply(_may_lack_rule, symbolic.hits(name)))
    open_ = symbolic.conjoin(open_, know_inputs(universe, name))
    refusals = symbolic.diagrams.leaf(False) if universe.graph.clinical else symbolic.refusals(name)
    partial = symbolic.diagrams.apply(_keep_open, open_, symbolic.hits(name), refusals)
    found = universe.prove(
        partial,
        lambda value: value is not True,
        Claim(
            lambda evaluation: all_of(part.match_any(name) for part in evaluation.assume(name)),
            lambda record: _lacks_rule(universe, name, record),
        ),
    )
    if found.record is not None:
        _report_gap(universe, name, universe.limit(found.record, name), diagnostics)
    elif not found.holds:
        computed = universe.list_computed(partial)
        diagnostics.warning(
            CODES[2],
            f"{name}: completeness is not proved: a condition computes with {universe.show_titles(computed)}",
            Source("", universe.tables[name].origin),
            related=universe.list_computations(computed, universe.graph.reach(name)),
            help="compare the input with constants, or add a default",
        )


def _lacks_rule(universe: Universe, name: str, record: Mapping[str, Value]) -> bool:
    """Whether no rule matches for a record of values; that none matches for null is a finding of its own."""
    is_given = all(record.get(each) is not None for each in universe.list_inputs(name))
    answer = universe.evaluate(record).decide(name)
    labels = {column.source.source.origin for column in universe.tables[name].inputs}
    is_refused = any(error.source.origin in labels for error in answer.errors)
    return (is_given or universe.graph.clinical) and answer.unmatched and not is_refused


def _may_lack_rule(hits: Value) -> bool:
    assert isinstance(hits, Hits)
    return hits.sure == 0 and (hits.may == 0 or isinstance(hits.partial, Unknown))


def _keep_open(uncovered: Value, hits: Value, refusal: Value) -> Value:
    """True where the diagram decides; what is unknown elsewhere."""
    assert isinstance(hits, Hits)
    unknown = [value for value in (uncovered, hits.partial, refusal) if isinstance(value, Unknown)]
    return merge(unknown) if unknown and uncovered is not False else True


def _find_uncovered(universe: Universe, name: str) -> Diagram:
    """True where no rule matches, though what the table reads has a value."""
    symbolic = universe.symbolic
    none = symbolic.diagrams.apply(_is_uncovered, symbolic.hits(name))
    found = symbolic.conjoin(universe.reach(name), none)
    if universe.graph.clinical:  # the value below is an error then, and no rule matches or fails by it
        return found
    found = symbolic.conjoin(found, symbolic.diagrams.apply(_allow, symbolic.refusals(name)))
    columns = universe.graph.table(name).columns
    for read in dict.fromkeys(each for column in columns for each in sorted(column.reads | column.test_reads)):
        if universe.graph.is_decision(read):
            found = symbolic.conjoin(found, _has_rules(universe, read))
    return found


def _has_rules(universe: Universe, name: str) -> Diagram:
    """True where a decision is not null by a missing rule (mode dmn)."""
    symbolic = universe.symbolic
    found: Diagram = symbolic.diagrams.leaf(True)
    for below in (each for each in universe.graph.reach(name) if each in universe.tables):
        if must_match(universe, universe.tables[below]):
            matched = symbolic.diagrams.apply(lambda hits: not _is_uncovered(hits), symbolic.hits(below))
            found = symbolic.conjoin(found, matched)
    given = symbolic.diagrams.apply(lambda value: value is not None, symbolic.value(name))
    return symbolic.diagrams.apply(disjoin, given, found)


def _allow(refusal: Value) -> Value:
    """Whether no rule is open because its column refuses the input."""
    return refusal if isinstance(refusal, Unknown) else refusal is False


def _is_uncovered(hits: Value) -> bool:
    assert isinstance(hits, Hits)
    return hits.may == 0


def _exclude(universe: Universe, table: DecisionTable, record: dict[str, Value]) -> Diagram:
    """False where the columns meet what they meet for the record; numbers aside, so that a gap is reported once."""
    symbolic = universe.symbolic
    met = [universe.meet(table.name, index, record) for index in range(len(table.inputs))]
    values = {
        index: leaf.value
        for index, leaf in enumerate(met)
        if isinstance(leaf, Leaf) and find_partial(leaf.value) is None
    }
    has_others = any(not isinstance(value, Decimal) for value in values.values())
    same: Diagram = symbolic.diagrams.leaf(True)
    for index, value in values.items():
        if not (has_others and isinstance(value, Decimal)):
            same = symbolic.conjoin(same, _equals(symbolic, table.name, index, value))
    return symbolic.diagrams.apply(lambda value: value is not True, same)


def _equals(symbolic: Symbolic, name: str, index: int, wanted: Value) -> Diagram:
    key = key_value(wanted)
    return symbolic.diagrams.apply(lambda value: key_value(value) == key, symbolic.input(name, index))
