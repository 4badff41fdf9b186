"""Checks of a workbook as written, in any format: names, the review, tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dmn_engine.diagnostics import Diagnostics
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.look_alikes import fold_shape
from dmn_engine.model.workbook_source import CellKind, CellSource, ExampleSource, Role, WorkbookSource

_APPROVAL = ("Reviewed by", "Review date")
_NOBODY = re.compile(r"\s*(?:$|(?:not|no|none|nobody|never|pending|tbd|unknown|n/?a)\b|[-–—?.]+\s*$)", re.IGNORECASE)
"""A text that does not name a reviewer or the date of a review."""


def check_pages(workbook: WorkbookSource, diagnostics: Diagnostics) -> WorkbookSource:
    """The workbook with the diagnostics of reading it, and of all checks of this module."""
    _check_approval(workbook.about, diagnostics)
    for table in workbook.tables:
        check_labels([(column.role, column.label) for column in table.columns], diagnostics)
        _report_similar((rule.id for rule in table.rules), "rule", diagnostics)
    names = [example.name for example in workbook.examples]
    report_duplicates(names, "test", diagnostics)
    _report_similar(names, "test", diagnostics)
    for example in workbook.examples:
        _check_expectation(example, diagnostics)
    for safety in workbook.safety:
        _check_filled({"Id": safety.id, "Statement": safety.statement}, diagnostics)
    for reference in workbook.references:
        _check_filled({"Citation": reference.citation}, diagnostics)
    _report_similar((item.id for item in workbook.safety), "property", diagnostics)
    _report_similar((item.id for item in workbook.references), "reference", diagnostics)
    return replace(workbook, diagnostics=diagnostics.sorted())


def _check_approval(about: Mapping[str, CellSource], diagnostics: Diagnostics) -> None:
    """Report a workbook whose status is approved without a reviewer and a date."""
    status = about.get("Status")
    if status is None or fold_label(status.text) != "approved":
        return
    empty = [f"`{key}`" for key in _APPROVAL if key not in about or _NOBODY.match(about[key].text)]
    if empty:
        message = f"the workbook is approved, but {' and '.join(empty)} {'are' if len(empty) > 1 else 'is'} empty"
        help = "say who approved it and when, or set the status to `in review`"
        diagnostics.error("approved-without-review", message, status.source, help=help)


def _check_expectation(example: ExampleSource, diagnostics: Diagnostics) -> None:
    """Report a test without an expectation."""
    if not example.expected:
        message = f"the test `{example.name.text}` expects nothing"
        help = "fill a Then cell: what the tables must answer for this patient"
        diagnostics.error("test-without-expectation", message, example.name.source, help=help)


def check_labels(columns: Sequence[tuple[Role, CellSource]], diagnostics: Diagnostics) -> None:
    """Report labels that could be mistaken for each other, and repeated Why labels."""
    for roles in ((Role.WHEN,), (Role.THEN, Role.USE), (Role.WHY,)):
        _report_similar((label for role, label in columns if role in roles), "label", diagnostics)
    report_duplicates((label for role, label in columns if role is Role.WHY), "label", diagnostics)


def _report_similar(cells: Iterable[CellSource], noun: str, diagnostics: Diagnostics) -> None:
    """Warn of different names that a reader could confuse."""
    seen: dict[str, CellSource] = {}
    for cell in cells:
        first = seen.setdefault(fold_shape(cell.text), cell)
        if fold_label(first.text) != fold_label(cell.text):
            message = f"the {noun} `{cell.text}` looks like `{first.text}`"
            related = ((first.source, "the other one"),)
            help = "give it a name that cannot be mistaken for the other"
            diagnostics.warning(f"similar-{noun}", message, cell.source, related=related, help=help)


def report_duplicates(cells: Iterable[CellSource], noun: str, diagnostics: Diagnostics) -> None:
    """Report names that differ only in case and blanks."""
    seen: dict[str, CellSource] = {}
    for cell in cells:
        first = seen.setdefault(fold_label(cell.text), cell)
        if first is not cell:
            related = ((first.source, "the first one"),)
            message, help = f"the {noun} `{cell.text}` appears twice", f"give each {noun} a name of its own"
            diagnostics.error(f"duplicate-{noun}", message, cell.source, related=related, help=help)


def _check_filled(cells: Mapping[str, CellSource], diagnostics: Diagnostics) -> None:
    for name, cell in cells.items():
        if cell.kind is CellKind.EMPTY:
            diagnostics.error("empty-cell", f"`{name}` is empty", cell.source, help="fill it, or delete the row")
