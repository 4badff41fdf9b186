"""Convert a table to a boxed decision table."""

from __future__ import annotations

from collections.abc import Iterable

from dmn_engine.diagnostics import Source
from dmn_engine.feel.tokens import tokenise
from dmn_engine.feel.values import quote
from dmn_engine.layouts.pydmnrules.dialect import Dialect, Naming
from dmn_engine.layouts.pydmnrules.execution import read_table_name
from dmn_engine.layouts.pydmnrules.glossary import EXECUTE, Glossary, GlossaryEntry, origin_of
from dmn_engine.layouts.pydmnrules.table import Heading, Orientation, RuleCells, TableCells
from dmn_engine.model.boxed_expressions import (
    DecisionRule,
    Identity,
    InputClauseSource,
    LiteralExpression,
    OutputClauseSource,
    TableExpression,
)
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.workbook_source import CellSource


def list_reads(tables: Iterable[TableCells], glossary: Glossary, dialect: Dialect) -> set[str]:
    """The variables that some of the tables reads, in headings and cells."""
    naming = Naming.of({variable: entry.name for variable, entry in glossary.entries.items()})
    return {item for table in tables for item in TableBoxer(table, glossary, dialect, naming, "").box()[1]}


_SINGLE = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY)


class TableBoxer:
    """Boxes one table."""

    def __init__(self, table: TableCells, glossary: Glossary, dialect: Dialect, naming: Naming, identity: str) -> None:
        self.table = table
        self.glossary = glossary
        self.dialect = dialect
        self.naming = naming
        self.identity = identity
        self.uses: set[str] = set()

    def box(self) -> tuple[TableExpression | None, set[str]]:
        """The table and the variables that it reads; None if its outputs cannot be identified."""
        table = self.table
        if not table.outputs:
            return None, set()
        self._report_doubles()
        policy = HitPolicy.COLLECT if table.policy.aggregates and len(table.outputs) > 1 else table.policy
        boxed = TableExpression(
            policy,
            tuple(self._box_input(heading, number) for number, heading in enumerate(table.inputs, 1)),
            tuple(self._box_output(heading, number) for number, heading in enumerate(table.outputs, 1)),
            tuple(self._box_rule(rule, number) for number, rule in enumerate(table.rules, 1)),
            tuple(cell.text for cell in table.annotations),
            table.orientation.value,
            origin=table.origin,
        )
        return boxed, self.uses

    def _entry(self, heading: Heading) -> GlossaryEntry:
        """The variable of a heading; one of that name where the glossary has none, which was reported."""
        known = self.glossary.entries.get(heading.variable)
        return known or GlossaryEntry(heading.variable, heading.variable, "", "", origin_of(heading.cell))

    def _box_input(self, heading: Heading, number: int) -> InputClauseSource:
        entry = self._entry(heading)
        if entry.variable in self.glossary.entries:
            self.uses.add(entry.variable)
        text = Source(self.naming.texts.get(entry.variable, entry.name), heading.cell.origin)
        values = None
        if heading.allowed is not None:
            values = self.dialect.read_test(heading.allowed, entry, self.naming).source
        expression = LiteralExpression(text, origin=heading.cell.origin)
        return InputClauseSource(expression, values, Identity(f"{self.identity}_input_{number}", heading.variable))

    def _box_output(self, heading: Heading, number: int) -> OutputClauseSource:
        values = None if heading.allowed is None else self.dialect.read_values(heading.allowed).source
        identity = Identity(f"{self.identity}_output_{number}", heading.variable)
        return OutputClauseSource(heading.cell.origin, self._entry(heading).name, values=values, identity=identity)

    def _box_rule(self, rule: RuleCells, number: int) -> DecisionRule:
        inputs = []
        for heading, cell in zip(self.table.inputs, rule.inputs, strict=True):
            if self.table.orientation is Orientation.CROSSTAB and not cell.text:
                inputs.append(cell.source)  # reported; no table is to work without it
                continue
            reading = self.dialect.read_test(cell, self._entry(heading), self.naming)
            self.uses |= reading.uses
            inputs.append(reading.source)
        return DecisionRule(
            rule.origin,
            tuple(inputs),
            tuple(self._box_outputs(rule)),
            tuple(cell.text for cell in rule.annotations),
            Identity(f"{self.identity}_rule_{number}", rule.id),
        )

    def _box_outputs(self, rule: RuleCells) -> list[LiteralExpression]:
        """The outputs of a rule. Each sees what those before it have set, where only one rule acts."""
        naming = self.naming
        boxed: list[LiteralExpression] = []
        set_before: dict[str, frozenset[str]] = {}
        for heading, cell in zip(self.table.outputs, rule.outputs, strict=True):
            if heading.variable == EXECUTE:
                boxed.append(_box_execute(cell))
                continue
            if not cell.text:
                message = "the rule has no output here"
                help = "write the value; `null` where the rule is to give none"
                self.dialect.diagnostics.error("no-output", message, cell.source, help=help)
                boxed.append(LiteralExpression(cell.source, origin=cell.origin))
                continue
            reading = self.dialect.read_output(cell, naming)
            uses = frozenset().union(*(set_before.get(item, {item}) for item in reading.uses))
            self.uses |= uses
            boxed.append(LiteralExpression(reading.source, origin=cell.origin))
            if self.table.policy in _SINGLE and reading.is_understood and heading.variable in self.glossary.entries:
                text = reading.source.text
                is_simple = text in naming.names or len(tokenise(text)) == 2  # with the end
                naming = naming.replacing(heading.variable, text if is_simple else f"({text})")
                set_before[heading.variable] = uses
        return boxed

    def _report_doubles(self) -> None:
        seen: dict[str, Heading] = {}
        for heading in self.table.outputs:
            first = seen.setdefault(heading.variable, heading)
            if first is not heading:
                related = ((first.cell.source, "the first one"),)
                message = f"the table has the output `{heading.variable}` twice"
                help = "give each output its own variable"
                self.dialect.diagnostics.error(
                    "duplicate-output", message, heading.cell.source, related=related, help=help
                )


def _box_execute(cell: CellSource) -> LiteralExpression:
    name = read_table_name(cell)
    return LiteralExpression(Source(quote(name) if name else "null", cell.origin), origin=cell.origin)
