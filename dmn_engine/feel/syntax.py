"""The syntax tree of a FEEL text (DMN 1.5, 10.3.1); each node has its span."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, TypeVar, dataclass_transform
from typing import Literal as Choice

from dmn_engine.diagnostics import Span


@dataclass_transform(frozen_default=True)
class _Frozen:
    """A class whose subclasses are frozen dataclasses."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True)(cls)


class Node(_Frozen):
    """The base of all nodes: the span in the Source."""

    span: Span


class NumberLiteral(Node):
    value: Decimal


class StringLiteral(Node):
    """A string with its escapes resolved."""

    value: str


class BooleanLiteral(Node):
    value: bool


class NullLiteral(Node):
    pass


class AtLiteral(Node):
    """`@"..."`: a date, time, date and time or duration by its text (grammar rule 68)."""

    text: str


class Name(Node):
    """A variable; each run of white space in the name is one blank.

    `hides_builtin` says that it may be a function of the scope whose name a built-in function has too.
    """

    name: str
    hides_builtin: bool = False


class InputValue(Node):
    """`?`: the value that a unary test is applied to."""


class Negation(Node):
    operand: Expression


class Arithmetic(Node):
    operator: Choice["+", "-", "*", "/", "**"]
    left: Expression
    right: Expression


class Comparison(Node):
    operator: Choice["=", "!=", "<", "<=", ">", ">="]
    left: Expression
    right: Expression


class Conjunction(Node):
    left: Expression
    right: Expression


class Disjunction(Node):
    left: Expression
    right: Expression


class Between(Node):
    operand: Expression
    low: Expression
    high: Expression


class Membership(Node):
    """`operand in tests` (rule 49c)."""

    operand: Expression
    tests: tuple[UnaryTest, ...]


class InstanceOf(Node):
    operand: Expression
    type: TypeName


