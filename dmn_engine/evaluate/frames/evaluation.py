"""One evaluation for each distinct row of a DataFrame, the answers as a DataFrame. Knows no tables and no schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dmn_engine.diagnostics import Diagnostic
from dmn_engine.evaluate.frames.columns import build_column, freeze_cell, list_cells
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Result, Status

if TYPE_CHECKING:
    import pandas

Evaluate = Callable[[Mapping[str, object]], Result | Sequence[Diagnostic]]
"""The result of a record, or why there is none. What it raises ends the whole evaluation."""


def evaluate_frame(frame: pandas.DataFrame, evaluate: Evaluate) -> pandas.DataFrame:
    """The answers for each row, with the frame's own index.

    Columns are fields by name or title; an empty cell (None, NaN, NaT, NA) is a missing field; a column whose name
    begins with `#` is not read. For every decision, in the order of evaluation, there is a column of its name with
    the value, or one each `Decision: output` where the value is a context; then `Decision (status)` and
    `Decision (needs)`, the names of the needed fields. A value that is not determined is missing, and so is all of a
    decision that a row did not draw on. `errors` says what is wrong with a row's record or with a decision.
    """
    import pandas

    names = [str(name) for name in frame.columns]
    read = [index for index, name in enumerate(names) if not name.startswith("#")]
    columns = [list_cells(frame.iloc[:, index]) for index in read]
    answers, rows = _evaluate_distinct([names[index] for index in read], columns, len(frame), evaluate)
    table = {
        label: build_column([values[row] for row in rows], frame.index)
        for label, values in _list_columns(answers).items()
    }
    return pandas.DataFrame(table, index=frame.index)


def _evaluate_distinct(
    names: Sequence[str], columns: Sequence[Sequence[object]], length: int, evaluate: Evaluate
) -> tuple[list[Result | Sequence[Diagnostic]], list[int]]:
    """The answer of each distinct row, and for each row the number of its answer."""
    coded = [_number_cells(column) for column in columns]
    answers: list[Result | Sequence[Diagnostic]] = []
    seen: dict[tuple[int, ...], int] = {}
    rows: list[int] = []
    for row, key in enumerate(zip(*coded, strict=True) if coded else [()] * length):
        number = seen.get(key)
        if number is None:
            cells = ((name, column[row]) for name, column in zip(names, columns, strict=True))
            answers.append(evaluate({name: cell for name, cell in cells if cell is not None}))
            number = seen[key] = len(answers) - 1
        rows.append(number)
    return answers, rows


def _number_cells(column: Iterable[object]) -> list[int]:
    """Equal numbers for equal cells, so that rows are compared by small integers."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(freeze_cell(cell), len(numbers)) for cell in column]


def _list_columns(answers: Sequence[Result | Sequence[Diagnostic]]) -> dict[str, list[Value]]:
    """Each column of the answer frame, with its value for each answer."""
    results = [answer for answer in answers if isinstance(answer, Result)]
    decisions = dict.fromkeys(name for result in results for name in result.decisions)
    columns: dict[str, list[Value]] = {}
    for name in decisions:
        members = _list_members(name, results)
        for member in members or [""]:
            columns[f"{name}: {member}" if member else name] = [_value_of(answer, name, member) for answer in answers]
        columns[f"{name} (status)"] = [_status_of(answer, name) for answer in answers]
        columns[f"{name} (needs)"] = [_needs_of(answer, name) for answer in answers]
    columns["errors"] = [_errors_of(answer) for answer in answers]
    return columns


def _list_members(name: str, results: Sequence[Result]) -> list[str]:
    """The members of the decision's values where all of them are contexts, else none."""
    items = [result.decisions[name] for result in results if name in result.decisions]
    values = [item.value for item in items if item.status is Status.DETERMINED and item.value is not None]
    contexts = [value for value in values if isinstance(value, dict)]
    if not contexts or len(contexts) < len(values):
        return []
    return list(dict.fromkeys(str(member) for context in contexts for member in context))


def _value_of(answer: Result | Sequence[Diagnostic], name: str, member: str) -> Value:
    item = answer.decisions.get(name) if isinstance(answer, Result) else None
    if item is None or item.status is not Status.DETERMINED:
        return None
    if member:
        return item.value.get(member) if isinstance(item.value, dict) else None
    return item.value


def _status_of(answer: Result | Sequence[Diagnostic], name: str) -> Value:
    if not isinstance(answer, Result):
        return Status.ERROR.value
    item = answer.decisions.get(name)
    return item.status.value if item else None


def _needs_of(answer: Result | Sequence[Diagnostic], name: str) -> Value:
    item = answer.decisions.get(name) if isinstance(answer, Result) else None
    return list(item.needs) if item else []


def _errors_of(answer: Result | Sequence[Diagnostic]) -> Value:
    if isinstance(answer, Result):
        return [failure.message for failure in answer.errors]
    return [item.message for item in answer]
