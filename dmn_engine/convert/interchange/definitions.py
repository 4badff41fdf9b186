"""The clinicians' tables as a standard model that any DMN engine can run: each table is a decision.

What a model cannot represent is reported in diagnostics (`limits`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dmn_engine.compile.graph import Graph
from dmn_engine.convert.interchange.item_definitions import ItemDefinitions
from dmn_engine.convert.interchange.limits import report_limits
from dmn_engine.convert.interchange.marks import mark
from dmn_engine.convert.interchange.naming import Ids, SafeNames
from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Origin, Source, file_of
from dmn_engine.feel.format import format_expression, format_tests
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.syntax import Expression, NullLiteral, StringLiteral, UnaryTests, rename
from dmn_engine.feel.types import ANY, NUMBER, STRING, ListType, Type
from dmn_engine.feel.values import format_value
from dmn_engine.model.boxed_expressions import (
    DecisionRule,
    Extension,
    Identity,
    InputClauseSource,
    LiteralExpression,
    OutputClauseSource,
    TableExpression,
    Variable,
)
from dmn_engine.model.data_dictionary import ANY_VALUE, Domain, Field
from dmn_engine.model.decision_table import (
    DecisionTable,
    HitPolicy,
    InputClause,
    OutputClause,
    OutputEntry,
    Rule,
    Tables,
)
from dmn_engine.model.definitions import Decision, Definitions, InputData, KnowledgeSource, Reference, Required
from dmn_engine.model.type_constraints import write_domain
from dmn_engine.model.workbook_source import CellSource, ReferenceSource, list_parts
from dmn_engine.workbook.allowed_values import read_values

VERSION = "1.5"
_VOCABULARY = "vocabulary"
"""The place of what the data dictionary says."""


def to_definitions(
    tables: Tables, *, name: str, namespace: str, files: Collection[str] | None = None
) -> tuple[Definitions, tuple[Diagnostic, ...]]:
    """The tables (only those of `files`, if given) as a model, with a diagnostic for what the model cannot represent.

    A required decision of another file becomes an input data. A decision with errors is not in the model, and is an
    error.
    """
    writer = _Writer(tables, name, namespace, files)
    definitions = writer.write()
    return definitions, writer.found.sorted()


def find_outcomes(table: DecisionTable) -> Domain:
    """The values, or items of a list, of a table with one output column: its listed values, else its rules'."""
    if table.hit_policy is HitPolicy.COLLECT_COUNT:
        return Domain(low=Decimal(0), integer=True)
    if not table.is_single or table.hit_policy is HitPolicy.COLLECT_SUM:
        return ANY_VALUE
    column = table.outputs[0]
    if column.domain != ANY_VALUE or column.is_use or column.type != STRING:
        return column.domain
    cells = [column.default, *(rule.outputs[0] for rule in table.rules)]
    given = [cell.expression for cell in cells if cell is not None and not isinstance(cell.expression, NullLiteral)]
    texts = [node.value for node in given if isinstance(node, StringLiteral)]
    return Domain(tuple(dict.fromkeys(texts))) if texts and len(texts) == len(given) else ANY_VALUE


