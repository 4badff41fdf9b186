"""Run tests/cases/values: operators, temporal texts and built-in functions with their exact results or messages.

A case is `[arguments, result]`; the result is FEEL text, or `error: ` and the whole message. In arguments "~" is null,
A case is `[arguments, result]`; the result is FEEL text, or `error: ` and the whole message. In arguments "~" is null,
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from dmn_engine.feel import conversion, numbers, operators, temporal, types
from dmn_engine.feel.builtins import BUILTINS, choose
from dmn_engine.feel.builtins.conversions import range_of_text
from dmn_engine.feel.values import FeelError, Value, format_value, from_python

CASES = Path(__file__).parents[1] / "cases" / "values"


def read(value: object) -> Value:
    if value == "~":
        return None
    if isinstance(value, str) and value.startswith("@"):
        return temporal.parse_temporal(value[1:])
    if isinstance(value, str) and value[:2] in ("#[", "#(", "#]"):
        return range_of_text(value[1:])
    if isinstance(value, list):
        return [read(item) for item in value]
    if isinstance(value, dict):
        return {key: read(item) for key, item in value.items()}
    return from_python(value)


def show(evaluate: Callable[[], Value]) -> str:
    try:
        return format_value(evaluate())
    except FeelError as error:
        return f"error: {error.message}"


def cases(folder: str) -> list[object]:
    return [
        pytest.param(name, *case, id=f"{path.stem}-{name}-{number}")
        for path in sorted((CASES / folder).glob("*.toml"))
        for name, group in tomllib.loads(path.read_text("utf-8"), parse_float=Decimal).items()
        for number, case in enumerate(group["cases"], 1)
    ]


@pytest.mark.parametrize(("name", "arguments", "expected"), cases("builtins"))
def test_builtin(name: str, arguments: object, expected: str) -> None:
    values = read(arguments)
    if isinstance(values, dict):
        found = show(lambda: choose(BUILTINS[name], list(values.values()), list(values)))
    else:
        assert isinstance(values, list)
        found = show(lambda: choose(BUILTINS[name], values))
    assert found == expected


def test_every_builtin_has_cases() -> None:
    tried = {str(case.values[0]) for case in cases("builtins")}  # type: ignore[attr-defined]  # pytest.param's own type
    assert set(BUILTINS) - tried == {"now", "today", "sort"}, "these three are in test_builtins.py"


OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": operators.add,
    "subtract": operators.subtract,
    "multiply": operators.multiply,
    "divide": operators.divide,
    "power": operators.power,
    "negate": operators.negate,
    "equal": operators.equal,
    "compare": operators.compare,
    "between": operators.between,
    "is_member": operators.is_member,
    "get_member": operators.get_member,
    "conjunction": operators.conjunction,
    "disjunction": operators.disjunction,
    "negation": operators.negation,
    "parse_temporal": temporal.parse_temporal,
    "parse_number": numbers.parse_number,
    "coerce": lambda value, name: conversion.coerce(value, TYPES[name]),
}
TYPES = {
    **types.BY_NAME,
    "list<number>": types.ListType(types.NUMBER),
    "list<Any>": types.ListType(types.ANY),
    "range<number>": types.RangeType(types.NUMBER),
    "context<a: number>": types.ContextType((("a", types.NUMBER),)),
    "list<list<number>>": types.ListType(types.ListType(types.NUMBER)),
}


@pytest.mark.parametrize(("name", "arguments", "expected"), cases("operators"))
def test_operation(name: str, arguments: list[object], expected: str) -> None:
    assert show(lambda: OPERATIONS[name](*map(read, arguments))) == expected
