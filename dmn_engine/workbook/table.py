"""One table: from its texts to typed columns and parsed rules, with every error at its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dmn_engine.diagnostics import Diagnostics, Span, nearest, nearest_name, offer
from dmn_engine.feel.parser import is_expression
from dmn_engine.feel.syntax import ListLiteral, NullLiteral
from dmn_engine.feel.types import STRING, ListType
from dmn_engine.model.cell_text import fold_label, fold_value, offer_listed, squeeze
from dmn_engine.model.decision_table import (
    DecisionTable,
    HitPolicy,
    InputClause,
    InputEntry,
    OutputClause,
    OutputEntry,
    Rule,
)
from dmn_engine.model.policy_words import POLICY_WORDS, find_policy
from dmn_engine.model.type_constraints import TypeConstraint, constrain
from dmn_engine.model.workbook_source import CellKind, CellSource, ColumnSource, Role, RuleSource, TableSource
from dmn_engine.workbook import references
from dmn_engine.workbook.allowed_values import RowValues
from dmn_engine.workbook.cells import read_output, read_tests
from dmn_engine.workbook.cells.reading import ColumnType, Reading, Scope, is_formula
from dmn_engine.workbook.checks import check_table, check_uses
from dmn_engine.workbook.columns import Input, Names, read_input
from dmn_engine.workbook.consequences import suspect_workbook
from dmn_engine.workbook.types import list_outputs


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a table is built among: names, types of its outputs, its row `Values`, the references of its workbook."""

    names: Names
    scope: Scope
    outputs: tuple[ColumnType, ...]
    values: RowValues
    references: Mapping[str, str]


def build_table(source: TableSource, around: Surroundings, found: Diagnostics) -> DecisionTable | None:
    """The table; None where it has errors, all of which are then in `found`."""
    return _TableBuilder(source, around, found).build()


