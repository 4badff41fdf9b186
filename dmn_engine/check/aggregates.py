"""Rules of a table that combines its outputs, such as their sum, that give null: then the table has no answer."""

from __future__ import annotations

from collections.abc import Mapping

from dmn_engine.check.bounds import OPEN, TRUE, Bounds, Choices, join_or, negate
from dmn_engine.check.box_evaluation import BoxEvaluation
from dmn_engine.check.gaps import know_inputs
from dmn_engine.check.proof import Claim
from dmn_engine.check.universe import Universe
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.evaluate.decision_diagram import Leaf
from dmn_engine.evaluate.symbolic import Symbolic
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, HitPolicy
from dmn_engine.model.unknown import Unknown, find_partial, merge

CODES = ("null-combined",)
QUESTION = "whether a null is combined"


def check(universe: Universe, table: DecisionTable, diagnostics: Diagnostics) -> None:
    """Report each rule that gives null for some possible patient; in mode dmn for one whose inputs are not null."""
    if not table.hit_policy.aggregates or table.hit_policy is HitPolicy.COLLECT_COUNT:
        return
    for index, rule in enumerate(table.rules):
        record = _find_null(universe, table.name, index)
        if record is not None:
            what = f"{table.name}: rule {rule.number} gives null"
            diagnostics.error(
                CODES[0],
                f"{what}, which `{table.hit_policy.value}` cannot combine: there is no answer then",
                rule.outputs[0].source.source,
                help=f"give a value, or take out the rule; example patient: {universe.show_record(record)}",
            )


def _find_null(universe: Universe, name: str, index: int) -> Mapping[str, Value] | None:
    """A patient for whom a rule matches and gives null."""
    symbolic = universe.symbolic
    chosen = symbolic.conjoin(universe.reach(name), symbolic.guards(name)[index])
    if not universe.graph.clinical:
        chosen = symbolic.conjoin(chosen, know_inputs(universe, name))
    null = symbolic.diagrams.apply(_is_null, chosen, symbolic.row(name, index))
    record = universe.find_record(null, lambda value: value is True)
    if record is not None:
        return record

    def bound(evaluation: BoxEvaluation) -> Bounds:
        given = evaluation.give_row(name, index)
        is_value = given is not OPEN and not (isinstance(given, Choices) and None in given.values)
        return join_or(negate(evaluation.match(name, index)), TRUE if is_value else OPEN)

    def refutes(record: Mapping[str, Value]) -> bool:
        if not universe.graph.clinical and None in (record.get(each) for each in universe.list_inputs(name)):
            return False
        given = Symbolic(universe.graph, record).row(name, index)
        matches = index in universe.evaluate(record).decide(name).rules
        return matches and isinstance(given, Leaf) and given.value is None

    found = universe.prove(null, lambda value: isinstance(value, Unknown), Claim(bound, refutes)).record
    return None if found is None else universe.limit(found, name)


def _is_null(chosen: Value, given: Value) -> Value:
    """Whether a rule matches and gives null; errors are reported by themselves."""
    partial = find_partial(given)
    if chosen is False or (given is not None and not isinstance(partial, Unknown)):
        return False
    return merge(value for value in (chosen, partial) if isinstance(value, Unknown)) or chosen
