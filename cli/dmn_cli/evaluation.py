"""Evaluates the records of files one after the other, for commands that show answers. Faults go to stderr at once."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dmn_cli.output import choose_width, has_color, show_error
from dmn_cli.user_fault import UserFault
from dmn_engine.api import Mode, Model
from dmn_engine.formats.tabular.reading import read_records
from dmn_engine.formats.tabular.texts import SheetRows
from dmn_engine.model.result import Result, Status
from dmn_engine.records import Record, TypedRecord
from dmn_engine.report.result_document import to_dict
from dmn_engine.report.results import Answered, Layout


@dataclass(slots=True)
class Evaluation:
    """A run over records; `has_failures` once a record was at fault or a decision in error."""

    model: Model
    decision: str | None
    mode: Mode | None = None
    has_failures: bool = False

    def run(self, paths: Sequence[Path]) -> Iterator[Answered]:
        """The answer of every record of the files, in order; faults of a record are shown on stderr.

        Raises UnknownDecision and TablesAtFault before any file is read, UserFault where the files hold no record.
        """
        self.model.require_sound(self.model.find_decision(self.decision))
        is_empty = True
        for origin, typed in self.read(paths):
            result = None if typed.has_errors else self._evaluate(typed)
            if result is None or any(item.status is Status.ERROR for item in result.decisions.values()):
                self.has_failures = True
            is_empty = False
            yield Answered(origin, typed.values, result, typed.diagnostics)
        if is_empty:
            raise UserFault("no-records", "there is no record to evaluate", ", ".join(map(str, paths)))

    def read(self, paths: Iterable[Path]) -> Iterator[tuple[str, TypedRecord]]:
        """Every record with its place; its faults are shown on stderr."""
        from dmn_cli.progress import show_progress

        for record in show_progress(self._read(paths)):
            typed = record.type(self.model.schema_of(self.decision))
            for fault in typed.diagnostics:
                show_error(fault)
            yield str(record.origin), typed

    def layout(self, format: str, explain: bool, output: Path | None) -> Layout:
        """How to show answers where the output goes."""
        is_live = output is None and format == "text"
        color = is_live and has_color(sys.stdout)
        columns = self.model.list_columns(self.decision)
        has_notes = self.model.default_mode == "dmn"
        return Layout(self.model.tables, columns, to_dict, choose_width(output), color, explain, has_notes)

    def _read(self, paths: Iterable[Path]) -> Iterator[Record]:
        vocabulary = self.model.schema_of(self.decision).vocabulary
        for path in paths:
            yield from read_records(path, vocabulary, read_sheet=_read_sheet)

    def _evaluate(self, typed: TypedRecord) -> Result:
        return self.model.evaluate_typed(typed, self.decision, self.mode)


def _read_sheet(path: Path, file: str) -> SheetRows:
    from dmn_engine.formats.xlsx.records import read_grid_records  # only a workbook needs what reads workbooks

    return read_grid_records(path, file)
