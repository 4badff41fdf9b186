"""What was before a conversion and what is after it: each cell of two workbooks, the numbers of tables and rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dmn_engine.diagnostics import Diagnostic, Severity, Source
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.definitions import BusinessKnowledgeModel, Decision, Definitions
from dmn_engine.model.walk import walk
from dmn_engine.model.workbook_source import (
    CellKind,
    CellSource,
    LabelledCell,
    ReferenceSource,
    SafetySource,
    WorkbookSource,
    list_parts,
    walk_table,
)

Place = tuple[str | int, ...]
"""The position of a cell in a workbook: its page, the row or table there, and the part of it."""


def list_differences(
    first: WorkbookSource, second: WorkbookSource
) -> list[tuple[CellSource | None, CellSource | None]]:
    """Every cell whose text, kind or displayed text differs, regardless of its address; None where one has it not."""
    ours, theirs = list_cells(first), list_cells(second)
    pairs = ((ours.get(place), theirs.get(place)) for place in ours | theirs)
    return [(one, other) for one, other in pairs if _strip(one) != _strip(other)]


def list_cells(workbook: WorkbookSource) -> dict[Place, CellSource]:
    """Every cell by its place, in the order of the workbook."""
    found: dict[Place, CellSource] = {}
    for key, cell in workbook.about.items():
        found["about", key] = cell
    for number, table in enumerate(workbook.tables):
        found |= {("tables", number, pointer): cell for pointer, cell in walk_table(table)}
    for number, example in enumerate(workbook.examples):
        found["tests", number] = example.name
        found |= _list_labelled(("tests", number, "record"), example.inputs)
        found |= _list_labelled(("tests", number, "expected"), example.expected)
        found |= _list_labelled(("tests", number, "remarks"), example.remarks)
    lists: tuple[Sequence[SafetySource | ReferenceSource], ...] = (workbook.safety, workbook.references)
    for number, item in (pair for rows in lists for pair in enumerate(rows)):
        found |= {(type(item).__name__, number, name): cell for name, cell in list_parts(item).items()}
    return found


def _list_labelled(place: Place, items: Sequence[LabelledCell]) -> dict[Place, CellSource]:
    labels: dict[Place, CellSource] = {(*place, index, "label"): item.label for index, item in enumerate(items)}
    return labels | {(*place, index): item.cell for index, item in enumerate(items)}


def _strip(cell: CellSource | None) -> tuple[str, CellKind, str] | None:
    return None if cell is None else (cell.text, cell.kind, cell.shown)


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of rules of each table: (name of the decision, number)."""

    tables: tuple[tuple[str, int], ...] = ()

    @property
    def rules(self) -> int:
        """The number of rules of all tables."""
        return sum(rules for _, rules in self.tables)

    def __add__(self, other: Counts) -> Counts:
        return Counts((*self.tables, *other.tables))


NOTHING = Counts()


def count_workbooks(workbooks: Iterable[WorkbookSource]) -> Counts:
    """Count the tables of workbooks."""
    return Counts(tuple((table.name.text, len(table.rules)) for book in workbooks for table in book.tables))


def count_models(models: Iterable[Definitions]) -> Counts:
    """Count the decision tables of models, at any depth of a decision or function."""
    return Counts(tuple(table for model in models for table in _list_tables(model)))


def _list_tables(model: Definitions) -> Iterator[tuple[str, int]]:
    elements: tuple[Decision | BusinessKnowledgeModel, ...] = (*model.decisions, *model.knowledge_models)
    for element in elements:
        for part in walk(element.logic):
            if isinstance(part, TableExpression):
                yield element.name, len(part.rules)


def find_lost(
    read: Counts, written: Counts, diagnostics: Collection[Diagnostic], target: str
) -> tuple[Diagnostic, ...]:
    """Report an error for each table that has lost rules without a diagnostic that names it."""
    before, after = _sum_rules(read), _sum_rules(written)
    found = []
    for name, rules in before.items():
        missing = rules - after[name]
        is_named = any(f"`{name}`" in item.message or name == item.source.text for item in diagnostics)
        if (missing > 0 or name not in after) and not is_named:
            message = f"{missing} of {rules} rules of `{name}` would be lost, so nothing is written"
            help = "this is a bug in dmn: please report it"
            found.append(Diagnostic("rules-lost", Severity.ERROR, message, Source("", target), help=help))
    return tuple(found)


def _sum_rules(counts: Counts) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, rules in counts.tables:
        found[" ".join(name.split())] += rules
    return found
