"""Why a rule did not give its output: the cells that failed, and the smallest change of inputs that would match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dmn_engine.compile.graph import Graph
from dmn_engine.compile.table import CompiledTable
from dmn_engine.compile.table_evaluation import Answer
from dmn_engine.evaluate.decision_diagram import Branch, BudgetExceeded, Diagram, Leaf, list_values
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.solution import Solver
from dmn_engine.evaluate.symbolic import Symbolic
from dmn_engine.feel.values import Cause
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Condition, FiredRule
from dmn_engine.model.unknown import find_partial


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One rule that was asked for, against one record.

    `conditions` are all its cells, `holds` None where the value is missing. `fires` says that it does give its
    output. `changes` are the given fields to change, `assumptions` the missing fields to fill in, each with one value,
    so that the rule would give its output, with as few changes as possible; `reachable` is False where no record does,
    None where that is too much to work out.
    """

    rule: FiredRule
    output: Value
    conditions: tuple[Condition, ...]
    fires: bool
    changes: Mapping[str, Value] = field(default_factory=dict)
    assumptions: Mapping[str, Value] = field(default_factory=dict)
    reachable: bool | None = True


def explain_why_not(graph: Graph, record: Mapping[str, Value], text: str, decision: str) -> tuple[WhyNot, ...]:
    """Explain every rule below `decision` whose id is `text`, or else one of whose outputs contains it."""
    evaluation = Evaluation(graph, record, clinical=True)
    solver = Solver(graph, evaluation)
    symbolic = Symbolic(graph, {})
    found = list(_find_rules(graph, decision, text))
    return tuple(_explain(solver, symbolic, name, index) for name, index in found)


def _find_rules(graph: Graph, decision: str, text: str) -> Iterator[tuple[str, int]]:
    wanted = fold_label(text)
    by_id, by_output = [], []
    for name in graph.reach(decision):
        table = graph.table(name)
        for index, rule in enumerate(table.table.rules):
            if rule.id.casefold() == wanted:
                by_id.append((name, index))
            elif wanted and any(wanted in cell.source.text.casefold() for cell in rule.outputs):
                by_output.append((name, index))
    yield from by_id or by_output


def _explain(solver: Solver, symbolic: Symbolic, name: str, index: int) -> WhyNot:
    table = solver.graph.table(name)
    evaluation = solver.evaluation
    answer = evaluation.decide(name)
    output = table.assemble([_show_output(table, index, place) for place in range(len(table.labels))])
    conditions = tuple(_test_conditions(evaluation, table, answer, index))
    rule = solver.fire(name, index)
    try:
        chosen = symbolic.selections(name).get(index)
        if chosen is None:
            return WhyNot(rule, output, conditions, False, reachable=False)
        wanted = symbolic.conjoin(symbolic.care, symbolic.conjoin(symbolic.reached(name), chosen))
    except BudgetExceeded:
        return WhyNot(rule, output, conditions, False, reachable=None)
    path = _find_nearest(solver.graph, wanted, evaluation.record)
    if path is None:
        return WhyNot(rule, output, conditions, False, reachable=False)
    known = evaluation.record
    path = _leave_out(symbolic, wanted, path, known)
    changes = {key: value for key, value in path.items() if key in known}
    assumptions = {key: value for key, value in path.items() if key not in known}
    return WhyNot(rule, output, conditions, not path, changes, assumptions)


def _show_output(table: CompiledTable, index: int, place: int) -> Value:
    output = table.outputs[index][place]
    return output.cell.source.text if output.program is not None or output.decision is not None else output.constant


def _test_conditions(evaluation: Evaluation, table: CompiledTable, answer: Answer, index: int) -> Iterator[Condition]:
    rule = table.table.rules[index]
    for column, cell, value in zip(table.columns, rule.inputs, answer.met, strict=True):
        partial = find_partial(value)
        holds: bool | None
        if cell.tests.is_any:
            holds = True
        elif partial is not None:
            holds = None
        else:
            causes: list[Cause] = []
            variables = {name: evaluation.look_up(name) for name in column.test_reads}
            accepted, _ = column.match(value, variables, causes)
            holds = bool(accepted >> index & 1)
            holds = None if causes else holds
        shown = None if partial is not None else value
        yield Condition(column.column.label, cell.source.text, str(cell.source.origin), shown, holds)


def _find_nearest(graph: Graph, diagram: Diagram, record: Mapping[str, Value]) -> dict[str, Value] | None:
    """The fields to change or fill in, fewest changes first, so that the diagram is True; None where it never is."""
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
    """The steps without those missing fields whose value does not matter to any possible patient."""
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
    """For each region of the field its cost (changes, assumptions) and the step to take."""
    here = graph.locate(name, record[name]) if name in record else None
    for index, value in enumerate(graph.regions(name)):
        if name not in record:
            yield (0, 1), {name: value}
        elif index == here:
            yield (0, 0), {}
        else:
            yield (1, 0), {name: value}
