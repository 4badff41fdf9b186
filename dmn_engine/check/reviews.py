"""Workbooks whose review is due: their rules may be out of date. It changes no answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from dmn_engine.diagnostics import Diagnostic, Severity
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.temporal import parse_date
from dmn_engine.model.decision_table import Workbook


def read_clock() -> datetime.date:
    """The date of the run."""
    return datetime.date.today()


def check_reviews(workbooks: Iterable[Workbook], today: datetime.date) -> Iterator[Diagnostic]:
    """A warning for each workbook whose date `Review due` is past, or cannot be read."""
    for book in workbooks:
        cell = book.review_due
        if cell is None or not cell.text or book.status == "retired":
            continue
        try:
            due = parse_date(cell.text)
        except FeelError:
            help = "write the year, month and day, as in 2026-03-01"
            yield Diagnostic("unreadable-date", Severity.WARNING, "this is not a date", cell.source, help=help)
            continue
        if (due.year, due.month, due.day) < (today.year, today.month, today.day):
            message = f"the review of this workbook was due on {cell.text}"
            help = "review its rules, and enter the new dates of review on the sheet About"
            yield Diagnostic("review-due", Severity.WARNING, message, cell.source, help=help)
