"""Resolve the labels of When columns to fields, decisions or expressions, and to the values of their cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dmn_engine.diagnostics import Diagnostics, Span, nearest_name, offer
from dmn_engine.feel.syntax import Expression, Name, free_names
from dmn_engine.feel.types import ANY, NUMBER, ListType, Type
from dmn_engine.model.cell_text import fold_label, offer_listed, squeeze, whole
from dmn_engine.model.data_dictionary import ANY_VALUE, DataDictionary, Domain, Field, Value
from dmn_engine.model.type_constraints import UNCONSTRAINED, TypeConstraint, constrain
from dmn_engine.model.value_text import describe_domain, show_value
from dmn_engine.model.workbook_source import CellSource, ColumnSource
from dmn_engine.workbook.allowed_values import NO_VALUES, AllowedValues
from dmn_engine.workbook.cells.constants import KnownTexts
from dmn_engine.workbook.cells.listed import Listed
from dmn_engine.workbook.cells.reading import ColumnType, Scope, name_type


@dataclass(frozen=True, slots=True)
class DecisionType:
    """What a decision gives: the type of its outcome and, of one output column, the values that it may have.

    `columns` are the parts of the outcome: its output columns, with the values that each may have.
    """

    type: Type
    domain: Domain = ANY_VALUE
    columns: tuple[ColumnType, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What a label or an expression may name: fields of the data dictionary, and decisions with their outcomes.

    A label is found whatever its case and blanks; of a field both the title and the name.
    """

    dictionary: DataDictionary
    decisions: Mapping[str, DecisionType]
    _fields: dict[str, Field] = field(init=False, repr=False)
    _folded: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        fields = self.dictionary.fields.values()
        index = {fold_label(item.title): item for item in fields} | {fold_label(item.name): item for item in fields}
        object.__setattr__(self, "_fields", index)
        object.__setattr__(self, "_folded", {fold_label(name): name for name in self.decisions})

    def scope(self) -> Scope:
        """The names with their types; a title is mapped to the name of its field."""
        fields = self.dictionary.fields.values()
        names: dict[str, Type] = {name: outcome.type for name, outcome in self.decisions.items()}
        names |= {item.title: item.type for item in fields}
        names |= {item.name: item.type for item in fields}
        known = self.dictionary.fields
        canonical = {item.title: item.name for item in fields if item.title != item.name and item.title not in known}
        return Scope(names, canonical, KnownTexts(self._list_texts(), self._list_member_texts(), self._list_titles()))

    def _list_titles(self) -> dict[str, str]:
        return {item.name: item.title for item in self.dictionary.fields.values()}

    def _list_texts(self) -> dict[str, tuple[str, ...]]:
        """The texts that listed fields and decisions can have, by name."""
        fields = self.dictionary.fields.values()
        columns = {item.name: ColumnType(item.title, item.type, item.domain) for item in fields}
        columns |= {name: ColumnType(name, given.type, given.domain) for name, given in self.decisions.items()}
        return {name: column.texts for name, column in columns.items() if column.texts is not None}

    def _list_member_texts(self) -> dict[str, tuple[str, ...]]:
        """The texts that output columns can have, by label: of all columns of that label, if all of them are listed."""
        texts: dict[str, tuple[str, ...]] = {}
        free: set[str] = set()
        for column in (column for outcome in self.decisions.values() for column in outcome.columns):
            if column.texts is None:
                free.add(column.label)
            else:
                texts[column.label] = tuple(dict.fromkeys((*texts.get(column.label, ()), *column.texts)))
        return {label: listed for label, listed in texts.items() if label not in free}

    def find_field(self, label: str) -> Field | None:
        """The field of this title or name."""
        return self._fields.get(fold_label(label))

    def find_decision(self, label: str) -> str | None:
        """The decision of this name."""
        return self._folded.get(fold_label(label))

    def suggest(self, label: str) -> str | None:
        """The field's title or decision that a misspelt label most likely meant."""
        return nearest_name(label, [*self.dictionary.labels(), *self.decisions])


@dataclass(frozen=True, slots=True)
class Input:
    """What an input column asks: its expression, the name where it is just one, and what its cells hold.

    `constraint` is what an input value must be, if the row `Values` restricts it further than the data dictionary.
    """

    expression: Expression
    name: str
    column: ColumnType
    constraint: TypeConstraint = UNCONSTRAINED


def read_input(
    source: ColumnSource, names: Names, scope: Scope, found: Diagnostics, allowed: AllowedValues | None = NO_VALUES
) -> Input | None:
    """What a When column asks and holds; None where its label or `Values` have an error, which is then reported."""
    known = _find_known(source.label, names) or _read_label_expression(source.label, names, scope, found)
    if known is None or allowed is None:
        return None
    if source.values is None:
        return known
    column = _narrow(source.values, known.column, allowed, found)
    if column is None:
        return None
    if (column.type, column.domain) == (known.column.type, known.column.domain):
        return replace(known, column=column)
    constraint = constrain(column.type, column.domain, source.values.source, column.label, nullable=True)
    return replace(known, column=column, constraint=constraint)


