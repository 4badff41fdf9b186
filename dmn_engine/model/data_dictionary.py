"""The data dictionary: every field of a record with its type and domain. records.typing makes it from a JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

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
    `cuts` are the numbers that the rule compares its number fields with; all values between two cuts are equivalent.
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
