"""Random records for a data dictionary: values of each domain, constants of the tables, and values next to these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random

from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.syntax import AtLiteral, Node, NumberLiteral, StringLiteral, walk
from dmn_engine.feel.temporal import parse_temporal
from dmn_engine.feel.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    ContextType,
    ListType,
    Type,
)
from dmn_engine.feel.values import type_of
from dmn_engine.model.data_dictionary import Domain, Value
from dmn_engine.model.decision_table import Tables

MISSING = 0.04

_COMMON: Mapping[Type, tuple[Value, ...]] = {
    NUMBER: tuple(map(Decimal, (0, 1, 5, -3, 100))),
    STRING: ("a", "", "xyz"),
    BOOLEAN: (True, False),
    DATE: (parse_temporal("2024-02-29"), parse_temporal("2020-01-01")),
    TIME: (parse_temporal("10:00:00"),),
    DATE_TIME: (parse_temporal("2024-02-29T10:00:00"),),
    DAYS_DURATION: (parse_temporal("P3D"),),
    YEARS_DURATION: (parse_temporal("P1Y"),),
}


def draw_records(tables: Tables, random: Random, count: int, *, missing: float = MISSING) -> Iterator[dict[str, Value]]:
    """Records of the tables' vocabulary; a field is null as often as `missing` says."""
    met = collect_constants(tables)
    for _ in range(count):
        fields = tables.dictionary.fields.values()
        yield {item.name: draw_value(random, item.type, item.domain, met, missing) for item in fields}


def collect_constants(tables: Tables) -> dict[Type, list[Value]]:
    """The constants of the tables by type; for numbers, also the neighbours."""
    found: dict[Type, list[Value]] = {}
    for node in (node for table in tables.tables.values() for tree in _list_trees(table) for node in walk(tree)):
        for value in _read_constant(node):
            found.setdefault(type_of(value), []).append(value)
    return found


def _list_trees(table: object) -> Iterator[Node]:
    from dmn_engine.model.decision_table import DecisionTable

    assert isinstance(table, DecisionTable)
    yield from (column.expression for column in table.inputs)
    yield from (cell.tests for rule in table.rules for cell in rule.inputs)
    yield from (cell.expression for rule in table.rules for cell in rule.outputs if cell.expression is not None)


def _read_constant(node: Node) -> Iterator[Value]:
    match node:
        case StringLiteral(value=value):
            yield value
        case NumberLiteral(value=number):
            yield from (number + step for step in (0, 1, -1, Decimal("0.5")))
        case AtLiteral(text=text):
            try:
                yield parse_temporal(text)
            except FeelError:
                return


def draw_value(random: Random, type_: Type, domain: Domain, met: Mapping[Type, list[Value]], missing: float) -> Value:
    """A value of the domain (of a list, each item is one)."""
    if random.random() < missing:
        return None
    if isinstance(type_, ListType):
        return [draw_value(random, type_.item, domain, met, missing) for _ in range(random.randrange(3))]
    if isinstance(type_, ContextType):
        return {key: draw_value(random, member, Domain(), met, missing) for key, member in type_.members}
    choices = domain.values or _list_choices(type_, domain, met)
    return random.choice(choices) if choices else None


def _list_choices(type_: Type, domain: Domain, met: Mapping[Type, list[Value]]) -> tuple[Value, ...]:
    choices = (*met.get(type_, ()), *_COMMON.get(type_, ()))
    bounds = [end for end in (domain.low, domain.high) if end is not None]
    numbers = [value for value in choices if isinstance(value, Decimal)]
    if type_ != NUMBER or not (bounds or domain.integer):
        return choices
    inside = [
        value
        for value in (*numbers, *bounds)
        if (domain.low is None or value > domain.low or (value == domain.low and domain.low_closed))
        and (domain.high is None or value < domain.high or (value == domain.high and domain.high_closed))
        and (not domain.integer or value == value.to_integral_value())
    ]
    return tuple(inside)