def _find_known(label: CellSource, names: Names) -> Input | None:
    text = label.text
    span = whole(text).span
    item = names.find_field(text)
    if item is not None:
        column = ColumnType(item.title, item.type, item.domain, False, item.unit)
        return Input(Name(span, item.name), item.name, column)
    decision = names.find_decision(text)
    if decision is not None:
        outcome = names.decisions[decision]
        return Input(Name(span, decision), decision, ColumnType(decision, outcome.type, outcome.domain, True))
    return None


_PLAIN_WORDS = re.compile(r"[\w\s'’/.,:()%-]+")


def _read_label_expression(label: CellSource, names: Names, scope: Scope, found: Diagnostics) -> Input | None:
    tried = Diagnostics()
    read = scope.read_expression(label.source, tried) if label.text.strip() else None
    if read is None:
        if _PLAIN_WORDS.fullmatch(label.text) or not label.text.strip():
            _report_unknown(label, names, found)
        else:
            found.items += tried.items
        return None
    expression, type_ = read
    if not any(True for _ in free_names(expression)):
        found.error(
            "constant-label",
            f"`{label.text}` is the same for every patient",
            label.source,
            help="write the title of a field, the name of a decision, or a FEEL expression of these",
        )
        return None
    found.items += tried.items
    return Input(expression, "", ColumnType(squeeze(label.text), type_, ANY_VALUE, True))


def _report_unknown(label: CellSource, names: Names, found: Diagnostics) -> None:
    if not label.text.strip():
        found.error(
            "empty-label",
            "this When column has no label",
            label.source,
            help="write the title of a field, or the name of a decision",
        )
        return
    near = names.suggest(label.text)
    found.error(
        "unknown-label",
        f"`{label.text}` is neither a field of the data dictionary nor a decision",
        label.source,
        help=offer(near, "write the title of a field, the name of a decision, or a FEEL expression of these"),
    )


def _narrow(cell: CellSource, base: ColumnType, values: AllowedValues, found: Diagnostics) -> ColumnType | None:
    """The column's type with the row `Values` taken into account, which must lie within what the column may hold."""
    nullable = base.nullable or values.nullable
    if values.type is None:
        return replace(base, nullable=nullable)
    if base.type == ANY:
        return replace(base, type=values.type, domain=values.domain, nullable=nullable)
    item = base.item.type
    given = values.type.item if isinstance(values.type, ListType) and isinstance(base.type, ListType) else values.type
    if given != item:
        found.error(
            "values-type",
            f"the row `Values` has {name_type(values.type)}, but {base.label} is {name_type(base.type)}",
            cell.source,
            help="correct the row `Values`, or leave it empty: the data dictionary has the values",
        )
        return None
    domain = _narrow_domain(cell, base, values.domain, found)
    return None if domain is None else replace(base, domain=domain, nullable=nullable)


def _narrow_domain(cell: CellSource, base: ColumnType, given: Domain, found: Diagnostics) -> Domain | None:
    if given == ANY_VALUE:
        return base.domain
    if base.domain.values is not None and given.values is not None:
        spelt = [_find_value(base.domain.values, value) for value in given.values]
        unknown = [value for value, known in zip(given.values, spelt, strict=True) if known is None]
        if not unknown:
            return Domain(tuple(spelt))
        text = show_value(unknown[0])
        start = cell.text.casefold().find(text.casefold())
        span = Span(start, start + len(text)) if start >= 0 else None
        words = f"`{text}` is in the row `Values`, but is not a value of {base.label}"
        listed = ", ".join(show_value(value) for value in base.domain.values)
        near = nearest_name(text, [show_value(value) for value in base.domain.values])
        help = offer_listed(near, f"listed are: {listed}")
        found.error("values-outside", words, cell.source, span, help=help)
        return None
    if base.item.type != NUMBER or _is_inside(given, base.domain):
        return given
    found.error(
        "values-outside",
        f"the row `Values` goes beyond what {base.label} can be",
        cell.source,
        help=f"{base.label} is {describe_domain(base.domain, base.unit)}",
    )
    return None


def _find_value(values: tuple[Value, ...], value: Value) -> Value | None:
    if isinstance(value, str):
        return Listed(item for item in values if isinstance(item, str)).find(value)
    return next((item for item in values if item == value and type(item) is type(value)), None)


def _is_inside(given: Domain, base: Domain) -> bool:
    """Whether every number of `given` is one of `base`."""
    if given.values is not None:
        return all(isinstance(value, Decimal) and base.holds(value) for value in given.values)
    return replace(base, integer=given.integer).intersect(given) == given
