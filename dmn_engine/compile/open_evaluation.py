"""Evaluate expressions of which some variables are unknown or errors (DMN 1.5, 10.3.2: three-valued logic).

A variable without a value counts only where the expression reads it: `and` and `or` may be decided without it, and
`if` reads one branch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dmn_engine.feel.errors import EvaluationError, distinct
from dmn_engine.feel.syntax import Conditional, Conjunction, Disjunction, Expression, Name, Path, UnaryTests, walk
from dmn_engine.feel.values import NoValue
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.unknown import ErrorValue, Partial, find_partial, merge, merge_open

Compute = Callable[[Mapping[str, Value], list[EvaluationError]], Value]
"""The value of an expression for its variables; the reasons for nulls are appended to the list."""


class _Known(dict[str, Value]):
    """The variables that have a value."""

    def __missing__(self, name: str) -> Value:
        raise NoValue(name)


@dataclass(frozen=True, slots=True)
class OpenExpression:
    """The parts of its variables that an expression reads, and whether it may leave some of them unread."""

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
            return compute(_Known((name, value) for name, value in values.items() if name not in partials), errors)
        except NoValue as error:
            read = [partials[name] for name in error.names]
            failed, errors[before:] = errors[before:], []
        if all(isinstance(each, ErrorValue) for each in read):
            return merge((*read, *([ErrorValue(distinct(failed))] if failed else [])))
        return merge_open(partials.values())

    def _find_partial(self, name: str, value: Value) -> Partial | None:
        """The unknown or the error in the part of a value that the expression reads."""
        partial = find_partial(value)
        if partial is None or name in self.bare or not isinstance(value, dict):
            return partial
        return merge(found for key in self.members.get(name, ()) if (found := find_partial(value.get(key))) is not None)


def open_expression(node: Expression | UnaryTests) -> OpenExpression:
    """The reads of an expression or a cell."""
    members: dict[str, set[str]] = {}
    inner: set[int] = set()
    branches = False
    for part in walk(node):
        branches = branches or isinstance(part, Conjunction | Disjunction | Conditional)
        if isinstance(part, Path) and isinstance(part.operand, Name):
            members.setdefault(part.operand.name, set()).add(part.member)
            inner.add(id(part.operand))
    bare = {part.name for part in walk(node) if isinstance(part, Name) and id(part) not in inner}
    return OpenExpression(members, bare, branches)
