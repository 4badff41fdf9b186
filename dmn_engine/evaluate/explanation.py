"""Explanation of why a rule did not give its output: the failed cells, and the smallest change that would match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dmn_engine.compile.graph import Graph
from dmn_engine.compile.table import CompiledTable
from dmn_engine.compile.table_evaluation import Answer
from dmn_engine.evaluate.decision_diagram import Branch, BudgetExceeded, Diagram, Leaf, list_values
from dmn_engine.evaluate.evaluation import Evaluation, start_evaluation
from dmn_engine.evaluate.solution import Solver
from dmn_engine.evaluate.symbolic import Symbolic
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Condition, FiredRule, Status
from dmn_engine.model.unknown import ErrorValue, Unknown, find_partial


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The explanation of one rule for one record.

    `conditions` are all its cells, `holds` None where the value is missing. `fires` says that it does give its
    output. `changes` are the given fields to change, `assumptions` the missing fields to fill in, each with one value,
    so that the rule would give its output, with as few changes as possible; `reachable` is False where no record does,
    None where that is not known. `errors` are those that leave its decision without an answer.
    """

    rule: FiredRule
    output: Value
    conditions: tuple[Condition, ...]
    fires: bool
    changes: Mapping[str, Value] = field(default_factory=dict)
    assumptions: Mapping[str, Value] = field(default_factory=dict)
    reachable: bool | None = True
    errors: tuple[EvaluationError, ...] = ()


def explain_why_not(graph: Graph, record: Mapping[str, Value], text: str, decision: str) -> tuple[WhyNot, ...]:
    """Explain every rule below `decision` whose id is `text`, else every rule with an output that contains it."""
    solver = Solver(graph, start_evaluation(graph, record, clinical=graph.clinical))
    computed = {name: value for name, value in solver.evaluation.record.items() if not graph.is_exact(name)}
    symbolic = Symbolic(graph, computed)
    return tuple(_explain(solver, symbolic, name, index) for name, index in _find_rules(graph, decision, text))


def _find_rules(graph: Graph, decision: str, text: str) -> Iterator[tuple[str, int]]:
    wanted = fold_label(text)
    by_id, by_output = [], []
    for name in graph.reach(decision):
        if name in graph.logic:
            continue
        table = graph.table(name)
        for index, rule in enumerate(table.table.rules):
            if rule.id.casefold() == wanted:
                by_id.append((name, index))
            elif wanted and any(wanted in cell.source.text.casefold() for cell in rule.outputs):
                by_output.append((name, index))
    yield from by_id or by_output


def _explain(solver: Solver, symbolic: Symbolic, name: str, index: int) -> WhyNot:
    """Why a rule did not give its output; `symbolic` has the given values of the fields that formulas compute with."""
    table = solver.graph.table(name)
    evaluation = solver.evaluation
    answer = evaluation.decide(name)
    output = table.assemble([_show_output(table, index, place) for place in range(len(table.labels))])
    conditions = tuple(_test_conditions(evaluation, table, answer, index))
    rule = solver.fire(name, index)
    errors = solver.solve(name).errors if solver.solve(name).status is Status.ERROR else ()
    try:
        here = solver.symbolic
        if not errors and _list_answers(here, _want(here, name, index)) == [True]:
            return WhyNot(rule, output, conditions, True)
        path = _find_change(symbolic, _want(symbolic, name, index), evaluation.record)
        reachable = True if path is not None else _may_reach(symbolic, name, index)
    except BudgetExceeded:
        return WhyNot(rule, output, conditions, False, reachable=None, errors=errors)
    known = evaluation.record
    changes = {key: value for key, value in (path or {}).items() if key in known}
    assumptions = {key: value for key, value in (path or {}).items() if key not in known}
    return WhyNot(rule, output, conditions, False, changes, assumptions, reachable, errors)


def _want(symbolic: Symbolic, name: str, index: int) -> Diagram:
    """The condition under which an evaluation reaches the decision, takes the rule, and gets its output."""
    chosen = symbolic.selections(name).get(index, symbolic.diagrams.leaf(False))
    answered = symbolic.diagrams.apply(_is_answered, symbolic.value(name))
    return symbolic.conjoin(symbolic.reached(name), symbolic.conjoin(chosen, answered))


