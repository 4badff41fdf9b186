"""How much of a published workbook is understood: `python -m tests.layouts.smart_dak_coverage FILE ...`"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dmn_engine.diagnostics import Origin
from dmn_engine.layouts import read_foreign
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.definitions import Definitions


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts over a model: conditions are the cells that hold one, merged cells once; dashes are none."""

    tables: int
    usable_tables: int
    rules: int
    conditions: int
    understood: int

    def __str__(self) -> str:
        share = 100 * self.understood / max(self.conditions, 1)
        return (
            f"{self.tables} tables, {self.usable_tables} of them usable; {self.rules} rules; "
            f"{self.understood} of {self.conditions} conditions understood ({share:.1f} %)"
        )


def measure(definitions: Definitions) -> Coverage:
    """The counts of a model."""
    tables = [decision.logic for decision in definitions.decisions if isinstance(decision.logic, TableExpression)]
    cells: dict[Origin, bool] = {}
    for table in tables:
        for rule in table.rules:
            for source in rule.inputs:
                if source.text != "-":
                    cells[source.origin] = not source.text.startswith("⚠")
    usable = sum(not _is_broken(table) for table in tables)
    return Coverage(len(tables), usable, sum(len(table.rules) for table in tables), len(cells), sum(cells.values()))


def _is_broken(table: TableExpression) -> bool:
    texts = (text for rule in table.rules for text in (*rule.inputs, *(cell.text for cell in rule.outputs)))
    return any(source.text.startswith("⚠") for source in texts)


def report(files: Sequence[str]) -> None:
    """Print the counts and the messages by their codes."""
    for file in files:
        model = read_foreign(Path(file), file)
        if model is None:
            print(f"{file}: no layout that is known")
            continue
        print(f"{file}: {measure(model.definitions)}")
        codes = Counter(f"{item.severity.value} {item.code}" for item in model.definitions.diagnostics)
        for code, number in codes.most_common():
            print(f"  {number:4} {code}")


if __name__ == "__main__":
    report(sys.argv[1:])
