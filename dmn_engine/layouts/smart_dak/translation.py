"""Translate conditions to FEEL: the expression that a column tests, and the unary tests of a cell.

Assumptions that the workbook does not state:
- a week is 7 days; a time in days or weeks is a FEEL days duration, `Today's date - Date of birth`;
- months and years are completed calendar months, `years and months duration(Date of birth, Today's date)`. `< 9 months`
  and `≥ 9 months` are exact by it. `≤ 5 years`, `> 5 years` and `= 5 years` can be meant in completed years (until the
  day before the sixth birthday) or in time gone by (until the fifth): they are not translated. WHO's own tables do not
  settle it: `9 years ≤ age ≤ 14 years` beside `≥ 15 years` means completed years, as does `≤ 6 years` beside `> 6`;
- `≠` also holds for what is not known, as `≠ "HIV-positive"` beside "negative or unknown"; every other comparison
  with a missing value does not hold; `IS NULL` is a missing value;
- `in` asks whether one of the texts is among the several choices of a list; `in "A, B"` means one choice or two,
  depending on the choices that the tables use elsewhere; two if they use neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dmn_engine.diagnostics import Span
from dmn_engine.feel.values import format_value
from dmn_engine.layouts.smart_dak.elements import (
    DATE,
    DAYS,
    MONTHS,
    TEXTS,
    Choices,
    Elements,
    describe,
    describe_condition,
    describe_literal,
    key_of,
    name_kind,
)
from dmn_engine.layouts.smart_dak.pseudocode import NotUnderstood
from dmn_engine.layouts.smart_dak.syntax import (
    OPERANDS,
    Absence,
    Both,
    Comparison,
    Condition,
    Difference,
    Either,
    Leaf,
    Literal,
    Membership,
    Negation,
    Operand,
    Quantity,
    Selection,
    Text,
    Today,
    change_leaves,
    list_leaves,
)

_LOWER = (">", ">=")
_UPPER = ("<", "<=")


@dataclass(frozen=True, slots=True)
class Clause:
    """What a column tests: a FEEL expression and its type (empty: not known). `operands` are its inputs."""

    key: str
    expression: str
    type: str
    label: str
    operands: tuple[Operand, ...]

    @property
    def is_whole_condition(self) -> bool:
        """Whether it is a condition of its own, tested for true or false."""
        return self.key == self.expression


@dataclass(frozen=True, slots=True)
class Test:
    """Unary tests on a clause."""

    clause: Clause
    text: str


def translate(condition: Condition, elements: Elements) -> tuple[Test, ...]:
    """The tests that together are the condition, one for each clause. Raises NotUnderstood."""
    condition = _settle_choices(condition, elements)
    parts = list(_flatten(condition))
    grouped: dict[str, list[Condition]] = {}
    for part in parts:
        subject = _find_subject(part)
        if subject is None:
            return (_translate_whole(condition, elements),)
        grouped.setdefault(subject, []).append(part)
    tests = []
    for group in grouped.values():
        test = _translate_group(group, elements)
        if test is None:
            return (_translate_whole(condition, elements),)
        tests.append(test)
    return tuple(tests)


def list_assumed(condition: Condition, elements: Elements) -> Iterator[Choices]:
    """The texts with commas that are assumed to be several choices, because the tables do not settle it."""
    for part in list_leaves(condition):
        if isinstance(part, Membership) and part.parts:
            choices = elements.choices_of(part.left, part.values[0])
            if choices.is_assumed:
                yield choices


def _settle_choices(condition: Condition, elements: Elements) -> Condition:
    """Resolve the texts with commas in a condition. Raises NotUnderstood for one with two readings."""

    def settle(part: Leaf) -> Condition:
        if not isinstance(part, Membership) or not part.parts:
            return part
        choices = elements.choices_of(part.left, part.values[0])
        if choices.is_whole and choices.are_parts:
            raise _report_two_choices(choices, part.span)
        return Membership(part.left, choices.values, part.span)

    return change_leaves(condition, settle)


def _report_two_choices(choices: Choices, span: Span) -> NotUnderstood:
    parts = [f'"{part}"' for part in choices.parts]
    message = (
        f'"{choices.whole}" can be one choice or a list of {len(parts)} choices ({", ".join(parts)}), '
        "because the tables use all of them as choices"
    )
    help = f"write `in {', '.join(parts)}` for the list, or `in '{choices.whole}'` for the one choice"
    return NotUnderstood(message, span, help)


def make_clause(operand: Operand, elements: Elements, unit: str = "") -> Clause:
    """The clause for an operand; of a time in the unit given (days where none is)."""
    operands = tuple(_list_inputs(operand))
    if isinstance(operand, Difference):
        unit = unit or DAYS
        left, right = elements.name_of(operand.left), elements.name_of(operand.right)
        text = f"{left} - {right}" if unit == DAYS else f"years and months duration({right}, {left})"
        missing = [elements.name_of(item) for item in operands if isinstance(item, Selection)]
        for name in reversed(missing):  # no such record is an ordinary answer, not an error
            text = f"if {name} = null then null else {text}"
        return Clause(f"{key_of(operand)} {unit}", text, unit, describe(operand), operands)
    kind = elements.kind_of(operand)
    type_ = "number" if kind.startswith("number") else kind
    return Clause(key_of(operand), elements.name_of(operand), type_, describe(operand), operands)


def _list_inputs(operand: Operand) -> Iterator[Operand]:
    if isinstance(operand, Difference):
        yield from _list_inputs(operand.left)
        yield from _list_inputs(operand.right)
    else:
        yield operand


def _flatten(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Both):
        for part in condition.parts:
            yield from _flatten(part)
    else:
        yield condition


def _find_subject(condition: Condition) -> str | None:
    """The one operand that the whole condition is about, with the unit of a time; None where there are several."""
    subjects = {_find_subject_of(part) for part in list_leaves(condition)}
    return subjects.pop() if len(subjects) == 1 else None


def _find_subject_of(leaf: Leaf) -> str | None:
    if not isinstance(leaf, Comparison):
        return key_of(leaf.left)
    if isinstance(leaf.right, OPERANDS):
        return None
    return f"{key_of(leaf.left)} {name_kind(leaf.right)}" if isinstance(leaf.left, Difference) else key_of(leaf.left)


def _translate_group(parts: Sequence[Condition], elements: Elements) -> Test | None:
    """The tests of parts with one subject; None where unary tests cannot say it."""
    clause = _clause_of(parts[0], elements)
    if len(parts) == 1:
        text = _write_tests(parts[0], elements)
        return None if text is None else Test(clause, text)
    interval = _write_interval(parts, elements)
    return None if interval is None else Test(clause, interval)


def _clause_of(condition: Condition, elements: Elements) -> Clause:
    """The clause of the condition's first comparison."""
    first, unit = next(list_leaves(condition)), ""
    if isinstance(first, Comparison) and isinstance(first.left, Difference) and not isinstance(first.right, OPERANDS):
        unit = name_kind(first.right)
    return make_clause(first.left, elements, unit)


