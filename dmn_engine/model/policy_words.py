"""The words for hit policies on a sheet."""

from __future__ import annotations

from collections.abc import Mapping

from dmn_engine.model.cell_text import fold_value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.workbook_source import CellSource

POLICIES: Mapping[str, HitPolicy] = {
    fold_value(word): policy
    for policy, words in {
        HitPolicy.UNIQUE: ("U", "Unique"),
        HitPolicy.ANY: ("A", "Any"),
        HitPolicy.PRIORITY: ("P", "Priority"),
        HitPolicy.FIRST: ("F", "First"),
        HitPolicy.RULE_ORDER: ("R", "Rule order"),
        HitPolicy.OUTPUT_ORDER: ("O", "Output order"),
        HitPolicy.COLLECT: ("C", "Collect"),
        HitPolicy.COLLECT_SUM: ("C+", "C sum", "Collect sum", "Collect +"),
        HitPolicy.COLLECT_MIN: ("C<", "C min", "Collect min", "Collect <"),
        HitPolicy.COLLECT_MAX: ("C>", "C max", "Collect max", "Collect >"),
        HitPolicy.COLLECT_COUNT: ("C#", "C count", "Collect count", "Collect #"),
    }.items()
    for word in words
}

POLICY_WORDS = ("Unique", "Any", "Priority", "First", "Rule order", "Output order", "Collect", "C+", "C<", "C>", "C#")


def find_policy(cell: CellSource) -> HitPolicy | None:
    """The hit policy that the cell names, or None."""
    return POLICIES.get(fold_value(cell.text))
