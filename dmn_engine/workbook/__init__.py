"""Turn workbooks as written into typed decision tables, with a diagnostic at the cell of every error.

A table with an error is not among `tables`; its name stays known, so that other decisions can refer to it, and
`unusable` has its errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Severity
from dmn_engine.model.cell_text import fold_label, squeeze
from dmn_engine.model.data_dictionary import DataDictionary
from dmn_engine.model.decision_table import DecisionTable, Tables, Workbook
from dmn_engine.model.workbook_source import TableSource, WorkbookSource
from dmn_engine.workbook import references
from dmn_engine.workbook.columns import Names
from dmn_engine.workbook.consequences import mark_consequences
from dmn_engine.workbook.cycles import find_cycles
from dmn_engine.workbook.examples import build_examples
from dmn_engine.workbook.safety import build_safety
from dmn_engine.workbook.table import Surroundings, build_table
from dmn_engine.workbook.types import DecisionTypes


def build_tables(workbooks: Sequence[WorkbookSource], dictionary: DataDictionary) -> Tables:
    """Build the tables, examples and safety conditions of workbooks, with all diagnostics of reading and building."""
    return _Builder(workbooks, dictionary).build()


@dataclass(slots=True)
class _Builder:
    workbooks: Sequence[WorkbookSource]
    dictionary: DataDictionary
    found: Diagnostics = field(default_factory=Diagnostics)
    sources: dict[str, TableSource] = field(default_factory=dict)
    unusable: dict[str, list[Diagnostic]] = field(default_factory=dict)

    def build(self) -> Tables:
        self._collect_tables()
        types = DecisionTypes(self.sources, self.dictionary)
        names = Names(self.dictionary, types.outcomes())
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
        self._attribute_reading_errors()
        for cycle, error in find_cycles(self.sources, tables, names):
            for name in cycle:
                self._keep_errors(name, [error])
        examples = tuple(build_examples(self.workbooks, names, types, self.found))
        safety = tuple(build_safety(self.workbooks, names, scope, self.found))
        diagnostics = self._sort_diagnostics()
        self._keep_causes(diagnostics)
        marked = {item: item for item in diagnostics}
        examples = tuple(
            replace(example, errors=tuple(marked.get(item, item) for item in example.errors)) for example in examples
        )
        return Tables(
            self.dictionary,
            {name: table for name, table in tables.items() if name not in self.unusable},
            about,
            safety,
            examples,
            diagnostics,
            {name: tuple(items) for name, items in self.unusable.items()},
        )

    def _sort_diagnostics(self) -> tuple[Diagnostic, ...]:
        """All diagnostics, without those of building a cell that already has an error of reading."""
        read = [item for workbook in self.workbooks for item in workbook.diagnostics]
        failing = {item.source.origin for item in read if item.severity is Severity.ERROR}
        said = {(item.code, item.source.origin) for item in read}
        built = [
            item
            for item in self.found.items
            if item.source.origin not in failing and (item.code, item.source.origin) not in said
        ]
        return Diagnostics(mark_consequences(Diagnostics([*read, *built]).sorted())).sorted()

    def _keep_causes(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep, with the errors of a decision, those that they follow from."""
        marked = {item: item for item in diagnostics}
        causes: dict[str, list[Diagnostic]] = {}
        for item in diagnostics:
            if item.severity is Severity.ERROR:
                causes.setdefault(str(item.source.origin), []).append(item)
        for items in self.unusable.values():
            items[:] = [marked.get(item, item) for item in items]
            items += [
                cause for place in dict.fromkeys(item.follows for item in items) for cause in causes.get(place, ())
            ]

    def _keep_errors(self, name: str, items: Sequence[Diagnostic]) -> None:
        """Keep the diagnostics of a decision; errors make it unusable."""
        self.found.items += items
        errors = [item for item in items if item.severity is Severity.ERROR]
        if errors:
            self.unusable.setdefault(name, []).extend(errors)

    def _collect_tables(self) -> None:
        """Collect the tables by the name of their decision; two of the same name are both unusable."""
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
            item = self.dictionary.find(name)
            if item is not None:
                found.error(
                    "decision-named-as-field",
                    f"`{name}` is both a decision and a field of the data dictionary ({item.name})",
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
        due = workbook.about.get("Review due")
        return Workbook(workbook.file, workbook.sha256, about, cited, workbook.references, due)

    def _attribute_reading_errors(self) -> None:
        """Make tables unusable whose content an error of reading may have changed."""
        for workbook in self.workbooks:
            own = {name: table for name, table in self.sources.items() if table.origin.file == workbook.file}
            for item in workbook.diagnostics:
                if item.severity is Severity.ERROR:
                    for name in _find_touched(item, own):
                        self.unusable.setdefault(name, []).append(item)


def _find_touched(error: Diagnostic, tables: dict[str, TableSource]) -> Iterator[str]:
    """The tables around the cell of an error; without one, all tables of its sheet, or of its file."""
    origin = error.source.origin
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
