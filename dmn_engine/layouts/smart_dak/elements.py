"""The data elements of a workbook as inputs of its model: one name and one type each, from how the tables use them.

An element is what the tables compare it with, most often; other comparisons are not understood. What is
selected from records (`Count of ...`, `latest ...`) is an input of its own for each distinct selection: the layout
says what is selected, but not what the records look like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from dmn_engine.diagnostics import Origin, Source
from dmn_engine.feel.values import format_value
from dmn_engine.layouts.smart_dak import syntax
from dmn_engine.model.boxed_expressions import Identity, Variable
from dmn_engine.model.definitions import InputData
from dmn_engine.model.names import Unused, clean_name, make_id

TODAY = "Today's date"
TEXTS = "Texts"
DAYS = "days and time duration"
MONTHS = "years and months duration"
DATE = "date"

_WORDS = {"=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"}
_SAME_UNITS = {"mm[hg]": "mmHg", "mmhg": "mmHg", "cel": "°C", "celsius": "°C", "c": "°C", "°c": "°C"}


def name_kind(literal: syntax.Literal) -> str:
    """The FEEL type of what an element is compared with; a number with a unit is `number` and the unit."""
    match literal:
        case syntax.Text():
            return "string"
        case syntax.Number():
            return "number"
        case syntax.Truth():
            return "boolean"
        case syntax.Quantity(unit="day" | "week"):
            return DAYS
        case syntax.Quantity(unit="month" | "year"):
            return MONTHS
        case syntax.Quantity(unit=unit):
            folded = unit.casefold()
            return f"number {_SAME_UNITS.get(folded, folded)}"


def describe(operand: syntax.Operand) -> str:
    """The operand in words, always the same for the same."""
    match operand:
        case syntax.Element(name):
            return name
        case syntax.Today():
            return TODAY
        case syntax.Selection(which, what, where):
            words = f"{'Count of' if which == 'count' else which} {what}".strip()
            return words if where is None else f"{words} where {describe_condition(where)}"
        case syntax.Difference(left, right):
            return f"{describe(left)} - {describe(right)}"


def describe_condition(condition: syntax.Condition) -> str:
    """The condition in words."""
    match condition:
        case syntax.Comparison(left, operator, right):
            value = describe(right) if isinstance(right, syntax.OPERANDS) else describe_literal(right)
            return f"{describe(left)} {_WORDS[operator]} {value}"
        case syntax.Membership(left, values):
            return f"{describe(left)} has {' or '.join(values)}"
        case syntax.Absence(left):
            return f"{describe(left)} is missing"
        case syntax.Both(parts):
            return " and ".join(describe_condition(part) for part in parts)
        case syntax.Either(parts):
            return " or ".join(describe_condition(part) for part in parts)
        case _:
            return f"not {describe_condition(condition.part)}"


def describe_literal(literal: syntax.Literal) -> str:
    """The value in words."""
    match literal:
        case syntax.Text(value):
            return value
        case syntax.Number(digits):
            return digits
        case syntax.Truth(value):
            return "true" if value else "false"
        case syntax.Quantity(digits, unit):
            return f"{digits} {unit}{'s' if unit in syntax.TIME_UNITS and digits != '1' else ''}"


def make_name(text: str) -> str:
    """The text as a name that FEEL can read: letters, digits, blanks, and signs inside words."""
    name = clean_name(text)
    return name if name[:1].isalpha() else f"_{name}"


def key_of(operand: syntax.Operand) -> str:
    """The same for operands that differ in capitals and blanks only."""
    return f"{type(operand).__name__}:{_fold(describe(operand))}"


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Choices:
    """The reading of `in "A, B"`: one choice (`whole`) or several (`parts`).

    `is_whole` and `are_parts`: whether the tables use them as choices elsewhere; if both, the text is ambiguous.
    """

    whole: str
    parts: tuple[str, ...]
    is_whole: bool = False
    are_parts: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The whole if it is a choice, otherwise the parts."""
        return (self.whole,) if self.is_whole else self.parts

    @property
    def is_assumed(self) -> bool:
        """Whether the tables use neither the whole nor all parts as choices elsewhere."""
        return not (self.is_whole or self.are_parts)


@dataclass(slots=True)
class _Use:
    """One input: where it was met first, what it is compared with, and the values that were seen."""

    operand: syntax.Operand
    origin: Origin
    label: str = ""
    pseudocode: str = ""
    kinds: Counter[str] = field(default_factory=Counter)
    first: dict[str, Origin] = field(default_factory=dict)
    values: dict[str, None] = field(default_factory=dict)
    readings: dict[str, Choices] = field(default_factory=dict)
    name: str = ""
    id: str = ""


