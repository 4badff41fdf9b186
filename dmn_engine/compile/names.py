"""The fields and decisions that an expression or a cell reads."""

from __future__ import annotations

from collections.abc import Iterable

from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.syntax import Call, Expression, Name, Node, UnaryTests, free_names, walk
from dmn_engine.feel.types import ANY, Type


def read_names(node: Expression | UnaryTests) -> list[str]:
    """The variables that a node reads, sorted, without built-in functions that it only calls."""
    return sorted(name for name in free_names(node) if name not in BUILTINS or not _is_builtin(node, name))


CLOCK = frozenset({"now", "today"})


def reads_clock(node: Node) -> bool:
    """Whether an expression or cell depends on when it is evaluated."""
    return any(isinstance(part, Call) and part.builtin in CLOCK for part in walk(node))


def open_scope(names: Iterable[str]) -> dict[str, Type]:
    """A scope with these names, of type Any: the types are already checked."""
    return dict.fromkeys(names, ANY)


def _is_builtin(node: Expression | UnaryTests, name: str) -> bool:
    """Whether the name only occurs in calls of the built-in function."""
    called = {id(part.function) for part in walk(node) if isinstance(part, Call) and part.builtin}
    return all(id(part) in called for part in walk(node) if isinstance(part, Name) and part.name == name)