def _write_tests(condition: Condition, elements: Elements) -> str | None:
    match condition:
        case Comparison(left, operator, right) if not isinstance(right, OPERANDS):
            value = _write_value(condition, left, right, elements)
            if operator == "=":
                return value
            return f"not({value})" if operator == "!=" else f"{operator} {value}"
        case Membership(left, values):
            if elements.kind_of(left) != TEXTS:
                return ", ".join(format_value(value) for value in values)
            return " or ".join(f"list contains(?, {format_value(value)})" for value in values)
        case Absence():
            return "null"
        case Either(parts):
            texts = [_write_tests(part, elements) for part in parts]
            if any(text is None or text.startswith("not(") or "?" in text for text in texts):
                return None
            return ", ".join(text for text in texts if text is not None)
        case Negation(part):
            text = _write_tests(part, elements)
            return None if text is None or text.startswith("not(") else f"not({text})"
        case Both(parts):
            return _write_interval(parts, elements)
        case _:
            return None


def _write_interval(parts: Sequence[Condition], elements: Elements) -> str | None:
    """`[low..high)` for a lower and an upper bound, in any order."""
    if len(parts) != 2 or not all(isinstance(part, Comparison) for part in parts):
        return None
    bounds = [part for part in parts if isinstance(part, Comparison)]
    low = next((part for part in bounds if part.operator in _LOWER), None)
    high = next((part for part in bounds if part.operator in _UPPER), None)
    if low is None or high is None:
        return None
    start, end = ("[" if low.operator == ">=" else "("), ("]" if high.operator == "<=" else ")")
    texts = [_write_value(part, part.left, part.right, elements) for part in (low, high)]
    return f"{start}{texts[0]}..{texts[1]}{end}"


def _write_value(place: Comparison, left: Operand, right: Literal | Operand, elements: Elements) -> str:
    """A literal in FEEL, once it fits what it is compared with. Raises NotUnderstood."""
    if isinstance(right, OPERANDS):
        raise NotUnderstood("a comparison of two data elements is not a bound", place.span)
    kind = name_kind(right)
    if isinstance(left, Today):
        raise NotUnderstood("today's date is compared with no date", place.span)
    if isinstance(left, Difference):
        if kind not in (DAYS, MONTHS):
            raise NotUnderstood("a time is compared with a number of days, weeks, months or years", place.span)
    elif kind != elements.kind_of(left):
        wanted = elements.kind_of(left)
        message = (
            f"`{describe(left)}` is compared with {_SHOWN.get(kind, kind)} here, but it is "
            f"{_SHOWN.get(wanted, wanted)} in {elements.place_of(left, wanted)}"
        )
        raise NotUnderstood(message, place.span)
    if kind == MONTHS and place.operator not in ("<", ">="):
        raise _tell_two_readings(place, right)
    return _write_literal(right, place.span)


