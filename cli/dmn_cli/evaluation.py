"""Evaluate the records of files one after the other. Their errors go to stderr at once."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dmn_cli.output import choose_width, has_color, show_error
from dmn_cli.user_error import UserError
from dmn_engine.api import Mode, Model
from dmn_engine.diagnostics import Diagnostic, Severity, Source
from dmn_engine.formats.tabular.reading import has_header, read_records
from dmn_engine.model.result import Result, Status
from dmn_engine.model.workbook_source import SheetRows
from dmn_engine.records import Record, TypedRecord
from dmn_engine.report.result_document import to_dict
from dmn_engine.report.results import Answered, Layout


@dataclass(slots=True)
class Evaluation:
    """A run over records; `has_failures` once a record or a decision had an error.

    `id` names the column that identifies the records.
    """

    model: Model
    decision: str | None
    mode: Mode | None = None
    id: str = ""
    has_failures: bool = False
    _stdin: list[Record] | None = None

    def run(self, paths: Sequence[Path]) -> Iterator[Answered]:
        """The answer of every record of the files, in order; errors of a record are shown on stderr.

        Raises UnknownDecision and TablesAtFault before any file is read, UserError where the files hold no record.
        """
        self.model.require_sound(self.model.find_decision(self.decision))
        is_empty = True
        for record, typed in self.read(paths):
            result = None if typed.has_errors else self._evaluate(typed)
            if result is None or any(item.status is Status.ERROR for item in result.decisions.values()):
                self.has_failures = True
            is_empty = False
            errors = typed.diagnostics
            yield Answered(str(record.origin), typed.values, result, errors, record.labels, record.id)
        if is_empty:
            raise UserError("no-records", "there is no record to evaluate", ", ".join(map(str, paths)))

    def read(self, paths: Iterable[Path]) -> Iterator[tuple[Record, TypedRecord]]:
        """Every record, as read and as typed; its diagnostics are shown on stderr."""
        from dmn_cli.progress import show_progress

        seen: dict[str, Record] = {}
        for record in show_progress(self._read(paths)):
            typed = record.type(self.model.schema_of(self.decision))
            for error in typed.diagnostics:
                show_error(error)
            if record.id and (first := seen.setdefault(record.id, record)) is not record:
                show_error(_warn_repeated(record, first))
            yield record, typed

    def layout(self, paths: Sequence[Path], format: str, explain: bool, output: Path | None) -> Layout:
        """How to show answers where the output goes. Raises as `run` does, before any file is read."""
        self.model.require_sound(self.model.find_decision(self.decision))
        is_live = output is None and format == "text"
        color = is_live and has_color(sys.stdout)
        columns = self.model.list_columns(self.decision)
        has_notes = self.model.default_mode == "dmn"
        labels = self._list_labels(paths) if format == "csv" else ()
        return Layout(self.model.tables, columns, to_dict, choose_width(output), color, explain, has_notes, labels)

    def _list_labels(self, paths: Sequence[Path]) -> tuple[str, ...]:
        """The columns for people of all records: a table of answers has its header before its rows."""
        found: dict[str, None] = {}
        for path in paths:
            if str(path) == "-":  # can be read only once
                self._stdin = list(self._read([path]))
            for record in self._read([path]):
                found.update(dict.fromkeys(record.labels))
                if has_header(path):
                    break
        return tuple(found)

    def _read(self, paths: Iterable[Path]) -> Iterator[Record]:
        dictionary = self.model.schema_of(self.decision).dictionary
        for path in paths:
            if str(path) == "-" and self._stdin is not None:
                yield from self._stdin
            else:
                yield from read_records(path, dictionary, read_sheet=_read_sheet, id=self.id)

    def _evaluate(self, typed: TypedRecord) -> Result:
        return self.model.evaluate_typed(typed, self.decision, self.mode)


def _warn_repeated(record: Record, first: Record) -> Diagnostic:
    message = f"two records have the id {record.id}"
    related = ((Source("", first.origin), "the other record"),)
    return Diagnostic("repeated-id", Severity.WARNING, message, Source("", record.origin), related=related)


def _read_sheet(path: Path, file: str) -> SheetRows:
    from dmn_engine.formats.xlsx.records import read_grid_records  # only a workbook needs what reads workbooks

    return read_grid_records(path, file)
