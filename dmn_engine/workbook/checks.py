"""Check the shape of a table: ids, labels, rows `Values` and `Default`, and what its hit policy requires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dmn_engine.diagnostics import Diagnostics
from dmn_engine.feel.types import ANY, NUMBER, ContextType, ListType, Type
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.decision_table import HitPolicy, OutputClause, OutputEntry
from dmn_engine.model.workbook_source import CellSource, ColumnSource, Role, TableSource
from dmn_engine.workbook.allowed_values import AllowedValues, RowValues
from dmn_engine.workbook.cells.reading import name_type
from dmn_engine.workbook.columns import DecisionType
from dmn_engine.workbook.types import list_outputs


def check_table(
    table: TableSource,
    values: RowValues,
    policy: HitPolicy | None,
    outputs: tuple[OutputClause, ...],
    found: Diagnostics,
) -> None:
    """Report every error in the shape of a table, with the codes and words of the workbook reader."""
    checker = _ShapeChecker(table, values, found)
    checker.check_shape(policy, outputs)
    checker.check_labels()
    checker.check_ids()
    checker.check_rows()


def _is_output(column: ColumnSource) -> bool:
    return column.role in (Role.THEN, Role.USE)


@dataclass(slots=True)
class _ShapeChecker:
    table: TableSource
    values: RowValues
    found: Diagnostics

    def check_ids(self) -> None:
        seen: dict[str, CellSource] = {}
        for rule in self.table.rules:
            if not rule.id.text.strip():
                self.found.error(
                    "no-rule-id",
                    "this rule has no id",
                    rule.id.source,
                    help="write an id that no other rule of the table has, such as `R1`",
                )
                continue
            first = seen.setdefault(fold_label(rule.id.text), rule.id)
            if first is not rule.id:
                self._report_twice("rule", rule.id, first)

    def check_labels(self) -> None:
        seen: dict[tuple[bool, str], CellSource] = {}
        for column in self.table.columns:
            label = column.label
            if not label.text.strip():
                if column.role is not Role.WHEN:  # an input without a label is reported as such
                    message = f"this {column.role.value} column has no label"
                    self.found.error("no-label", message, label.source, help="write what the column holds")
                continue
            first = seen.setdefault((_is_output(column), fold_label(label.text)), label)
            if first is label or column.role is Role.WHY:
                continue
            if _is_output(column):
                self._report_twice("label", label, first)
            else:
                message = f"two When columns have the label `{label.text}`; a rule needs both to hold"
                related = ((first.source, "the first one"),)
                help = "make one column of them, unless this is meant"
                self.found.warning("duplicate-label", message, label.source, related=related, help=help)

    def _report_twice(self, noun: str, cell: CellSource, first: CellSource) -> None:
        message = f"the {noun} `{cell.text}` appears twice"
        related = ((first.source, "the first one"),)
        self.found.error(
            f"duplicate-{noun}", message, cell.source, related=related, help=f"give each {noun} a name of its own"
        )

    def check_rows(self) -> None:
        """Report cells of the rows `Values` and `Default` in columns that do not take them."""
        for column, allowed in zip(self.table.columns, self.values.columns, strict=True):
            if column.default is not None and not _is_output(column) and column.default.text.strip():
                message = f"{column.label.text} is a {column.role.value} column, which has no default"
                self.found.error("misplaced-default", message, column.default.source, help="empty this cell")
            if column.values is not None and column.role is Role.WHY and column.values.text.strip():
                message = f"{column.label.text} is a Why column, whose texts are free"
                self.found.error("misplaced-values", message, column.values.source, help="empty this cell")
            if column.role is Role.USE and column.values is not None:
                self._check_use_values(column, column.values, allowed)

    def _check_use_values(self, column: ColumnSource, cell: CellSource, allowed: AllowedValues | None) -> None:
        if allowed is not None and allowed.type is not None:
            message = f"{column.label.text} is a Use column, whose values are those of the decisions that it uses"
            help = "empty this cell; `or null` lets cells be empty"
            self.found.error("misplaced-values", message, cell.source, help=help)

    def check_shape(self, policy: HitPolicy | None, outputs: tuple[OutputClause, ...]) -> None:
        """Report missing outputs or rules, and outputs that do not fit the hit policy."""
        whole = replace(self.table.name.source, origin=self.table.origin)
        if not outputs:
            help = "write `Then` over the column that holds what the table decides"
            self.found.error("table-without-output", "the table has no output column", whole, help=help)
        if not self.table.rules:
            help = "write one rule a row below the labels, without a blank row between"
            self.found.error("table-without-rules", "the table has no rules", whole, help=help)
        if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
            self._check_priorities(outputs)
        if policy is not None and policy.aggregates:
            self._check_aggregate(policy, outputs)
        if policy is HitPolicy.COLLECT_COUNT:
            for _, column in list_outputs(self.table):
                if column.default is not None and column.default.text.strip():
                    self._report_policy(
                        "default-with-count",
                        "a table that counts what matches has no default",
                        column.default,
                        "empty this cell: where no rule matches, the answer is 0",
                    )

    def _check_priorities(self, outputs: tuple[OutputClause, ...]) -> None:
        if outputs and not any(column.priorities for column in outputs):
            self._report_policy(
                "no-priorities",
                "no Then column has listed values, whose order would be the priority",
                outputs[0].source,
                f"list the values of {outputs[0].label} in the row `Values`, the most important first",
            )

    def _check_aggregate(self, policy: HitPolicy, outputs: tuple[OutputClause, ...]) -> None:
        if len(outputs) > 1:  # 8.2.8: an operator is undefined over several outputs
            self._report_policy(
                "several-outputs",
                f"`{policy.value}` computes one number, and this table has {len(outputs)} outputs",
                outputs[1].source,
                "keep one Then column, or make a table for each",
            )
        for column in outputs:
            if column.is_use:
                self._report_policy(
                    "use-with-aggregate",
                    f"`{policy.value}` computes a number, and a Use column gives the outcome of another decision",
                    column.source,
                    "make it a Then column, or choose another hit policy",
                )
            elif policy is not HitPolicy.COLLECT_COUNT and column.type not in (NUMBER, ANY):
                self._report_policy(
                    "aggregate-of-other",
                    f"`{policy.value}` computes a number, and {column.label} is {name_type(column.type)}",
                    column.source,
                    "choose Collect (`C`) for the list of the outputs, or give numbers",
                )

    def _report_policy(self, code: str, message: str, cell: CellSource, help: str) -> None:
        related = ((self.table.hit_policy.source, f"the hit policy is `{self.table.hit_policy.text}`"),)
        self.found.error(code, message, cell.source, related=related, help=help)


_LIST, _CONTEXT = ListType(ANY), ContextType(())
_KINDS: Mapping[Type, str] = {_LIST: "a list", _CONTEXT: "several outputs"}


def check_uses(cells: Iterable[OutputEntry], decisions: Mapping[str, DecisionType], found: Diagnostics) -> None:
    """Report every cell that uses a decision of another kind than most: a list of options here, one text there.

    Only for a column that is the whole outcome: a column of contents beside others may hold anything.
    """
    used = [(cell, cell.decision, decisions[cell.decision].type) for cell in cells if cell.decision is not None]
    kinds = Counter(_find_kind(type_) for _, _, type_ in used)
    kinds.pop(ANY, None)
    if len(kinds) < 2:
        return
    usual = kinds.most_common(1)[0][0]
    for cell, decision, type_ in used:
        if _find_kind(type_) not in (usual, ANY):
            found.error(
                "use-of-other-kind",
                f"`{decision}` gives {_name_kind(_find_kind(type_))}, and the other decisions here {_name_kind(usual)}",
                cell.source.source,
                help="use a decision whose outcome is of the same kind",
            )


def _find_kind(type_: Type) -> Type:
    """The type without what is in it: options of one column may stand beside options of several."""
    match type_:
        case ListType():
            return _LIST
        case ContextType():
            return _CONTEXT
    return type_


def _name_kind(kind: Type) -> str:
    return _KINDS.get(kind) or name_type(kind)
