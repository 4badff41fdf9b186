"""From workbooks as written to the tables of the engine: every decision by its name, every fault by its cell.

Nothing is left out in silence: a table with a fault is not among `tables`, but its name is known, other decisions may
refer to it, and it is in `unusable` with its errors. Knows no spreadsheet and evaluates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Severity
from dmn_engine.model.cell_text import fold_label, squeeze
from dmn_engine.model.data_dictionary import Vocabulary
from dmn_engine.model.decision_table import DecisionTable, Tables, Workbook
from dmn_engine.model.workbook_source import TableSource, WorkbookSource
from dmn_engine.workbook import references
from dmn_engine.workbook.columns import Names
from dmn_engine.workbook.cycles import find_cycles
from dmn_engine.workbook.examples import build_examples
from dmn_engine.workbook.safety import build_safety
from dmn_engine.workbook.table import Surroundings, build_table
from dmn_engine.workbook.types import OutcomeTypes


def build_tables(workbooks: Sequence[WorkbookSource], vocabulary: Vocabulary) -> Tables:
    """Everything that the workbooks say, understood; with every diagnostic of reading and building them."""
    return _Builder(workbooks, vocabulary).build()


@dataclass(slots=True)
class _Builder:
    workbooks: Sequence[WorkbookSource]
    vocabulary: Vocabulary
    found: Diagnostics = field(default_factory=Diagnostics)
    sources: dict[str, TableSource] = field(default_factory=dict)
    unusable: dict[str, list[Diagnostic]] = field(default_factory=dict)

    def build(self) -> Tables:
        self._collect_tables()
        types = OutcomeTypes(self.sources, self.vocabulary)
        names = Names(self.vocabulary, types.outcomes())
        scope = names.scope()
        about = {workbook.file: self._build_workbook(workbook) for workbook in self.workbooks}
        tables: dict[str, DecisionTable] = {}
        for name, source in self.sources.items():
            found = Diagnostics()
            cited = about[source.origin.file].references if source.origin.file in about else {}
            table = build_table(
                source, Surroundings(names, scope, types.columns(name), types.values(name), cited), found
            )
            self._keep_errors(name, found.items)
            if table is not None:
                tables[name] = table
        self._attribute_reading_faults()
        for cycle, fault in find_cycles(self.sources, tables, names):
            for name in cycle:
                self._keep_errors(name, [fault])
        examples = tuple(build_examples(self.workbooks, names, types, self.found))
        safety = tuple(build_safety(self.workbooks, names, scope, self.found))
        return Tables(
            self.vocabulary,
            {name: table for name, table in tables.items() if name not in self.unusable},
            about,
            safety,
            examples,
            self._sort_diagnostics(),
            {name: tuple(items) for name, items in self.unusable.items()},
        )

    def _sort_diagnostics(self) -> tuple[Diagnostic, ...]:
        """All diagnostics; of a cell that the reader found at fault, what it seems to hold is no second fault."""
        read = [item for workbook in self.workbooks for item in workbook.diagnostics]
        faulty = {item.source.origin for item in read if item.severity is Severity.ERROR}
        said = {(item.code, item.source.origin) for item in read}
        built = [
            item
            for item in self.found.items
            if item.source.origin not in faulty and (item.code, item.source.origin) not in said
        ]
        return Diagnostics([*read, *built]).sorted()

    def _keep_errors(self, name: str, items: Sequence[Diagnostic]) -> None:
        """Keep what was found about a decision, which its errors make unusable."""
        self.found.items += items
        errors = [item for item in items if item.severity is Severity.ERROR]
        if errors:
            self.unusable.setdefault(name, []).extend(errors)

    def _collect_tables(self) -> None:
        """Tables by the name of their decision; of two with the same name neither is usable."""
        for table in (table for workbook in self.workbooks for table in workbook.tables):
            name = squeeze(table.name.text)
            found = Diagnostics()
            folded = fold_label(name)
            first = next((known for known in self.sources if fold_label(known) == folded), None)
            if not name:
                help = "write `Decision` in a row above the bands, and the name of the decision beside it"
                self.found.error("no-decision-name", "the table has no name", table.name.source, help=help)
                continue
            if first is not None:
                found.error(
                    "duplicate-decision",
                    f"two tables decide `{first}`",
                    table.name.source,
                    related=((self.sources[first].name.source, "the other one"),),
                    help="give one of them another name, or move its rules to the other",
                )
                self._keep_errors(first, found.items)
                continue
            self.sources[name] = table
            item = self.vocabulary.find(name)
            if item is not None:
                found.error(
                    "decision-named-as-field",
                    f"`{name}` is both a decision and a field of the vocabulary ({item.name})",
                    table.name.source,
                    help="give the decision another name",
                )
                self._keep_errors(name, found.items)

    def _build_workbook(self, workbook: WorkbookSource) -> Workbook:
        about = {key: cell.text for key, cell in workbook.about.items()}
        if "Status" in workbook.about:
            status = references.read_status(workbook.about["Status"], self.found)
            about["Status"] = status or about["Status"]
        cited = references.collect_references(workbook, self.found)
        return Workbook(workbook.file, workbook.sha256, about, cited, workbook.references)

    def _attribute_reading_faults(self) -> None:
        """Let errors that the reader found make unusable the tables that they may have changed."""
        for workbook in self.workbooks:
            own = {name: table for name, table in self.sources.items() if table.origin.file == workbook.file}
            for item in workbook.diagnostics:
                if item.severity is Severity.ERROR:
                    for name in _find_touched(item, own):
                        self.unusable.setdefault(name, []).append(item)


def _find_touched(fault: Diagnostic, tables: dict[str, TableSource]) -> Iterator[str]:
    """The tables that hold the fault's cell; where none does, all of its sheet; without a sheet, all of the file."""
    origin = fault.source.origin
    sheet = origin.sheet if isinstance(origin, CellRef) else ""
    if not sheet:
        yield from tables
        return
    on_sheet = {name: table for name, table in tables.items() if table.origin.sheet == sheet}
    rows = _read_rows(origin.cell) if isinstance(origin, CellRef) else None
    inside = [name for name, table in on_sheet.items() if rows and _overlap(rows, _read_rows(table.origin.cell))]
    yield from inside or on_sheet


def _read_rows(cells: str) -> tuple[int, int] | None:
    """The first and last row of a cell or range."""
    numbers = [int(number) for number in re.findall(r"[A-Z]+(\d+)", cells)]
    return (min(numbers), max(numbers)) if numbers else None


def _overlap(rows: tuple[int, int], others: tuple[int, int] | None) -> bool:
    return others is not None and rows[0] <= others[1] and others[0] <= rows[1]
