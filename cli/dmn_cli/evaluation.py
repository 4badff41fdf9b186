"""Evaluates the records of files one after the other, for commands that show answers. Faults go to stderr at once."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dmn_cli.output import choose_width, has_color, show_error
from dmn_engine.decisions.result import Status
from dmn_engine.engine import Mode, Model
from dmn_engine.records.results import to_dict
from dmn_engine.report.results import Answered, Layout


@dataclass(slots=True)
class Evaluation:
    """A run over records; `has_failures` once a record was at fault or a decision in error."""

    model: Model
    decision: str | None
    mode: Mode
    has_failures: bool = False

    def run(self, paths: Iterable[Path], *, is_shown_live: bool) -> Iterator[Answered]:
        """The answer of every record of the files, in order."""
        from dmn_cli.progress import show_progress

        for answer in show_progress(self._answer(paths), is_hidden=is_shown_live and sys.stdout.isatty()):
            if answer.result is None or answer.result.status is Status.ERROR:
                self.has_failures = True
            for fault in answer.faults:
                show_error(fault)
            yield answer

    def layout(self, format: str, explain: bool, output: Path | None) -> Layout:
        """How to show answers where the output goes."""
        is_terminal = output is None and format == "text"
        return Layout(
            self.model.tables,
            to_dict,
            choose_width() if is_terminal else 88,
            is_terminal and has_color(sys.stdout),
            explain,
        )

    def _answer(self, paths: Iterable[Path]) -> Iterator[Answered]:
        from dmn_engine.records import read_records

        for path in paths:
            for origin, record in read_records(path):
                try:
                    result = self.model.evaluate(record, self.decision, mode=self.mode)
                except RecordError as fault:
                    yield Answered(str(origin), record, None, fault.diagnostics)
                else:
                    yield Answered(str(origin), record, result)
