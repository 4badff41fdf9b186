"""Draws models of the oracle: every hit policy, and conditions, outputs and defaults that compute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from . import formulas
from .evaluation import AGGREGATES
from .model import (
    Combination,
    Computed,
    Constant,
    Dash,
    Entry,
    Field,
    Formula,
    Has,
    Model,
    OneOf,
    Output,
    Point,
    Rule,
    Safety,
    Span,
    Table,
    Then,
    Use,
    Value,
    When,
    Within,
    reading,
)
from .proofs import points

T = TypeVar("T")

LIMIT = 240
"""Complete records of a model; each is evaluated by the oracle."""


def numbers(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


POOL = (
    Field("Colour", "string", ("red", "green", "blue")),
    Field("Crisis", "boolean"),
    Field("Age", "integer", span=Span(Decimal(0), Decimal(3))),
    Field("Dose level", "number", span=Span(Decimal(0), Decimal(40))),
    Field("Symptoms", "list", ("pain", "bleeding", "fever")),
    Field("Hours", "number", numbers("3", "24")),
    Field("Stage", "string", ("I", "II")),
    Field("Diagnosed", "date"),
)
DAYS = (date(2020, 2, 28), date(2020, 3, 1), date(2021, 1, 1))
CONSTANTS: dict[str, tuple[Point, ...]] = {
    "Age": numbers("0", "1", "2", "3"),
    "Dose level": numbers("10", "20.5", "30"),
    "Hours": numbers("3", "24"),
    "Diagnosed": DAYS,
}
SMALL = numbers("0", "1", "2", "4", "6")
NAMES = ("First line", "Second line", "Third line")
TEXTS = ("high", "low", "mid")
SINGLE = ("U", "A", "P", "F")
LISTS = ("R", "O", "C")


@dataclass(frozen=True)
class Name:
    """A field or decision that expressions may read."""

    formula: Formula
    kind: str
    values: tuple[Value, ...] = ()
    constants: tuple[Point, ...] = SMALL
    null: bool = False
    """Whether it may be null, so that it stays out of computations."""
    domain: tuple[Point, ...] = ()
    """Of a number, values that its field may have, so that no cell is drawn that never holds."""
    is_field: bool = False


@dataclass(frozen=True)
class Drawing:
    """Draws the parts of one model from whole numbers between two bounds; `computes` allows expressions."""

    whole: Callable[[int, int], int]
    computes: bool

    def pick(self, items: Sequence[T]) -> T:
        return items[self.whole(0, len(items) - 1)]

    def chance(self, percent: int) -> bool:
        """True in about so many of a hundred models; shrinks to False."""
        return self.whole(0, 99) >= 100 - percent

    def some(self, items: Sequence[T], most: int) -> tuple[T, ...]:
        """One to `most` different items, in any order."""
        count = self.whole(1, min(most, len(items)))
        left = list(items)
        return tuple(left.pop(self.whole(0, len(left) - 1)) for _ in range(count))

    # --- expressions ---

    def number(self, names: Sequence[Name], constants: Sequence[Decimal] = SMALL) -> Formula:
        usable = [name.formula for name in names if name.kind == "number" and not name.null]
        if not usable:
            yes, no = formulas.constant(self.pick(constants)), formulas.constant(self.pick(constants))
            return formulas.conditional(self.boolean(names, 1), yes, no)
        first = self.pick(usable)
        match self.whole(0, 5):
            case 0:
                return formulas.arithmetic(first, "*", formulas.constant(Decimal(2)))
            case 1:
                return formulas.arithmetic(first, "+", self.pick([*usable, formulas.constant(Decimal(1))]))
            case 2:
                return formulas.arithmetic(formulas.constant(Decimal(6)), "-", first)
            case 3:
                lowered = formulas.arithmetic(first, "-", formulas.constant(self.pick(SMALL)))
                return formulas.arithmetic(formulas.constant(Decimal(12)), "/", lowered)
            case 4:
                return formulas.conditional(self.boolean(names, 1), first, formulas.constant(self.pick(constants)))
        return first

    def boolean(self, names: Sequence[Name], depth: int = 0) -> Formula:
        name = self.pick([name for name in names if not name.null] or list(names))
        if depth < 1 and self.chance(30):
            join = formulas.both if self.chance(50) else formulas.either
            return join(self.boolean(names, 1), self.boolean(names, 1))
        match name.kind:
            case "boolean":
                return formulas.negation(name.formula) if self.chance(40) else name.formula
            case "number" | "date":
                symbol = self.pick(list(formulas.COMPARISONS))
                return formulas.compared(name.formula, symbol, formulas.constant(self.pick(name.constants)))
            case "list" if name.values and self.chance(60):
                return formulas.contains(name.formula, self.pick(name.values))
            case "list":
                return formulas.compared(formulas.count(name.formula), ">", formulas.constant(Decimal(1)))
            case "string":
                return formulas.equals(name.formula, formulas.constant(self.pick(name.values or TEXTS)))
        return formulas.constant(True)

    def expression(self, kind: str, names: Sequence[Name], allowed: Sequence[Value]) -> Formula:
        """An expression of a kind; what it names itself is among `allowed`."""
        if kind == "number":
            return self.number(names, allowed)
        if kind == "boolean":
            return self.boolean(names)
        alike = [name.formula for name in names if name.kind == kind == "string" and not name.null]
        values = [formulas.constant(value) for value in allowed]
        yes = self.pick(values)
        no = self.pick(alike) if alike and self.chance(25) else self.pick(values)
        return formulas.conditional(self.boolean(names), yes, no)

    # --- columns and entries ---

    def when(self, names: Sequence[Name]) -> tuple[When, Name]:
        if self.computes and self.chance(20):
            kind = self.pick(("boolean", "number"))
            formula = self.boolean(names) if kind == "boolean" else self.number(names)
            if formula.reads and formula.text not in [name.formula.text for name in names]:
                return When(formula, kind), Name(formula, kind)
        name = self.pick(names)
        allowed: tuple[Value, ...] | Span | None = None
        if name.kind == "string" and len(name.values) > 1 and self.chance(20):
            allowed = self.some(name.values, len(name.values))
            name = replace(name, values=allowed)
        elif name.formula.text in CONSTANTS and not name.values and name.kind == "number" and self.chance(20):
            allowed = Span(name.constants[0], self.pick(name.constants[1:]), self.chance(50), self.chance(50))
            domain = tuple(value for value in name.domain if allowed.contains(value))
            name = replace(name, domain=domain or name.domain)
            allowed = allowed if domain else None
        return When(name.formula, name.kind, allowed), name

    def entry(self, column: When, name: Name, names: Sequence[Name]) -> Entry:
        if self.chance(25):
            return Dash()
        kind = column.kind
        if kind == "boolean":
            return OneOf((self.chance(50),))
        if kind == "string":
            return OneOf(self.some(name.values, 2), self.chance(30))
        if kind == "list":
            how = self.pick(("any", "all", "no", "empty"))
            return Has("any", ()) if how == "empty" else Has(how, self.some(name.values, len(name.values)))
        if kind == "number" and self.computes and not name.null and self.chance(15):
            return Computed(self.test(names))
        if name.values or self.chance(25):
            constants = name.values or [value for value in name.constants if value in (name.domain or name.constants)]
            return OneOf(self.some(constants, 2), self.chance(25)) if constants else Dash()
        several = self.chance(20)
        spans = [self.span(name.constants, several) for _ in range(2 if several else 1)]
        kept = tuple(span for span in spans if not name.domain or any(map(span.contains, name.domain)))
        return Within(kept, self.chance(20)) if kept else Dash()

    def test(self, names: Sequence[Name]) -> Formula:
        """A condition on a number that computes with it, or compares it with an expression."""
        if self.chance(50):
            return formulas.unary(self.pick((">", "<=")), self.number(names))
        doubled = formulas.arithmetic(formulas.ASKED, "*", formulas.constant(Decimal(2)))
        return formulas.compared(doubled, self.pick((">", "<=")), formulas.constant(self.pick(SMALL)))

    def span(self, constants: Sequence[Point], bounded: bool) -> Span:
        match self.whole(2 if bounded else 0, 3):
            case 0:
                return Span(self.pick(constants), None, self.chance(50))
            case 1:
                return Span(None, self.pick(constants), True, self.chance(50))
        low = self.whole(0, len(constants) - 2)
        high = self.whole(low + 1, len(constants) - 1)
        return Span(constants[low], constants[high], self.chance(50), self.chance(50))

    def then(self, label: str, policy: str) -> Then:
        ranked = policy in ("P", "O")
        kinds = ["string", "string", "number", "boolean"]
        if not ranked:
            kinds += ["list", "date"]
        kind = "number" if policy in ("C+", "C<", "C>") else self.pick(kinds)
        null = self.chance(15)
        allowed: tuple[Value, ...] | Span | None = None
        if kind in ("string", "list"):
            allowed = self.some(TEXTS, 3)
        elif kind == "number" and ranked:
            allowed = self.some(SMALL, 3)
        elif kind == "boolean" and ranked:
            allowed = self.pick(((True, False), (False, True)))
        elif kind == "number" and self.chance(30):
            allowed = Span(Decimal(0), self.pick(SMALL[2:]))
        return Then(label, kind, allowed, null)

    def output(self, column: Then, names: Sequence[Name]) -> Output:
        allowed: Sequence[Value] = column.allowed if isinstance(column.allowed, tuple) else TEXTS
        if column.kind == "boolean":
            allowed = (True, False)
        elif column.kind == "date":
            allowed = DAYS
        elif column.kind == "number" and not isinstance(column.allowed, tuple):
            allowed = [value for value in SMALL if column.allowed is None or column.allowed.contains(value)]
        if self.computes and column.kind != "list" and self.chance(30):
            return self.expression(column.kind, names, allowed)
        if column.null and self.chance(30):
            return Constant(None)
        if column.kind == "list":
            return Constant(self.some(allowed, 2) if self.chance(80) else ())
        return Constant(self.pick(allowed))

    def default(self, column: Then, names: Sequence[Name]) -> Output:
        return self.output(replace(column, null=False), names)

    # --- tables ---

    def table(self, label: str, names: Sequence[Name], earlier: Sequence[Table]) -> Table:
        routed = self.routed(earlier) if earlier and self.chance(30) else ()
        if routed:
            policy = self.pick(("U", "A", "F", "C", "R"))
            outputs: tuple[Then, ...] = (Then(label, "", use=True),)
        else:
            policy = self.pick((*SINGLE, *LISTS, *AGGREGATES))
            several = policy not in AGGREGATES and self.chance(20)
            labels = (label, "Remark") if several else (label,)
            outputs = tuple(self.then(each, policy) for each in labels)
        columns = [self.when(names) for _ in range(self.whole(1, 3))]
        if not self.chance(30):
            columns = list({column.subject.text: (column, name) for column, name in columns}.values())
        rules = []
        for row in range(self.whole(1, 4)):
            tests = tuple(self.entry(column, name, names) for column, name in columns)
            cells = tuple(self.pick(routed) if routed else self.output(column, names) for column in outputs)
            rules.append(Rule(f"{label[0]}{row + 1}", tests, cells))
        if policy != "C#" and self.chance(35):
            outputs = tuple(
                replace(
                    column, default=self.pick(routed) if routed else self.output(replace(column, null=False), names)
                )
                for column in outputs
            )
        return Table(label, policy, tuple(column for column, _ in columns), outputs, tuple(rules))

    def routed(self, earlier: Sequence[Table]) -> tuple[Use, ...]:
        """Decisions of one kind, to which a table may hand over."""
        kind = kind_of(self.pick(earlier))
        return tuple(Use(table.name) for table in earlier if kind_of(table) == kind)

    def safety(self, place: int, names: Sequence[Name]) -> Safety:
        fields = [name.formula.text for name in names if name.is_field]
        if self.chance(20):
            return Safety(f"S{place + 1}", independent=self.pick(fields))
        return Safety(f"S{place + 1}", self.boolean(names))


def few(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The first fields that have few enough records together."""
    count, kept = 1, []
    for field in fields:
        size = len(name_of(field).domain or points(Model(fields, ()), field, "clinical"))
        if count * size <= LIMIT:
            count *= size
            kept.append(field)
    return tuple(kept)


