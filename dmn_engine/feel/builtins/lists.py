"""Built-in functions on lists (DMN 1.5, 10.3.4.4, table 75); those of numbers are in `statistics`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dmn_engine.feel import operators
from dmn_engine.feel.budget import spend
from dmn_engine.feel.builtins.builtin import FUNCTION, LIST, Builtin, Parameter
from dmn_engine.feel.builtins.positions import index_of_position, slice_from
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.types import ANY, BOOLEAN, NUMBER, ListType
from dmn_engine.feel.values import Function, Value, freeze

MAX_ITEMS = 1_000_000
"""The most items in a list that a built-in returns."""


def contains(items: list[Value], element: Value) -> bool:
    """Whether an item equals the element."""
    return operators.contains(items, element)


def count(items: list[Value]) -> Decimal:
    """The number of items."""
    return Decimal(len(items))


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
    """The items from the start position on, at most `length` of them."""
    return items[slice_from(len(items), start, length)]


def append(items: list[Value], added: list[Value]) -> list[Value]:
    """The list with the items added at the end."""
    return _bound([*items, *added])


def concatenate(lists: list[list[Value]]) -> list[Value]:
    """All items of all lists."""
    if sum(map(len, lists)) > MAX_ITEMS:
        raise _too_long()
    return [item for items in lists for item in items]


def insert_before(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    """The list with the item inserted before the position."""
    index = index_of_position(len(items), position)
    return _bound([*items[:index], item, *items[index:]])


def remove(items: list[Value], position: Decimal) -> list[Value]:
    """The list without the item at the position."""
    index = index_of_position(len(items), position)
    return [*items[:index], *items[index + 1 :]]


def replace_at(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    """The list with another item at the position."""
    index = index_of_position(len(items), position)
    return [*items[:index], item, *items[index + 1 :]]


def replace_matching(items: list[Value], match: Function, new: Value) -> list[Value]:
    """The list with the new item in place of every item for which match(item, new) is true."""
    if match.arity != 2 and not match.variadic:
        raise FeelError(f"the function takes {match.arity} values, it must take 2")
    return [new if _decide(match(item, new)) else item for item in items]


def _decide(answer: Value) -> bool:
    if not isinstance(answer, bool):
        raise FeelError(f"the function gives {operators.show(answer)}, it must give true or false")
    return answer


def reverse(items: list[Value]) -> list[Value]:
    """The list in reverse order."""
    return items[::-1]


def find_positions(items: list[Value], match: Value) -> list[Value]:
    """The positions of the items that equal the value, ascending."""
    return [Decimal(place) for place, item in enumerate(items, 1) if operators.equal(item, match)]


def unite(lists: list[list[Value]]) -> list[Value]:
    """All items of all lists, each once."""
    return keep_distinct(concatenate(lists))


def keep_distinct(items: list[Value]) -> list[Value]:
    """Each distinct item once, at its first position."""
    spend(len(items))
    found: dict[object, Value] = {}
    for item in items:
        found.setdefault(freeze(item), item)
    return list(found.values())


def flatten(items: list[Value]) -> list[Value]:
    """The items of the list and of all lists in it."""
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


_LIST = Parameter("list", LIST)
_POSITION = Parameter("position", NUMBER)
_NEW_ITEM = Parameter("newItem", ANY, nullable=True)
_LISTS = Parameter("list", LIST, variadic=True)
_COMPARED = Parameter("c", ANY, variadic=True)


def _record(
    name: str, parameters: tuple[Parameter, ...], function: Callable[..., Value], doc: str, result: ListType = LIST
) -> Builtin:
    return Builtin(name, parameters, result, function, doc, is_slow=any(item.type == FUNCTION for item in parameters))


BUILTINS: tuple[Builtin, ...] = (
    Builtin(
        "list contains",
        (_LIST, Parameter("element", ANY, nullable=True)),
        BOOLEAN,
        contains,
        "Whether the list contains the element.",
    ),
    Builtin("count", (_LIST,), NUMBER, count, "The number of items."),
    Builtin("min", (_LIST,), ANY, find_least, "The least item."),
    Builtin("min", (_COMPARED,), ANY, find_least, "The least value."),
    Builtin("max", (_LIST,), ANY, find_greatest, "The greatest item."),
    Builtin("max", (_COMPARED,), ANY, find_greatest, "The greatest value."),
    _record(
        "sublist",
        (_LIST, Parameter("start position", NUMBER), Parameter("length", NUMBER, optional=True)),
        take_sublist,
        "The items from a position on; the first is 1, the last -1.",
    ),
    _record(
        "append",
        (_LIST, Parameter("item", ANY, variadic=True, nullable=True)),
        append,
        "The list with items added at the end.",
    ),
    _record("concatenate", (_LISTS,), concatenate, "The items of all lists in order."),
    _record(
        "insert before",
        (_LIST, _POSITION, _NEW_ITEM),
        insert_before,
        "The list with an item inserted before a position.",
    ),
    _record("remove", (_LIST, _POSITION), remove, "The list without the item at a position."),
    _record("list replace", (_LIST, _POSITION, _NEW_ITEM), replace_at, "The list with another item at a position."),
    _record(
        "list replace",
        (_LIST, Parameter("match", FUNCTION), _NEW_ITEM),
        replace_matching,
        "The list with an item in place of each for which the function of both is true.",
    ),
    _record("reverse", (_LIST,), reverse, "The list in reverse order."),
    _record(
        "index of",
        (_LIST, Parameter("match", ANY, nullable=True)),
        find_positions,
        "The positions of the value in the list.",
        ListType(NUMBER),
    ),
    _record("union", (_LISTS,), unite, "The distinct items of all lists."),
    _record("distinct values", (_LIST,), keep_distinct, "The distinct items of the list."),
    _record("flatten", (_LIST,), flatten, "The items of the list and of the lists in it, as one list."),
)
