"""Decision-support workbooks of WHO's digital adaptation kits (SMART guidelines, level 2) as models.

Every decision table becomes a decision with its rules as they stand: as many rules as rows, conditions in FEEL where
the pseudocode says one thing only (`translation` lists what is taken for granted), outputs as texts and as the data
elements that they set, and all texts of the conditions beside them. Schedules and references become knowledge sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from dmn_engine.diagnostics import CellRef, Diagnostics, Source
from dmn_engine.formats.xlsx.grid import Area
from dmn_engine.formats.xlsx.workbook import GridBook
from dmn_engine.layouts.model import ForeignModel
from dmn_engine.layouts.smart_dak.blocks import Block, Found, Schedule, find_blocks
from dmn_engine.layouts.smart_dak.complaints import Complaints
from dmn_engine.layouts.smart_dak.elements import TEXTS, Elements
from dmn_engine.layouts.smart_dak.overview import compare, list_announced, list_citations
from dmn_engine.layouts.smart_dak.sheet import Cell, Sheet
from dmn_engine.layouts.smart_dak.tables import (
    build_decision,
    list_references,
    read_table,
    states_hit_policy,
)
from dmn_engine.model.boxed_expressions import Identity
from dmn_engine.model.definitions import Decision, Definitions, ItemDefinition, KnowledgeSource
from dmn_engine.model.names import Unused, make_id

LAYOUT = "WHO SMART DAK"
_ASSUMPTIONS = (
    "a week is 7 days; months and years are completed calendar months; `≠` also holds where the value is not known, "
    "every other comparison does not; `IS NULL` is a value that is not known; `in` looks into a list of choices"
)


def recognise(book: GridBook) -> bool:
    """Whether a sheet has the label of a decision id with a table of labelled columns below."""
    sheets = (Sheet(grid, book.file) for grid in book.grids)
    return any(find_blocks(sheet, Diagnostics()).blocks for sheet in sheets)


def read(book: GridBook, diagnostics: Diagnostics) -> ForeignModel:
    """The model of the workbook, with every diagnostic of reading it. Never raises for what the workbook holds."""
    sheets = [Sheet(grid, book.file) for grid in book.grids]
    found = {sheet: find_blocks(sheet, diagnostics) for sheet in sheets}
    announced = [cell for sheet in sheets for cell in list_announced(sheet)]
    compare(announced, (cell for item in found.values() for cell in _list_ids(item)), diagnostics)
    identifiers = Unused(".")
    sources = _Sources(identifiers, {short: long for sheet in sheets for short, long in list_citations(sheet)})
    decisions, elements = _build_decisions(found, identifiers, sources, diagnostics)
    schedules = tuple(_keep_schedules(found, identifiers, diagnostics))
    _report_readings(found, diagnostics)
    stem = PurePath(book.file).stem
    definitions = Definitions(
        file=book.file,
        name=stem,
        namespace=f"urn:smart-dak:{'-'.join(stem.split())}",
        items=(ItemDefinition(Source(TEXTS), Source("string"), is_collection=True),) if elements.has_lists else (),
        inputs=tuple(elements.list_inputs({item.id for decision in decisions for item in decision.information})),
        decisions=decisions,
        knowledge_sources=(*sources.items, *schedules),
        identity=Identity(description=f"Read from {PurePath(book.file).name} ({LAYOUT}). {_ASSUMPTIONS}."),
        diagnostics=diagnostics.sorted(),
    )
    return ForeignModel(definitions, (), LAYOUT)


def _list_ids(found: Found) -> Iterator[Cell]:
    yield from (block.id for block in found.blocks)
    yield from (schedule.id for schedule in found.schedules)


class _Sources:
    """Knowledge sources for references, one for each text."""

    def __init__(self, identifiers: Unused, citations: dict[str, str]) -> None:
        self._identifiers = identifiers
        self._citations = citations
        self.items: list[KnowledgeSource] = []
        self.ids: dict[str, str] = {}

    def add(self, cell: Cell) -> None:
        """Make one for the text, unless there is one."""
        if cell.text in self.ids:
            return
        name = " ".join(cell.text.split())
        identifier = self.ids[cell.text] = self._identifiers.take(f"source.{make_id(name)[:80]}")
        identity = Identity(identifier, description=self._citations.get(name, ""))
        self.items.append(KnowledgeSource(name, (), "", "", cell.origin, identity))


def _build_decisions(
    found: dict[Sheet, Found], identifiers: Unused, sources: _Sources, diagnostics: Diagnostics
) -> tuple[tuple[Decision, ...], Elements]:
    elements = Elements()
    complaints = Complaints()
    tables = [read_table(block, elements) for item in found.values() for block in item.blocks]
    elements.settle(identifiers)
    names = _name_decisions([table.block for table in tables], diagnostics)
    decisions = []
    for table in tables:
        for cell in list_references(table.block):
            sources.add(cell)
        name = names[table.block.place]
        identifier = identifiers.take(f"decision.{make_id(name)[:80]}")
        decisions.append(build_decision(table, name, identifier, elements, sources.ids, complaints))
    complaints.report(diagnostics)
    return tuple(decisions), elements


def _name_decisions(blocks: Iterable[Block], diagnostics: Diagnostics) -> dict[CellRef, str]:
    """The ids; of one that several tables have, with the sheet or a number behind it. Visible sheets first."""
    names: dict[CellRef, str] = {}
    first: dict[str, Cell] = {}
    for block in sorted(blocks, key=lambda block: block.sheet.grid.is_hidden):
        name = stem = " ".join(block.id.text.split())
        if stem in first:
            other = first[stem]
            choices = [f"{stem} ({block.sheet.name})"] * (other.origin.sheet != block.sheet.name)
            choices += [f"{stem} ({number})" for number in range(2, len(first) + 3)]
            name = next(choice for choice in choices if choice not in first)
            if block.part == 1:
                message = f"{other.origin} has the same id; the table here is called `{name}`"
                diagnostics.warning("duplicate-id", message, block.id.source)
        first[name] = block.id
        names[block.place] = name
    return names


def _keep_schedules(
    found: dict[Sheet, Found], identifiers: Unused, diagnostics: Diagnostics
) -> Iterator[KnowledgeSource]:
    """Schedules as texts: what they say is when a service is due, in prose."""
    for item in found.values():
        for schedule in item.schedules:
            name = " ".join(schedule.id.text.split())
            id_ = identifiers.take(f"schedule.{make_id(name)[:80]}")
            identity = Identity(id_, "", "\n\n".join(_write_schedule(schedule)))
            yield KnowledgeSource(name, (), "schedule", "", schedule.place, identity)
        if item.schedules:
            places = ", ".join(schedule.place.cell for schedule in item.schedules)
            message = f"schedules are not decision tables; they are kept as texts and not evaluated: {places}"
            first = item.schedules[0]
            diagnostics.note("schedule-kept", message, Source(first.id.text, first.id.origin))


def _write_schedule(schedule: Schedule) -> Iterator[str]:
    for row in schedule.rows:
        yield "\n".join(
            f"{heading.text}: {cell.text}"
            for heading, cell in zip(schedule.headings, row, strict=True)
            if not cell.is_blank and heading.text
        )


def _report_rest(sheet: Sheet, found: Found, diagnostics: Diagnostics) -> None:
    """The cells of a sheet with tables that belong to none of them."""
    if not found.blocks:
        return
    ranges = (*(block.place for block in found.blocks), *(schedule.place for schedule in found.schedules))
    places = [Area.parse(place.cell) for place in ranges]
    kept = {cell.origin for block in found.blocks for cell in (*block.notes, *block.facts.values(), block.id)}
    rest = [
        cell
        for cell in sheet.cells()
        if cell.origin not in kept and not any(area.holds(cell.area.anchor) for area in places)
    ]
    if rest:
        message = f"this belongs to no table, and is not read: {', '.join(cell.origin.cell for cell in rest[:20])}"
        more = f" and {len(rest) - 20} more cells" if len(rest) > 20 else ""
        diagnostics.warning("cells-not-read", message + more, rest[0].source)


def _report_readings(found: dict[Sheet, Found], diagnostics: Diagnostics) -> None:
    """What was taken for granted, once for a sheet."""
    for sheet, item in found.items():
        silent = [block for block in item.blocks if not states_hit_policy(block)]
        if silent:
            cells = ", ".join(block.header.origin.cell for block in silent)
            message = (
                f"no hit policy is stated ({cells}); the tables are read as Unique, the standard's default: rows are "
                "alternatives, and where two of them match the answer is an error"
            )
            diagnostics.note("hit-policy-assumed", message, silent[0].header.source)
        if sheet.grid.is_hidden and item.blocks:
            diagnostics.warning(
                "hidden-sheet", "the sheet is hidden; its tables are read", Source("", CellRef(sheet.file, sheet.name))
            )
        _report_rest(sheet, item, diagnostics)
        for cell in item.explanations:
            diagnostics.note("explanation", "this explains the layout; it is not read as a table", cell.source)
    if any(item.blocks for item in found.values()):
        file = next(iter(found)).file
        diagnostics.note("read-as", f"how conditions are read: {_ASSUMPTIONS}", Source("", CellRef(file)))
