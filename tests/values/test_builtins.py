"""Tests of built-in functions that a case file cannot express: functions as arguments, the clock, limits, records."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest

from dmn_engine.feel.builtins import BUILTINS, as_function, choose, fixed_clock
from dmn_engine.feel.types import NUMBER
from dmn_engine.feel.values import FeelError, Function, Value, format_value, from_python


def call(name: str, *values: object) -> str:
    try:
        return format_value(choose(BUILTINS[name], [from_python(value) for value in values]))
    except FeelError as error:
        return f"error: {error.message}"


def function(evaluate: Callable[..., Value], *parameters: str) -> Function:
    return Function("", parameters, evaluate)


DESCENDING = function(lambda x, y: x > y, "x", "y")


def test_sort_orders_by_the_function() -> None:
    assert call("sort", [3, 1, 4, 5, 2], DESCENDING) == "[5, 4, 3, 2, 1]"
    assert call("sort", [], DESCENDING) == "[]"
    assert call("sort", 1, DESCENDING) == "[1]"


def test_sort_is_stable() -> None:
    by_size = function(lambda x, y: len(x) < len(y), "x", "y")
    assert call("sort", ["bb", "aa", "c", "b"], by_size) == '["c", "b", "bb", "aa"]'


def test_sort_wants_a_decision_on_two_values() -> None:
    assert (
        call("sort", [2, 1], function(lambda x: True, "x"))
        == "error: sort: the function takes 1 values, it must take 2"
    )
    undecided = function(lambda x, y: None, "x", "y")
    assert call("sort", [2, 1], undecided) == "error: sort: the function gives null, it must give true or false"
    assert call("sort", [2, 1], 5) == "error: sort: precedes is not a function"


def test_a_builtin_can_be_an_argument() -> None:
    assert call("sort", [1, 3, 2], as_function(BUILTINS["after"])) == "[3, 2, 1]"


def test_list_replace_by_a_function() -> None:
    smaller = function(lambda item, new: item < new, "item", "newItem")
    assert call("list replace", [2, 4, 7, 8], smaller, 5) == "[5, 5, 7, 8]"
    number = function(lambda item, new: item, "item", "newItem")
    assert (
        call("list replace", [2], number, 5) == "error: list replace: the function gives 2, it must give true or false"
    )
    unary = function(lambda item: True, "item")
    assert call("list replace", [2], unary, 5) == "error: list replace: the function takes 1 values, it must take 2"


def test_the_clock_can_be_fixed() -> None:
    moment = datetime.datetime(2024, 2, 29, 23, 30, tzinfo=datetime.UTC)
    with fixed_clock(moment):
        assert (call("now"), call("today")) == ('@"2024-02-29T23:30:00Z"', '@"2024-02-29"')
    assert call("now", 1) == "error: now() does not take 1 value"


@pytest.mark.parametrize("name", BUILTINS)
def test_records_are_complete(name: str) -> None:
    for record in BUILTINS[name]:
        assert record.name == name
        assert record.doc.endswith(".")
        assert "\n" not in record.doc
        names = [parameter.name for parameter in record.parameters]
        assert len(names) == len(set(names))
        optional = [parameter.optional for parameter in record.parameters]
        assert optional == sorted(optional), "optional parameters come last"
        assert not any(parameter.variadic for parameter in record.parameters[:-1])


def test_there_are_all_the_functions_of_the_standard() -> None:
    assert sorted(BUILTINS) == sorted(NAMES)


NAMES = (
    """
date|date and time|time|number|string|duration|years and months duration|range|not|all|any
substring|string length|upper case|lower case|substring before|substring after|replace|contains|starts with|ends with
matches|split|string join
list contains|count|min|max|sum|mean|sublist|append|concatenate|insert before|remove|list replace|reverse|index of|union
distinct values|flatten|product|median|stddev|mode
decimal|floor|ceiling|round up|round down|round half up|round half down|abs|modulo|sqrt|log|exp|odd|even|is
before|after|meets|met by|overlaps|overlaps before|overlaps after|finishes|finished by|includes|during|starts
started by|coincides
day of year|day of week|month of year|week of year|now|today|sort
get value|get entries|context|context put|context merge
""".strip()
    .replace("\n", "|")
    .split("|")
)


def test_results_are_bounded() -> None:
    long = "x" * 600_000
    assert call("string join", [long, long]) == "error: string join: the text would be longer than 1000000 characters"
    thousand = "a" * 10_000
    bloat = call("replace", thousand, "a", "b" * 2_000)
    assert bloat == "error: replace: the text would be longer than 1000000 characters"
    many: list[Value] = [None] * 600_000
    with pytest.raises(FeelError, match=r"^concatenate: the list would have more than 1000000 items$"):
        choose(BUILTINS["concatenate"], [many, many])


def test_a_message_shows_little_of_a_long_value() -> None:
    assert call("sum", ["x" * 100]) == f'error: sum: "{"x" * 58}… is not a number'
    assert call("odd", [[Decimal(1)] * 1000] * 1000) == f"error: odd: number: [[{'1, ' * 19}… is not a number"


def test_numbers_at_the_edge_stay_cheap() -> None:
    assert call("decimal", Decimal("1E6000"), 6176) == "1E6000"
    assert call("floor", Decimal("1.5E-6000"), 6176) == "1.5E-6000"
    assert call("floor", Decimal("1.5E-6000"), 6000) == "1E-6000"
    assert call("ceiling", Decimal("1.5E-6000")) == "1"
    assert call("modulo", Decimal("1E6000"), Decimal("7E-6000")) == (
        "error: modulo: the numbers are too far apart for a remainder"
    )
    assert call("matches", "a" * 100_000, "(a*)*b") in (
        "false",
        'error: matches: the pattern "(a*)*b" takes too long on this text',
    )


def test_a_function_counts_its_values() -> None:
    pair = Function("pair", ("a", "b"), lambda a, b: [a, b], (NUMBER, NUMBER))
    assert pair(Decimal(1), Decimal(2)) == [Decimal(1), Decimal(2)]
    with pytest.raises(FeelError) as caught:
        pair(Decimal(1))
    assert caught.value.message == "pair takes 2 values, not 1"
    assert str(pair.type) == "function<number, number> -> Any"
