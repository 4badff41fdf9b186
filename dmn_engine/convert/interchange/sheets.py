"""Workbook tables from drafts: labels, Values, roles and rules. Each cell is read back before it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dmn_engine.compile.inferred_inputs import advise, allow_item
from dmn_engine.convert.interchange.cell_texts import CellWriter, write_values
from dmn_engine.convert.interchange.drafts import InputDraft, OutputDraft, TableDraft, Text
from dmn_engine.convert.interchange.marks import read_mark
from dmn_engine.convert.interchange.pages import References, annotate, write_number
from dmn_engine.convert.interchange.wording import Wording
from dmn_engine.diagnostics import CellRef, Diagnostics, Origin, Source
from dmn_engine.feel.format import format_expression
from dmn_engine.feel.syntax import Expression, ListLiteral, Name, NullLiteral, StringLiteral, UnaryTests
from dmn_engine.feel.types import ANY, NUMBER, Type
from dmn_engine.model.boxed_expressions import Identity
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import ANY_VALUE, DataDictionary, Domain, Field, Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.definitions import ItemDefinition
from dmn_engine.model.item_types import TypeTable
from dmn_engine.model.policy_words import POLICY_WORDS
from dmn_engine.model.workbook_source import CellSource, ColumnSource, Role, RuleSource, TableSource, text_cell
from dmn_engine.workbook.allowed_values import AllowedValues, read_values
from dmn_engine.workbook.cells.reading import ColumnType, Scope, name_type
from dmn_engine.workbook.columns import Input, Names, read_input
from dmn_engine.workbook.types import DecisionTypes, list_outputs

_WORDS: Mapping[HitPolicy, str] = dict(zip(HitPolicy, POLICY_WORDS, strict=True))


def read_shared_outputs(items: Sequence[ItemDefinition], types: TypeTable) -> dict[str, Field]:
    """The shared output columns of a model that was made from workbooks."""
    shared = {}
    for definition in items:
        marked = read_mark(definition.identity, "output")
        item = types.find(definition.name.text)
        if "title" in marked and item is not None:
            title, domain = marked["title"], allow_item(item).domain
            words = marked.get("name", title), title, item.type, domain
            described = definition.identity.description, marked.get("unit", "")
            shared[title] = Field(*words, *described, distinct="distinct" in marked)
    return shared


@dataclass(frozen=True, slots=True)
class _Output:
    """An output column: its role, label, required type and values, and its texts, with the default first."""

    draft: OutputDraft
    role: Role
    label: str
    type: Type
    domain: Domain
    nullable: bool
    cells: tuple[Text[Expression] | None, ...]

    @property
    def marked(self) -> Mapping[str, str]:
        clause = self.draft.clause
        return read_mark(Identity() if clause is None else clause.identity, "column")


class TableWriter:
    """The writer of all tables of a model: first the columns, which give decisions their types, then the cells."""

    def __init__(
        self,
        file: str,
        drafts: Sequence[TableDraft],
        dictionary: DataDictionary,
        wording: Wording,
        references: References,
        found: Diagnostics,
    ) -> None:
        self.file = file
        self.drafts = drafts
        self.dictionary = dictionary
        self.wording = wording
        self.references = references
        self.found = found
        # Keyed by the places of drafts, because two decisions of an invalid model may have the same name.
        self.outputs = [[self._plan_output(draft, index) for index in range(len(draft.outputs))] for draft in drafts]
        self._widen_outputs()

    def write(self) -> Iterator[TableSource]:
        """The tables, in the order of the model."""
        sources = self._write_skeletons()
        types = DecisionTypes(sources, self.dictionary)
        self._settle_types(types)
        types = DecisionTypes(self._write_skeletons(), self.dictionary)
        names = Names(self.dictionary, types.outcomes())
        scope = names.scope()
        tables = [
            _TableCells(self, draft, outputs, names, scope, self._list_types(types, draft, outputs)).write()
            for draft, outputs in zip(self.drafts, self.outputs, strict=True)
        ]
        sources = {table.name.text: table for table in tables}
        for table, outputs in zip(tables, self.outputs, strict=True):
            yield self._drop_values(table, outputs, sources)

    def _list_types(self, types: DecisionTypes, draft: TableDraft, outputs: Sequence[_Output]) -> Sequence[ColumnType]:
        """The types of the output columns; of a table whose name is not unique, only the declared ones."""
        columns = types.columns(self.wording.name_decision(draft))
        declared = [ColumnType(item.label, item.type, item.domain, item.nullable) for item in outputs]
        labels = [" ".join(item.label.split()) for item in outputs]
        return columns if [column.label for column in columns] == labels else declared

    def _drop_values(
        self, table: TableSource, outputs: Sequence[_Output], sources: Mapping[str, TableSource]
    ) -> TableSource:
        """The table without cells of the row Values that its workbook did not have, if it then reads the same."""
        name = table.name.text
        places = [index for index, _ in list_outputs(table)]
        for index, output in zip(places, outputs, strict=True):
            if "role" not in output.marked or "values" in output.marked or table.columns[index].values is None:
                continue
            columns = list(table.columns)
            columns[index] = replace(columns[index], values=None)
            without = replace(table, columns=tuple(columns))
            types, known = (DecisionTypes({**sources, name: each}, self.dictionary) for each in (without, table))
            if types.columns(name) == known.columns(name):
                table = without
        return table

    # columns

    def _plan_output(self, draft: TableDraft, index: int) -> _Output:
        output = draft.outputs[index]
        cells = (output.default, *(rule.outputs[index] if index < len(rule.outputs) else None for rule in draft.rules))
        allowed = allow_item(output.type, output.allowed)
        trees = [cell.tree for cell in cells if cell is not None]
        if output.default is not None and draft.policy.is_list and draft.is_untyped:
            where = f"where no rule of `{draft.name}` matches"
            message = f"{where}, the model gives the default itself, tables a list of it"
            self.found.warning(
                "default-of-list", message, output.default.source, help="add a rule for the remaining cases"
            )
        nullable = allowed.nullable or any(isinstance(tree, NullLiteral) for tree in trees)
        for source in allowed.untold:
            restricted = f"the values of `{output.name}` are restricted by `{source.text}`"
            message = f"{restricted}, which the row Values cannot represent"
            self.found.warning("not-in-workbook", message, source, help="the tables do not check it")
        identity = Identity() if output.clause is None else output.clause.identity
        label = (read_mark(identity, "column") and identity.label) or output.name
        planned = _Output(output, Role.THEN, label, output.type.type, allowed.domain, nullable, cells)
        return replace(planned, role=self._choose_role(planned, trees))

    def _widen_outputs(self) -> None:
        """Add the texts that columns reading a decision list to the values of its own output column."""
        for draft, outputs in zip(self.drafts, self.outputs, strict=True):
            trees = [cell.tree for output in outputs for cell in output.cells if cell is not None]
            given = [tree.value for tree in trees if isinstance(tree, StringLiteral)]
            listed = list(self._list_expected(draft.name))
            is_open = len(outputs) == 1 and outputs[0].domain == ANY_VALUE
            if is_open and listed and len(given) == len(trees):
                outputs[0] = replace(outputs[0], domain=Domain(tuple(dict.fromkeys((*given, *listed)))))

    def _list_expected(self, name: str) -> Iterator[Value]:
        """The input values, as texts, of the columns that read the decision."""
        for draft in self.drafts:
            for item in draft.inputs:
                if isinstance(item.text.tree, Name) and item.text.tree.name == name:
                    values = allow_item(item.type, item.allowed).domain.values or ()
                    yield from (value for value in values if isinstance(value, str))

    def _choose_role(self, output: _Output, trees: Sequence[Expression | None]) -> Role:
        """The role Use if every cell names a decision or is null."""
        if output.marked.get("role") == Role.THEN.value:
            return Role.THEN
        decisions = {draft.name for draft in self.drafts}
        named = [tree for tree in trees if isinstance(tree, Name) and tree.name in decisions]
        rest = [tree for tree in trees if tree not in named]
        is_use = named and all(
            tree == ListLiteral(tree.span, ()) or isinstance(tree, NullLiteral) for tree in rest if tree
        )
        return Role.USE if is_use and None not in rest else Role.THEN

    def _settle_types(self, types: DecisionTypes) -> None:
        """Infer the type of columns without a declared type from their cells."""
        for draft, outputs in zip(self.drafts, self.outputs, strict=True):
            columns = self._list_types(types, draft, outputs)
            for index, (output, column) in enumerate(zip(outputs, columns, strict=True)):
                if output.type != ANY or output.role is Role.USE or column.type == ANY:
                    continue
                if write_values(column.type, ANY_VALUE) is None:
                    continue
                outputs[index] = replace(output, type=column.type)
                if all(cell is None or isinstance(cell.tree, NullLiteral) for cell in output.cells):
                    continue
                message = f"the type of `{output.label}` is not declared; its entries are {name_type(column.type)}"
                place = Source(output.label, output.draft.origin)
                element = "its <variable>" if output.draft.clause is None else "the <output>"
                self.found.note("type-inferred", message, place, help=advise(place, f"give {element} a typeRef"))

    def _write_skeletons(self) -> dict[str, TableSource]:
        """The tables with outputs as formulas, which determine the result type of each decision."""
        skeletons = {}
        for draft, outputs in zip(self.drafts, self.outputs, strict=True):
            name = self.wording.name_decision(draft)
            columns = tuple(self._write_output_column(output, self._write_formula(output, 0)) for output in outputs)
            rules = tuple(
                RuleSource(
                    text_cell(str(number), rule.origin),
                    tuple(self._write_formula(output, number) or text_cell("", rule.origin) for output in outputs),
                )
                for number, rule in enumerate(draft.rules, 1)
            )
            skeletons[name] = TableSource(
                text_cell(name, draft.decision.origin),
                None,
                text_cell(_WORDS[draft.policy], draft.decision.origin),
                columns,
                rules,
                self.locate(draft),
            )
        return skeletons

    def _write_formula(self, output: _Output, number: int) -> CellSource | None:
        cell = output.cells[number]
        if cell is None:
            return None
        if cell.tree is None:
            return text_cell(f":= {cell.source.text}", cell.source.origin)
        text = format_expression(self.wording.reword(cell.tree))
        if output.role is Role.USE:
            return text_cell("none" if text == "[]" else text, cell.source.origin)
        return text_cell(f":= {text}", cell.source.origin)

    def _write_output_column(self, output: _Output, default: CellSource | None) -> ColumnSource:
        origin = output.draft.origin
        values = self.write_output_values(output)
        cell = text_cell(values, origin) if values else None
        return ColumnSource(output.role, text_cell(output.label, origin), cell, default)

    def write_output_values(self, output: _Output) -> str:
        """The cell of the row Values of an output column; empty if it is not needed."""
        return self._write_values(output, output.nullable)

    def _write_values(self, output: _Output, nullable: bool) -> str:
        if output.role is Role.USE:
            return "or null" if nullable else ""
        written = output.marked.get("values", "")
        shared = self.dictionary.find_output(output.label)
        is_shared = shared is not None and (shared.type, shared.domain) == (output.type, output.domain)
        if is_shared and not _says_values(written):
            return "or null" if nullable else ""
        return self.spell_values(output.type, output.domain, nullable, written)

    def spell_values(self, type_: Type, domain: Domain, nullable: bool, written: str) -> str:
        """The text of a Values cell: the original text, if it still has the same meaning, else a new one."""
        said = read_values(CellSource(Source(written)), "", Diagnostics()) if written else None
        if said is not None and said in (AllowedValues(type_, domain, nullable), AllowedValues(type_, domain, True)):
            return written
        text = write_values(type_, domain, nullable=nullable)
        return text if text is not None else "or null" if nullable else ""

    def locate(self, draft: TableDraft) -> CellRef:
        """The place of the whole table."""
        origin = draft.decision.origin
        if isinstance(origin, CellRef):
            return replace(origin, file=self.file)
        sheet = read_mark(draft.decision.identity, "table").get("sheet", "")
        return CellRef(self.file, sheet or self.wording.name_decision(draft))


@dataclass(slots=True)
class _TableCells:
    """The writer of the cells of one table, for the types of its columns."""

    writer: TableWriter
    draft: TableDraft
    outputs: Sequence[_Output]
    names: Names
    scope: Scope
    columns: Sequence[ColumnType]

    def write(self) -> TableSource:
        draft = self.draft
        origin = draft.decision.origin
        name = self.writer.wording.name_decision(draft)
        inputs = [self._write_input(index, item) for index, item in enumerate(draft.inputs)]
        outputs = [
            self._write_outputs(output, column) for output, column in zip(self.outputs, self.columns, strict=True)
        ]
        notes = annotate(draft, self.writer.references)
        columns = [
            *(column for column, _ in inputs),
            *(column for column, _ in outputs),
            *(ColumnSource(Role.WHY, text_cell(note.label, origin)) for note in notes),
        ]
        rules = []
        ids = _choose_ids(draft)
        for number, rule in enumerate(draft.rules):
            cells = [
                *(cells[number] for _, cells in inputs),
                *(cells[number] for _, cells in outputs),
                *(text_cell(note.texts[number], rule.origin) for note in notes),
            ]
            rules.append(RuleSource(write_number(ids[number], rule.origin), tuple(cells)))
        return TableSource(
            text_cell(name, origin),
            text_cell(draft.decision.question, origin) if draft.decision.question else None,
            text_cell(_WORDS[draft.policy], origin),
            tuple(columns),
            tuple(rules),
            self.writer.locate(draft),
        )

    def _write_input(self, index: int, item: InputDraft) -> tuple[ColumnSource, list[CellSource]]:
        texts = [rule.inputs[index] if index < len(rule.inputs) else None for rule in self.draft.rules]
        label = self._choose_label(item)
        nullable = any(_tests_null(text) for text in texts)
        column, known = self._choose_values(item, label, nullable)
        if known is None:
            cells = [self._write_raw(text, rule.origin) for text, rule in zip(texts, self.draft.rules, strict=True)]
            return column, cells
        writer = CellWriter(known.column, self.scope, self.writer.wording.titles)
        cells = [
            self._write_test(writer, text, rule.origin) for text, rule in zip(texts, self.draft.rules, strict=True)
        ]
        return column, cells

    def _choose_label(self, item: InputDraft) -> CellSource:
        """A label that reads as the column's expression: the title of its field, or the expression itself."""
        source = item.text.source
        if item.text.tree is None:
            return text_cell(source.text, source.origin)
        tree = self.writer.wording.reword(item.text.tree)
        wanted = format_expression(tree)
        own = item.clause.identity
        labels = [own.label] if read_mark(own, "column") else []  # labels of other tools are prose
        if isinstance(tree, Name) and tree.name in self.writer.dictionary.fields:
            labels.append(self.writer.dictionary.fields[tree.name].title)
        labels += CellWriter(ColumnType("", ANY), self.scope, self.writer.wording.titles).write_labels(tree)
        for label in filter(None, labels):
            cell = text_cell(label, source.origin)
            known = read_input(ColumnSource(Role.WHEN, cell), self.names, self.scope, Diagnostics())
            if known is not None and format_expression(known.expression) == wanted:
                return cell
        return text_cell(wanted, source.origin)

    def _choose_values(self, item: InputDraft, label: CellSource, nullable: bool) -> tuple[ColumnSource, Input | None]:
        """The column with its row Values, if it restricts the input, and the type with which its cells are read."""
        base = read_input(ColumnSource(Role.WHEN, label), self.names, self.scope, Diagnostics())
        plain = ColumnSource(Role.WHEN, label)
        if base is None:
            return plain, None
        allowed = allow_item(item.type, item.allowed)
        written = read_mark(item.clause.identity, "column").get("values", "")
        type_ = base.column.type if item.type.type == ANY else item.type.type
        is_narrower = not _is_same(allowed.domain, base.column.domain) or base.column.type == ANY != type_
        texts = []
        if is_narrower or written:
            texts.append(self.writer.spell_values(type_, allowed.domain, nullable or allowed.nullable, written))
        texts += ["or null"] if nullable and not base.column.nullable else []
        for text in filter(None, texts):
            column = ColumnSource(Role.WHEN, label, text_cell(text, label.origin))
            found = Diagnostics()
            known = read_input(column, self.names, self.scope, found, read_values(column.values, "", found))
            if known is not None and not found.has_errors:
                return column, known
        return plain, base

    def _write_test(self, writer: CellWriter, text: Text[UnaryTests] | None, origin: Origin) -> CellSource:
        if text is None or text.tree is None:
            return self._write_raw(text, origin)
        written = writer.write_tests(self.writer.wording.reword(text.tree))
        if written is None:
            return self._write_raw(text, origin)
        write = write_number if writer.column.type == NUMBER else text_cell
        return write(written, text.source.origin)

    def _write_raw(self, text: Text[UnaryTests] | None, origin: Origin) -> CellSource:
        """The model's own text, for which reading the table reports the error."""
        if text is None:
            return text_cell("", origin)
        written = text.source.text.strip()
        return text_cell(written if written in ("", "-") else f":= {written}", text.source.origin)

    def _write_outputs(self, output: _Output, type_: ColumnType) -> tuple[ColumnSource, list[CellSource]]:
        cells = [self._write_output(output, type_, text) for text in output.cells]
        values = self.writer.write_output_values(output)
        origin = output.draft.origin
        column = ColumnSource(
            output.role,
            text_cell(output.label, origin),
            text_cell(values, origin) if values else None,
            cells[0] if output.cells[0] is not None else None,
        )
        return column, cells[1:]

    def _write_output(self, output: _Output, type_: ColumnType, text: Text[Expression] | None) -> CellSource:
        if text is None:
            return text_cell("", output.draft.origin)
        if text.tree is None:
            return text_cell(f":= {text.source.text}", text.source.origin)
        tree = self.writer.wording.reword(text.tree)
        if output.role is Role.USE:
            name = format_expression(tree)
            return text_cell("none" if name == "[]" else name, text.source.origin)
        written = CellWriter(type_, self.scope, self.writer.wording.titles).write_output(tree)
        write = write_number if type_.type == NUMBER else text_cell
        return write(f":= {format_expression(tree)}" if written is None else written, text.source.origin)


def _is_same(domain: Domain, base: Domain) -> bool:
    """Whether a domain equals the base; for listed values, whether both have the same values."""
    return domain in (ANY_VALUE, base) or (domain.values is not None and domain.values == base.values)


def _says_values(written: str) -> bool:
    """Whether a cell of the row Values contains more than `or null`."""
    said = read_values(CellSource(Source(written)), "", Diagnostics())
    return said is not None and said.type is not None


def _tests_null(text: Text[UnaryTests] | None) -> bool:
    return text is not None and text.tree is not None and any(isinstance(t, NullLiteral) for t in text.tree.tests)


def _choose_ids(draft: TableDraft) -> list[str]:
    """A unique id for each rule: its label, else its id, else its number."""
    ids: list[str] = []
    taken: set[str] = set()
    for number, item in enumerate(draft.rules, 1):
        identity = Identity() if item.rule is None else item.rule.identity
        wanted = " ".join((identity.label or identity.id or str(number)).split())
        chosen = wanted if fold_label(wanted) not in taken else f"{wanted} ({number})"
        taken.add(fold_label(chosen))
        ids.append(chosen)
    return ids
