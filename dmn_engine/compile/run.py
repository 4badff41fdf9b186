"""One evaluation of a compiled graph: inputs, the values so far, runs of imported models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from dmn_engine.compile.requirement_graph import Link, Node, Requirement, Unit
from dmn_engine.feel.values import Cause
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.definitions import Decision

ByNamespace = Mapping[str, Mapping[str, Value]]


class Computation(Protocol):
    """A compiled node: its value in a run, after the values of its requirements."""

    def compute(self, run: Run) -> Value:
        """The node's value; errors are added to the run's causes."""


@dataclass(slots=True, eq=False)
class Run:
    """The state of one evaluation of one model; `given` values replace the values that their nodes would compute.

    The keys of `inputs` are names of input data; the inputs of an imported model are a context under the import's name,
    or in `elsewhere` by the model's namespace.
    """

    unit: Unit
    computations: Mapping[Node, Computation]
    inputs: Mapping[str, Value]
    causes: list[Cause]
    elsewhere: ByNamespace = field(default_factory=dict)
    values: dict[Node, Value] = field(default_factory=dict)
    _children: dict[Link, Run] = field(default_factory=dict)

    def start(self) -> Run:
        """A new run of the same model that shares only the causes with this one."""
        return Run(self.unit, self.computations, {}, self.causes)

    def child(self, link: Link) -> Run:
        """The run of an imported model: one for each path of imports."""
        run = self._children.get(link)
        if run is None:
            nested = self.inputs.get(link.name) if link.name else self.inputs
            named = self.elsewhere.get(link.unit.definitions.namespace, {})
            inputs = {**named, **nested} if isinstance(nested, Mapping) else named
            run = Run(link.unit, self.computations, inputs, self.causes, self.elsewhere)
            self._children[link] = run
        return run

    def find(self, name: str, namespace: str = "") -> tuple[Run, Node] | None:
        """The element of that name, with its run: in this model, or in one that it imports without a name.

        With a namespace, the element of the model with this namespace. A name may also be qualified: `import.name`.
        """
        pending: list[Run] = [self]
        while pending:
            run = pending.pop(0)
            is_meant = not namespace or run.unit.definitions.namespace == namespace
            node = run.unit.by_name.get(name) if is_meant else None
            if node is not None:
                return run, node
            pending.extend(run.child(link) for link in run.unit.imports if namespace or not link.name)
        for link in self.unit.imports:
            if link.name and name.startswith(f"{link.name}."):
                return self.child(link).find(name[len(link.name) + 1 :], namespace)
        return None

    def home_of(self, requirement: Requirement) -> Run:
        """The run that has the value of a required node."""
        return self if requirement.link is None else self.child(requirement.link)

    def give(self, requirement: Requirement, value: Value) -> None:
        """Set the value of a node, so that it is not computed."""
        self.home_of(requirement).values[requirement.node] = value

    def value_of(self, requirement: Requirement) -> Value:
        """The value of a node, after its requirements; each is computed once, without recursion."""
        home = self.home_of(requirement)
        pending: list[tuple[Run, Node]] = [(home, requirement.node)]
        while pending:
            run, node = pending[-1]
            missing = [] if node in run.values or node.is_circular else list(run._list_missing(node))
            if missing:
                pending.extend(missing)
                continue
            if node not in run.values:
                run.values[node] = self.computations[node].compute(run)
            pending.pop()
        return home.values[requirement.node]

    def _list_missing(self, node: Node) -> Iterable[tuple[Run, Node]]:
        """The requirements of a decision that have no value yet; functions need none until they are called."""
        if not isinstance(node.element, Decision):
            return
        for requirement in reversed(node.requires):
            home = self.home_of(requirement)
            if requirement.node not in home.values:
                yield home, requirement.node

    def read_variables(self, requirements: Iterable[Requirement]) -> dict[str, Value]:
        """The variables of an expression: the values of the required nodes by name, imported ones in a context."""
        variables: dict[str, Value] = {}
        for requirement in requirements:
            value = self.value_of(requirement)
            if not requirement.prefix:
                variables[requirement.node.name] = value
                continue
            context = variables.setdefault(requirement.prefix, {})
            if isinstance(context, dict):
                context[requirement.node.name] = value
        return variables
