"""Syntax trees of the conditions in WHO's decision-support tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal as Choice

from dmn_engine.diagnostics import Span

Operator = Choice["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Element:
    """A data element: what stands in double quotation marks left of an operator."""

    name: str


@dataclass(frozen=True, slots=True)
class Today:
    """The day of the decision."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A value taken out of records: `latest "X" (where ...)`, `"X" (where ...)`; or how many there are, `Count of ...`.

    `which` is the word before it (`latest`, empty for none), `count` for a number of records; `what` is the element,
    or the kind of records that are counted.
    """

    which: str
    what: str
    where: Condition | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The time from `right` to `left`."""

    left: Operand
    right: Operand


Operand = Element | Today | Selection | Difference


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number by its digits."""

    digits: str


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; a unit of time is in the singular: `day`, `week`, `month`, `year`."""

    digits: str
    unit: str


Literal = Text | Number | Truth | Quantity


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`, also against another operand. The span is its place in the text."""

    left: Operand
    operator: Operator
    right: Literal | Operand
    span: Span


@dataclass(frozen=True, slots=True)
class Membership:
    """`left in values`: one of several choices of a list is among these.

    `parts` are those of one text with commas, `in "A, B"`, which may be one choice or several; else empty.
    """

    left: Operand
    values: tuple[str, ...]
    span: Span
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """`left IS NULL`."""

    left: Operand


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    part: Condition


Condition = Comparison | Membership | Absence | Both | Either | Negation

Leaf = Comparison | Membership | Absence


def list_leaves(condition: Condition) -> Iterator[Leaf]:
    """The comparisons that the condition is made of, in order."""
    match condition:
        case Both(parts) | Either(parts):
            for part in parts:
                yield from list_leaves(part)
        case Negation(part):
            yield from list_leaves(part)
        case _:
            yield condition


def change_leaves(condition: Condition, change: Callable[[Leaf], Condition]) -> Condition:
    """The condition made of other comparisons."""
    match condition:
        case Both(parts) | Either(parts):
            return type(condition)(tuple(change_leaves(part, change) for part in parts))
        case Negation(part):
            return Negation(change_leaves(part, change))
    return change(condition)


_COMMA = re.compile(r"[,;](?!\d)(?![^(]*\))")


def split_choices(text: str) -> tuple[str, ...]:
    """The parts of a text at its commas, but those in brackets and in numbers; none where it has one part only."""
    parts = tuple(part for part in map(str.strip, _COMMA.split(text)) if part)
    return parts if len(parts) > 1 else ()


OPERANDS = (Element, Today, Selection, Difference)
TIME_UNITS = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Assignment:
    """An output entry `"Element" = value`, perhaps `(where ...)`: what the rule records."""

    element: Element | Selection
    value: Literal
