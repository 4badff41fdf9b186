"""Types of output columns and of the outcomes of decisions, worked out before any rule is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dmn_engine.diagnostics import Diagnostics, Span
from dmn_engine.feel.syntax import NumberLiteral, free_names
from dmn_engine.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ContextType,
    ListType,
    Type,
    conforms,
)
from dmn_engine.model.cell_text import fold_label, fold_value, squeeze, unquote
from dmn_engine.model.data_dictionary import ANY_VALUE, DataDictionary, Domain, unite_domains
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.number_text import list_readings
from dmn_engine.model.policy_words import find_policy
from dmn_engine.model.value_text import BOOLEANS
from dmn_engine.model.workbook_source import CellKind, CellSource, ColumnSource, Role, TableSource
from dmn_engine.workbook.allowed_values import NO_VALUES, AllowedValues, RowValues, read_row
from dmn_engine.workbook.cells.numbers import read_number
from dmn_engine.workbook.cells.reading import ColumnType, Scope, is_formula
from dmn_engine.workbook.columns import DecisionType, Names


@dataclass(slots=True)
class DecisionTypes:
    """Types of decisions, worked out from their tables as written when first asked for.

    A decision that is reached again on the way to its own type is part of a cycle, which is reported elsewhere; its
    type is then `Any`.
    """

    tables: Mapping[str, TableSource]
    dictionary: DataDictionary
    _values: dict[str, RowValues] = field(default_factory=dict)
    _columns: dict[str, tuple[ColumnType, ...]] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    _untyped: Scope | None = None

    def values(self, name: str) -> RowValues:
        """What the row `Values` of a decision's table allows, read when first asked for."""
        if name not in self._values:
            self._values[name] = read_row(self.tables[name])
        return self._values[name]

    def columns(self, name: str) -> tuple[ColumnType, ...]:
        """What the output columns of a decision hold, in their order."""
        found = self._columns.get(name)
        if found is not None:
            return found
        if name in self._open:
            return ()
        self._open.add(name)
        table = self.tables[name]
        allowed = self.values(name).columns
        found = tuple(self._type_column(table, index, column, allowed[index]) for index, column in list_outputs(table))
        self._open.remove(name)
        self._columns[name] = found
        return found

    def outcome(self, name: str) -> DecisionType:
        """What the decision gives."""
        columns = self._list_given(name)
        policy = find_policy(self.tables[name].hit_policy)
        if policy is HitPolicy.COLLECT_COUNT:
            return DecisionType(NUMBER, Domain(low=Decimal(0), integer=True))
        if policy is HitPolicy.COLLECT_SUM:
            return DecisionType(NUMBER)
        if not columns:
            return DecisionType(ANY)
        if len(columns) > 1:
            type_: Type = ContextType(tuple((column.label, column.type) for column in columns))
            domain = ANY_VALUE
        else:
            type_, domain = columns[0].type, columns[0].domain
        is_list = policy is not None and policy.is_list
        return DecisionType(ListType(type_) if is_list else type_, domain, self._list_parts(name, columns))

    def _list_given(self, name: str) -> tuple[ColumnType, ...]:
        """The output columns with the values that they can give: of a column of free texts, those of its cells."""
        table = self.tables[name]
        pairs = zip(list_outputs(table), self.columns(name), strict=False)
        return tuple(
            replace(type_, domain=_collect_texts(list_cells(table, index)), is_given=True)
            if column.role is Role.THEN and type_.type == STRING and type_.domain.values is None
            else type_
            for (index, column), type_ in pairs
        )

    def _list_parts(self, name: str, columns: tuple[ColumnType, ...]) -> tuple[ColumnType, ...]:
        is_use = any(column.role is Role.USE for _, column in list_outputs(self.tables[name]))
        return () if is_use else columns

    def outcomes(self) -> dict[str, DecisionType]:
        """What every decision gives."""
        return {name: self.outcome(name) for name in self.tables}

    def members(self, name: str, above: frozenset[str] = frozenset()) -> tuple[ColumnType, ...]:
        """What the parts of an outcome are: the decision's own output columns, or those of the decisions it uses."""
        table = self.tables[name]
        columns = self._list_given(name)
        uses = [index for index, column in list_outputs(table) if column.role is Role.USE]
        if len(columns) != 1 or not uses:
            return columns
        used = dict.fromkeys(self.find(cell.text) for cell in list_cells(table, uses[0]))
        members: dict[str, ColumnType] = {}
        for other in used:
            if other is None or other in above:
                continue
            for column in self.members(other, above | {name}):
                members[column.label] = _join_columns(members.get(column.label, column), column)
        return tuple(members.values())

    def find(self, name: str) -> str | None:
        """The decision of this name; case and blanks do not count."""
        folded = fold_label(name)
        return next((known for known in self.tables if fold_label(known) == folded), None)

    def _type_column(
        self, table: TableSource, index: int, column: ColumnSource, allowed: AllowedValues | None
    ) -> ColumnType:
        label, cells, allowed = squeeze(column.label.text), list_cells(table, index), allowed or NO_VALUES
        if column.role is Role.USE:
            used = self._type_used(cells)
            return ColumnType(label, used.type, used.domain, allowed.nullable)
        if allowed.type is not None:
            return ColumnType(label, allowed.type, allowed.domain, allowed.nullable)
        shared = self.dictionary.find_output(label)
        if shared is not None:
            return ColumnType(label, shared.type, shared.domain, allowed.nullable, shared.unit)
        return ColumnType(label, self._infer(cells), ANY_VALUE, allowed.nullable, is_inferred=True)

    def _type_used(self, cells: Iterable[CellSource]) -> DecisionType:
        names = dict.fromkeys(self.find(cell.text) for cell in cells)
        outcomes = [self.outcome(name) for name in names if name is not None]
        if not outcomes:
            return DecisionType(ANY)
        type_ = outcomes[0].type
        for outcome in outcomes[1:]:
            type_ = join_types(type_, outcome.type)
        return DecisionType(type_, unite_domains([outcome.domain for outcome in outcomes]))

    def _infer(self, cells: list[CellSource]) -> Type:
        """The type of a column by its cells: yes or no, numbers, dates, else text; where all are formulas, theirs."""
        written = [cell for cell in cells if cell.text.strip() and fold_value(cell.text) != "null"]
        literals = [cell for cell in written if not is_formula(cell.text)]
        if literals:
            return _infer_literals(literals)
        type_: Type = NULL
        for cell in written:
            type_ = join_types(type_, self._check_formula(cell))
        return STRING if type_ == NULL else type_

    def _check_formula(self, cell: CellSource) -> Type:
        """The checked type of a formula: first which decisions it names, then with the types of these."""
        unknown = dict.fromkeys(self.tables, DecisionType(ANY))
        if self._untyped is None:
            self._untyped = Names(self.dictionary, unknown).scope()
        read = self._untyped.read_expression(cell.source, Diagnostics())
        if read is None:
            return ANY
        used = {name: self.outcome(name) for name in free_names(read[0]) if name in self.tables}
        if not used:
            return read[1]
        checked = Names(self.dictionary, unknown | used).scope().read_expression(cell.source, Diagnostics())
        return ANY if checked is None else checked[1]


