"""Evaluation of a decision table, as far as its input values are known (DMN 1.5, 8.2).

Mode clinical distinguishes known values, unknown values and errors: an error of a cell gives an ErrorValue. In mode dmn
an error gives null, and the error is kept.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dmn_engine.compile.hit_policy import Conclusion, Hits, conclude
from dmn_engine.compile.open_evaluation import Compute, open_expression
from dmn_engine.compile.table import NOT_CONSTANT, CompiledColumn, CompiledOutput, CompiledTable, TestFailure
from dmn_engine.feel.errors import EvaluationError, distinct
from dmn_engine.feel.syntax import Expression
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.unknown import ErrorValue, Partial, Unknown, find_partial, merge_open

UNSETTLED = Unknown()
"""The value of a table whose masks do not determine its answer."""


class Surroundings(Protocol):
    """The environment of a table: variables by name, and the results of the decisions that it uses.

    `variables` has the known values so far; `clinical` is the mode.
    """

    @property
    def clinical(self) -> bool: ...

    @property
    def variables(self) -> Mapping[str, Value]: ...

    def look_up(self, name: str) -> Value:
        """The value of a variable, which may be or contain an Unknown or an ErrorValue."""

    def use(self, decision: str) -> Value:
        """The result of a decision, which may have unknown parts or errors."""

    def find_error(self, name: str) -> ErrorValue | None:
        """The errors by which a variable is null (mode dmn)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one evaluation of a table or other logic: its value, the rules by index, each column's input value.

    Logic that is not a table (`table` is None) has the answers of the tables in it as `parts`.

    `partial` is the unknown or the error in the value; None if it is complete. `errors` are the errors, `inherited`
    those of variables that are null by them (mode dmn). Errors that had no part in the value are not among them.
    `unmatched` says that no rule matches. With `error` the hit policy is broken, and `rules` broke it.
    """

    table: CompiledTable | None
    value: Value
    rules: tuple[int, ...]
    met: tuple[Value, ...]
    partial: Partial | None = None
    errors: tuple[EvaluationError, ...] = ()
    unmatched: bool = False
    error: EvaluationError | None = None
    parts: tuple[Answer, ...] = ()
    inherited: tuple[EvaluationError, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.partial is None


def answer_table(table: CompiledTable, around: Surroundings, errors: list[EvaluationError]) -> Answer:
    """Evaluate the table; the reasons for nulls are appended to `errors`."""
    return _TableEvaluation(table, around, errors).answer()


@dataclass(slots=True)
class _TableEvaluation:
    table: CompiledTable
    around: Surroundings
    errors: list[EvaluationError]
    inherited: list[EvaluationError] = field(default_factory=list)

    def answer(self) -> Answer:
        start = len(self.errors)
        met: list[Value] = []
        hits = self._match(met)
        if not self._can_conclude(hits):
            return Answer(self.table, UNSETTLED, (), tuple(met), UNSETTLED, tuple(self.errors))
        rows: dict[int, Value] = {}

        def output(index: int) -> Value:
            value = self.table.constants[index] if index >= 0 else NOT_CONSTANT
            if value is NOT_CONSTANT:
                if index not in rows:
                    rows[index] = self._read_row(index)
                value = rows[index]
            return value

        conclusion = conclude(self.table, hits, output, clinical=self.around.clinical)
        if conclusion.error is not None:
            self.errors.append(conclusion.error)
        return self._answer(conclusion, met, start, unmatched=not hits.may)

    def _answer(self, conclusion: Conclusion, met: list[Value], start: int, *, unmatched: bool = False) -> Answer:
        value = conclusion.value
        partial = find_partial(value) if self.around.clinical else None
        kept = tuple(self.errors[start:])
        return Answer(
            self.table,
            value,
            conclusion.rules,
            tuple(met),
            partial,
            kept,
            unmatched=unmatched,
            error=conclusion.error,
            inherited=tuple(dict.fromkeys(self.inherited)),
        )

    def _can_conclude(self, hits: Hits) -> bool:
        """Whether the masks alone determine which rules count.

        They do if every input is known or an error, or if a rule that surely matches precedes all others.
        """
        if hits.is_settled or isinstance(hits.partial, ErrorValue):
            return True
        first = hits.may & -hits.may
        return self.table.table.hit_policy is HitPolicy.FIRST and bool(hits.sure & first)

    def _match(self, met: list[Value]) -> Hits:
        """The rules that match, and those that may; what each column meets is appended to `met`.

        A condition that is false hides the errors of others in its rule.
        """
        sure = may = self.table.all_rules
        partials: list[tuple[int, Partial]] = []
        failures: list[TestFailure] = []
        inherited: list[tuple[int, tuple[EvaluationError, ...]]] = []
        for column in self.table.columns:
            before, above = len(failures), len(inherited)
            value = self._read_column(column, failures)
            inherited += self._inherit_input(column)
            met.append(value)
            partial = find_partial(value)
            if partial is not None:
                partials.append((self.table.all_rules & ~column.any_mask, partial))
                sure &= column.any_mask
                continue
            start, own, is_null = len(partials), len(failures), len(failures) > before or len(inherited) > above
            if any(find_partial(self.around.look_up(name)) is not None for name in column.test_reads):
                accepted = self._match_open(column, value, partials, failures)
            else:
                accepted = column.match(value, self.around.variables, failures)
            if is_null:
                del failures[own:]  # the error by which the input is null says it
            inherited += self._inherit_tests(column, value)
            failed = _join_masks(failures[before:]) | _join_masks(partials[start:]) | _join_masks(inherited[above:])
            sure &= accepted & ~failed if self.around.clinical else accepted
            may &= accepted | failed
        counted = may
        if self.table.table.hit_policy is HitPolicy.FIRST:  # rules after the first sure one have no part in the value
            counted &= (sure & -sure) * 2 - 1
        self.inherited += (failure for mask, found in inherited if mask & counted for failure in found)
        for mask, errors in failures:
            if mask & counted:
                self.errors.extend(errors)
                partials.append((mask, ErrorValue(distinct(errors))))
        if not self.around.clinical:
            return Hits(sure, sure)
        left_open = [partial for mask, partial in partials if mask & may & ~sure]
        return Hits(sure, may, merge_open(left_open))

    def _match_open(
        self, column: CompiledColumn, value: Value, partials: list[tuple[int, Partial]], failures: list[TestFailure]
    ) -> int:
        """The rules whose cell accepts the value, if cells read variables without a value; those go to `partials`."""
        accepted = column.any_mask
        for test in column.tests:
            errors: list[EvaluationError] = []
            holds = test.match(value, {name: self.around.look_up(name) for name in test.reads}, errors)
            if isinstance(holds, Unknown | ErrorValue):
                partials.append((test.mask, holds))
            elif holds is True:
                accepted |= test.mask
            failures.extend(test.list_failures(errors))
        return accepted

    def _read_column(self, column: CompiledColumn, failures: list[TestFailure]) -> Value:
        """What a column meets, converted and checked; an error is one of every rule that tests the value."""
        errors: list[EvaluationError] = []
        if column.program is None:
            value = self.around.look_up(column.column.name)
        else:
            value = self._evaluate(column.column.expression, column.reads, column.program.evaluate, errors)
        if column.constraint is not None and find_partial(value) is None:
            converted, error = column.check(value)
            if error is not None:
                errors.append(error)
            value = converted
        if errors:
            failures.append((self.table.all_rules & ~column.any_mask, errors))
            return ErrorValue(tuple(errors)) if self.around.clinical else value
        return value

    def _inherit_input(self, column: CompiledColumn) -> Iterator[tuple[int, tuple[EvaluationError, ...]]]:
        """The errors of variables by which the input of a column is null, with the rules that test it (mode dmn)."""
        compute = column.program.evaluate if column.program is not None else _compute_nothing
        found = self._inherit(column.column.expression, column.reads, compute)
        if found:
            yield self.table.all_rules & ~column.any_mask, found

    def _inherit_tests(self, column: CompiledColumn, value: Value) -> Iterator[tuple[int, tuple[EvaluationError, ...]]]:
        """The errors of variables on which the cells of a column depend, with their rules (mode dmn)."""
        for test in column.tests if column.test_reads and not self.around.clinical else ():
            if any(map(self.around.find_error, test.reads)):
                holds = test.match(value, self._read_strictly(test.reads), [])
                if isinstance(holds, ErrorValue):
                    yield test.mask, holds.errors

    def _inherit(self, node: Expression, names: Collection[str], compute: Compute) -> tuple[EvaluationError, ...]:
        """The errors by which variables are null that the value of an expression depends on (mode dmn)."""
        if self.around.clinical or not any(map(self.around.find_error, names)):
            return ()
        strict = open_expression(node).evaluate(self._read_strictly(names), compute, [])
        return strict.errors if isinstance(strict, ErrorValue) else ()

    def _read_strictly(self, names: Iterable[str]) -> dict[str, Value]:
        """The values of variables, as in mode clinical: an ErrorValue for a null that is an error."""
        return {name: self.around.find_error(name) or self.around.look_up(name) for name in names}

    def _read_row(self, index: int) -> Value:
        return self.table.assemble([self._read_output(cell) for cell in self.table.row(index)])

    def _read_output(self, cell: CompiledOutput | None) -> Value:
        if cell is None:
            return None
        before = len(self.errors)
        if cell.decision is not None:
            value = self.around.use(cell.decision)
            error = self.around.find_error(cell.decision)
            if error is not None:
                self.inherited += error.errors
            if self.around.clinical:
                cell.require_value(value, self.errors)
            return self._keep(value, before)
        if cell.program is None or cell.cell.expression is None:
            return cell.constant
        compute = functools.partial(cell.compute, clinical=self.around.clinical)
        value = self._evaluate(cell.cell.expression, cell.reads, compute, self.errors)
        self.inherited += self._inherit(cell.cell.expression, cell.reads, compute)
        return self._keep(value, before)

    def _evaluate(
        self, node: Expression, names: Iterable[str], compute: Compute, errors: list[EvaluationError]
    ) -> Value:
        """The value of an expression, as far as its variables are known; else the unknown or the error."""
        values = {name: self.around.look_up(name) for name in names}
        if all(find_partial(value) is None for value in values.values()):
            return compute(self.around.variables, errors)
        return open_expression(node).evaluate(values, compute, errors)

    def _keep(self, value: Value, before: int) -> Value:
        """The value, or in mode clinical the ErrorValue with its errors."""
        if self.around.clinical and len(self.errors) > before:
            return ErrorValue(tuple(self.errors[before:]))
        return value


def _compute_nothing(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
    """The value of a name alone, where it has none."""
    return None


def _join_masks(failures: Sequence[tuple[int, object]]) -> int:
    joined = 0
    for mask, _ in failures:
        joined |= mask
    return joined