@dataclass(slots=True)
class _Writer:
    tables: Tables
    name: str
    namespace: str
    files: Collection[str] | None
    found: Diagnostics = field(default_factory=Diagnostics)
    ids: Ids = field(default_factory=Ids)
    items: ItemDefinitions = field(init=False)
    graph: Graph = field(init=False)
    chosen: dict[str, DecisionTable] = field(init=False)
    names: dict[str, str] = field(default_factory=dict)
    decision_ids: dict[str, str] = field(default_factory=dict)
    input_ids: dict[str, str] = field(default_factory=dict)
    sources: dict[tuple[str, ...], KnowledgeSource] = field(default_factory=dict)
    cited: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.items = ItemDefinitions(self.ids)
        self.graph = Graph(self.tables)
        self.chosen = {name: table for name, table in self.tables.tables.items() if self._is_chosen(table.file)}

    def write(self) -> Definitions:
        root = self.ids.choose("definitions", self.name)
        for name, errors in self.tables.unusable.items():
            if any(self._is_chosen(file_of(failure.source.origin)) for failure in errors):
                self.found.error(
                    "decision-at-fault",
                    f"`{name}` has errors, and is not in the model",
                    errors[0].source,
                    errors[0].span,
                    related=tuple((failure.source, failure.message) for failure in errors[:1]),
                    help="fix its table first",
                )
        reads = {name: self.graph.list_reads(name) for name in self.chosen}
        used = {name for names in reads.values() for name in names}
        if self.files is None:  # the model must accept every record that the tables accept
            used.update(self.tables.dictionary.fields)
        self._choose_names(used)
        own = used - self.tables.tables.keys()
        inputs = [self._write_field(item) for item in self.tables.dictionary.fields.values() if item.name in own]
        inputs += self._write_other_decisions(reads)
        for file in self._list_files():
            for row in self.tables.workbooks[file].sources:
                self._write_source(file, row)
        decisions = [self._write_decision(table, reads[name]) for name, table in self.chosen.items()]
        self.found.items += report_limits(self.tables, self.chosen, used, self._list_files())
        return Definitions(
            self._list_files()[0] if len(self._list_files()) == 1 else self.name,
            self.name,
            self.namespace,
            VERSION,
            items=tuple(self.items.items.values()),
            inputs=tuple(inputs),
            decisions=tuple(decisions),
            knowledge_sources=tuple(self.sources.values()),
            identity=self._identify_model(root),
        )

    def _is_chosen(self, file: str) -> bool:
        return self.files is None or file in self.files

    def _list_files(self) -> list[str]:
        return [file for file in self.tables.workbooks if self._is_chosen(file)]

    def _choose_names(self, used: Collection[str]) -> None:
        """Choose FEEL names for all decisions and inputs; report a changed name, and keep the original as the label."""
        safe = SafeNames()
        wanted = [*self.chosen, *(name for name in self.tables.dictionary.fields if name in used), *sorted(used)]
        for name in dict.fromkeys(wanted):
            chosen = self.names[name] = safe.choose(name, "value")
            if chosen != name:
                table = self.tables.tables.get(name)
                place = Source(name, table.origin) if table else Source(name, _VOCABULARY)
                self.report_name(name, chosen, place)

    def report_name(self, name: str, chosen: str, place: Source) -> None:
        """Report a name that the model cannot have."""
        self.found.warning(
            "not-a-name",
            f"`{name}` cannot be a name in DMN; in the model it is `{chosen}`",
            place,
            help="choose a name of letters, digits, blanks and + - * / . ' if other engines are to show yours",
        )

    # inputs

    def _write_field(self, item: Field) -> InputData:
        name, origin = self.names[item.name], _VOCABULARY
        default = format_value(item.default) if item.has_default else ""
        renamed = item.name if name != item.name else ""
        whole = "true" if item.domain.integer and item.domain.values is not None else ""
        distinct = "true" if item.distinct else ""
        marked = {"name": renamed, "unit": item.unit, "default": default, "whole": whole, "distinct": distinct}
        words = mark("field", {**marked, "nullable": "true" if item.nullable else ""})
        extensions = (words,) if words.attributes else ()
        id_ = self.input_ids[item.name] = self.ids.choose("input", item.name)
        ref = self.items.refer_restricted(item.type, item.domain, item.title, origin)
        identity = Identity(id_, item.title, item.description, extensions)
        return InputData(name, self._write_variable(name, ref, origin), origin, identity)

    def _write_other_decisions(self, reads: Mapping[str, tuple[str, ...]]) -> Iterator[InputData]:
        """Required decisions of other files, as inputs of their type."""
        known = self.tables.dictionary.fields.keys() - self.tables.tables.keys()
        for name in dict.fromkeys(name for names in reads.values() for name in names):
            if name in self.chosen or name in known:
                continue
            reader = next(self.chosen[decision] for decision, names in reads.items() if name in names)
            table = self.tables.tables.get(name)
            origin = reader.origin if table is None else table.origin
            self._report_other(name, table, reader)
            ref = "" if table is None else self._refer_input(table)
            id_ = self.input_ids[name] = self.ids.choose("input", name)
            safe = self.names[name]
            label = "" if safe == name else name
            question = "" if table is None else table.question
            yield InputData(safe, self._write_variable(safe, ref, origin), origin, Identity(id_, label, question))

    def _report_other(self, name: str, table: DecisionTable | None, reader: DecisionTable) -> None:
        place = Source(reader.name, reader.origin)
        if table is None:
            message, help = f"`{name}` has errors; in the model it is an input", "fix its table first"
            self.found.warning("decision-at-fault", message, place, help=help)
        else:
            message = f"`{name}` is decided in {table.file}; in the model it is an input"
            help = "convert the workbooks together to have its rules in the model"
            self.found.warning("decision-of-other-file", message, place, help=help)

    def _refer_input(self, table: DecisionTable) -> str:
        """The type of a decision that is an input here, restricted to its possible values."""
        domain = find_outcomes(table)
        if domain == ANY_VALUE:
            return self._refer_outcome(table)
        return self.items.refer_restricted(table.outcome_type, domain, table.name, table.origin)

    def _write_variable(self, name: str, ref: str, origin: Origin) -> Variable:
        return Variable(
            Source(name, origin), Source(ref, origin) if ref else None, Identity(self.ids.choose("variable", name))
        )

    # decisions

    def _write_decision(self, table: DecisionTable, reads: tuple[str, ...]) -> Decision:
        name = self.names[table.name]
        scope = {self.names[read]: self._type_of(read) for read in reads}
        sheet = table.origin.sheet if isinstance(table.origin, CellRef) else ""
        renamed = table.name if name != table.name else ""
        words = mark("table", {"name": renamed, "workbook": table.file, "sheet": sheet})
        cited = dict.fromkeys(
            self.cited[table.file, id_]
            for rule in table.rules
            for id_ in rule.sources
            if (table.file, id_) in self.cited
        )
        return Decision(
            name,
            self._write_variable(name, self._refer_outcome(table), table.origin),
            _TableWriter(self, table, scope).write(),
            tuple(
                self._refer(table, self._id_of(read), Required.DECISION if read in self.chosen else Required.INPUT)
                for read in reads
            ),
            (),
            tuple(self._refer(table, id_, Required.AUTHORITY) for id_ in cited),
            table.origin,
            table.question,
            identity=Identity(self._id_of(table.name), renamed, "", (words,)),
        )

    def _id_of(self, name: str) -> str:
        if name in self.chosen:
            if name not in self.decision_ids:
                self.decision_ids[name] = self.ids.choose("decision", name)
            return self.decision_ids[name]
        return self.input_ids[name]

    def _refer(self, table: DecisionTable, id_: str, required: Required) -> Reference:
        identity = Identity(self.ids.choose(self._id_of(table.name), "needs", id_))
        return Reference(Source(f"#{id_}", table.origin), "", id_, required, identity)

    def _type_of(self, name: str) -> Type:
        table = self.tables.tables.get(name)
        if table is not None:
            return table.outcome_type
        known = self.tables.dictionary.fields.get(name)
        return ANY if known is None else known.type

    def refer_column(self, column: OutputClause, origin: Origin) -> str:
        """The type of an output column: the shared type of that title, a restricted list, or a plain type."""
        shared = self.tables.dictionary.find_output(column.label)
        if shared is not None and not column.is_use and (shared.type, shared.domain) == (column.type, column.domain):
            distinct = "true" if shared.distinct else ""
            marked = {"title": shared.title, "name": shared.name, "unit": shared.unit, "distinct": distinct}
            words = mark("output", marked)
            identity = Identity(label=shared.title, description=shared.description, extensions=(words,))
            return self.items.refer_restricted(column.type, column.domain, shared.title, origin, identity)
        if isinstance(column.type, ListType) and not column.is_use:
            return self.items.refer_restricted(column.type, column.domain, column.label, origin)
        return self.items.refer(column.type, origin)

    def _refer_outcome(self, table: DecisionTable) -> str:
        if table.hit_policy in (HitPolicy.COLLECT_COUNT, HitPolicy.COLLECT_SUM):
            return NUMBER.name
        columns = [self.refer_column(column, table.origin) for column in table.outputs]
        parts = list(zip(self.name_columns(table), columns, strict=True))
        row = columns[0] if table.is_single else self.items.refer_structure(parts, table.name, table.origin)
        return self.items.refer_list(row, table.name, table.origin) if table.hit_policy.is_list else row

    def name_columns(self, table: DecisionTable) -> list[str]:
        """The names of the output columns as members of the outcome."""
        safe = SafeNames()
        return [safe.choose(column.label, "output") for column in table.outputs]

    # pages

    def _write_source(self, file: str, row: ReferenceSource) -> None:
        id_ = row.id.text.strip().strip("[]").strip()
        if not id_:
            return
        cells = {name: cell.text for name, cell in list_parts(row).items()} | {"id": id_}
        key = tuple(cells.values())
        if key not in self.sources:
            element = self.ids.choose("source", id_)
            parts = [(key, text) for key, text in cells.items() if text and key not in ("id", "citation", "link")]
            children = tuple(mark("cell", {"key": key}, text) for key, text in parts)
            words = mark("reference", {"id": id_}, children=children)
            identity = Identity(element, f"[{id_}]", row.citation.text, (words,))
            self.sources[key] = KnowledgeSource(
                f"[{id_}] {row.citation.text}".strip(), (), "", row.link.text, row.id.origin, identity
            )
        self.cited[file, id_] = self.sources[key].identity.id

    def _identify_model(self, root: str) -> Identity:
        pages = []
        for file in self._list_files():
            about = self.tables.workbooks[file].about
            entries = tuple(mark("about", {"key": key}, text) for key, text in about.items())
            pages.append(mark("workbook", {"file": file}, children=entries))
        first = self.tables.workbooks[self._list_files()[0]].about if len(pages) == 1 else {}
        return Identity(root, first.get("Title", ""), first.get("Question", ""), tuple(pages))


