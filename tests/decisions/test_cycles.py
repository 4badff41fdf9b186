"""Cycles of a graph: each is one, no node on a cycle is missed, and an acyclic graph of any size has none."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from dmn_engine.model.cycles import find_cycles

EDGES = st.dictionaries(st.integers(0, 6), st.lists(st.integers(0, 6), max_size=4), max_size=7)


@given(EDGES)
def test_each_cycle_is_one_and_none_is_missed(edges: dict[int, list[int]]) -> None:
    found = list(find_cycles(edges))
    for cycle in found:
        steps = zip(cycle, (*cycle[1:], cycle[0]), strict=True)
        assert all(needed in edges[node] for node, needed in steps)
        assert len(set(cycle)) == len(cycle)
    assert bool(found) == any(reaches(edges, node, node) for node in edges)
    left = {node: needed for node, needed in edges.items() if node not in set(itertools.chain(*found))}
    assert not any(reaches(left, node, node) for node in left)


def reaches(edges: dict[int, list[int]], start: int, goal: int) -> bool:
    seen, todo = set(), [start]
    while todo:
        for needed in edges.get(todo.pop(), ()):
            if needed == goal:
                return True
            if needed in edges and needed not in seen:
                seen.add(needed)
                todo.append(needed)
    return False


def test_a_long_chain_has_no_cycle() -> None:
    assert list(find_cycles({node: [node + 1] for node in range(100_000)})) == []