@dataclass(slots=True)
class _TableBuilder:
    source: TableSource
    around: Surroundings
    found: Diagnostics

    def build(self) -> DecisionTable | None:
        policy = self._read_policy()
        self.found.items += self.around.values.diagnostics
        inputs = [(index, column, self._read_input(index, column)) for index, column in self._list(Role.WHEN)]
        outputs = self._build_outputs(policy)
        check_table(self.source, self.around.values, policy, outputs, self.found)
        rules = [self._build_rule(rule, inputs) for rule in self.source.rules]
        if len(outputs) == 1:
            cells = [outputs[0].default, *(cell for rule in rules for cell in rule.outputs)]
            check_uses([cell for cell in cells if cell is not None], self.around.names.decisions, self.found)
        annotations = tuple(column.label.text for _, column in self._list(Role.WHY))
        if self.found.has_errors or policy is None:
            return None
        return DecisionTable(
            squeeze(self.source.name.text),
            self.source.question.text if self.source.question else "",
            policy,
            tuple(_make_input(column, known) for _, column, known in inputs if known is not None),
            outputs,
            annotations,
            tuple(rules),
            self.source.origin,
            self.source.origin.file,
        )

    def _list(self, role: Role) -> list[tuple[int, ColumnSource]]:
        return [(index, column) for index, column in enumerate(self.source.columns) if column.role is role]

    def _read_policy(self) -> HitPolicy | None:
        cell = self.source.hit_policy
        policy = find_policy(cell)
        if policy is None and cell.text.strip():
            help = offer_listed(nearest(cell.text, POLICY_WORDS), f"hit policies are: {', '.join(POLICY_WORDS)}")
            self.found.error("unknown-hit-policy", f"`{cell.text}` is not a hit policy", cell.source, help=help)
        elif policy is None:
            message = "the hit policy is missing: what holds when several rules match"
            help = f"hit policies are: {', '.join(POLICY_WORDS)}"
            self.found.error("no-hit-policy", message, cell.source, help=help)
        return policy

    def _read_input(self, index: int, column: ColumnSource) -> Input | None:
        allowed = self.around.values.columns[index]
        return read_input(column, self.around.names, self.around.scope, self.found, allowed)

    def _build_outputs(self, policy: HitPolicy | None) -> tuple[OutputClause, ...]:
        columns = []
        for (_, column), type_ in zip(list_outputs(self.source), self.around.outputs, strict=True):
            ordered = policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and column.role is Role.THEN
            columns.append(
                OutputClause(
                    type_.label,
                    column.label,
                    type_.type,
                    type_.domain,
                    column.role is Role.USE,
                    (type_.domain.values or ()) if ordered else (),
                    self._read_default(column, type_),
                    column.values,
                    _constrain_output(column, type_),
                )
            )
        return tuple(columns)

    def _read_default(self, column: ColumnSource, type_: ColumnType) -> OutputEntry | None:
        cell = column.default
        defaults = [other.default for _, other in list_outputs(self.source)]
        if not any(default is not None and default.text.strip() for default in defaults):
            return None
        if cell is None:
            cell = replace(column.label, kind=CellKind.EMPTY, source=replace(column.label.source, text=""))
        return self._read_output(cell, column, type_)

    def _read_output(self, cell: CellSource, column: ColumnSource, type_: ColumnType) -> OutputEntry | None:
        if column.role is Role.USE:
            return self._read_use(cell, type_)
        reading = Reading(cell, type_, self.around.scope, self.found, is_output=True)
        expression = read_output(reading)
        if expression is not None and type_.type == STRING and type_.is_inferred:
            self._warn_formula(reading)
        return None if expression is None else OutputEntry(cell, expression)

    def _warn_formula(self, reading: Reading) -> None:
        """Warn of a text that could be computed, in a column that is text only because nothing says otherwise."""
        names = self.around.scope.names
        if is_formula(reading.text) or not any(name in reading.text for name in names):
            return
        said = self.found.items[-1:]
        if said and said[0].code == "text-like-formula" and said[0].source == reading.cell.source:
            return
        if not is_expression(reading.cell.source, names):
            return
        reading.warn(
            "text-like-formula",
            "this looks like a formula, and is read as a text",
            help="begin the cell with `:=` to have it computed; if it is a text, write `text` in the row `Values`",
        )

    def _read_use(self, cell: CellSource, type_: ColumnType) -> OutputEntry | None:
        text = cell.text.strip()
        span = Span(0, len(cell.text))
        decision = self.around.names.find_decision(text) if text else None
        if decision is not None:
            return OutputEntry(cell, None, decision)
        if fold_value(text) == "none" and isinstance(type_.type, ListType):
            return OutputEntry(cell, ListLiteral(span, ()))
        if type_.nullable and fold_value(text) in ("", "null"):
            return OutputEntry(cell, NullLiteral(span))
        if not text:
            self.found.error(
                "empty-output",
                f"this cell names no decision for {type_.label} to use",
                cell.source,
                help="write the name of a decision, or `none` if the used decisions give lists",
            )
            return None
        others = [name for name in self.around.names.decisions if name != squeeze(self.source.name.text)]
        near = nearest_name(text, others)
        self.found.error(
            "unknown-decision",
            f"there is no decision `{text}`",
            cell.source,
            help=offer(near, suspect_workbook(text)),
        )
        return None

    def _build_rule(self, rule: RuleSource, inputs: list[tuple[int, ColumnSource, Input | None]]) -> Rule:
        cells = self._align_cells(rule)
        tests = []
        for index, _, known in inputs:
            # The cells of a column whose label has an error are not read: the label is what has to be fixed.
            if known is None:
                continue
            read = read_tests(Reading(cells[index], known.column, self.around.scope, self.found))
            if read is not None:
                tests.append(InputEntry(cells[index], read))
        outputs = [
            self._read_output(cells[index], column, type_)
            for (index, column), type_ in zip(list_outputs(self.source), self.around.outputs, strict=True)
        ]
        why = self._list(Role.WHY)
        annotations = tuple(cells[index] for index, _ in why)
        # An option carries its Basis and Source as outputs, so these two are read there too.
        standard = {
            fold_label(column.label.text): cells[index]
            for index, column in (*list_outputs(self.source), *why)
            if column.role is Role.WHY or fold_label(column.label.text) in ("basis", "source")
        }
        basis, sources = references.read_evidence(
            standard.get("basis"), standard.get("source"), self.around.references, self.found
        )
        return Rule(
            rule.id.text.strip(),
            rule.id,
            tuple(tests),
            tuple(output for output in outputs if output is not None),
            annotations,
            basis,
            sources,
            standard["note"].text if "note" in standard else "",
            references.read_status(standard.get("status"), self.found),
        )

    def _align_cells(self, rule: RuleSource) -> tuple[CellSource, ...]:
        missing = len(self.source.columns) - len(rule.cells)
        if missing > 0:
            self.found.error(
                "missing-cells",
                f"rule {rule.id.text} has {len(rule.cells)} cells, and the table {len(self.source.columns)} columns",
                rule.id.source,
            )
            empty = CellSource(replace(rule.id.source, text=""), CellKind.EMPTY)
            return rule.cells + (empty,) * missing
        if missing < 0:
            self.found.error(
                "surplus-cells",
                f"rule {rule.id.text} has {len(rule.cells)} cells, and the table {len(self.source.columns)} columns",
                rule.id.source,
            )
        return rule.cells


def _make_input(column: ColumnSource, known: Input) -> InputClause:
    label = squeeze(column.label.text)
    type_, domain = known.column.type, known.column.domain
    return InputClause(
        label, column.label, known.expression, known.name, type_, domain, column.values, known.constraint
    )


def _constrain_output(column: ColumnSource, type_: ColumnType) -> TypeConstraint:
    """What an output must be: by the row `Values`, else by the data dictionary or what the cells have in common."""
    if column.role is Role.USE:
        return TypeConstraint(nullable=type_.nullable)
    place = replace(column.label.source, text="")
    if column.values is not None and column.values.text.strip() not in ("", "-"):
        place = column.values.source
    return constrain(type_.type, type_.domain, place, type_.label, nullable=type_.nullable)
