"""Workbooks in and out: cells, layout and writing. Knows no FEEL."""

from dmn_engine.spreadsheet.layout import read_workbook
from dmn_engine.spreadsheet.new_workbook import new_workbook
from dmn_engine.spreadsheet.records import GridRecord, GridRecords, read_grid_records
from dmn_engine.spreadsheet.writer import write_workbook

__all__ = ["GridRecord", "GridRecords", "new_workbook", "read_grid_records", "read_workbook", "write_workbook"]
