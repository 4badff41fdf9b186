"""The order in which tables are executed: that of the sheet `Decision`, and tables that tables execute.

A table with a column `Execute` names in each rule the table to execute next. Each such name becomes a run of its own
that takes place if the column said so; so a finite list of runs represents every possible execution. A table that
executes itself, directly or by way of others, is a function that calls itself: its body is a list of runs too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.diagnostics import CellRef, Diagnostics, Source, nearest_name, offer
from dmn_engine.layouts.pydmnrules.glossary import EXECUTE, Glossary
from dmn_engine.layouts.pydmnrules.sheet import SheetView
from dmn_engine.layouts.pydmnrules.table import TableCells
from dmn_engine.model.workbook_source import CellSource

_MOST_RUNS = 500

Reads = Callable[[Sequence[TableCells]], set[str]]
"""The variables that some of the tables reads."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One execution of a table: on its step's conditions, or by the output `number` of another run, the `caller`.

    Of a table that executes itself it is a call; `group` is then that table and all that it executes.
    """

    table: TableCells
    step: Step
    caller: Run | None = None
    number: int = 0
    group: tuple[TableCells, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """The outputs of a run, from one number up to another, that take effect at this point; all those of a call."""

    run: Run
    first: int
    last: int


@dataclass(slots=True)
class Loop:
    """A table that executes itself, all that it executes, and what happens in one round."""

    table: TableCells
    group: tuple[TableCells, ...]
    body: list[Assignment] = field(default_factory=list)


class Planner:
    """Lists the assignments of outputs in order, and reports what cannot be planned."""

    def __init__(self, tables: Mapping[str, TableCells], diagnostics: Diagnostics) -> None:
        self.tables = tables
        self.diagnostics = diagnostics
        self.plan: list[Assignment] = []
        self.executed: set[str] = set()
        self.loops: dict[str, Loop] = {}
        self._groups = _find_loops(tables)

    def follow(self, steps: Sequence[Step]) -> list[Assignment]:
        """The plan of these steps."""
        for step in steps:
            table = self.tables.get(step.table.text)
            if table is None:
                self._report_unknown(step.table)
            else:
                self._start(step.table.text, Run(table, step))
        return self.plan

    def _start(self, name: str, run: Run) -> None:
        group = self._groups.get(name)
        if group is None:
            self._execute(name, run)
            return
        self.plan.append(Assignment(replace(run, group=group), 0, 0))
        if name not in self.loops:
            loop = self.loops[name] = Loop(run.table, group)  # known from here on, so that its body can call it
            outer, self.plan = self.plan, loop.body
            self._execute(name, Run(run.table, Step(run.table.name)))
            self.plan = outer

    def _execute(self, name: str, run: Run) -> None:
        if len(self.plan) >= _MOST_RUNS:
            message = f"more than {_MOST_RUNS} executions of tables follow from here"
            self.diagnostics.error("too-many-executions", message, run.table.name.source)
            return
        self.executed.add(name)
        start = 0
        for number, heading in enumerate(run.table.outputs):
            if heading.variable == EXECUTE:
                self.plan.append(Assignment(run, start, number))
                start = number + 1
                self._execute_named(run, number)
        self.plan.append(Assignment(run, start, len(run.table.outputs)))

    def _execute_named(self, run: Run, number: int) -> None:
        if run.table.policy.is_list or run.table.policy.aggregates:
            message = (
                f"a table whose hit policy ({run.table.policy.value}) lets several rules act cannot execute tables here"
            )
            help = "give it a hit policy of which one rule acts: U, A, F or P"
            self.diagnostics.error("execute-of-many", message, run.table.outputs[number].cell.source, help=help)
            return
        for name, cell in list_executed(run.table, number).items():
            table = self.tables.get(name)
            if table is None:
                self._report_unknown(cell, name)
            else:
                self._start(name, Run(table, Step(cell), run, number))

    def _report_unknown(self, cell: CellSource, name: str = "") -> None:
        name = name or cell.text
        message = f"there is no table `{name}` on any sheet"
        help = offer(nearest_name(name, self.tables), "write the name in the cell above the table's headings")
        self.diagnostics.error("unknown-table", message, cell.source, help=help)


def _find_loops(tables: Mapping[str, TableCells]) -> dict[str, tuple[TableCells, ...]]:
    """The tables that execute themselves, directly or not, each with all that it executes."""
    groups = {name: _list_reached(name, tables) for name in list_all_executed(tables.values()) if name in tables}
    return {name: tuple(group) for name, group in groups.items() if name in list_all_executed(group)}


def list_executed(table: TableCells, number: int) -> dict[str, CellSource]:
    """The tables that an output column `Execute` names, each with the first cell that does."""
    found: dict[str, CellSource] = {}
    for rule in table.rules:
        name = read_table_name(rule.outputs[number])
        if name:
            found.setdefault(name, rule.outputs[number])
    return found


def read_table_name(cell: CellSource) -> str:
    """The name of a table that a cell executes, empty for none; quotes may stand around it."""
    text = cell.text
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    return "" if text in ("null", "-") else text


def list_all_executed(tables: Iterable[TableCells]) -> set[str]:
    """The names of all tables that some column `Execute` names."""
    return {
        name
        for table in tables
        for number, heading in enumerate(table.outputs)
        if heading.variable == EXECUTE
        for name in list_executed(table, number)
    }


def derive_order(tables: Mapping[str, TableCells], reads: Reads, diagnostics: Diagnostics) -> Order:
    """The order where no sheet gives one: a table comes after those that set what it reads."""
    called = list_all_executed(tables.values())
    groups = {name: _list_reached(name, tables) for name in tables if name not in called}
    inputs = {name: reads(group) for name, group in groups.items()}
    outputs = {name: {item.variable for table in group for item in table.outputs} for name, group in groups.items()}
    pending, order = list(groups), []
    while pending:
        free = next((name for name in pending if not _waits(name, pending, inputs, outputs)), "")
        if not free:
            names = ", ".join(f"`{name}`" for name in pending)
            message = f"these tables need each other's outputs, so they cannot be ordered: {names}"
            help = "write a sheet Decision that gives the order"
            diagnostics.error("no-order", message, tables[pending[0]].name.source, help=help)
            order.extend(pending)
            break
        pending.remove(free)
        order.append(free)
    return Order("", tuple(Step(tables[name].name) for name in order))


def _waits(name: str, pending: Sequence[str], inputs: Mapping[str, set[str]], outputs: Mapping[str, set[str]]) -> bool:
    return any(not inputs[name].isdisjoint(outputs[other]) for other in pending if other != name)


def _list_reached(name: str, tables: Mapping[str, TableCells]) -> list[TableCells]:
    """The table and all that it executes, directly or not."""
    found = {name: None}
    pending = [name]
    while pending:
        called = list_all_executed([tables[pending.pop()]])
        new = [each for each in called if each in tables and each not in found]
        found.update(dict.fromkeys(new))
        pending += new
    return [tables[each] for each in found]


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
    headings, *rows = view.take_rows(extent)
    texts = [" ".join(cell.text.split()) for cell in headings]
    if DECISIONS not in texts:
        return _refuse(
            title, f"the heading `{DECISIONS}` is missing in the table of execution", headings, view, diagnostics
        )
    split = texts.index(DECISIONS)
    if split + 1 == len(texts) or texts[split + 1] not in EXECUTES:
        message = f"the heading `{EXECUTES[0]}` is missing behind `{DECISIONS}`"
        return _refuse(title, message, headings[split:], view, diagnostics)
    for heading in headings[:split]:
        glossary.require(heading, diagnostics)
    steps = []
    for cells in rows:
        table = cells[split + 1]
        if not table.text:
            diagnostics.error(
                "no-table-name", "the row names no table to execute", table.source, help="fill the cell in"
            )
            continue
        named = [(heading.text, cell) for heading, cell in zip(headings, cells, strict=True)]
        conditions = tuple(item for item in named[:split] if item[1].text not in ("", "-"))
        notes = tuple((heading, cell.text) for heading, cell in named[split + 2 :] if cell.text)
        steps.append(Step(table, cells[split].text, conditions, notes))
    return Order(title, tuple(steps))


def _refuse(title: str, message: str, headings: list[CellSource], view: SheetView, diagnostics: Diagnostics) -> Order:
    source = headings[0].source if headings else Source("", CellRef(view.file, view.name))
    diagnostics.error("decision-heading", message, source, help="write the heading as it is given here")
    return Order(title)
