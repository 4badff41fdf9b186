"""The data dictionary: every field of a record with its type and domain. Knows no JSON; records.typing makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from dmn_engine.feel.types import Type

Value = object  # a FEEL value: None, Decimal, str, bool, list, dict, or one of feel.values


@dataclass(frozen=True, slots=True)
class Domain:
    """What values a field may have: a finite list in its order, bounds of a number, or else anything of its type.

    For a list field `values` are those of its items. `integer` says that a number has no fraction.
    """

    values: tuple[Value, ...] | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    low_closed: bool = True
    high_closed: bool = True
    integer: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a record, or one output column that tables share."""

    name: str
    title: str
    type: Type
    domain: Domain = Domain()
    description: str = ""
    unit: str = ""
    default: Value = None
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """A combination rule of the vocabulary: which fields it reads, its words, and whether values of them are possible.

    `holds` takes the named fields' values (only those that are present) and must be true for a possible patient.
    `cuts` are the numbers that the rule compares its number fields with, so that one value stands for all between.
    """

    fields: tuple[str, ...]
    statement: str
    holds: Callable[[Mapping[str, Value]], bool]
    cuts: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """Fields by name in the schema's order, shared output columns by title, and the impossible combinations."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    outputs: Mapping[str, Field] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()

    def find(self, label: str) -> Field | None:
        """The field of this name or title (white space and case do not count); None where there is none."""
        return self._index.get(_fold(label))

    def find_output(self, label: str) -> Field | None:
        """The shared output column of this title (white space and case do not count)."""
        return next((item for title, item in self.outputs.items() if _fold(title) == _fold(label)), None)

    def labels(self) -> Iterator[str]:
        """All titles, for messages and dropdowns."""
        return (item.title for item in self.fields.values())

    @cached_property
    def _index(self) -> dict[str, Field]:
        index = {_fold(item.title): item for item in self.fields.values()}
        index.update({_fold(item.name): item for item in self.fields.values()})
        return index


def _fold(label: str) -> str:
    return " ".join(label.split()).casefold()
