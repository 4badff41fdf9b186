"""Order and cycles of a graph of requirements, and their words (DMN 1.5, 6.2.1.1: no decision requires itself)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def order(roots: Iterable[Node], require: Callable[[Node], Iterable[Node]]) -> list[Node]:
    """The roots and all that they require, each after what it requires (as far as there are no cycles)."""
    done: dict[Node, None] = {}
    path: dict[Node, Iterator[Node]] = {}
    for root in roots:
        if root not in done:
            path[root] = iter(require(root))
        while path:
            node, pending = next(reversed(path.items()))
            below = next((each for each in pending if each not in done and each not in path), None)
            if below is None:
                done[node] = None
                del path[node]
            else:
                path[below] = iter(require(below))
    return list(done)


def find_cycles(edges: Mapping[Node, Iterable[Node]]) -> Iterator[tuple[Node, ...]]:
    """A shortest cycle through each node that is on one, each node in at most one of them.

    `edges` are the nodes that each node requires; nodes that are not a key of it require nothing.
    """
    left = _drop_acyclic(edges)
    done: set[Node] = set()
    for node in left:
        if node not in done and (cycle := _find_way(node, left)):
            done.update(cycle)
            yield cycle


def describe_cycle(names: Iterable[str]) -> str:
    """The message for decisions that require each other."""
    shown = [f"`{name}`" for name in names]
    return f"decisions depend on each other in a cycle: {' → '.join([*shown, shown[0]])}"


def _drop_acyclic(edges: Mapping[Node, Iterable[Node]]) -> dict[Node, list[Node]]:
    """The graph without the nodes that lead to no cycle."""
    left = {node: [other for other in dict.fromkeys(required) if other in edges] for node, required in edges.items()}
    readers: dict[Node, list[Node]] = {}
    for node, required in left.items():
        for other in required:
            readers.setdefault(other, []).append(node)
    counts = {node: len(required) for node, required in left.items()}
    free = [node for node, count in counts.items() if count == 0]
    for node in free:
        del left[node]
        for reader in readers.get(node, ()):
            counts[reader] -= 1
            if counts[reader] == 0:
                free.append(reader)
    return {node: [other for other in required if other in left] for node, required in left.items()}


def _find_way(start: Node, edges: Mapping[Node, list[Node]]) -> tuple[Node, ...] | None:
    """A shortest way from a node back to itself."""
    ways: list[tuple[Node, ...]] = [(start,)]
    seen: set[Node] = set()
    for way in ways:
        for required in edges[way[-1]]:
            if required == start:
                return way
            if required not in seen:
                seen.add(required)
                ways.append((*way, required))
    return None
