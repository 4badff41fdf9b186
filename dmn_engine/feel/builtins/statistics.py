"""Built-in functions that compute with a list of numbers (DMN 1.5, 10.3.4.4, table 75)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dmn_engine.feel import numbers
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import show
from dmn_engine.feel.values import Value


def _check(items: list[Value], least: int) -> list[Decimal]:
    """The items as numbers. Raises: FeelError if an item is not a number, or there are fewer than `least`."""
    found = [item for item in items if isinstance(item, Decimal)]
    if len(found) < len(items):
        wrong = next(item for item in items if not isinstance(item, Decimal))
        raise FeelError(f"{show(wrong)} is not a number")
    if len(found) < least:
        raise FeelError("the list is empty" if least == 1 else f"it takes at least {least} numbers")
    return found


def _of_numbers(
    name: str, function: Callable[[list[Decimal]], Value], doc: str, least: int = 1, result: str = "number"
) -> tuple[Builtin, Builtin]:
    """Both signatures: of a list, and of numbers one by one."""

    def compute(items: list[Value]) -> Value:
        return function(_check(items, least))

    return (
        builtin(f"{name}(list: list) -> {result}", compute, f"{doc} of a list."),
        builtin(f"{name}(n...: number) -> {result}", compute, f"{doc}."),
    )


BUILTINS: tuple[Builtin, ...] = (
    *_of_numbers("sum", numbers.total, "The sum"),
    *_of_numbers("mean", numbers.mean, "The arithmetic mean"),
    *_of_numbers("product", numbers.product, "The product"),
    *_of_numbers("median", numbers.median, "The median"),
    *_of_numbers("stddev", numbers.standard_deviation, "The sample standard deviation", least=2),
    *_of_numbers("mode", numbers.mode, "The modes (most frequent numbers, ascending)", 0, "list<number>"),
)