class TypeName(Node):
    """A type as written: a (qualified) name, or `list<..>`, `range<..>`, `context<a: ..>`, `function<..> -> ..`."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    members: tuple[tuple[str, TypeName], ...] = ()
    result: TypeName | None = None


class Conditional(Node):
    condition: Expression
    consequence: Expression
    alternative: Expression


class Iterator_(Node):
    """`name in domain`, or `name in domain..end` where `end` is given."""

    name: str
    domain: Expression
    end: Expression | None = None


class For(Node):
    """`for .. return body`; the name `partial` is bound in the body to the list of results so far."""

    iterators: tuple[Iterator_, ...]
    body: Expression


class Quantified(Node):
    """`some`/`every` .. `satisfies` body."""

    quantifier: Choice["some", "every"]
    iterators: tuple[Iterator_, ...]
    body: Expression


class Filter(Node):
    """`operand[condition]`; `item` and the members of a context item are in scope in the condition.

    `members` are the members of the item's type; None if they are unknown, so that any name in the condition may be a
    member.
    """

    operand: Expression
    condition: Expression
    members: tuple[str, ...] | None = None


class Path(Node):
    """`operand.member`."""

    operand: Expression
    member: str


class Call(Node):
    """An invocation with positional arguments, or with named ones (`names` as long as `arguments`)."""

    function: Expression
    arguments: tuple[Expression, ...]
    names: tuple[str, ...] = ()

    @property
    def builtin(self) -> str:
        """The name of the built-in function that is called; that of any other function in scope is not one."""
        return self.function.name if isinstance(self.function, Name) and not self.function.hides_builtin else ""


class ParameterNode(Node):
    name: str
    type: TypeName | None = None


class FunctionDefinition(Node):
    """`function(a: t, b) body`; `external` bodies are contexts that name a Java or PMML function."""

    parameters: tuple[ParameterNode, ...]
    body: Expression
    external: bool = False


class ContextEntry(Node):
    key: str
    value: Expression


class ContextLiteral(Node):
    entries: tuple[ContextEntry, ...]


class ListLiteral(Node):
    items: tuple[Expression, ...]


class RangeLiteral(Node):
    """`[low..high]` with closed or open ends; an end that is None is unbounded, as in `(< 5)`.

    `operator` is set for a range written with an operator; for `=` and `!=` both ends are the same node.
    """

    low: Expression | None
    high: Expression | None
    low_closed: bool
    high_closed: bool
    operator: Choice["", "=", "!=", "<", "<=", ">", ">="] = ""


# Unary tests (rules 7 and 8-16). A test that is a plain Expression accepts the input when it is equal to the
# value, when the value is a list or range that contains it, or, if the expression uses `?`, when it is true.


class ComparisonTest(Node):
    """`< endpoint`, and the like."""

    operator: Choice["=", "!=", "<", "<=", ">", ">="]
    endpoint: Expression


class UnaryTests(Node):
    """The tests of a whole cell: alternatives, negated or not. No alternatives represent `-`: any value."""

    tests: tuple[UnaryTest, ...]
    negated: bool = False

    @property
    def is_any(self) -> bool:
        return not self.tests and not self.negated


Expression = (
    NumberLiteral
    | StringLiteral
    | BooleanLiteral
    | NullLiteral
    | AtLiteral
    | Name
    | InputValue
    | Negation
    | Arithmetic
    | Comparison
    | Conjunction
    | Disjunction
    | Between
    | Membership
    | InstanceOf
    | Conditional
    | For
    | Quantified
    | Filter
    | Path
    | Call
    | FunctionDefinition
    | ContextLiteral
    | ListLiteral
    | RangeLiteral
)
UnaryTest = Expression | ComparisonTest
NodeT = TypeVar("NodeT", bound=Node)


_PARTS: dict[type, tuple[str, ...]] = {}
"""The attributes of each node class that may contain nodes; cached because `fields` is slow."""


def children(node: Node) -> Iterator[Node]:
    """The child nodes, in source order."""
    kind = type(node)
    names = _PARTS.get(kind)
    if names is None:
        names = _PARTS[kind] = tuple(item.name for item in fields(kind) if item.name != "span")
    for name in names:
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for part in value:
                if isinstance(part, Node):
                    yield part
                elif isinstance(part, tuple):
                    yield from (inner for inner in part if isinstance(inner, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and all its descendants, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def mentions_input(node: Node) -> bool:
    """Whether the node refers to the `?` of its own test, not of a test nested in it."""
    if isinstance(node, InputValue):
        return True
    inside = (node.operand,) if isinstance(node, Membership) else children(node)
    return any(mentions_input(child) for child in inside)


def free_names(node: Node) -> frozenset[str]:
    """The free names of the node: variables and built-in functions."""
    return frozenset(_free(node, frozenset()))


def _free(node: Node, bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, Name) and node.name not in bound:
        yield node.name
    for child, names in _scoped_children(node):
        yield from _free(child, bound | names)


def rename(node: NodeT, mapping: Mapping[str, str]) -> NodeT:
    """The node with its free names replaced by the mapping; local names and members stay.

    Raises: ValueError if a new name would refer to a local one.
    """
    return _rename(node, mapping, frozenset())


def _rename(node: NodeT, mapping: Mapping[str, str], bound: frozenset[str]) -> NodeT:
    if isinstance(node, Name):
        if node.name in bound or node.name not in mapping:
            return node
        if mapping[node.name] in bound:
            raise ValueError(f"`{node.name}` cannot become `{mapping[node.name]}`, which is a local name there")
        return replace(node, name=mapping[node.name])
    return _with_children(node, [_rename(child, mapping, bound | names) for child, names in _scoped_children(node)])


def transform(node: NodeT, change: Callable[[Node], Any]) -> NodeT:
    """The node with each of its nodes changed, children first."""
    changed: NodeT = change(_with_children(node, [transform(child, change) for child in children(node)]))
    return changed


def _with_children(node: NodeT, nodes: Iterable[Node]) -> NodeT:
    """The node with other child nodes, in the order of `children`."""
    left = iter(nodes)
    changes: dict[str, Any] = {item.name: _refill(getattr(node, item.name), left) for item in fields(node)}
    return replace(node, **changes)


def _refill(value: object, nodes: Iterator[Node]) -> object:
    """The value of a node's attribute with its nodes replaced by the next of `nodes`, in the order of `children`."""
    if isinstance(value, Span):
        return value
    if isinstance(value, Node):
        return next(nodes)
    if isinstance(value, tuple):
        return tuple(_refill(part, nodes) for part in value)
    return value


def _scoped_children(node: Node) -> Iterator[tuple[Node, frozenset[str]]]:
    """The children, each with the names that the node binds in it."""
    bound: frozenset[str] = frozenset()
    match node:
        case For(iterators=iterators, body=body) | Quantified(iterators=iterators, body=body):
            for iterator in iterators:
                yield iterator, bound
                bound |= {iterator.name}
            yield body, bound | {"partial"} if isinstance(node, For) else bound
        case FunctionDefinition(parameters=parameters, body=body):
            yield from ((parameter, bound) for parameter in parameters)
            yield body, frozenset(parameter.name for parameter in parameters)
        case ContextLiteral(entries=entries):
            for entry in entries:
                with_entry = bound | {entry.key}
                yield entry, with_entry if isinstance(entry.value, FunctionDefinition) else bound
                bound = with_entry
        case Filter(operand=operand, condition=condition, members=members):
            yield operand, bound
            yield condition, frozenset({"item", *(members or ())})
        case _:
            yield from ((child, bound) for child in children(node))
