"""Simplify calls such as `date("2024-01-01")` of a constant text to literals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.syntax import AtLiteral, Call, Name, Node, StringLiteral
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration, parse_temporal

_MADE_BY: Mapping[str, tuple[type, ...]] = {
    "date": (Date,),
    "time": (Time,),
    "date and time": (DateTime,),
    "duration": (DaysDuration, YearsDuration),
}
Tree = TypeVar("Tree", bound=Node)


def settle_literals(tree: Tree, names: Collection[str]) -> Tree:
    """The tree with `date("2024-01-01")` and the like as `@"2024-01-01"`, unless one of `names` hides the function."""
    hidden = _MADE_BY.keys() & set(names)
    settled: Tree = _settle(tree, {name: classes for name, classes in _MADE_BY.items() if name not in hidden})
    return settled


def _settle(node: Any, functions: Mapping[str, tuple[type, ...]]) -> Any:
    match node:
        case Call(function=Name(name=name), arguments=(StringLiteral(value=text),)) if name in functions:
            return AtLiteral(node.span, text) if _makes(text, functions[name]) else node
        case Node():
            return replace(node, **_change(node, lambda part: _settle(part, functions)))
        case tuple():
            return tuple(_settle(part, functions) for part in node)
    return node


def _change(node: Node, settle: Callable[[Any], Any]) -> dict[str, Any]:
    return {item.name: settle(getattr(node, item.name)) for item in fields(node) if item.name != "span"}


def _makes(text: str, classes: tuple[type, ...]) -> bool:
    try:
        return isinstance(parse_temporal(text), classes)
    except FeelError:
        return False
