"""How many tables and rules there are, before and after. Knows where rules are, not what they say."""

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
    """The rules of each table, (name of the decision, rules)."""

    tables: tuple[tuple[str, int], ...] = ()

    @property
    def rules(self) -> int:
        """The rules of all tables."""
        return sum(rules for _, rules in self.tables)

    def __add__(self, other: Counts) -> Counts:
        return Counts((*self.tables, *other.tables))


NOTHING = Counts()


def count_workbooks(workbooks: Iterable[WorkbookSource]) -> Counts:
    """The tables of workbooks."""
    return Counts(tuple((table.name.text, len(table.rules)) for book in workbooks for table in book.tables))


def count_models(models: Iterable[Definitions]) -> Counts:
    """The decision tables of models, wherever they stand in a decision or function."""
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
    """An error for each table of which rules are missing, where no diagnostic names it."""
    before, after = _sum_rules(read), _sum_rules(written)
    found = []
    for name, rules in before.items():
        missing = rules - after[name]
        is_named = any(f"`{name}`" in item.message or name == item.source.text for item in diagnostics)
        if (missing > 0 or name not in after) and not is_named:
            message = f"{missing} of {rules} rules of `{name}` would be lost, so that nothing is written"
            help = "this is a fault of the program: please report it"
            found.append(Diagnostic("rules-lost", Severity.ERROR, message, Source("", target), help=help))
    return tuple(found)


def _sum_rules(counts: Counts) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, rules in counts.tables:
        found[" ".join(name.split())] += rules
    return found
