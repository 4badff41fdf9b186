"""The numbers of tables and rules before and after a conversion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from dmn_engine.diagnostics import Diagnostic, Severity, Source
from dmn_engine.model.boxed_expressions import BoxedTable
from dmn_engine.model.definitions import Decision, Definitions, KnowledgeModel
from dmn_engine.model.walk import walk
from dmn_engine.model.workbook_source import WorkbookSource


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
    elements: tuple[Decision | KnowledgeModel, ...] = (*model.decisions, *model.knowledge_models)
    for element in elements:
        for part in walk(element.logic):
            if isinstance(part, BoxedTable):
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
