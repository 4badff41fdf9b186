"""Evaluate expressions of which some variables are unknown or errors (DMN 1.5, 10.3.2: three-valued logic).

A variable without a value counts only where the expression reads it: `and` and `or` may be decided without it, and
`if` reads one branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from dmn_engine.feel.errors import Absent, EvaluationError, NoValue, distinct
from dmn_engine.feel.syntax import Conditional, Conjunction, Disjunction, Expression, Name, Node, Path, UnaryTests, walk
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.unknown import ErrorValue, Partial, find_partial, merge, merge_open

Compute = Callable[[Mapping[str, Value], list[EvaluationError]], Value]
"""The value of an expression for its variables; the reasons for nulls are appended to the list."""


@dataclass(frozen=True, slots=True)
class OpenExpression:
    """The parts of its variables that an expression reads, and whether it may leave some of them unread.

    A variable counts as a whole unless only some of its members are read.
    """

    members: Mapping[str, set[str]]
    bare: set[str]
    branches: bool

    def evaluate(self, values: Mapping[str, Value], compute: Compute, errors: list[EvaluationError]) -> Value:
        """The value, if the variables that are known determine it, else the unknown or the error."""
        partials = {name: found for name, value in values.items() if (found := self._find_partial(name, value))}
        if not partials:
            return compute(values, errors)
        if not self.branches:
            return merge(partials.values())
        before = len(errors)
        try:
            known = {name: self._hide(name, value) if name in partials else value for name, value in values.items()}
            return compute(known, errors)
        except NoValue as error:
            read = error.reasons
            failed, errors[before:] = errors[before:], []
        if all(isinstance(each, ErrorValue) for each in read):
            return merge((*read, *([ErrorValue(distinct(failed))] if failed else [])))
        return merge_open(partials.values())

    def _reads_members(self, value: Value, name: str) -> TypeGuard[dict[str, Value]]:
        """Whether the expression reads only members of a variable, not the whole."""
        return isinstance(value, dict) and name in self.members and name not in self.bare

    def _hide(self, name: str, value: Value) -> Value:
        """The value, its unknown parts and errors as Absent."""
        if not self._reads_members(value, name):
            return Absent(find_partial(value))
        return {key: value if (found := find_partial(value)) is None else Absent(found) for key, value in value.items()}

    def _find_partial(self, name: str, value: Value) -> Partial | None:
        """The unknown or the error in the part of a value that the expression reads."""
        partial = find_partial(value)
        if partial is None or not self._reads_members(value, name):
            return partial
        return merge(found for key in self.members[name] if (found := find_partial(value.get(key))) is not None)


def open_expression(*nodes: Expression | UnaryTests) -> OpenExpression:
    """The reads of an expression or a cell, or of several together."""
    members: dict[str, set[str]] = {}
    inner: set[int] = set()
    branches = False
    for part in _walk_all(nodes):
        branches = branches or isinstance(part, Conjunction | Disjunction | Conditional)
        if isinstance(part, Path) and isinstance(part.operand, Name):
            members.setdefault(part.operand.name, set()).add(part.member)
            inner.add(id(part.operand))
    bare = {part.name for part in _walk_all(nodes) if isinstance(part, Name) and id(part) not in inner}
    return OpenExpression(members, bare, branches)


def _walk_all(nodes: Iterable[Expression | UnaryTests]) -> Iterator[Node]:
    for node in nodes:
        yield from walk(node)
