"""The built-in function `sort` (DMN 1.5, 10.3.4.9, table 80)."""

from __future__ import annotations

from functools import cmp_to_key

from dmn_engine.feel.builtins.builtin import FUNCTION, LIST, Builtin, Parameter
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import show
from dmn_engine.feel.values import Function, Value


def sort(items: list[Value], precedes: Function) -> list[Value]:
    """The items in the order of the function; items of which neither precedes the other keep their order.

    Raises: FeelError if the function does not take two values, or does not give true or false.
    """
    if precedes.arity != 2 and not precedes.variadic:
        raise FeelError(f"the function takes {precedes.arity} values, it must take 2")

    def order(left: Value, right: Value) -> int:
        found = precedes(left, right)
        if not isinstance(found, bool):
            raise FeelError(f"the function gives {show(found)}, it must give true or false")
        return -found  # sorting only asks which items come before which

    return sorted(items, key=cmp_to_key(order))


BUILTINS: tuple[Builtin, ...] = (
    Builtin(
        "sort",
        (Parameter("list", LIST), Parameter("precedes", FUNCTION)),
        LIST,
        sort,
        "The list sorted by a function that says whether one item precedes another.",
        is_slow=True,
    ),
)
