"""The lists of a workbook: its tables, compared with those that were found, and its references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dmn_engine.diagnostics import Diagnostics, nearest
from dmn_engine.layouts.smart_dak.labels import find_fact, fold_label, is_decision_id, is_explanation
from dmn_engine.layouts.smart_dak.sheet import Cell, Sheet

_COMPANIONS = frozenset(
    (
        "tab name",
        "tab",
        "sheet",
        "table description",
        "description",
        "reference/source",
        "reference(s)",
        "references",
        "activity id.activity name",
        "activity id",
        "activity name",
        "decision name",
    )
)


def list_announced(sheet: Sheet) -> Iterator[Cell]:
    """The cells with the ids of the overview on the sheet, if it has one."""
    for label in sheet.cells():
        if not _is_heading(label.text) or not _has_companion(sheet, label):
            continue
        for row in range(label.area.bottom + 1, sheet.last_row + 1):
            cell = sheet.at(row, label.area.left)
            if cell.is_own and _is_id(cell.text) and cell.area.left == label.area.left:
                yield cell


def _is_heading(text: str) -> bool:
    folded = fold_label(text)
    return is_decision_id(text) or (
        folded.startswith("decision") and "table" in folded and folded.endswith(("id", "(id)"))
    )


def _has_companion(sheet: Sheet, label: Cell) -> bool:
    """Whether the cell heads a column of a list: another heading of such a list stands in its row."""
    row = label.area.top
    others = (sheet.at(row, column) for column in range(1, sheet.last_column + 1) if column != label.area.left)
    found = [cell.text for cell in others if cell.is_own]
    return any(fold_label(text) in _COMPANIONS or find_fact(text) is not None for text in found)


def _is_id(text: str) -> bool:
    """Whether it looks like an id: its first word has a full stop or digit inside, and it is not a sentence."""
    first = text.split(" ", 1)[0]
    return any(sign in first[:-1] for sign in ".0123456789") and not is_explanation(text)


def compare(announced: Iterable[Cell], found: Iterable[Cell], diagnostics: Diagnostics) -> None:
    """Report tables that are listed but missing, and tables that are not listed."""
    listed = {fold_label(cell.text): cell for cell in announced}
    if not listed:
        return
    present = {fold_label(cell.text): cell for cell in found}
    for key, cell in listed.items():
        if key not in present:
            near = nearest(key, [other for other in present if other not in listed])
            help = f"did you mean `{present[near].text}` ({present[near].origin})?" if near else ""
            message = "the overview lists this table, but no sheet has a table with this id"
            diagnostics.warning("table-missing", message, cell.source, help=help)
    for key, cell in present.items():
        if key not in listed:
            near = nearest(key, [other for other in listed if other not in present])
            help = f"did you mean `{listed[near].text}` ({listed[near].origin})?" if near else ""
            diagnostics.warning("table-not-listed", "the overview does not list this table", cell.source, help=help)


def list_citations(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Short titles with their full references: the column headed `Short title ...`, and the one left of it."""
    for label in sheet.cells():
        if not fold_label(label.text).startswith("short title") or label.area.left == 1:
            continue
        for row in range(label.area.bottom + 1, sheet.last_row + 1):
            short, full = sheet.at(row, label.area.left), sheet.at(row, label.area.left - 1)
            if short.text and full.text and short.is_own and full.is_own:
                yield " ".join(short.text.split()), full.text
