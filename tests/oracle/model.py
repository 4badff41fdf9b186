"""Syntax tree of the oracle's models: fields, tables, columns, entries, and the text of each as a person writes it.

Written from DMN 1.5, section 8.2, and the page on the workbook. Imports nothing of the engine that it tests.
A value is None, a bool, a Decimal, a date, a str, a tuple (a list) or a `Row` (a context of output columns).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

Value = Any
Point = Any
"""A number or a date: what an order and a range have."""
POINTS = (Decimal, date)
Record = Mapping[str, Value]


Cause = tuple[str, ...]
"""The place of an error."""
Fail = Callable[..., None]
"""Reports an error of FEEL: raises `EvaluationError` in mode clinical; keeps the cause and gives null in mode dmn.

In mode dmn it keeps the cause in the set that is given, if any: that of an operand which may not count.
"""


class Row(tuple[tuple[str, Any], ...]):
    """The values of several output columns, each with its label."""

    __slots__ = ()


class EvaluationError(Exception):
    """An evaluation that has no value, with the places of its causes."""

    def __init__(self, *causes: tuple[str, ...]) -> None:
        super().__init__(causes)
        self.causes = frozenset(causes)


@dataclass(frozen=True)
class Failed:
    """An output without a value, in a row of several, with the places of its causes."""

    causes: frozenset[Cause]


@dataclass(frozen=True)
class Formula:
    """A FEEL text beside the Python function that computes the same from a record of fields and decisions."""

    text: str
    function: Callable[[Record, Fail], Value] = field(compare=False, repr=False)
    reads: tuple[str, ...] = ()
    constants: tuple[Point, ...] = ()


def reading(label: str) -> Formula:
    """The formula that is the name of one field or decision."""
    return Formula(label, lambda record, fail: record[label], (label,))


@dataclass(frozen=True)
class Span:
    """A range of numbers or dates; an end that is None is open to infinity."""

    low: Point | None
    high: Point | None
    low_closed: bool = True
    high_closed: bool = True

    def contains(self, value: Point) -> bool:
        above = self.low is None or value > self.low or (self.low_closed and value == self.low)
        below = self.high is None or value < self.high or (self.high_closed and value == self.high)
        return bool(above and below)

    @property
    def text(self) -> str:
        low, high = literal(self.low), literal(self.high)
        if self.low is None:
            return f"{'<=' if self.high_closed else '<'} {high}"
        if self.high is None:
            return f"{'>=' if self.low_closed else '>'} {low}"
        return f"{'[' if self.low_closed else '('}{low}..{high}{']' if self.high_closed else ')'}"

    def constants(self) -> list[Point]:
        return [bound for bound in (self.low, self.high) if bound is not None]


@dataclass(frozen=True)
class Field:
    """A field of the record: its kind (string, boolean, integer, number, date or list) and what it may hold.

    `values` are listed values (of a list: its items); `span` is the range of a number that is not listed. `repeats`
    says that a list may have an item twice, as a .dmn file cannot exclude; it is left out of the possible records.
    """

    name: str
    kind: str
    values: tuple[Value, ...] = ()
    span: Span | None = None
    null: bool = False
    repeats: bool = False


@dataclass(frozen=True)
class Combination:
    """Where `field` has one of `values`, `other` has one of `allowed`; every other combination is impossible."""

    field: str
    values: tuple[Value, ...]
    other: str
    allowed: tuple[Value, ...]

    def holds(self, record: Record) -> bool:
        first, second = record[self.field], record[self.other]
        return first is None or second is None or first not in self.values or second in self.allowed


# --- When cells ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dash:
    """Any value: a hyphen."""

    def holds(self, value: Value, record: Record, fail: Fail) -> bool | None:
        return True

    def constants(self) -> list[Point]:
        return []


@dataclass(frozen=True)
class OneOf:
    """One of some values, or none of them."""

    values: tuple[Value, ...]
    negated: bool = False

    def holds(self, value: Value, record: Record, fail: Fail) -> bool | None:
        return bool((value in self.values) != self.negated)

    def constants(self) -> list[Point]:
        return [value for value in self.values if isinstance(value, POINTS)]


@dataclass(frozen=True)
class Within:
    """A number or date within one of some ranges, or outside of all of them."""

    spans: tuple[Span, ...]
    negated: bool = False

    def holds(self, value: Value, record: Record, fail: Fail) -> bool | None:
        if value is None:
            fail()
            return None
        return any(span.contains(value) for span in self.spans) != self.negated

    def constants(self) -> list[Point]:
        return [bound for span in self.spans for bound in span.constants()]


@dataclass(frozen=True)
class Has:
    """A list that contains any, all or none of some items; with no items, the empty list."""

    how: str
    values: tuple[str, ...]

    def holds(self, value: Value, record: Record, fail: Fail) -> bool | None:
        if not self.values:
            return bool(value == ())
        if value is None:
            fail()
            return None
        found = [item in value for item in self.values]
        return {"any": any(found), "all": all(found), "no": not any(found)}[self.how]

    def constants(self) -> list[Point]:
        return []


@dataclass(frozen=True)
class Computed:
    """A condition on the column's value that computes: `formula` reads the value as `?` of the record."""

    formula: Formula

    def holds(self, value: Value, record: Record, fail: Fail) -> bool | None:
        result = self.formula.function(record, fail)
        return result if result is None else bool(result)

    def constants(self) -> list[Point]:
        return []