def kind_of(table: Table) -> tuple[bool, list[tuple[str, bool]]]:
    """What makes two decisions interchangeable: a list or not, and kinds and labels of the outputs."""
    if table.policy == "C#":
        return False, [("number", True)]
    return table.is_list, [(column.kind, column.label == table.name) for column in table.outputs]


def name_of(field: Field) -> Name:
    kind = "number" if field.kind == "integer" else field.kind
    constants: tuple[Point, ...] = CONSTANTS.get(field.name, SMALL)
    domain: tuple[Point, ...] = ()
    if field.span is not None or kind == "date":
        test = OneOf(constants)
        column = When(reading(field.name), kind)
        table = Table("any", "U", (column,), (), (Rule("R1", (test,), ()),))
        found = points(Model((field,), (table,)), field, "clinical")
        domain = tuple(value for value in found if value is not None)
    return Name(reading(field.name), kind, field.values, constants, field.null, domain, is_field=True)


def results_of(table: Table) -> list[Name]:
    """The decision as names to read: of one output, or of each by its path; of a list of outputs there is none."""
    if table.policy == "C#":
        return [Name(reading(table.name), "number", domain=SMALL)]
    if table.is_list or table.outputs[0].use:
        return []
    if len(table.outputs) > 1:
        return [named(column, formulas.path(reading(table.name), column.label)) for column in table.outputs]
    column = table.outputs[0]
    return [] if column.kind == "list" and column.null else [named(column, reading(table.name))]


