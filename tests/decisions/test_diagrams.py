"""Laws of decision diagrams against plain functions on all assignments."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.evaluate.decision_diagram import Branch, Diagram, Diagrams, find_path, list_levels

WIDTHS = (2, 3, 2)
ASSIGNMENTS = list(itertools.product(*map(range, WIDTHS)))
TABLES = st.lists(st.integers(0, 2), min_size=len(ASSIGNMENTS), max_size=len(ASSIGNMENTS))


def build(diagrams: Diagrams, values: list[int]) -> Diagram:
    table = dict(zip(ASSIGNMENTS, values, strict=True))

    def grow(prefix: tuple[int, ...]) -> Diagram:
        if len(prefix) == len(WIDTHS):
            return diagrams.leaf(table[prefix])
        return diagrams.branch(len(prefix), [grow((*prefix, index)) for index in range(WIDTHS[len(prefix)])])

    return grow(())


def follow(diagram: Diagram, assignment: tuple[int, ...]) -> object:
    while isinstance(diagram, Branch):
        diagram = diagram.children[assignment[diagram.level]]
    return diagram.value


@given(TABLES, TABLES)
@settings(max_examples=150, deadline=None)
def test_apply_choose_and_simplify_agree_with_the_functions(one: list[int], two: list[int]) -> None:
    diagrams = Diagrams(lambda value: (type(value), value))
    left, right = build(diagrams, one), build(diagrams, two)
    care = diagrams.apply(lambda value: value == 0, right)
    pairs = diagrams.apply(lambda a, b: (a, b), left, right)
    chosen = diagrams.choose(care, left, right)
    simple = diagrams.simplify(left, care)
    for assignment, a, b in zip(ASSIGNMENTS, one, two, strict=True):
        assert follow(pairs, assignment) == (a, b)
        assert follow(chosen, assignment) == (a if b == 0 else b)
        if b == 0:
            assert follow(simple, assignment) == a
    assert set(list_levels(simple)) <= set(list_levels(left))
    reduced = diagrams.reduce(left, care)
    cared = {place: a for place, a, b in zip(ASSIGNMENTS, one, two, strict=True) if b == 0}
    assert all(follow(reduced, place) == a for place, a in cared.items())
    kept = list_levels(reduced)
    for omitted in kept if 0 in two else []:
        groups: dict[tuple[int, ...], set[int]] = {}
        for place, a in cared.items():
            groups.setdefault(tuple(place[level] for level in kept if level != omitted), set()).add(a)
        assert any(len(values) > 1 for values in groups.values())


@given(TABLES)
@settings(max_examples=100, deadline=None)
def test_equal_functions_are_one_object_and_look_only_at_what_matters(values: list[int]) -> None:
    diagrams = Diagrams(lambda value: (type(value), value))
    diagram = build(diagrams, values)
    assert build(diagrams, list(values)) is diagram
    table = dict(zip(ASSIGNMENTS, values, strict=True))
    for level, width in enumerate(WIDTHS):
        matters = any(
            len({table[(*a[:level], index, *a[level + 1 :])] for index in range(width)}) > 1 for a in ASSIGNMENTS
        )
        assert matters == (level in list_levels(diagram))


@given(TABLES)
@settings(max_examples=100, deadline=None)
def test_a_found_path_leads_to_what_was_wanted(values: list[int]) -> None:
    diagram = build(Diagrams(lambda value: (type(value), value)), values)
    path = find_path(diagram, lambda value: value == 2)
    if path is None:
        assert 2 not in values
    else:
        assert follow(diagram, tuple(path.get(level, 0) for level in range(len(WIDTHS)))) == 2
