"""Read and write .xlsx workbooks.

Reading is in `layout` (tables) and `records` (patients), writing in `writer`, `new_workbook` and `how_to`; import from
these, so that reading does not pay for writing.
"""