def named(column: Then, formula: Formula) -> Name:
    """An output column as a name to read."""
    values = column.allowed if isinstance(column.allowed, tuple) and column.kind != "boolean" else ()
    if column.kind in ("list", "string"):
        return Name(formula, column.kind, values, null=column.null)
    if column.kind == "date":
        return Name(formula, column.kind, constants=DAYS, null=column.null, domain=DAYS)
    domain: tuple[Point, ...] = ()
    if isinstance(column.allowed, Span):
        domain = tuple(value for value in SMALL if column.allowed.contains(value))
    return Name(formula, column.kind, values, null=column.null, domain=domain)


def draw_model(drawing: Drawing) -> Model:
    """A model of one to three tables, with few enough records to evaluate them all."""
    drawn = drawing.some(POOL, 4)
    fields = few(tuple(replace(field, null=field.kind != "list" and drawing.chance(10)) for field in drawn))
    names = [name_of(field) for field in fields]
    tables: list[Table] = []
    for label in NAMES[: drawing.whole(1, 3)]:
        tables.append(drawing.table(label, names, tables))
        names += results_of(tables[-1])
    impossible = []
    listed = [field for field in fields if field.kind in ("string", "boolean")]
    for _ in range(drawing.whole(0, 2) if len(listed) > 1 else 0):
        first, second = drawing.some(listed, 2)[0], listed[-1]
        if first != second:
            options = [field.values or (True, False) for field in (first, second)]
            impossible.append(
                Combination(first.name, (drawing.pick(options[0]),), second.name, (drawing.pick(options[1]),))
            )
    safety = [drawing.safety(place, names) for place in range(drawing.whole(0, 2))]
    return Model(fields, tuple(tables), tuple(impossible), tuple(safety))