def list_outputs(table: TableSource) -> Iterator[tuple[int, ColumnSource]]:
    """The Then and Use columns with their places among all columns."""
    return ((index, column) for index, column in enumerate(table.columns) if column.role in (Role.THEN, Role.USE))


def list_cells(table: TableSource, index: int) -> list[CellSource]:
    """The cells of a column: its default, then those of the rules."""
    default = table.columns[index].default
    cells = [rule.cells[index] for rule in table.rules if index < len(rule.cells)]
    return [default, *cells] if default is not None else cells


_KIND_TYPES = {CellKind.DATE: DATE, CellKind.TIME: TIME, CellKind.DATE_TIME: DATE_TIME}


def _infer_literals(cells: list[CellSource]) -> Type:
    if all(cell.kind is CellKind.BOOLEAN or fold_value(cell.text) in BOOLEANS for cell in cells):
        return BOOLEAN
    if all(_is_number(cell) for cell in cells):
        stored = any(cell.kind is CellKind.NUMBER for cell in cells)
        return NUMBER if stored or not any(_loses_digits(cell) for cell in cells) else STRING
    if all(_may_be_number(cell) for cell in cells):
        return NUMBER  # so that `1,5` among numbers is an error, and never a text
    kinds = {cell.kind for cell in cells}
    return _KIND_TYPES.get(kinds.pop(), STRING) if len(kinds) == 1 else STRING


def _is_number(cell: CellSource) -> bool:
    if cell.kind not in (CellKind.NUMBER, CellKind.TEXT):
        return False
    return read_number(cell.text.strip(), Span(0, 0)) is not None


def _may_be_number(cell: CellSource) -> bool:
    """Whether the cell holds a number, in FEEL or in another notation: `1,5`, `1 000`, `10 %`."""
    text = cell.text.strip().removesuffix("%").rstrip()
    return _is_number(cell) or (cell.kind is CellKind.TEXT and bool(list_readings(text)))


def _loses_digits(cell: CellSource) -> bool:
    """Whether the text has zeros that a number would not keep, so that it may be a code: `007`, `1.10`."""
    number = read_number(cell.text.strip(), Span(0, 0))
    return isinstance(number, NumberLiteral) and f"{number.value.normalize():f}" != cell.text.strip()


def join_types(one: Type, other: Type) -> Type:
    """The narrowest type that values of both have, as far as FEEL can name it."""
    if conforms(one, other):
        return other
    if conforms(other, one):
        return one
    match one, other:
        case ListType(item=a), ListType(item=b):
            return ListType(join_types(a, b))
        case ContextType(members=members), ContextType():
            common = [(key, type_, other.member(key)) for key, type_ in members]
            return ContextType(tuple((key, join_types(type_, its)) for key, type_, its in common if its is not None))
    return ANY


def _collect_texts(cells: list[CellSource]) -> Domain:
    """The texts that the cells give, where none of them is a formula."""
    if any(is_formula(cell.text) for cell in cells):
        return ANY_VALUE
    texts = [unquote(cell.text.strip()) or cell.text.strip() for cell in cells]
    given = tuple(dict.fromkeys(text for text in texts if text and text != "null"))
    return Domain(given) if given else ANY_VALUE


def _join_columns(one: ColumnType, other: ColumnType) -> ColumnType:
    type_, domain = join_types(one.type, other.type), unite_domains([one.domain, other.domain])
    return ColumnType(one.label, type_, domain, one.nullable or other.nullable, is_given=one.is_given or other.is_given)
