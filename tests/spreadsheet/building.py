"""Build the workbooks that tests/cases/workbooks/*.toml describe. README.md there explains the format."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.filters import FilterColumn, Filters

from dmn_engine.feel.types import BOOLEAN, DATE, NUMBER, STRING, ListType
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Field

CASES = Path(__file__).parents[1] / "cases" / "workbooks"

_HER2 = ("positive", "negative", "equivocal", "unknown")
_SYMPTOMS = ("bleeding", "ulceration", "pain")

VOCABULARY = DataDictionary(
    {
        item.name: item
        for item in (
            Field("her2_status", "HER2 status", STRING, Domain(_HER2)),
            Field("subtype", "Subtype", STRING, Domain(("HR+/HER2-", "HER2+", "triple-negative"))),
            Field("visceral_crisis", "Visceral crisis", BOOLEAN),
            Field("age", "Age", NUMBER, Domain(low=Decimal(0), high=Decimal(130))),
            Field("symptoms", "Symptoms", ListType(STRING), Domain(_SYMPTOMS)),
            Field("trial", "Trial", STRING),
            Field("diagnosed", "Diagnosed", DATE),
        )
    }
)
"""The fields that the described tables may use."""

_ABOUT = (
    "Id | test\nTitle | A workbook\nQuestion | What?\nVersion | 1\nStatus | draft\nOwner | A. Author\nReviewed by |\n"
    "Review date |\nEffective from |\nReview due |\nSource |\nNotes |"
)


def build_file(case: Mapping[str, Any], path: Path) -> None:
    """Write the file that the case describes; none where it is `missing`."""
    if case.get("missing"):
        return
    if "content" in case:
        path.write_bytes(case["content"].encode())
    elif "hex" in case:
        path.write_bytes(bytes.fromhex(case["hex"]))
    elif "file" in case:
        path.write_bytes((CASES / case["file"]).read_bytes())
    else:
        _build_workbook(case, path)
        _edit_parts(case, path)
    if "keep_bytes" in case:
        path.write_bytes(path.read_bytes()[: case["keep_bytes"]])


def _build_workbook(case: Mapping[str, Any], path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    if case.get("about", True):
        _fill(book, {"name": "About", "text": _ABOUT})
    for sheet in case.get("sheets", ()):
        _fill(book, sheet)
    book.save(path)


def _fill(book: Workbook, described: Mapping[str, Any]) -> None:
    sheet = book.create_sheet(described["name"])
    for row, line in enumerate(described.get("text", "").strip("\n").split("\n"), start=1):
        for column, text in enumerate(line.split("|"), start=1):
            if text.strip():
                sheet.cell(row, column).value = text.strip()
    for address, value in described.get("cells", {}).items():
        sheet[address].value = value
    for address, code in described.get("formats", {}).items():
        sheet[address].number_format = code
    for address, colour in described.get("fill", {}).items():
        sheet[address].fill = PatternFill("solid", fgColor=colour)
    for address in described.get("strike", ()):
        sheet[address].font = Font(strike=True)
    for address, (deleted, kept) in described.get("strike_part", {}).items():
        sheet[address].value = CellRichText(TextBlock(InlineFont(strike=True), deleted), kept)
    for address, text in described.get("comments", {}).items():
        sheet[address].comment = Comment(text, "A. Reader")
    for area in described.get("merge", ()):
        sheet.merge_cells(area)
    for row in described.get("hidden_rows", ()):
        sheet.row_dimensions[row].hidden = True
    for column in described.get("hidden_columns", ()):
        sheet.column_dimensions[column].hidden = True
    if "filter" in described:
        sheet.auto_filter.ref = described["filter"]
        sheet.auto_filter.filterColumn.append(FilterColumn(colId=1, filters=Filters(filter=["a"])))
    sheet.sheet_state = described.get("state", "visible")


def _edit_parts(case: Mapping[str, Any], path: Path) -> None:
    """Change the stored XML, for cases that no library can write."""
    edits = list(case.get("edits", ()))
    for number, sheet in enumerate(case.get("sheets", ()), start=2 if case.get("about", True) else 1):
        part = f"xl/worksheets/sheet{number}.xml"
        for address, value in sheet.get("cached", {}).items():
            edits.append(
                {
                    "part": part,
                    "old": rf'(<c r="{address}"[^>]*><f>[^<]*</f>)(?:<v ?/>|<v></v>)',
                    "new": rf"\1<v>{value}</v>",
                }
            )
    added = case.get("parts", {})
    if not edits and not added:
        return
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    for edit in edits:
        changed, count = re.subn(edit["old"], edit["new"], parts[edit["part"]].decode())
        assert count, f"the edit of {edit['part']} changes nothing"
        parts[edit["part"]] = changed.encode()
    parts.update({name: text.encode() for name, text in added.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
