"""Build workbooks of the WHO's layout from text drawings, and draw the models that are read from them.

A drawing has a line a row and `|` between cells; it begins in the cell given (B2 unless said). A cell `^` or `<` is
merged with the one above or before it, `⏎` is a line break in a cell, `~x~` a text that is struck through.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.definitions import Decision, Definitions


def build_workbook(sheets: Mapping[str, str], path: Path, start: str = "B2", hidden: tuple[str, ...] = ()) -> None:
    """Write the workbook of these drawings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, drawing in sheets.items():
        sheet = book.create_sheet(name)
        _draw(sheet, drawing, *coordinate_to_tuple(start))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)


def _draw(sheet: Worksheet, drawing: str, top: int, left: int) -> None:
    areas: dict[tuple[int, int], tuple[int, int]] = {}
    starts: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(drawing.strip("\n").split("\n"), top):
        for column, text in enumerate((part.strip() for part in line.split("|")), left):
            if text in ("^", "<"):
                above = (row - 1, column) if text == "^" else (row, column - 1)
                start = starts[row, column] = starts.get(above, above)
                end = areas.get(start, start)
                areas[start] = (max(end[0], row), max(end[1], column))
            elif text:
                cell = sheet.cell(row, column, text.replace(" ⏎ ", "\n").strip("~"))
                cell.font = Font(strike=text.startswith("~"))
    for (first, start_column), (last, end_column) in areas.items():
        sheet.merge_cells(start_row=first, start_column=start_column, end_row=last, end_column=end_column)


def draw_model(definitions: Definitions) -> str:
    """The model as text: inputs with their types, decisions, knowledge sources."""
    lines = ["inputs: " + ", ".join(_draw_input(item.name, item.variable.type) for item in definitions.inputs)]
    for decision in definitions.decisions:
        lines.extend(_draw_decision(decision))
    if definitions.knowledge_sources:
        lines.append("sources: " + "; ".join(item.name for item in definitions.knowledge_sources))
    return "\n".join(line.rstrip() for line in lines)


def _draw_input(name: str, type_: object) -> str:
    return f"{name} ({getattr(type_, 'text', 'any')})"


def _draw_decision(decision: Decision) -> list[str]:
    table = decision.logic
    assert isinstance(table, TableExpression)
    about = [f"  {line}" for line in (decision.question, *decision.identity.description.split("\n")) if line]
    inputs = " ; ".join(item.expression.text.text for item in table.inputs)
    outputs = " ; ".join(item.name for item in table.outputs)
    rules = []
    for rule in table.rules:
        tests = " ; ".join(_shorten(source.text) for source in rule.inputs)
        results = " ; ".join(_shorten(cell.text.text) for cell in rule.outputs)
        notes = [_shorten(note) for note in rule.annotations[1:] if note]
        rules.append(f"  {rule.identity.label}: {tests} -> {results}" + (f"  # {' ; '.join(notes)}" if notes else ""))
    return [f"{decision.name} ({table.hit_policy.value})", *about, f"  {inputs} -> {outputs}", *rules]


def _shorten(text: str) -> str:
    return text.replace("\n", " ⏎ ")