class Elements:
    """The inputs of one workbook: first all uses are noted, then names and types are settled and asked for."""

    def __init__(self) -> None:
        self._uses: dict[str, _Use] = {}
        self._recorded: dict[str, dict[str, None]] = {}

    def note(self, condition: syntax.Condition, origin: Origin) -> None:
        """Remember what the condition compares."""
        for leaf in syntax.list_leaves(condition):
            left = leaf.left
            has_choices = not isinstance(left, syntax.Difference | syntax.Today)
            if isinstance(leaf, syntax.Membership):
                self._note_operand(left, TEXTS, origin)
                if has_choices and leaf.parts:
                    self._uses[key_of(left)].readings[leaf.values[0]] = Choices(leaf.values[0], leaf.parts)
                elif has_choices:
                    self._uses[key_of(left)].values.update(dict.fromkeys(leaf.values))
            elif isinstance(leaf, syntax.Absence):
                self._note_operand(left, "", origin)
            elif isinstance(leaf.right, syntax.OPERANDS):
                self._note_operand(left, "", origin)
                self._note_operand(leaf.right, "", origin)
            else:
                self._note_operand(left, name_kind(leaf.right), origin)
                if isinstance(leaf.right, syntax.Text) and has_choices:
                    self._uses[key_of(left)].values[leaf.right.value] = None

    def note_subject(self, operand: syntax.Operand, origin: Origin, label: str = "", pseudocode: str = "") -> None:
        """Remember what a column is about; `label` is its heading in words, for what has no name of its own."""
        self._note_operand(operand, "", origin)
        if isinstance(operand, syntax.Selection):
            use = self._uses[key_of(operand)]
            use.label = use.label or label
            use.pseudocode = use.pseudocode or pseudocode

    def note_choice(self, operand: syntax.Operand, value: str) -> None:
        """Remember a choice that an output records for an element."""
        self._recorded.setdefault(key_of(operand), {})[value] = None

    def _note_operand(self, operand: syntax.Operand, kind: str, origin: Origin) -> None:
        if isinstance(operand, syntax.Difference):
            self._note_operand(operand.left, DATE, origin)
            self._note_operand(operand.right, DATE, origin)
            return
        kind = DATE if isinstance(operand, syntax.Today) else kind
        kind = "number" if isinstance(operand, syntax.Selection) and operand.which == "count" else kind
        use = self._uses.setdefault(key_of(operand), _Use(operand, origin))
        if kind:
            use.kinds[kind] += 1
            use.first.setdefault(kind, origin)

    def settle(self, identifiers: Unused) -> None:
        """Give every input its name and id: the label where it is free, else its own words; settle its choices."""
        for key, use in self._uses.items():
            self._settle_choices(use, self._recorded.get(key, {}))
        taken: set[str] = set()
        ordered = sorted(self._uses.values(), key=lambda use: isinstance(use.operand, syntax.Selection))
        for use in ordered:
            words = make_name(describe(use.operand))
            choices = [make_name(use.label)] * bool(use.label) + [words]
            choices += [f"{words} {number}" for number in range(2, len(self._uses) + 3)]
            use.name = next(name for name in choices if name.casefold() not in taken)
            taken.add(use.name.casefold())
            use.id = identifiers.take(f"input.{make_id(use.name)[:80]}")

    def _settle_choices(self, use: _Use, recorded: Iterable[str]) -> None:
        listed: dict[str, str] = {}
        for value in (*use.values, *recorded):
            listed.setdefault(_fold(value), value)
        for text, choices in use.readings.items():
            whole, *parts = (listed.get(_fold(item)) for item in (text, *choices.parts))
            spelled = tuple(found or part for found, part in zip(parts, choices.parts, strict=True))
            found = Choices(whole or text, spelled, whole is not None, None not in parts)
            use.readings[text] = found
            use.values.update(dict.fromkeys(found.values))

    def choices_of(self, operand: syntax.Operand, text: str) -> Choices:
        """The reading of a text with commas that is looked up in the choices of the element."""
        return self._uses[key_of(operand)].readings[text]

    def name_of(self, operand: syntax.Operand) -> str:
        """The name of the input for an element or a selection."""
        return self._uses[key_of(operand)].name

    def id_of(self, operand: syntax.Operand) -> str:
        """The id of the input."""
        return self._uses[key_of(operand)].id

    def kind_of(self, operand: syntax.Operand) -> str:
        """The type of the input, empty if unknown: a date or a list if any use shows it, else the most frequent."""
        kinds = self._uses[key_of(operand)].kinds
        for kind in (DATE, TEXTS):
            if kind in kinds:
                return kind
        return kinds.most_common(1)[0][0] if kinds else ""

    def place_of(self, operand: syntax.Operand, kind: str) -> Origin:
        """Where the input is first used as this kind."""
        use = self._uses[key_of(operand)]
        return use.first.get(kind, use.origin)

    @property
    def has_lists(self) -> bool:
        """Whether an input is a list of choices."""
        return any(self.kind_of(use.operand) == TEXTS for use in self._uses.values())

    def list_inputs(self, used: Collection[str]) -> Iterator[InputData]:
        """The inputs with these ids, by their names."""
        for use in sorted(self._uses.values(), key=lambda use: use.name.casefold()):
            if use.id not in used:
                continue
            kind = self.kind_of(use.operand)
            type_ = Source(kind.split(" ")[0] if kind.startswith("number") else kind, use.origin) if kind else None
            identity = Identity(use.id, describe(use.operand), "\n".join(self._tell(use, kind)))
            yield InputData(use.name, Variable(Source(use.name, use.origin), type_), use.origin, identity)

    def _tell(self, use: _Use, kind: str) -> Iterator[str]:
        """Instructions for filling in the input."""
        if isinstance(use.operand, syntax.Selection):
            yield f"To be taken from the records of the client: {use.pseudocode or describe(use.operand)}"
            if kind == DATE:
                yield "The day counts, not the time."
        if kind.startswith("number "):
            yield f"Unit: {kind.removeprefix('number ')}"
        if use.values:
            listed = ", ".join(format_value(value) for value in use.values)
            yield f"Values in the tables (there may be others): {listed}"
