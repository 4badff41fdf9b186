"""Built-in functions on booleans (DMN 1.5, 10.3.4.2, table 73; `all` and `any` of table 75)."""

from __future__ import annotations

from dmn_engine.feel import operators
from dmn_engine.feel.builtins.builtin import LIST, Builtin, Parameter
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.types import BOOLEAN
from dmn_engine.feel.values import Value


def negate(value: bool | None) -> bool | None:
    """Logical negation; the negation of null is null."""
    return operators.negation(value)


def are_all(items: list[Value]) -> bool | None:
    """Whether all are true: false if any is false, else null if any is null."""
    result: bool | None = True
    for item in _check(items):
        result = operators.conjunction(result, item)
    return result


def is_any(items: list[Value]) -> bool | None:
    """Whether any is true; else null if any is null."""
    result: bool | None = False
    for item in _check(items):
        result = operators.disjunction(result, item)
    return result


def are_all_values(items: list[Value]) -> bool | None:
    """`are_all` of values instead of a list; a single null is a missing list."""
    return are_all(_check_list(items))


def is_any_value(items: list[Value]) -> bool | None:
    """`is_any` of values instead of a list; a single null is a missing list."""
    return is_any(_check_list(items))


def _check_list(items: list[Value]) -> list[Value]:
    if items == [None]:
        raise FeelError("list is null")
    return items


def _check(items: list[Value]) -> list[Value]:
    for item in items:
        if item is not None and not isinstance(item, bool):
            raise FeelError(f"{operators.show(item)} is neither true nor false")
    return items


_LIST = (Parameter("list", LIST),)
_ITEMS = (Parameter("b", BOOLEAN, variadic=True, nullable=True),)

BUILTINS: tuple[Builtin, ...] = (
    Builtin("not", (Parameter("negand", BOOLEAN, nullable=True),), BOOLEAN, negate, "Logical negation."),
    Builtin("all", _LIST, BOOLEAN, are_all, "Whether all items of a list are true."),
    Builtin("all", _ITEMS, BOOLEAN, are_all_values, "Whether all values are true."),
    Builtin("any", _LIST, BOOLEAN, is_any, "Whether any item of a list is true."),
    Builtin("any", _ITEMS, BOOLEAN, is_any_value, "Whether any value is true."),
)
