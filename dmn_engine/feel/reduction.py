"""Take out of an expression what it does not read: other items of a list than the one it picks, and the like.

What is not read cannot change the value, so that it may be unknown or fail.
"""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.feel.syntax import (
    Call,
    ContextLiteral,
    Filter,
    ListLiteral,
    Node,
    NodeT,
    NumberLiteral,
    Path,
    free_names,
    transform,
    walk,
)


def reduce_unread(node: NodeT) -> NodeT:
    """The node without unread parts: `[a, b][2]` is b, `count([a, b])` is 2, `{x: a, y: b}.x` is a."""
    return transform(node, lambda part: _pick(part) or part) if has_unread(node) else node


def has_unread(node: Node) -> bool:
    """Whether the node has unread parts."""
    return any(isinstance(part, Filter | Call | Path) and _pick(part) is not None for part in walk(node))


def _pick(node: Node) -> Node | None:
    """What alone counts of a node; None if that is not known."""
    match node:
        case Filter(operand=ListLiteral(items=items), condition=NumberLiteral(value=place)):
            return items[int(place) - 1] if place == int(place) and 0 < place <= len(items) else None
        case Call(builtin="count", arguments=(ListLiteral(items=items),), names=()):
            return NumberLiteral(node.span, Decimal(len(items)))
        case Path(operand=ContextLiteral(entries=entries), member=member):
            keys = [entry.key for entry in entries]
            values = [entry.value for entry in entries if entry.key == member]
            return values[0] if len(values) == 1 and free_names(values[0]).isdisjoint(keys) else None
    return None