_SHOWN = {
    "string": "a text",
    "boolean": "TRUE or FALSE",
    "number": "a number",
    DATE: "a date",
    DAYS: "a number of days or weeks",
    MONTHS: "a number of months or years",
    TEXTS: "a list of choices (`in`, `has`)",
}


def _tell_two_readings(place: Comparison, right: Literal) -> NotUnderstood:
    digits, unit = (right.digits, right.unit) if isinstance(right, Quantity) else ("", "")
    sign = {"!=": "≠", "<=": "≤"}.get(place.operator, place.operator)
    message = (
        f"`{sign} {digits} {unit}{'' if digits == '1' else 's'}` can be meant in completed {unit}s or to the day, "
        f"which differ by up to a {unit}"
    )
    other = {"<=": "<", ">": "≥"}.get(place.operator)
    if other is None or not digits.isdigit():
        return NotUnderstood(message, place.span, "write the two limits with `≥` and `<`")
    return NotUnderstood(
        message, place.span, f"if completed {unit}s are meant, write `{other} {int(digits) + 1} {unit}s`"
    )


def _write_literal(literal: Literal, span: Span) -> str:
    match literal:
        case Text(value):
            return format_value(value)
        case Quantity(digits, unit):
            letter = {"day": "D", "week": "D", "month": "M", "year": "Y"}.get(unit)
            if letter is None:
                return digits
            if not digits.isdigit() or len(digits) > 6:
                raise NotUnderstood(f"`{digits} {unit}s` is not a whole number of {unit}s", span)
            number = int(digits) * (7 if unit == "week" else 1)
            return f'duration("P{number}{letter}")'
    return describe_literal(literal)


def _translate_whole(condition: Condition, elements: Elements) -> Test:
    """The condition as one boolean expression, tested for true."""
    wanted = "true"
    if isinstance(condition, Comparison) and condition.operator == "!=":
        condition, wanted = replace(condition, operator="="), "false"
    text = write_expression(condition, elements)
    operands = tuple({key_of(item): item for item in _list_operands(condition)}.values())
    return Test(Clause(text, text, "boolean", describe_condition(condition), operands), wanted)


def _list_operands(condition: Condition) -> Iterator[Operand]:
    for leaf in list_leaves(condition):
        yield from _list_inputs(leaf.left)
        if isinstance(leaf, Comparison) and isinstance(leaf.right, OPERANDS):
            yield from _list_inputs(leaf.right)


def write_expression(condition: Condition, elements: Elements) -> str:
    """The condition as a boolean FEEL expression. Raises NotUnderstood."""
    match condition:
        case Comparison(left, operator, right):
            if isinstance(right, OPERANDS):
                return _write_relation(condition, left, right, elements)
            value = _write_value(condition, left, right, elements)
            return f"{_bracket(_clause_of(condition, elements).expression)} {operator} {value}"
        case Membership(left, values):
            name = make_clause(left, elements).expression
            tests = [f"list contains({name}, {format_value(value)})" for value in values]
            if elements.kind_of(left) != TEXTS:
                tests = [f"{name} = {format_value(value)}" for value in values]
            return " or ".join(tests) if len(tests) == 1 else f"({' or '.join(tests)})"
        case Absence(left):
            return f"{_bracket(make_clause(left, elements).expression)} = null"
        case Both(parts):
            return " and ".join(f"({write_expression(part, elements)})" for part in parts)
        case Either(parts):
            return " or ".join(f"({write_expression(part, elements)})" for part in parts)
        case Negation(part):
            return f"not({write_expression(part, elements)})"


def _bracket(text: str) -> str:
    return f"({text})" if text.startswith("if ") else text


def _write_relation(place: Comparison, left: Operand, right: Operand, elements: Elements) -> str:
    """Two elements compared with each other; null where one is missing, unlike FEEL's `=`, which finds nulls equal."""
    if any(isinstance(item, Difference) for item in (left, right)):
        raise NotUnderstood("a time is compared with a number of days, weeks, months or years", place.span)
    kinds = {elements.kind_of(left), elements.kind_of(right)} - {""}
    if len(kinds) > 1:
        raise NotUnderstood(f"these are of different types: {' and '.join(sorted(kinds))}", place.span)
    names = elements.name_of(left), elements.name_of(right)
    comparison = f"{names[0]} {place.operator} {names[1]}"
    return f"if {names[0]} = null or {names[1]} = null then null else {comparison}"
