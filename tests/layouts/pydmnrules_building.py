"""Build workbooks of the pyDMNrules layout from text drawings, and draw the models that are read from them.

A drawing has a line a row, `|` between cells, `||` where the cell before it has a double right border, and `====`
below a row whose cells have a double lower border. It begins in B2. A cell `^` or `<` is merged with the one above or
before it; `'12` is a text; what is a number is stored as one, `@2020-01-31` as a date, `TRUE!` as a truth value.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from dmn_engine.model.boxed_expressions import BoxedExpression, ContextExpression, LiteralExpression, TableExpression
from dmn_engine.model.definitions import Definitions

_DOUBLE = Side(style="double")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def build_workbook(sheets: Mapping[str, str], path: Path) -> None:
    """Write the workbook of these drawings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, drawing in sheets.items():
        _draw(book.create_sheet(name), drawing)
    book.save(path)


def _draw(sheet: Worksheet, drawing: str) -> None:
    joined: dict[tuple[int, int], tuple[int, int]] = {}
    row = 1
    width = 0
    for line in drawing.strip("\n").splitlines():
        if line.strip() and not line.strip().strip("="):
            for column in range(2, 2 + width):
                _set_border(sheet, row, column, bottom=_DOUBLE)
            continue
        row += 1
        parts = re.split(r"(\|\|?)", line)
        texts, marks = [part.strip() for part in parts[::2]], [*parts[1::2], ""]
        width = len(texts)
        for column, (text, mark) in enumerate(zip(texts, marks, strict=True), 2):
            if text in ("^", "<"):
                above = (row - 1, column) if text == "^" else (row, column - 1)
                joined[row, column] = joined.get(above, above)
            elif text:
                sheet.cell(row, column, _read_value(text))
            if mark == "||":
                _set_border(sheet, row, column, right=_DOUBLE)
    _merge(sheet, joined)


def _read_value(text: str) -> object:
    if text.startswith("'"):
        return text[1:]
    if text.startswith("@"):
        return datetime.date.fromisoformat(text[1:])
    if text == "TRUE!":
        return True
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _set_border(sheet: Worksheet, row: int, column: int, **sides: Side) -> None:
    cell = sheet.cell(row, column)
    old = cell.border
    kept = {name: getattr(old, name) for name in ("left", "right", "top", "bottom")}
    cell.border = Border(**{**kept, **sides})


def _merge(sheet: Worksheet, joined: Mapping[tuple[int, int], tuple[int, int]]) -> None:
    areas: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), start in joined.items():
        end = areas.get(start, start)
        areas[start] = (max(end[0], row), max(end[1], column))
    for (top, left), (bottom, right) in areas.items():
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def draw_model(definitions: Definitions) -> str:
    """The model as text: inputs, functions with their entries, then each decision."""
    lines = ["inputs: " + ", ".join(item.name for item in definitions.inputs)]
    for function in definitions.knowledge_models:
        assert function.logic is not None and isinstance(function.logic.body, ContextExpression)
        names = ", ".join(parameter.text for parameter in function.logic.parameters)
        lines.append(f"{function.name}({names}):")
        for entry in function.logic.body.entries:
            name = "return" if entry.variable is None else entry.variable.text
            lines.extend(f"  {line}" for line in _draw_logic(name, entry.value))
    for decision in definitions.decisions:
        lines.extend(_draw_logic(decision.name, decision.logic))
    return "\n".join(lines)


def _draw_logic(name: str, logic: BoxedExpression | None) -> list[str]:
    match logic:
        case LiteralExpression(text=text):
            return [f"{name} = {text.text}"]
        case TableExpression() as table:
            inputs = ", ".join(_with_values(item.expression.text.text, item.values) for item in table.inputs)
            outputs = ", ".join(_with_values(item.name, item.values) for item in table.outputs)
            head = f"{name} ({table.hit_policy.value}, {table.orientation}): {inputs} -> {outputs}"
            rules = []
            for rule in table.rules:
                tests = " ; ".join(source.text for source in rule.inputs)
                results = " ; ".join(cell.text.text for cell in rule.outputs)
                notes = f"  # {' ; '.join(rule.annotations)}" if rule.annotations else ""
                rules.append(f"  {rule.identity.label}: {tests} -> {results}{notes}")
            return [head, *rules]
    return [f"{name} = ?"]


def _with_values(name: str, values: object) -> str:
    text = getattr(values, "text", "")
    return f"{name} [{text}]" if text else name
