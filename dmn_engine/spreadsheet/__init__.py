"""Workbooks in and out: cells, layout and writing. Knows no FEEL."""
