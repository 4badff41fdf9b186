"""A decision table in the terminal: bands, labels, rules, every cell as written."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dmn_engine.model.cell_text import count_words
from dmn_engine.model.decision_table import DecisionTable, HitPolicy, Rule, Workbook
from dmn_engine.model.workbook_source import CellSource
from dmn_engine.report.text import show_visibly
from dmn_engine.report.wording import describe_book

_WORDS = {
    HitPolicy.UNIQUE: "Unique: exactly one rule matches",
    HitPolicy.ANY: "Any: all rules that match agree",
    HitPolicy.PRIORITY: "Priority: of the rules that match, the output listed first",
    HitPolicy.FIRST: "First: the first rule that matches",
    HitPolicy.RULE_ORDER: "Rule order: all rules that match, in the order of the table",
    HitPolicy.OUTPUT_ORDER: "Output order: all rules that match, by the order of the outputs' values",
    HitPolicy.COLLECT: "Collect: all rules that match",
    HitPolicy.COLLECT_SUM: "Collect: the sum of all rules that match",
    HitPolicy.COLLECT_MIN: "Collect: the least of all rules that match",
    HitPolicy.COLLECT_MAX: "Collect: the greatest of all rules that match",
    HitPolicy.COLLECT_COUNT: "Collect: how many rules match",
}
_STYLES = {"When": "cyan", "Then": "bold green", "Use": "bold magenta", "Why": "dim"}
_LEAST_COLUMN = 9  # columns of text below which a table is a strip of single letters


def render_table(
    table: DecisionTable, workbook: Workbook | None, *, width: int = 100, color: bool = False, unicode: bool = True
) -> str:
    """The table with its name, question, place and review status; rule by rule where the columns do not fit."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    for line in _head_lines(table, workbook):
        console.print(Text(line))
    columns = 1 + len(table.inputs) + len(table.outputs) + len(table.annotations)
    if columns * (_LEAST_COLUMN + 3) <= width:
        console.print(_build_grid(table, unicode))
    else:
        for rule in table.rules:
            console.print(_build_block(table, rule))
            console.print()
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _head_lines(table: DecisionTable, workbook: Workbook | None) -> Iterator[str]:
    yield table.name
    if table.question:
        yield show_visibly(table.question)
    yield f"{_WORDS[table.hit_policy]}; {count_words(len(table.rules), 'rule')}"
    yield show_visibly(str(table.origin))
    if workbook is not None:
        yield describe_book(workbook.about.get("Version", ""), workbook.status, workbook.sha256)
    yield ""


def _list_columns(table: DecisionTable) -> list[tuple[str, str]]:
    """(band, label) of each column after the rule's id."""
    return [
        *(("When", column.label) for column in table.inputs),
        *(("Use" if column.is_use else "Then", column.label) for column in table.outputs),
        *(("Why", label) for label in table.annotations),
    ]


def _list_cells(rule: Rule) -> list[CellSource]:
    return [*(cell.source for cell in rule.inputs), *(cell.source for cell in rule.outputs), *rule.annotations]


def _build_grid(table: DecisionTable, unicode: bool) -> Table:
    grid = Table(box=box.SQUARE if unicode else box.ASCII, show_lines=True, pad_edge=True, expand=False)
    columns = _list_columns(table)
    grid.add_column(Text(table.hit_policy.value), no_wrap=True)
    for band, _ in columns:
        grid.add_column(Text(band), header_style=_STYLES[band], overflow="fold")
    grid.add_row(Text("Rule"), *(Text(show_visibly(label)) for _, label in columns), style="bold")
    for rule in table.rules:
        grid.add_row(Text(rule.id), *(_show_cell(cell) for cell in _list_cells(rule)))
    return grid


def _build_block(table: DecisionTable, rule: Rule) -> Table:
    """One rule with a line a column; conditions that accept anything are left out."""
    block = Table(box=None, show_header=False, pad_edge=False, title=Text(rule.id, style="bold"), title_justify="left")
    block.add_column(no_wrap=True)
    block.add_column(no_wrap=True)
    block.add_column(overflow="fold")
    for (band, label), cell in zip(_list_columns(table), _list_cells(rule), strict=True):
        if cell.text and not (band == "When" and cell.text.strip() == "-"):
            block.add_row(Text(f"  {band}", style=_STYLES[band]), Text(show_visibly(label)), _show_cell(cell))
    return block


def _show_cell(cell: CellSource) -> Text:
    return Text("\n".join(map(show_visibly, cell.text.splitlines())))
