"""Read the list of references of a workbook: short titles with their full references."""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.layouts.smart_dak.labels import fold_label
from dmn_engine.layouts.smart_dak.sheet import Sheet


def list_citations(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Short titles with their full references: the column headed `Short title ...`, and the one left of it."""
    for label in sheet.cells():
        if not fold_label(label.text).startswith("short title") or label.area.left == 1:
            continue
        for row in range(label.area.bottom + 1, sheet.last_row + 1):
            short, full = sheet.at(row, label.area.left), sheet.at(row, label.area.left - 1)
            if short.text and full.text and short.is_own and full.is_own:
                yield " ".join(short.text.split()), full.text
