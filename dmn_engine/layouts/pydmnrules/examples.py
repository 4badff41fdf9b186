"""Read the sheet `Test`: test data by business concept, and the table of tests that selects rows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dmn_engine.diagnostics import CellRef, Diagnostics, Source, nearest_name, offer
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.parser import parse_expression
from dmn_engine.formats.xlsx.grid import Area, Position
from dmn_engine.layouts.model import ForeignExample
from dmn_engine.layouts.pydmnrules.dialect import Dialect
from dmn_engine.layouts.pydmnrules.glossary import Glossary
from dmn_engine.layouts.pydmnrules.sheet import SheetView
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.workbook_source import CellSource

TESTS = "DMNrulesTests"


_Data = tuple[dict[str, Value] | None, ...]
"""A table of test data: its rows of values by variable, None for a row with an error."""


class ExampleReader:
    """Reads the sheet, and leaves out examples with errors, which it reports."""

    def __init__(self, view: SheetView, glossary: Glossary, dialect: Dialect, diagnostics: Diagnostics) -> None:
        self.view = view
        self.glossary = glossary
        self.dialect = dialect
        self.diagnostics = diagnostics

    def read(self) -> tuple[ForeignExample, ...]:
        """The examples in their order, their values by variable."""
        data: dict[str, _Data] = {}
        tests: Area | None = None
        for position, text in self.view.texts():
            if self.view.is_accounted(position) or not self.view.is_filled(position[0] + 1, position[1]):
                continue
            if text != TESTS and not self._begins_data(position, text):
                continue
            extent = self.view.measure(*position)
            if text == TESTS:
                tests = extent
            else:
                data.setdefault(text, self._read_data(extent))
            self.view.account(extent)
        examples = () if tests is None else self._read_tests(tests, data)
        if tests is None:
            message = f"the sheet has no table `{TESTS}`, so there are no examples"
            self.diagnostics.warning("no-tests", message, Source("", CellRef(self.view.file, self.view.name)))
        for source in self.view.leftovers():
            message = "this is not part of any table of test data and is not read"
            help = f"a table of test data begins with the name of a business concept, that of tests with `{TESTS}`"
            self.diagnostics.warning("cells-not-read", message, source, help=help)
        return examples

    def _begins_data(self, position: Position, text: str) -> bool:
        """Whether a text is the name of test data: a business concept, or, without a glossary, what has variables."""
        if self.glossary.is_written:
            return "_".join(text.split()) in self.glossary.concepts
        return self.view.peek(position[0] + 1, position[1]) in self.glossary.entries

    def _read_data(self, extent: Area) -> _Data:
        """A table of test data: variables, then, behind a double line, annotations."""
        values = replace(extent, right=extent.left + self._find_line(extent, 0) - 1)
        headings, *rows = self.view.take_rows(values)
        for heading in headings:
            self._check_variable(heading)
        return tuple(self._evaluate_all(headings, cells) for cells in rows)

    def _evaluate_all(self, headings: list[CellSource], cells: list[CellSource]) -> dict[str, Value] | None:
        """The values of the cells that are not empty, by their headings; None where one is not understood."""
        values: dict[str, Value] = {}
        is_sound = True
        for heading, cell in zip(headings, cells, strict=True):
            if not cell.text:
                continue
            reading = self.dialect.read_constant(cell)
            node = parse_expression(reading.source, {}, Diagnostics())
            if node is None or not reading.is_understood:
                is_sound = False
            else:
                values[heading.text] = compile_expression(node, reading.source, {}).evaluate({}, [])
        return values if is_sound else None

    def _find_line(self, extent: Area, start: int) -> int:
        """The number of columns up to the next double line, or all."""
        for place, column in enumerate(extent.columns[start:], start + 1):
            if self.view.has_line(extent.top + 1, column, "right"):
                return place
        return len(extent.columns)

    def _check_variable(self, heading: CellSource) -> bool:
        if heading.text in self.glossary.entries:
            return True
        self.glossary.report_unknown(heading, self.diagnostics, "write a variable as the glossary has it")
        return False

    def _read_tests(self, extent: Area, data: Mapping[str, _Data]) -> tuple[ForeignExample, ...]:
        inputs = self._find_line(extent, 0)
        outputs = self._find_line(extent, inputs)
        headings, *rows = self.view.take_rows(extent)
        if inputs == len(headings):
            area = replace(extent, top=extent.top + 1, bottom=extent.top + 1)
            message = "the table of tests has no double line between the test data and the expected values"
            help = "give the heading of the last business concept a double right border (Format Cells, Border)"
            self.diagnostics.error("no-double-line", message, self.view.area_source(area), help=help)
            return ()
        usable = [self._check_concept(cell, data) for cell in headings[:inputs]]
        usable += [self._check_variable(cell) for cell in headings[inputs:outputs]]
        if not all(usable):
            return ()
        examples = []
        for number, cells in enumerate(rows, 1):
            given = self._pick(headings[:inputs], cells[:inputs], data)
            for heading, cell in zip(headings[inputs:outputs], cells[inputs:outputs], strict=True):
                self._require_expected(heading, cell)
            expected = self._evaluate_all(headings[inputs:outputs], cells[inputs:outputs])
            if given is None or expected is None:
                continue
            notes = " ".join(cell.text for cell in cells[outputs:] if cell.text)
            row = extent.top + 1 + number
            origin = self.view.place(replace(extent, top=row, bottom=row))
            examples.append(ForeignExample(f"{number}: {notes}" if notes else str(number), given, expected, origin))
        return tuple(examples)

    def _check_concept(self, cell: CellSource, data: Mapping[str, _Data]) -> bool:
        if cell.text in data:
            return True
        message = f"there is no table of test data `{cell.text}` on this sheet"
        help = offer(nearest_name(cell.text, data), "the name of the table must be that of a business concept")
        self.diagnostics.error("no-test-data", message, cell.source, help=help)
        return False

    def _pick(
        self, headings: list[CellSource], cells: list[CellSource], data: Mapping[str, _Data]
    ) -> dict[str, Value] | None:
        """The values of the rows that the cells number, None where one does not."""
        given: dict[str, Value] = {}
        for heading, cell in zip(headings, cells, strict=True):
            rows = data[heading.text]
            number = int(cell.text) if cell.text.isascii() and cell.text.isdigit() and len(cell.text) < 10 else 0
            if not 1 <= number <= len(rows):
                message = f"the table of test data `{heading.text}` has {len(rows)} rows, and no row `{cell.text}`"
                self.diagnostics.error("no-test-row", message, cell.source, help="write the number of a row, from 1")
                return None
            values = rows[number - 1]
            if values is None:
                return None
            given.update(values)
        return given

    def _require_expected(self, heading: CellSource, cell: CellSource) -> None:
        if not cell.text:
            message = f"the value expected of `{heading.text}` is missing; it is not tested here"
            self.diagnostics.warning("no-expected-value", message, cell.source, help="write it; `null` for none")
