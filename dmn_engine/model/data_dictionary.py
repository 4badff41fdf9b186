"""The data dictionary: every field of a record with its type and domain. records.typing makes it from a JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from functools import cached_property

from dmn_engine.diagnostics import Source
from dmn_engine.feel.types import Type
from dmn_engine.model.cell_text import fold_label

Value = object  # a FEEL value: None, Decimal, str, bool, list, dict, or one of feel.values


@dataclass(frozen=True, slots=True)
class Domain:
    """The allowed values of a field: a list in order, bounds of a number, or else every value of its type.

    For a list field `values` are those of its items. `integer` restricts a number to whole numbers.
    """

    values: tuple[Value, ...] | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    low_closed: bool = True
    high_closed: bool = True
    integer: bool = False

    def holds(self, number: Decimal) -> bool:
        """Whether the number is one of the values, or within the bounds."""
        if self.values is not None:
            return number in self.values
        above = self.low is None or number > self.low or (number == self.low and self.low_closed)
        return above and (self.high is None or number < self.high or (number == self.high and self.high_closed))

    def intersect(self, other: Domain) -> Domain | None:
        """The values of both, a list in the order of the other; None for a list and bounds."""
        if ANY_VALUE in (self, other):
            return other if self == ANY_VALUE else self
        if self.values is not None and other.values is not None:
            return Domain(tuple(value for value in other.values if value in self.values))
        if self.values is not None or other.values is not None:
            return None
        low, low_closed = _tighter(Decimal.__gt__, (self.low, self.low_closed), (other.low, other.low_closed))
        high, high_closed = _tighter(Decimal.__lt__, (self.high, self.high_closed), (other.high, other.high_closed))
        return Domain(None, low, high, low_closed, high_closed, self.integer or other.integer)

    def is_empty(self) -> bool:
        """Whether no value is left."""
        if self.values is not None or self.low is None or self.high is None:
            return self.values == ()
        if self.integer:
            return _first_integer(self.low, self.low_closed) > -_first_integer(-self.high, self.high_closed)
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))


ANY_VALUE = Domain()
"""No restriction beyond the type."""

Bound = tuple[Decimal | None, bool]


def unite_domains(domains: Iterable[Domain]) -> Domain:
    """The values of any of these, numbers between two ranges included; any value where one of them allows that."""
    every = list(domains)
    if not every or ANY_VALUE in every:
        return ANY_VALUE
    lists = [domain.values for domain in every if domain.values is not None]
    if len(lists) == len(every):
        return Domain(tuple(dict.fromkeys(value for values in lists for value in values)))
    if lists:
        return ANY_VALUE
    low, low_closed = _extend([(domain.low, domain.low_closed) for domain in every], min)
    high, high_closed = _extend([(domain.high, domain.high_closed) for domain in every], max)
    return Domain(None, low, high, low_closed, high_closed, all(domain.integer for domain in every))


def _extend(
    ends: Sequence[tuple[Decimal | None, bool]], outer: Callable[[Iterable[Decimal]], Decimal]
) -> tuple[Decimal | None, bool]:
    """The outermost of the ends of several ranges, and whether it is closed in one of them."""
    known = [end for end, _ in ends if end is not None]
    if len(known) < len(ends):
        return None, True
    found = outer(known)
    return found, any(closed for end, closed in ends if end == found)


def _tighter(is_tighter: Callable[[Decimal, Decimal], bool], one: Bound, other: Bound) -> Bound:
    """The tighter of two bounds; of two equal ones, the open one."""
    if one[0] is None or other[0] is None:
        return other if one[0] is None else one
    if one[0] == other[0]:
        return one[0], one[1] and other[1]
    return one if is_tighter(one[0], other[0]) else other


def _first_integer(low: Decimal, closed: bool) -> Decimal:
    """The least whole number from `low` on."""
    whole = low.to_integral_value(ROUND_CEILING)
    return whole if closed or whole != low else whole + 1


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record, or an output column that several tables share.

    `distinct` says that no item of a list occurs twice, `nullable` that null is one of its values.
    """

    name: str
    title: str
    type: Type
    domain: Domain = Domain()
    description: str = ""
    unit: str = ""
    default: Value = None
    has_default: bool = False
    distinct: bool = False
    nullable: bool = False
    accepts: Callable[[Value], bool] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule for impossible combinations: the fields that it reads, its statement, and a predicate of their values.

    `holds` takes the values of these fields (only those that are present) and is true for every possible patient.
    `cuts` are the constants that the rule compares its fields with; all values between two cuts are equivalent, unless
    the rule `computes`.
    """

    fields: tuple[str, ...]
    statement: str
    holds: Callable[[Mapping[str, Value]], bool]
    cuts: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    computes: bool = False
    source: Source | None = None

    def is_possible(self, values: Mapping[str, Value], missing: Mapping[str, tuple[Value, ...]]) -> bool:
        """Whether a patient can have these values; a missing field may be inapplicable.

        A field is inapplicable if the rule forbids all of its values together with the others; every region then
        represents it.
        """
        if self.holds(values):
            return True
        for name, regions in missing.items():
            others = {key: value for key, value in values.items() if key != name}
            if self.holds(others) and not any(self.holds(others | {name: value}) for value in regions):
                return True
        return False


@dataclass(frozen=True)
class DataDictionary:
    """Fields by name in the schema's order, shared output columns by title, and the impossible combinations."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    outputs: Mapping[str, Field] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()

    def find(self, label: str) -> Field | None:
        """The field with this name or title, ignoring white space and case; None if there is none."""
        return self._index.get(fold_label(label))

    def find_output(self, label: str) -> Field | None:
        """The shared output column with this title, ignoring white space and case; None if there is none."""
        return next((item for title, item in self.outputs.items() if fold_label(title) == fold_label(label)), None)

    def labels(self) -> Iterator[str]:
        """All titles, for messages and dropdowns."""
        return (item.title for item in self.fields.values())

    @cached_property
    def _index(self) -> dict[str, Field]:
        index = {fold_label(item.title): item for item in self.fields.values()}
        index.update({fold_label(item.name): item for item in self.fields.values()})
        return index
