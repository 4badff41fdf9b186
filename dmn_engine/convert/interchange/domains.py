"""Types and allowed values of a model, declared or inferred, as types and domains of a data dictionary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dmn_engine.convert.interchange.drafts import TableDraft, list_tests, list_trees
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.syntax import (
    AtLiteral,
    BooleanLiteral,
    Call,
    Comparison,
    ComparisonTest,
    Conjunction,
    InputValue,
    Name,
    Negation,
    Node,
    NullLiteral,
    NumberLiteral,
    Path,
    RangeLiteral,
    StringLiteral,
    UnaryTest,
    UnaryTests,
    children,
)
from dmn_engine.feel.types import (
    ANY,
    NUMBER,
    ContextType,
    ListType,
    Type,
)
from dmn_engine.model.data_dictionary import ANY_VALUE, Domain
from dmn_engine.model.type_constraints import ItemType, Restriction, read_domain


@dataclass(frozen=True, slots=True)
class Allowed:
    """Allowed values: a domain, whether null is allowed, and the restrictions that a domain cannot represent."""

    domain: Domain = ANY_VALUE
    nullable: bool = False
    untold: tuple[Source, ...] = ()


def allow_item(item: ItemType, *more: Restriction | None) -> Allowed:
    """The values that a type allows (for a list type, its items), with further restrictions."""
    if isinstance(item.type, ListType):
        inner = item.item.restrictions if item.item is not None else ()
        whole = [found.source for found in (*item.restrictions, *more) if found is not None]
        allowed = _allow(inner)
        return replace(allowed, untold=(*allowed.untold, *whole))
    untold = _list_untold(item)
    allowed = _allow([*item.restrictions, *(found for found in more if found is not None)])
    return replace(allowed, untold=(*allowed.untold, *untold))


def _list_untold(item: ItemType) -> list[Source]:
    """The restrictions of a structure's members, which a field cannot represent."""
    found = []
    for _, member in item.members:
        found += [restriction.source for restriction in member.restrictions]
        found += _list_untold(member if member.item is None else member.item)
    return found


def _allow(restrictions: Iterable[Restriction]) -> Allowed:
    domain, nullable, untold = ANY_VALUE, False, []
    for restriction in restrictions:
        found = read_domain(restriction.tests)
        joined = None if found is None else domain.intersect(found)
        if joined is None:
            untold.append(restriction.source)
        else:
            domain = joined
        nullable = nullable or any(isinstance(test, NullLiteral) for test in restriction.tests.tests)
    return Allowed(domain, nullable, tuple(untold))


def unite_domains(domains: Iterable[Domain]) -> Domain:
    """The values of any of these, numbers between two ranges included; any value where one of them allows that."""
    every = list(domains)
    if not every or ANY_VALUE in every:
        return ANY_VALUE
    lists = [domain.values for domain in every if domain.values is not None]
    if len(lists) == len(every):
        return Domain(tuple(dict.fromkeys(value for values in lists for value in values)))
    if lists:
        return ANY_VALUE
    low, low_closed = _extend([(domain.low, domain.low_closed) for domain in every], min)
    high, high_closed = _extend([(domain.high, domain.high_closed) for domain in every], max)
    return Domain(None, low, high, low_closed, high_closed, all(domain.integer for domain in every))


def _extend(
    ends: Sequence[tuple[Decimal | None, bool]], outer: Callable[[Iterable[Decimal]], Decimal]
) -> tuple[Decimal | None, bool]:
    """The outermost of the ends of several ranges, and whether it is closed in one of them."""
    known = [end for end, _ in ends if end is not None]
    if len(known) < len(ends):
        return None, True
    found = outer(known)
    return found, any(closed for end, closed in ends if end == found)


def infer_type(columns: Sequence[UnaryTests]) -> Type:
    """The common type of all constants that the cells of a column compare with; `Any` if there are several."""
    types = {_type_of(test) for tests in columns for test in tests.tests if not isinstance(test, NullLiteral)}
    return types.pop() if len(types) == 1 else ANY


def _type_of(test: UnaryTest) -> Type:
    match test:
        case ComparisonTest(endpoint=endpoint):
            return _type_of(endpoint)
        case StringLiteral() | NumberLiteral() | BooleanLiteral() | AtLiteral():
            return check_expression(test, Source(""), {}, Diagnostics())
        case RangeLiteral(low=low, high=high):
            ends = {_type_of(end) for end in (low, high) if end is not None}
            return ends.pop() if len(ends) == 1 else ANY
        case Negation(operand=operand):
            return NUMBER if _type_of(operand) == NUMBER else ANY
        case Conjunction(left=Comparison(left=InputValue(), right=NullLiteral()), right=rest):
            return _type_of(rest)
        case Call(function=Name(name="list contains"), arguments=(InputValue(), item), names=()):
            inner = _type_of(item)
            return ANY if inner == ANY else ListType(inner)
    return ANY


Members = tuple[str, ...]


@dataclass(slots=True)
class _Tree:
    """The members that are read, by name, and the type of the node if it is read itself."""

    type: Type = ANY
    members: dict[str, _Tree] = field(default_factory=dict)

    def at(self, path: Members) -> _Tree:
        return self if not path else self.members.setdefault(path[0], _Tree()).at(path[1:])

    def build(self) -> Type:
        if not self.members:
            return self.type
        return ContextType(tuple((name, tree.build()) for name, tree in self.members.items()))


def infer_structure(name: str, drafts: Sequence[TableDraft]) -> Type:
    """The context type of all members that are read; `Any` if the input is read as a whole or no column has a type."""
    reads = [path for draft in drafts for tree in list_trees(draft) for path in _find_paths(tree, name)]
    told = dict(_list_told(name, drafts))
    if not told or () in reads:
        return ANY
    root = _Tree()
    for path in reads:
        root.at(path).type = told.get(path, ANY)
    return root.build()


def _list_told(name: str, drafts: Sequence[TableDraft]) -> Iterator[tuple[Members, Type]]:
    """The paths in input columns, with the types of the columns."""
    for draft in drafts:
        for index, item in enumerate(draft.inputs):
            path = None if item.text.tree is None else _read_path(item.text.tree, name)
            if path:
                said = item.type.type
                yield path, said if said != ANY else infer_type(list_tests(draft, index))


def _find_paths(node: Node, name: str) -> Iterator[Members]:
    path = _read_path(node, name)
    if path is not None:
        yield path
        return
    for child in children(node):
        yield from _find_paths(child, name)


def _read_path(node: Node, name: str) -> Members | None:
    """The member names of a path that begins at the input; None if the node is not such a path."""
    match node:
        case Name(name=read) if read == name:
            return ()
        case Path(operand=operand, member=member):
            above = _read_path(operand, name)
            return None if above is None else (*above, member)
    return None
