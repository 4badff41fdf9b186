"""Nodes of the requirement graph that are not tables: boxed logic, business knowledge models, decision services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dmn_engine.compile.functions import FunctionPlan, Parameter
from dmn_engine.compile.open_evaluation import OpenExpression
from dmn_engine.diagnostics import Origin, Source
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.syntax import Expression, UnaryTests
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.type_constraints import ItemType


class Variable(NamedTuple):
    """A variable of an expression: the node of the graph that has its value, and its name in the expression.

    With a `prefix` (the name of an import) it is a member of the context of that name.
    """

    node: str
    label: str
    prefix: str = ""


def read_variables(variables: Iterable[Variable], read: Callable[[str], Value]) -> dict[str, Value]:
    """The variables of an expression by their names in it; `read` returns the value of a node."""
    found: dict[str, Value] = {}
    for node, label, prefix in variables:
        if not prefix:
            found[label] = read(node)
            continue
        context = found.setdefault(prefix, {})
        if isinstance(context, dict):
            context[label] = read(node)
    return found


@dataclass(frozen=True, slots=True)
class Logic:
    """A decision that is not a table: what it requires, how it is computed, and the texts that compute it.

    `compute` takes the values of the nodes that it requires, `reads` are the parts of them that it reads. `result` is
    the declared type of its value, `place` where it is declared. `expression` is a literal expression in the names of
    the nodes; None for other logic.
    """

    requires: tuple[str, ...]
    compute: Callable[[Mapping[str, Value], list[EvaluationError]], Value]
    result: ItemType
    reads: OpenExpression
    texts: tuple[Expression | UnaryTests, ...] = ()
    place: Source | None = None
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class KnowledgeNode:
    """A business knowledge model: a function whose body sees the functions that it requires, and itself."""

    plan: FunctionPlan
    variables: tuple[Variable, ...]
    origin: Origin

    @property
    def requires(self) -> tuple[str, ...]:
        return tuple(item.node for item in self.variables)


@dataclass(frozen=True, slots=True)
class ServiceNode:
    """A decision service: a function that evaluates its output decisions in a separate evaluation (DMN 1.5, 10.4).

    Its arguments replace the nodes `inputs`; nothing else of the caller's record is visible to it.
    """

    name: str
    parameters: tuple[Parameter, ...]
    inputs: tuple[str, ...]
    outputs: tuple[Variable, ...]
    result: ItemType
    origin: Origin

    @property
    def requires(self) -> tuple[str, ...]:
        return (*(item.node for item in self.outputs), *self.inputs)


FunctionNode = KnowledgeNode | ServiceNode


def list_parameters(node: FunctionNode) -> Iterator[tuple[str, ItemType]]:
    """The parameters of a function by name, with their types."""
    for parameter in node.plan.parameters if isinstance(node, KnowledgeNode) else node.parameters:
        yield parameter.name, parameter.type
