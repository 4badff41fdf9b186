"""Runs the example patients of the sheets `Tests`, and measures which rules they cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dmn_engine.diagnostics import CellRef, Diagnostic, LineRef, Origin, Severity, Source, file_of
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, Example, Expectation, Rule, Tables
from dmn_engine.model.result import DecisionResult, FiredRule, Result, Status
from dmn_engine.model.unknown import find_partial, key_value
from dmn_engine.model.workbook_source import CellSource
from dmn_engine.records.record import NO_FILE

Evaluate = Callable[[Mapping[str, Value], str], Result | Sequence[Diagnostic]]
"""The result of a record for the decision of this name, or the errors of the record or the tables that prevent it."""

_SHEET = "tests"


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation with the decision's result; `errors` name the parts of it that do not hold."""

    decision: str
    column: str
    cell: CellSource
    expectation: Expectation
    result: DecisionResult
    errors: tuple[str, ...]

    @property
    def passes(self) -> bool:
        return not self.errors


@dataclass(frozen=True, slots=True)
class Trial:
    """An example with its checks, and every rule that fired for it, by (table, rule id).

    `errors` are those of the example itself; `blocks` are errors of the tables that prevent its evaluation.
    """

    example: Example
    checks: tuple[Check, ...] = ()
    fired: frozenset[tuple[str, str]] = frozenset()
    errors: tuple[Diagnostic, ...] = ()
    blocks: tuple[Diagnostic, ...] = ()

    @property
    def passes(self) -> bool:
        return not self.errors and not self.blocks and all(check.passes for check in self.checks)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many rules there are, and those that no example uses."""

    total: int
    unused: tuple[tuple[DecisionTable, Rule], ...]

    @property
    def percent(self) -> float:
        """The percentage; 100 if there are no rules."""
        return 100 * (self.total - len(self.unused)) / self.total if self.total else 100.0


def keep_examples(tables: Tables, place: str) -> Tables:
    """The tables with only the examples of a workbook or folder, given as messages show it."""
    kept = tuple(example for example in tables.examples if _is_in(example.source.origin, place))
    return replace(tables, examples=kept)


def list_lost(tables: Tables, diagnostics: Iterable[Diagnostic], place: str) -> tuple[Diagnostic, ...]:
    """The errors of a workbook or folder that may hide examples: of its sheets Tests, or of a file as a whole.

    Those of an example that was read are not among them, because it fails by itself.
    """
    own = {error for example in tables.examples for error in example.errors}
    return tuple(
        item
        for item in diagnostics
        if item.severity is Severity.ERROR
        and item not in own
        and _is_in(item.source.origin, place)
        and _hides_examples(item.source.origin)
    )


def run_examples(evaluate: Evaluate, tables: Tables, show: Callable[[Value], str]) -> Iterator[Trial]:
    """Evaluate every example, in order; `show` words a value in the errors."""
    titles = {name: field.title for name, field in tables.dictionary.fields.items()}
    for example in tables.examples:
        errors = example.errors or tuple(_list_empty(example))
        if not errors:
            yield _run(example, evaluate, show, titles)
        elif all(item.follows for item in errors):
            yield Trial(example, blocks=errors)
        else:
            yield Trial(example, errors=errors)


def _list_empty(example: Example) -> Iterator[Diagnostic]:
    """The error of an example that would pass for any answer of the tables."""
    if not example.expected:
        message = f"the test `{example.name}` expects nothing"
        hint = "write what the tables must answer for this patient"
        yield Diagnostic("test-without-expectation", Severity.ERROR, message, example.source.source, help=hint)


def _run(example: Example, evaluate: Evaluate, show: Callable[[Value], str], titles: Mapping[str, str]) -> Trial:
    results: dict[str, Result | Sequence[Diagnostic]] = {}
    checks = []
    for (decision, column), (cell, expectation) in example.expected.items():
        if decision not in results:
            results[decision] = evaluate(example.record, decision)
        result = results[decision]
        if isinstance(result, Result):
            outcome = result[decision]
            failures = tuple(find_errors(expectation, outcome, column, show, titles))
            checks.append(Check(decision, column, cell, expectation, outcome, failures))
    prevented = dict.fromkeys(item for result in results.values() if not isinstance(result, Result) for item in result)
    fired = frozenset(_list_fired(result for result in results.values() if isinstance(result, Result)))
    errors = tuple(_place(item, example) for item in prevented if _is_of_record(item))
    return Trial(example, tuple(checks), fired, errors, tuple(item for item in prevented if not _is_of_record(item)))


def _is_of_record(item: Diagnostic) -> bool:
    return file_of(item.source.origin) == NO_FILE


def _place(item: Diagnostic, example: Example) -> Diagnostic:
    """The error of a record at the cell of its field; else at the example's name."""

    def find_source(origin: Origin) -> Source:
        field = origin.element.split("/")[1] if isinstance(origin, LineRef) and "/" in origin.element else ""
        return example.cells.get(field, example.source).source

    related = tuple((find_source(source.origin), words) for source, words in item.related)
    return replace(item, source=find_source(item.source.origin), span=None, related=related)


