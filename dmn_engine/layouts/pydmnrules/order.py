"""The sheet `Decision`: which tables are executed, in which order, under which conditions. Knows no tables."""

from __future__ import annotations

from dataclasses import dataclass

from dmn_engine.diagnostics import CellRef, Diagnostics, Source, nearest_name, offer
from dmn_engine.layouts.pydmnrules.glossary import Glossary
from dmn_engine.layouts.pydmnrules.sheet import SheetView
from dmn_engine.model.workbook_source import CellSource

DECISIONS = "Decisions"
EXECUTES = ("Execute Decision Tables", "Execute Decision Table")


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the sheet: the table to execute, if the conditions hold; `notes` are heading and text."""

    table: CellSource
    description: str = ""
    conditions: tuple[tuple[str, CellSource], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """The whole sheet: its title and the steps."""

    title: str = ""
    steps: tuple[Step, ...] = ()


def find_order(view: SheetView) -> tuple[int, int] | None:
    """The position of the first cell that begins with `Decision`."""
    return next((place for place, text in view.texts() if text.startswith("Decision")), None)


def read_order(view: SheetView, glossary: Glossary, diagnostics: Diagnostics) -> Order:
    """The order of execution; what is wrong in it is reported, and the rest is kept."""
    place = find_order(view)
    if place is None:
        message = "the sheet has no table that begins with the word `Decision`"
        diagnostics.error("no-decision", message, Source("", CellRef(view.file, view.name)))
        return Order()
    extent = view.measure(*place)
    title = view.take(*place).text.removeprefix("Decision").strip(" -:")
    headings = [view.take(extent.row + 1, extent.column + offset) for offset in range(extent.columns)]
    texts = [" ".join(cell.text.split()) for cell in headings]
    if DECISIONS not in texts:
        return _refuse(
            title, f"the heading `{DECISIONS}` is missing in the table of execution", headings, view, diagnostics
        )
    split = texts.index(DECISIONS)
    if split + 1 == len(texts) or texts[split + 1] not in EXECUTES:
        message = f"the heading `{EXECUTES[0]}` is missing behind `{DECISIONS}`"
        return _refuse(title, message, headings[split:], view, diagnostics)
    _check_variables(headings[:split], glossary, diagnostics)
    steps = []
    for row in range(extent.row + 2, extent.row + extent.rows):
        cells = [view.take(row, extent.column + offset) for offset in range(extent.columns)]
        table = cells[split + 1]
        if not table.text:
            diagnostics.error(
                "no-table-name", "the row names no table to execute", table.source, help="fill the cell in"
            )
            continue
        conditions = tuple(
            (heading.text, cell)
            for heading, cell in zip(headings[:split], cells[:split], strict=True)
            if cell.text not in ("", "-")
        )
        notes = tuple(
            (heading.text, cell.text)
            for heading, cell in zip(headings[split + 2 :], cells[split + 2 :], strict=True)
            if cell.text
        )
        steps.append(Step(table, cells[split].text, conditions, notes))
    return Order(title, tuple(steps))


def _refuse(title: str, message: str, headings: list[CellSource], view: SheetView, diagnostics: Diagnostics) -> Order:
    source = headings[0].source if headings else Source("", CellRef(view.file, view.name))
    diagnostics.error("decision-heading", message, source, help="write the heading as it is given here")
    return Order(title)


def _check_variables(headings: list[CellSource], glossary: Glossary, diagnostics: Diagnostics) -> None:
    for cell in headings:
        if not glossary.declare(cell):
            close = nearest_name(cell.text, glossary.entries)
            message = f"the glossary has no variable `{cell.text}`"
            help = offer(close, "add it to the sheet Glossary, or correct the heading")
            diagnostics.error("unknown-variable", message, cell.source, help=help)
