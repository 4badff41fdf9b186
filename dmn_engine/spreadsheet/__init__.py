"""Workbooks in and out: cells, layout and writing. Knows no FEEL."""

from dmn_engine.spreadsheet.layout import read_workbook

__all__ = ["read_workbook"]