def _is_answered(value: Value) -> Value:
    """Whether a decision has a value; unknown where that is not known."""
    partial = find_partial(value)
    return not isinstance(partial, ErrorValue) if not isinstance(partial, Unknown) else partial


def _list_answers(symbolic: Symbolic, wanted: Diagram) -> list[Value]:
    """The values of a condition for the possible patients."""
    return list_values(symbolic.diagrams.simplify(wanted, symbolic.care))


def _may_reach(symbolic: Symbolic, name: str, index: int) -> bool | None:
    """False where no record at all makes the rule give its output; None where some may."""
    every = Symbolic(symbolic.graph, {}) if symbolic.record else symbolic
    wanted = every.conjoin(every.care, _want(every, name, index))
    return False if all(value is False or isinstance(value, ErrorValue) for value in list_values(wanted)) else None


def _find_change(symbolic: Symbolic, chosen: Diagram, known: Mapping[str, Value]) -> dict[str, Value] | None:
    wanted = symbolic.conjoin(symbolic.care, chosen)
    path = _find_nearest(symbolic.graph, wanted, known)
    return None if path is None else _leave_out(symbolic, wanted, path, known)


def _show_output(table: CompiledTable, index: int, place: int) -> Value:
    output = table.outputs[index][place]
    return output.cell.source.text if output.program is not None or output.decision is not None else output.constant


def _test_conditions(evaluation: Evaluation, table: CompiledTable, answer: Answer, index: int) -> Iterator[Condition]:
    rule = table.table.rules[index]
    for column, cell, value in zip(table.columns, rule.inputs, answer.met, strict=True):
        holds: bool | None = True
        for test in column.tests:
            if test.mask >> index & 1:
                errors: list[EvaluationError] = []
                found = test.match(value, {name: evaluation.look_up(name) for name in test.reads}, errors)
                holds = None if errors or find_partial(found) is not None else found is True
        shown = None if find_partial(value) is not None else value
        yield Condition(column.column.label, cell.source.text, str(cell.source.origin), shown, holds)


def _find_nearest(graph: Graph, diagram: Diagram, record: Mapping[str, Value]) -> dict[str, Value] | None:
    """The fewest fields to change or fill in so that the diagram is True; None if it never is."""
    order = graph.field_order
    done: dict[int, tuple[tuple[int, int], dict[str, Value]] | None] = {}

    def search(node: Diagram) -> tuple[tuple[int, int], dict[str, Value]] | None:
        if isinstance(node, Leaf):
            return ((0, 0), {}) if node.value is True else None
        if id(node) in done:
            return done[id(node)]
        best = None
        for index, (cost, step) in enumerate(_list_steps(graph, order[node.level], node, record)):
            below = search(node.children[index])
            if below is not None:
                total = (cost[0] + below[0][0], cost[1] + below[0][1])
                if best is None or total < best[0]:
                    best = (total, step | below[1])
        done[id(node)] = best
        return best

    found = search(diagram)
    return None if found is None else found[1]


def _leave_out(
    symbolic: Symbolic, wanted: Diagram, path: dict[str, Value], known: Mapping[str, Value]
) -> dict[str, Value]:
    """The steps without missing fields whose value never matters."""
    graph, levels = symbolic.graph, symbolic.levels
    simple = symbolic.diagrams.simplify(wanted, symbolic.care)
    regions = {
        levels[name]: region
        for name, value in {**known, **path}.items()
        if name in levels and (region := graph.locate(name, value)) is not None
    }
    for name in [name for name in path if name not in known]:
        fewer = {level: region for level, region in regions.items() if level != levels[name]}
        if list_values(symbolic.diagrams.restrict(simple, fewer)) == [True]:
            regions = fewer
    return {name: value for name, value in path.items() if levels[name] in regions}


def _list_steps(
    graph: Graph, name: str, node: Branch, record: Mapping[str, Value]
) -> Iterator[tuple[tuple[int, int], dict[str, Value]]]:
    """For each region of the field, its cost (changes, assumptions) and the step."""
    here = graph.locate(name, record[name]) if name in record else None
    for index, value in enumerate(graph.regions(name)):
        if name not in record:
            yield (0, 1), {name: value}
        elif index == here:
            yield (0, 0), {}
        else:
            yield (1, 0), {name: value}
