"""Evaluate each distinct row of a DataFrame once; the answers are a DataFrame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dmn_engine.diagnostics import Diagnostic
from dmn_engine.evaluate.frames.columns import build_column, freeze_cell, list_cells
from dmn_engine.feel.types import ANY, STRING, ContextType, Type
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Result, Status
from dmn_engine.records.record import LABEL_MARK

if TYPE_CHECKING:
    import pandas

Answer = Result | Sequence[Diagnostic]
Evaluate = Callable[[Mapping[str, object]], Answer]
"""The result of a record, or the reasons why there is none. Any exception ends the whole evaluation."""


def evaluate_frame(frame: pandas.DataFrame, evaluate: Evaluate, outcomes: Mapping[str, Type]) -> pandas.DataFrame:
    """The answers for each row, with the frame's own index.

    Columns are fields by name or title; an empty cell (None, NaN, NaT, NA) is a missing field; a column whose name
    begins with `#` is for people, and comes first in the answer as it is. For each decision of `outcomes`, with the
    type of its outcome, there is a column of its name with the value, or one each `Decision: output` where the type
    has members; then `Decision (status)` and `Decision (needs)`, the names of the needed fields. A value that is not
    determined is missing, and so are all cells of a decision that a row does not use. `errors` has the errors of a
    row's record or of its decisions. So the columns depend on `outcomes` alone.
    """
    import pandas

    names = [str(name) for name in frame.columns]
    read = [index for index, name in enumerate(names) if not name.startswith(LABEL_MARK)]
    columns = [list_cells(frame.iloc[:, index]) for index in read]
    answers, rows = _evaluate_distinct([names[index] for index in read], columns, len(frame), evaluate)
    table = {name: frame.iloc[:, index] for index, name in enumerate(names) if index not in read}
    for label, type_, values in _list_columns(answers, outcomes):
        table[label] = build_column([values[row] for row in rows], frame.index, type_)
    return pandas.DataFrame(table, index=frame.index)


def _evaluate_distinct(
    names: Sequence[str], columns: Sequence[Sequence[object]], length: int, evaluate: Evaluate
) -> tuple[list[Answer], list[int]]:
    """The answer of each distinct row, and for each row the number of its answer."""
    coded = [_number_cells(column) for column in columns]
    answers: list[Answer] = []
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


def _list_columns(answers: Sequence[Answer], outcomes: Mapping[str, Type]) -> Iterator[tuple[str, Type, list[Value]]]:
    """Each column of the answer frame, with its type and its value for each answer."""
    for name, outcome in outcomes.items():
        members = outcome.members if isinstance(outcome, ContextType) else ()
        for member, type_ in members or (("", outcome),):
            yield (
                f"{name}: {member}" if member else name,
                type_,
                [_value_of(answer, name, member) for answer in answers],
            )
        yield f"{name} (status)", STRING, [_status_of(answer, name) for answer in answers]
        yield f"{name} (needs)", ANY, [_needs_of(answer, name) for answer in answers]
    yield "errors", ANY, [_errors_of(answer) for answer in answers]


def _value_of(answer: Answer, name: str, member: str) -> Value:
    item = answer.decisions.get(name) if isinstance(answer, Result) else None
    if item is None or item.status is not Status.DETERMINED:
        return None
    if member:
        return item.value.get(member) if isinstance(item.value, dict) else None
    return item.value


def _status_of(answer: Answer, name: str) -> Value:
    if not isinstance(answer, Result):
        return Status.ERROR.value
    item = answer.decisions.get(name)
    return item.status.value if item else None


def _needs_of(answer: Answer, name: str) -> Value:
    item = answer.decisions.get(name) if isinstance(answer, Result) else None
    return list(item.needs) if item else []


def _errors_of(answer: Answer) -> Value:
    if isinstance(answer, Result):
        return [failure.message for failure in answer.errors]
    return [item.message for item in answer]
