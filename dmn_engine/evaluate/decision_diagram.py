"""Decision diagrams: functions of finitely many unknowns, with branches over regions and leaves with values.

A diagram is a multi-valued decision diagram, ordered and reduced (Kam, Villa, Brayton, Sangiovanni-Vincentelli,
"Multi-valued decision diagrams", 1998): equal functions are one object, so equality is identity and the variables that
occur in a diagram are exactly those that its value depends on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType

from dmn_engine.model.data_dictionary import Value

MOST_NODES = 30_000
"""Limit on the branches of one store, and on the steps of one operation."""


class BudgetExceeded(Exception):
    """A diagram exceeded the limit of nodes; the caller falls back to an answer that claims less."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A constant function."""

    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A function of the variable at `level` in the order and of later ones: child i is the function in its region i."""

    level: int
    children: tuple[Diagram, ...]


Diagram = Leaf | Branch

_LEAF_LEVEL = sys.maxsize


@dataclass(slots=True)
class Diagrams:
    """A store that creates each diagram once. `key` defines equality of leaf values."""

    key: Callable[[Value], Hashable]
    _leaves: dict[Hashable, Leaf] = field(default_factory=dict)
    _branches: dict[tuple[int, ...], Branch] = field(default_factory=dict)
    _projected: dict[tuple[int, frozenset[int]], Diagram] = field(default_factory=dict)
    _applied: dict[Callable[..., Value], dict[tuple[int, ...], Diagram]] = field(default_factory=dict)

    def leaf(self, value: Value) -> Leaf:
        """The constant function of a value."""
        key = self.key(value)
        found = self._leaves.get(key)
        if found is None:
            found = self._leaves[key] = Leaf(value)
        return found

    def branch(self, level: int, children: Sequence[Diagram]) -> Diagram:
        """The function that is child i in region i of the variable; the child itself if all are equal."""
        first = children[0]
        if all(child is first for child in children):
            return first
        key = (level, *map(id, children))
        found = self._branches.get(key)
        if found is None:
            if len(self._branches) >= MOST_NODES:
                raise BudgetExceeded
            found = self._branches[key] = Branch(level, tuple(children))
        return found

    def apply(self, function: Callable[..., Value], *operands: Diagram) -> Diagram:
        """The diagram of `function` applied to the operands' values, once for each combination that can occur.

        Results are kept for a function of a module, which gives the same value each time.
        """
        is_kept = isinstance(function, FunctionType) and "<" not in function.__qualname__
        done = self._applied.setdefault(function, {}) if is_kept else {}
        return self._apply(function, operands, done, len(done) + MOST_NODES)

    def _apply(
        self,
        function: Callable[..., Value],
        operands: tuple[Diagram, ...],
        done: dict[tuple[int, ...], Diagram],
        most: int,
    ) -> Diagram:
        key = tuple(map(id, operands))
        found = done.get(key)
        if found is not None:
            return found
        level = min((_level(operand) for operand in operands), default=_LEAF_LEVEL)
        if level == _LEAF_LEVEL:
            found = self.leaf(function(*(operand.value for operand in operands if isinstance(operand, Leaf))))
        else:
            parts = [
                operand.children if isinstance(operand, Branch) and operand.level == level else None
                for operand in operands
            ]
            width = next(len(part) for part in parts if part is not None)
            found = self.branch(
                level,
                [
                    self._apply(
                        function,
                        tuple(
                            operand if part is None else part[index]
                            for operand, part in zip(operands, parts, strict=True)
                        ),
                        done,
                        most,
                    )
                    for index in range(width)
                ],
            )
        done[key] = found
        if len(done) > most:
            raise BudgetExceeded
        return found

    def choose(self, condition: Diagram, chosen: Diagram, otherwise: Diagram) -> Diagram:
        """`chosen` where the condition is True, else `otherwise`."""
        return self._choose(condition, chosen, otherwise, {})

    def _choose(
        self, condition: Diagram, chosen: Diagram, otherwise: Diagram, done: dict[tuple[int, int, int], Diagram]
    ) -> Diagram:
        if isinstance(condition, Leaf):
            return chosen if condition.value is True else otherwise
        if chosen is otherwise:
            return chosen
        key = (id(condition), id(chosen), id(otherwise))
        found = done.get(key)
        if found is None:
            operands = (condition, chosen, otherwise)
            level = min(map(_level, operands))
            width = next(len(part.children) for part in operands if isinstance(part, Branch) and part.level == level)
            children = []
            for index in range(width):
                test, yes, no = (_descend(part, level, index) for part in operands)
                children.append(self._choose(test, yes, no, done))
            found = done[key] = self.branch(level, children)
        return found

    def simplify(self, diagram: Diagram, care: Diagram) -> Diagram:
        """A diagram equal to the given one wherever `care` is True, with fewer variables.

        Sibling substitution (Coudert and Madre, "restrict"): a branch is omitted if its other regions cannot occur.
        If `care` is never True the diagram is unchanged.
        """
        found = self._simplify(diagram, care, {})
        return diagram if found is None else found

    def _simplify(self, diagram: Diagram, care: Diagram, done: dict[tuple[int, int], Diagram | None]) -> Diagram | None:
        if isinstance(care, Leaf):
            return diagram if care.value is True else None
        if isinstance(diagram, Leaf):
            return diagram if self.can_hold(care) else None
        key = (id(diagram), id(care))
        if key in done:
            return done[key]
        found: Diagram | None
        if care.level < diagram.level:
            found = self._simplify(diagram, self._join(care.children), done)
        else:
            parts = [
                self._simplify(child, _descend(care, diagram.level, index), done)
                for index, child in enumerate(diagram.children)
            ]
            kept = [part for part in parts if part is not None]
            if not kept:
                found = None
            else:
                found = self.branch(diagram.level, [kept[0] if part is None else part for part in parts])
        done[key] = found
        return found

    def _join(self, parts: Sequence[Diagram]) -> Diagram:
        return self.apply(_is_any_true, *parts)

    def reduce(self, diagram: Diagram, care: Diagram) -> Diagram:
        """A diagram equal to the given one wherever `care` is True, none of whose variables can be omitted there.

        A variable can be omitted if the functions in its regions are equal wherever two of them can occur.
        """
        if isinstance(care, Leaf) or isinstance(diagram, Leaf):
            return diagram
        widths = _list_widths(diagram)
        care = self._project(care, frozenset(widths))
        if isinstance(care, Leaf):
            return diagram
        for level, width in sorted(widths.items(), reverse=True):
            regions = [{level: index} for index in range(width)]
            functions = [self.restrict(diagram, region) for region in regions]
            occurs = [self.restrict(care, region) for region in regions]
            joined = functions[-1]
            for function, here in zip(functions, occurs, strict=True):
                joined = self.choose(here, function, joined)
            if not any(
                self.can_hold(self.apply(_differ, function, here, joined))
                for function, here in zip(functions, occurs, strict=True)
            ):
                diagram, care = joined, self._join(occurs)
        return diagram

    def _project(self, care: Diagram, levels: frozenset[int]) -> Diagram:
        """True where `care` is True for some values of the variables that are not in `levels`."""
        key = (id(care), levels)
        found = self._projected.get(key)
        if found is None:
            found = care
            for level, width in _list_widths(care).items():
                if level not in levels:
                    found = self._join([self.restrict(found, {level: index}) for index in range(width)])
            self._projected[key] = found
        return found

    def restrict(self, diagram: Diagram, assignment: Mapping[int, int]) -> Diagram:
        """The function with these variables (by level) fixed to these regions."""
        done: dict[int, Diagram] = {}

        def walk(node: Diagram) -> Diagram:
            if isinstance(node, Leaf):
                return node
            found = done.get(id(node))
            if found is None:
                if node.level in assignment:
                    found = walk(node.children[assignment[node.level]])
                else:
                    found = self.branch(node.level, [walk(child) for child in node.children])
                done[id(node)] = found
            return found

        return walk(diagram)

    def can_hold(self, condition: Diagram) -> bool:
        """Whether some assignment makes the condition True."""
        return any(value is True for value in list_values(condition))


def _is_any_true(*values: Value) -> Value:
    return any(value is True for value in values)


def _differ(value: Value, here: Value, other: Value) -> bool:
    return here is True and value is not other  # equal values are those of one leaf


def _level(diagram: Diagram) -> int:
    return diagram.level if isinstance(diagram, Branch) else _LEAF_LEVEL


def _descend(diagram: Diagram, level: int, index: int) -> Diagram:
    return diagram.children[index] if isinstance(diagram, Branch) and diagram.level == level else diagram


def walk_nodes(diagram: Diagram) -> Iterator[Diagram]:
    """Every node once."""
    seen: set[int] = set()
    stack = [diagram]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, Branch):
            stack.extend(reversed(node.children))


def list_values(diagram: Diagram) -> list[Value]:
    """The distinct values of all leaves, in the order of regions."""
    return [node.value for node in walk_nodes(diagram) if isinstance(node, Leaf)]


def list_levels(diagram: Diagram) -> list[int]:
    """The levels of the variables that the function depends on, ascending."""
    return sorted({node.level for node in walk_nodes(diagram) if isinstance(node, Branch)})


def _list_widths(diagram: Diagram) -> dict[int, int]:
    """The number of regions of each variable, by level."""
    return {node.level: len(node.children) for node in walk_nodes(diagram) if isinstance(node, Branch)}


def find_path(diagram: Diagram, wanted: Callable[[Value], bool]) -> dict[int, int] | None:
    """An assignment of regions (level to index) whose value satisfies `wanted`; None if there is none."""
    dead: set[int] = set()

    def search(node: Diagram) -> dict[int, int] | None:
        if isinstance(node, Leaf):
            return {} if wanted(node.value) else None
        if id(node) in dead:
            return None
        for index, child in enumerate(node.children):
            found = search(child)
            if found is not None:
                return {node.level: index} | found
        dead.add(id(node))
        return None

    return search(diagram)


def list_paths(diagram: Diagram, wanted: Callable[[Value], bool]) -> Iterator[dict[int, int]]:
    """All assignments of regions (level to index) whose values satisfy `wanted`."""
    alive: dict[int, bool] = {}

    def leads(node: Diagram) -> bool:
        if id(node) not in alive:
            alive[id(node)] = wanted(node.value) if isinstance(node, Leaf) else any([*map(leads, node.children)])
        return alive[id(node)]

    def walk(node: Diagram) -> Iterator[dict[int, int]]:
        if not leads(node):
            return
        if isinstance(node, Leaf):
            yield {}
            return
        for index, child in enumerate(node.children):
            for path in walk(child):
                yield {node.level: index} | path

    yield from walk(diagram)