Entry = Dash | OneOf | Within | Has | Computed

# --- Then and Use cells ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Constant:
    value: Value


@dataclass(frozen=True)
class Use:
    """The outcome of another decision."""

    decision: str


Output = Constant | Formula | Use


@dataclass(frozen=True)
class When:
    """An input column; `allowed` is its row Values."""

    subject: Formula
    kind: str
    allowed: tuple[Value, ...] | Span | None = None


@dataclass(frozen=True)
class Then:
    """An output column; `allowed` is its row Values, in order of priority, and `default` its row Default."""

    label: str
    kind: str
    allowed: tuple[Value, ...] | Span | None = None
    null: bool = False
    default: Output | None = None
    use: bool = False


@dataclass(frozen=True)
class Rule:
    id: str
    tests: tuple[Entry, ...]
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Table:
    name: str
    policy: str
    inputs: tuple[When, ...]
    outputs: tuple[Then, ...]
    rules: tuple[Rule, ...]

    @property
    def is_list(self) -> bool:
        return self.policy in ("R", "O", "C")

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields and decisions that the table refers to."""
        cells = [cell for rule in self.rules for cell in rule.outputs] + [column.default for column in self.outputs]
        return self.reads_by_name | {cell.decision for cell in cells if isinstance(cell, Use)}

    @cached_property
    def reads_by_name(self) -> frozenset[str]:
        """The fields and decisions that an expression of the table names."""
        cells = [cell for rule in self.rules for cell in rule.outputs] + [column.default for column in self.outputs]
        return self.tested.union(*(cell.reads for cell in cells if isinstance(cell, Formula)))

    @cached_property
    def tested(self) -> frozenset[str]:
        """The fields and decisions that decide which rules match."""
        entries = [entry for rule in self.rules for entry in rule.tests]
        formulas = [entry.formula for entry in entries if isinstance(entry, Computed)]
        formulas += [column.subject for column in self.inputs]
        return frozenset(name for formula in formulas for name in formula.reads) - {"?"}


@dataclass(frozen=True)
class Safety:
    """A condition that holds for every possible patient, or a field on which no answer may depend."""

    id: str
    condition: Formula | None = None
    independent: str = ""


@dataclass(frozen=True)
class Model:
    """Fields, and tables in an order in which each reads only fields and earlier tables."""

    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    impossible: tuple[Combination, ...] = ()
    safety: tuple[Safety, ...] = ()

    @cached_property
    def tops(self) -> tuple[str, ...]:
        """The decisions that no other reads."""
        read = {name for table in self.tables for name in table.reads}
        return tuple(table.name for table in self.tables if table.name not in read)

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)

    def table(self, name: str) -> Table:
        return next(t for t in self.tables if t.name == name)


# --- the texts of cells ----------------------------------------------------------------------------------------------


def cell_of(entry: Entry, kind: str, feel: bool = False) -> str:
    """The text of a When cell: as a clinician writes it, or (`feel`) as FEEL's unary tests."""
    match entry:
        case Dash():
            return "-"
        case OneOf(values, negated):
            text = ", ".join(literal(value, feel) for value in values)
        case Within(spans, negated):
            text = ", ".join(span.text for span in spans)
        case Has(how, values):
            return list_test(how, values, feel)
        case Computed(formula):
            return formula.text
    return f"not({text})" if negated else text


def list_test(how: str, values: Iterable[str], feel: bool) -> str:
    names = [literal(value, feel) for value in values]
    if not names:
        return "? = []" if feel else "none"
    if not feel:
        text = ", ".join(names)
        return {"any": text, "all": f"all({text})", "no": f"not({text})"}[how]
    joined = (" and " if how == "all" else " or ").join(f"list contains(?, {name})" for name in names)
    return f"not({joined})" if how == "no" else joined


def literal(value: Value, feel: bool = False) -> str:
    """A constant as a clinician writes it, or (`feel`) as a FEEL literal."""
    if value is None:
        return "null" if feel else ""
    if isinstance(value, bool):
        return ("true" if value else "false") if feel else ("yes" if value else "no")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return f'@"{value}"'
    if isinstance(value, tuple):
        parts = ", ".join(literal(item, feel) for item in value)
        return f"[{parts}]" if feel else parts or "none"
    return f'"{value}"' if feel else value


def output_text(cell: Output, kind: str, feel: bool = False) -> str:
    match cell:
        case Constant(value):
            return literal(value, feel)
        case Formula(text):
            return text if feel else f":= {text}"
        case Use(decision):
            return decision


KINDS = {
    "string": "text",
    "boolean": "yes/no",
    "number": "number",
    "integer": "whole number",
    "date": "date",
    "list": "list of text",
}
"""The words of the row Values for columns that list no values."""


def allowed_text(allowed: tuple[Value, ...] | Span | None, kind: str, null: bool, feel: bool = False) -> str:
    """The text of a cell of the row Values; a column of which nothing is listed names its type."""
    if isinstance(allowed, Span):
        text = allowed.text
    elif allowed:
        text = ", ".join(literal(value, feel) for value in allowed)
        text = f"list: {text}" if kind == "list" and not feel else text
    else:
        text = KINDS[kind]
    return f"{text} or null" if null else text