@dataclass(slots=True)
class _TableWriter:
    """The writer of one table; its expressions use the names of the model and those in `scope`."""

    writer: _Writer
    table: DecisionTable
    scope: Mapping[str, Type]

    def write(self) -> TableExpression:
        table = self.table
        names = self.writer.name_columns(table)
        id_ = self.writer.ids.choose("table", table.name)
        return TableExpression(
            table.hit_policy,
            tuple(self._write_input(column, number) for number, column in enumerate(table.inputs, 1)),
            tuple(
                self._write_output(column, name, number)
                for number, (column, name) in enumerate(zip(table.outputs, names, strict=True), 1)
            ),
            tuple(self._write_rule(rule) for rule in table.rules),
            tuple(" ".join(label.split()) for label in table.annotations),
            "Rule-as-Row",
            table.outputs[0].label if table.is_single else "",
            origin=table.origin,
            identity=Identity(id_),
        )

    def _write_input(self, column: InputClause, number: int) -> InputClauseSource:
        origin = column.source.origin
        ref = self._refer_input(column, origin)
        text = self._format(column.expression, column.source)
        values = read_values(column.values, column.label, Diagnostics())
        listed = ""
        if values is not None and values.type is not None and not isinstance(column.type, ListType):
            listed = write_domain(column.domain, nullable=values.nullable)
        words = mark("column", {"values": column.values.text if column.values else ""})
        identity = self._identify(f"input_{number}", column.label, (words,) if words.attributes else ())
        literal = LiteralExpression(
            Source(text, origin),
            origin=origin,
            type=Source(ref, origin) if ref else None,
            identity=self._identify(f"input_{number}_expression"),
        )
        return InputClauseSource(literal, Source(listed, origin) if listed else None, identity)

    def _refer_input(self, column: InputClause, origin: Origin) -> str:
        item = self.writer.tables.dictionary.fields.get(column.name)
        if item is not None and column.name not in self.writer.tables.tables:
            return self.writer.items.refer_restricted(item.type, item.domain, item.title, origin)
        return self.writer.items.refer(column.type, origin)

    def _write_output(self, column: OutputClause, name: str, number: int) -> OutputClauseSource:
        origin = column.source.origin
        if self.table.is_single:
            name = ""
        elif name != column.label:
            self.writer.report_name(column.label, name, column.source.source)
        ref = self.writer.refer_column(column, origin)
        role = "Use" if column.is_use else "Then"
        words = mark("column", {"role": role, "values": column.values.text if column.values else ""})
        default = column.default
        return OutputClauseSource(
            origin,
            name,
            Source(ref, origin) if ref else None,
            self._list_values(column),
            None if default is None else self._write_cell(default, f"output_{number}_default"),
            self._identify(f"output_{number}", column.label, (words,)),
        )

    def _list_values(self, column: OutputClause) -> Source | None:
        """The allowed values of a column in order; those of a list column are in its type."""
        if column.is_use or isinstance(column.type, ListType) or column.domain == ANY_VALUE:
            return None
        cells = [column.default, *(rule.outputs[self.table.outputs.index(column)] for rule in self.table.rules)]
        nullable = any(cell is not None and isinstance(cell.expression, NullLiteral) for cell in cells)
        origin = column.values.origin if column.values else column.source.origin
        return Source(write_domain(column.domain, nullable=nullable and not column.priorities), origin)

    def _write_rule(self, rule: Rule) -> DecisionRule:
        pairs = zip(rule.inputs, self.table.inputs, strict=True)
        return DecisionRule(
            rule.source.origin,
            tuple(
                Source(self._format_tests(cell.tests, column, cell.source), cell.source.origin)
                for cell, column in pairs
            ),
            tuple(self._write_cell(cell, rule.id, f"output_{number}") for number, cell in enumerate(rule.outputs, 1)),
            tuple(cell.text for cell in rule.annotations),
            self._identify("rule", rule.id, id_part=rule.id),
        )

    def _write_cell(self, cell: OutputEntry, *parts: str) -> LiteralExpression:
        origin = cell.source.origin
        if cell.decision is not None:
            text = self.writer.names[cell.decision]
            self._check_expression(text, cell.source)
        else:
            assert cell.expression is not None
            text = self._format(cell.expression, cell.source)
        id_ = self.writer.ids.choose("entry", self.table.name, *parts)
        return LiteralExpression(Source(text, origin), origin=origin, identity=Identity(id_))

    def _identify(
        self, kind: str, label: str = "", extensions: tuple[Extension, ...] = (), id_part: str = ""
    ) -> Identity:
        return Identity(self.writer.ids.choose(kind, self.table.name, id_part), label, "", extensions)

    def _format(self, node: Expression, cell: CellSource) -> str:
        text = format_expression(rename(node, self.writer.names))
        self._check_expression(text, cell)
        return text

    def _format_tests(self, tests: UnaryTests, column: InputClause, cell: CellSource) -> str:
        text = format_tests(rename(tests, self.writer.names))
        found = Diagnostics()
        read = parse_unary_tests(Source(text), {**self.scope, "?": column.type}, found)
        self._check(text, None if read is None or found.items else format_tests(read), cell)
        return text

    def _check_expression(self, text: str, cell: CellSource) -> None:
        found = Diagnostics()
        read = parse_expression(Source(text), self.scope, found)
        self._check(text, None if read is None or found.items else format_expression(read), cell)

    def _check(self, text: str, read: str | None, cell: CellSource) -> None:
        """Report a text that would have another meaning with the names of the model in scope."""
        if read == text:
            return
        self.writer.found.error(
            "not-feel",
            f"`{text}` would have another meaning in a model, because of the names there",
            cell.source,
            help="rename the decision or output column whose name is part of this expression",
        )
