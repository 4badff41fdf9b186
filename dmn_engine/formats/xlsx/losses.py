"""List what an .xlsx file holds that a WorkbookSource cannot represent."""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.diagnostics import CellRef, Diagnostic, Severity
from dmn_engine.model.workbook_source import WorkbookSource

NOT_KEPT = frozenset(
    ("comment", "drawing", "colour", "remark-not-read", "no-table", "sheet-not-read", "hidden-sheet", "hidden-row")
) | frozenset(
    ("hidden-column", "active-filter", "macros", "external-links", "unknown-key", "struck-through", "formula")
)
"""Codes of diagnostics of reading a workbook that speak of what is in its file and not in what was read."""


def list_losses(workbook: WorkbookSource) -> Iterator[Diagnostic]:
    """What its file holds besides: what the diagnostics of reading it say of this, and cells that are merged."""
    yield from (item for item in workbook.diagnostics if item.code in NOT_KEPT)
    seen = set()
    for table in workbook.tables:
        for rule in table.rules:
            for cell in rule.cells:
                origin = cell.origin
                if isinstance(origin, CellRef) and ":" in origin.cell and origin not in seen:
                    seen.add(origin)
                    message = "the cells are merged; what they say is written once for each of their rules"
                    yield Diagnostic("unmerged", Severity.NOTE, message, cell.source)
