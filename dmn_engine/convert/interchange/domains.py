"""The allowed values of a model's types, as types and domains of a data dictionary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

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
    NullLiteral,
    NumberLiteral,
    RangeLiteral,
    StringLiteral,
    UnaryTest,
    UnaryTests,
)
from dmn_engine.feel.types import (
    ANY,
    NUMBER,
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
