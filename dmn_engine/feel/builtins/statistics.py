"""Built-in functions that compute with a list of numbers (DMN 1.5, 10.3.4.4, table 75)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dmn_engine.feel import numbers
from dmn_engine.feel.builtins.builtin import LIST, Builtin, Parameter
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import show
from dmn_engine.feel.types import NUMBER, ListType, Type
from dmn_engine.feel.values import Value


def total(items: list[Value]) -> Decimal:
    """The sum."""
    return numbers.total(_check(items, 1))


def mean(items: list[Value]) -> Decimal:
    """The arithmetic mean."""
    return numbers.mean(_check(items, 1))


def product(items: list[Value]) -> Decimal:
    """The product."""
    return numbers.product(_check(items, 1))


def median(items: list[Value]) -> Decimal:
    """The middle of the sorted numbers, or the mean of the middle two."""
    return numbers.median(_check(items, 1))


def standard_deviation(items: list[Value]) -> Decimal:
    """The sample standard deviation."""
    return numbers.standard_deviation(_check(items, 2))


def mode(items: list[Value]) -> list[Decimal]:
    """The most frequent numbers, ascending."""
    return numbers.mode(_check(items, 0))


def _check(items: list[Value], least: int) -> list[Decimal]:
    """The items as numbers. Raises: FeelError if an item is not a number, or there are fewer than `least`."""
    found = [item for item in items if isinstance(item, Decimal)]
    if len(found) < len(items):
        wrong = next(item for item in items if not isinstance(item, Decimal))
        raise FeelError(f"{show(wrong)} is not a number")
    if len(found) < least:
        raise FeelError("the list is empty" if least == 1 else f"it takes at least {least} numbers")
    return found


def _record(name: str, function: Callable[..., Value], doc: str, result: Type = NUMBER) -> tuple[Builtin, Builtin]:
    """Both signatures: of a list, and of numbers one by one."""
    return (
        Builtin(name, (Parameter("list", LIST),), result, function, f"{doc} of a list."),
        Builtin(name, (Parameter("n", NUMBER, variadic=True),), result, function, f"{doc}."),
    )


BUILTINS: tuple[Builtin, ...] = (
    *_record("sum", total, "The sum"),
    *_record("mean", mean, "The arithmetic mean"),
    *_record("product", product, "The product"),
    *_record("median", median, "The median"),
    *_record("stddev", standard_deviation, "The sample standard deviation"),
    *_record("mode", mode, "The modes (most frequent numbers, ascending)", ListType(NUMBER)),
)
