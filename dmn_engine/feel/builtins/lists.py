"""Built-in functions on lists (DMN 1.5, 10.3.4.4, table 75; `sort`, table 80); those of numbers are in `statistics`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key

from dmn_engine.feel import operators
from dmn_engine.feel.budget import spend
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.builtins.positions import index_of_position, slice_from
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.values import Function, Value, freeze

MAX_ITEMS = 1_000_000
"""The most items in a list that a built-in returns."""


def find_least(items: list[Value]) -> Value:
    """The least item."""
    return _find_extreme(items, "<", min)


def find_greatest(items: list[Value]) -> Value:
    """The greatest item."""
    return _find_extreme(items, ">", max)


def _find_extreme(items: list[Value], order: str, choose: Callable[..., Value]) -> Value:
    """The first item in this order; `choose` is Python's equivalent for items that Python orders in the same way."""
    if not items:
        raise FeelError("the list is empty")
    kind = type(items[0])
    if kind in (Decimal, str) and set(map(type, items)) == {kind}:
        return choose(items)
    best = items[0]
    for item in items:
        if operators.compare(order, item, best):
            best = item
    return best


def take_sublist(items: list[Value], start: Decimal, length: Decimal | None) -> list[Value]:
    """The items from a position on; the first is 1, the last -1."""
    return items[slice_from(len(items), start, length)]


def append(items: list[Value], added: list[Value]) -> list[Value]:
    """The list with items added at the end."""
    return _bound([*items, *added])


def concatenate(lists: list[list[Value]]) -> list[Value]:
    """The items of all lists in order."""
    if sum(map(len, lists)) > MAX_ITEMS:
        raise _too_long()
    return [item for items in lists for item in items]


def insert_before(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    """The list with an item inserted before a position."""
    index = index_of_position(len(items), position)
    return _bound([*items[:index], item, *items[index:]])


def remove(items: list[Value], position: Decimal) -> list[Value]:
    """The list without the item at a position."""
    index = index_of_position(len(items), position)
    return [*items[:index], *items[index + 1 :]]


def replace_at(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    """The list with another item at a position."""
    index = index_of_position(len(items), position)
    return [*items[:index], item, *items[index + 1 :]]


def replace_matching(items: list[Value], match: Function, new: Value) -> list[Value]:
    """The list with an item in place of each for which the function of both is true."""
    decide = _make_decide(match)
    return [new if decide(item, new) else item for item in items]


def sort(items: list[Value], precedes: Function) -> list[Value]:
    """The list sorted by a function that says whether one item precedes another.

    Items of which neither precedes the other keep their order.
    """
    decide = _make_decide(precedes)  # sorting only asks which items come before which
    return sorted(items, key=cmp_to_key(lambda left, right: -decide(left, right)))


def _make_decide(function: Function) -> Callable[[Value, Value], bool]:
    """A function of two values as a condition. Raises: FeelError if it does not take two, or gives another value."""
    if function.arity != 2 and not function.variadic:
        raise FeelError(f"the function takes {function.arity} values, it must take 2")

    def decide(left: Value, right: Value) -> bool:
        answer = function(left, right)
        if not isinstance(answer, bool):
            raise FeelError(f"the function gives {operators.show(answer)}, it must give true or false")
        return answer

    return decide


def find_positions(items: list[Value], match: Value) -> list[Value]:
    """The positions of the value in the list."""
    return [Decimal(place) for place, item in enumerate(items, 1) if operators.equal(item, match)]


def unite(lists: list[list[Value]]) -> list[Value]:
    """The distinct items of all lists."""
    return keep_distinct(concatenate(lists))


def keep_distinct(items: list[Value]) -> list[Value]:
    """The distinct items of the list.

    Each is at its first position.
    """
    spend(len(items))
    found: dict[object, Value] = {}
    for item in items:
        found.setdefault(freeze(item), item)
    return list(found.values())


def flatten(items: list[Value]) -> list[Value]:
    """The items of the list and of the lists in it, as one list."""
    flat: list[Value] = []
    waiting: list[Value] = [*reversed(items)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            spend(1 + len(item))
            waiting.extend(reversed(item))
        else:
            flat.append(item)
        if len(waiting) + len(flat) > MAX_ITEMS:
            raise _too_long()
    return flat


def _bound(items: list[Value]) -> list[Value]:
    if len(items) > MAX_ITEMS:
        raise _too_long()
    return items


def _too_long() -> FeelError:
    return FeelError(f"the list would have more than {MAX_ITEMS} items")


BUILTINS: tuple[Builtin, ...] = (
    builtin(
        "list contains(list: list, element: Any?) -> boolean",
        operators.contains,
        "Whether the list contains the element.",
    ),
    builtin("count(list: list) -> number", lambda items: Decimal(len(items)), "The number of items."),
    builtin("min(list: list) -> Any", find_least),
    builtin("min(c...: Any) -> Any", find_least, "The least value."),
    builtin("max(list: list) -> Any", find_greatest),
    builtin("max(c...: Any) -> Any", find_greatest, "The greatest value."),
    builtin("sublist(list: list, start position: number, length?: number) -> list", take_sublist),
    builtin("append(list: list, item...: Any?) -> list", append),
    builtin("concatenate(list...: list) -> list", concatenate),
    builtin("insert before(list: list, position: number, newItem: Any?) -> list", insert_before),
    builtin("remove(list: list, position: number) -> list", remove),
    builtin("list replace(list: list, position: number, newItem: Any?) -> list", replace_at),
    builtin("list replace(list: list, match: function, newItem: Any?) -> list", replace_matching),
    builtin("reverse(list: list) -> list", lambda items: items[::-1], "The list in reverse order."),
    builtin("index of(list: list, match: Any?) -> list<number>", find_positions),
    builtin("union(list...: list) -> list", unite),
    builtin("distinct values(list: list) -> list", keep_distinct),
    builtin("flatten(list: list) -> list", flatten),
    builtin("sort(list: list, precedes: function) -> list", sort),
)