def _is_in(origin: Origin, place: str) -> bool:
    file = file_of(origin)
    return place == "." or file == place or file.startswith(f"{place}/")


def _hides_examples(origin: Origin) -> bool:
    match origin:
        case CellRef(sheet=sheet):
            return fold_label(sheet) in ("", _SHEET)
        case LineRef(element=element):
            return element in ("", "/") or element.split("/")[1:2] == [_SHEET]
    return True


def measure_coverage(trials: Iterable[Trial], tables: Tables) -> Coverage:
    """Which rules of the tables no example uses."""
    fired = frozenset().union(*(trial.fired for trial in trials))
    rules = [(table, rule) for table in tables.tables.values() for rule in table.rules]
    return Coverage(len(rules), tuple(pair for pair in rules if (pair[0].name, pair[1].id) not in fired))


def find_errors(
    expectation: Expectation,
    result: DecisionResult,
    column: str,
    show: Callable[[Value], str],
    titles: Mapping[str, str],
) -> Iterator[str]:
    """The parts of the expectation that do not hold, as phrases that follow "expected ..."; fields have these titles.

    A value is present only if it is certain, and absent only if it is not even possible; an unknown value may be any.
    """
    if expectation.undetermined:
        if result.status is not Status.UNDETERMINED:
            yield "an undetermined answer"
        missing = [titles.get(need, need) for need in expectation.needs if need not in result.needs]
        yield from (f"an answer that needs {title}" for title in missing)
    if result.status is Status.ERROR:
        yield "an answer"
        return
    certain = list_values(_certain_outcomes(result), column)
    possible = [*certain, *list_values([item.value for item in result.candidates], column)]
    if expectation.is_exact:
        wanted = expectation.value
        if result.status is not Status.DETERMINED or not _is_exactly(wanted, result, column, certain):
            yield f"{'only ' if result.is_list else ''}{show(wanted)}"
    sure, maybe = _keys(certain), _keys(possible)
    yield from (show(value) for value in expectation.present if key_value(value) not in sure)
    is_open = any(find_partial(value) is not None for value in possible)
    yield from (f"no {show(value)}" for value in expectation.absent if is_open or key_value(value) in maybe)


def list_values(outcomes: Iterable[Value], column: str) -> list[Value]:
    """The values of the column (else of the first) in outcomes that are contexts, or the outcomes; lists flattened."""
    found: list[Value] = []
    for outcome in outcomes:
        value = pick_column(outcome, column)
        found += list_values(value, "") if isinstance(value, list) else [value]
    return found


def pick_column(outcome: Value, column: str) -> Value:
    """The member of a context (the first where no column is named), or the outcome itself."""
    if not isinstance(outcome, Mapping) or not outcome:
        return outcome
    return outcome.get(column) if column else next(iter(outcome.values()))


def _certain_outcomes(result: DecisionResult) -> list[Value]:
    if result.status is Status.DETERMINED:
        return result.value if result.is_list and isinstance(result.value, list) else [result.value]
    return [item.value for item in result.candidates if item.certain]


def _is_exactly(wanted: Value, result: DecisionResult, column: str, values: list[Value]) -> bool:
    if result.is_list or isinstance(wanted, list):
        expected = wanted if isinstance(wanted, list) else [wanted]
        return _keys(expected) == {key_value(value) for value in values}
    got = result.value if isinstance(wanted, Mapping) else pick_column(result.value, column)
    return key_value(wanted) == key_value(got)


def _keys(values: Iterable[Value]) -> set[object]:
    return {key_value(value) for value in values if find_partial(value) is None}


def _list_fired(results: Iterable[Result]) -> Iterator[tuple[str, str]]:
    """The rules that surely fired; one that only may have is not covered by the example."""
    for result in results:
        for decision in result.decisions.values():
            yield from _pairs(decision.rules)


def _pairs(rules: Iterable[FiredRule]) -> Iterator[tuple[str, str]]:
    return ((rule.table, rule.rule) for rule in rules)
