"""Built-in functions that give booleans (DMN 1.5, 10.3.4.2, table 73; `all` and `any` of table 75; `is`, table 77)."""

from __future__ import annotations

from dmn_engine.feel import operators
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.values import Value


def are_all(items: list[Value]) -> bool | None:
    """Whether all items of a list are true.

    False if any is false, else null if any is null.
    """
    result: bool | None = True
    for item in _check(items):
        result = operators.conjunction(result, item)
    return result


def is_any(items: list[Value]) -> bool | None:
    """Whether any item of a list is true.

    Otherwise null if any is null.
    """
    result: bool | None = False
    for item in _check(items):
        result = operators.disjunction(result, item)
    return result


def _check_values(items: list[Value]) -> list[Value]:
    """Values instead of a list; a single null is a missing list."""
    if items == [None]:
        raise FeelError("list is null")
    return items


def _check(items: list[Value]) -> list[Value]:
    for item in items:
        if item is not None and not isinstance(item, bool):
            raise FeelError(f"{operators.show(item)} is neither true nor false")
    return items


BUILTINS: tuple[Builtin, ...] = (
    builtin("not(negand: boolean?) -> boolean", operators.negation, "Logical negation."),
    builtin("all(list: list) -> boolean", are_all),
    builtin(
        "all(b...: boolean?) -> boolean", lambda items: are_all(_check_values(items)), "Whether all values are true."
    ),
    builtin("any(list: list) -> boolean", is_any),
    builtin("any(b...: boolean?) -> boolean", lambda items: is_any(_check_values(items)), "Whether any value is true."),
    builtin(
        "is(value1: Any?, value2: Any?) -> boolean",
        operators.is_same,
        "Whether two values are identical, including time zones.",
    ),
)
