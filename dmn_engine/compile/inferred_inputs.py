"""Types and allowed values of the inputs of a model, as far as its tables say what the inputs do not declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dmn_engine.diagnostics import CellRef, Diagnostics, Source
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.syntax import (
    AtLiteral,
    BooleanLiteral,
    Call,
    Comparison,
    ComparisonTest,
    Conjunction,
    Expression,
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
    free_names,
)
from dmn_engine.feel.types import (
    ANY,
    NUMBER,
    ContextType,
    ListType,
    Type,
)
from dmn_engine.model.data_dictionary import ANY_VALUE, Domain, unite_domains
from dmn_engine.model.type_constraints import AllowedValues, ItemType, read_domain
from dmn_engine.workbook.cells.reading import name_type


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """An input column: its expression (None if invalid), its declared type and values, and its valid tests.

    A column that `is_own` says nothing about the values of its input.
    """

    expression: Expression | None
    type: ItemType
    allowed: AllowedValues | None
    tests: Sequence[UnaryTests]
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class TableUse:
    """A table, or other logic without columns, as a use of inputs: its columns, and all its expressions and tests."""

    columns: Sequence[ColumnUse]
    trees: Sequence[Expression | UnaryTests]


def infer_input(name: str, place: Source, uses: Sequence[TableUse], found: Diagnostics) -> tuple[Type, Domain]:
    """The type and values of an input without a declared type; a diagnostic says what is inferred, or is not.

    The type is the one that its columns declare, else the type of all constants that they compare it with.
    """
    columns = [column for use in uses for column in use.columns if _is_of(column, name)]
    declared = {column.type.type for column in columns} - {ANY}
    if len(declared) == 1:
        return declared.pop(), infer_domain(name, place, uses, found)
    type_ = infer_type([tests for column in columns for tests in column.tests])
    type_ = _infer_structure(name, uses) if type_ == ANY else type_
    if type_ == ANY and not any(name in free_names(tree) for use in uses for tree in use.trees):
        return ANY, ANY_VALUE
    help = advise(place, "give its <variable> a typeRef")
    if type_ == ANY:
        found.warning("type-unknown", f"the type of `{name}` is not declared and cannot be inferred", place, help=help)
    else:
        words = name_type(type_) if not isinstance(type_, ContextType) else f"`{type_}`"
        message = f"the type of `{name}` is not declared; the tables use it as {words}"
        found.note("type-inferred", message, place, help=help)
    return type_, infer_domain(name, place, uses, found)


def infer_domain(name: str, place: Source, uses: Sequence[TableUse], found: Diagnostics) -> Domain:
    """The values that the columns of an input list, because every table gives null for others."""
    columns = [column for use in uses for column in use.columns if _is_of(column, name)]
    if any(column.is_own for column in columns):
        return ANY_VALUE
    shared = unite_domains(allow_item(column.type, column.allowed).domain for column in columns)
    if shared != ANY_VALUE:
        message = f"the values of `{name}` are those that tables list for it"
        found.note("values-inferred", message, place, help=advise(place, "give its type these <allowedValues>"))
    return shared


def advise(place: Source, in_model: str) -> str:
    """What to do about a text: `in_model` for a model file. A foreign layout cannot express it and is converted."""
    if isinstance(place.origin, CellRef):
        return "this layout cannot say it: convert the workbook (`dmn convert`), and correct what is written there"
    return in_model


def _is_of(column: ColumnUse, name: str) -> bool:
    return isinstance(column.expression, Name) and column.expression.name == name


@dataclass(frozen=True, slots=True)
class Allowed:
    """Allowed values: a domain, whether null is allowed, and the restrictions that a domain cannot represent."""

    domain: Domain = ANY_VALUE
    nullable: bool = False
    untold: tuple[Source, ...] = ()


def allow_item(item: ItemType, *more: AllowedValues | None) -> Allowed:
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


def _allow(restrictions: Iterable[AllowedValues]) -> Allowed:
    domain, nullable, untold = ANY_VALUE, False, []
    for restriction in restrictions:
        found = read_domain(restriction.tests)
        is_listable = found is not None and all(isinstance(item, str | Decimal | bool) for item in found.values or ())
        joined = domain.intersect(found) if found is not None and is_listable else None
        if joined is None:
            untold.append(restriction.source)
        else:
            domain = joined
        nullable = nullable or any(isinstance(test, NullLiteral) for test in restriction.tests.tests)
    return Allowed(domain, nullable, tuple(untold))


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
        case Call(builtin="list contains", arguments=(InputValue(), item), names=()):
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


def _infer_structure(name: str, uses: Sequence[TableUse]) -> Type:
    """The context type of all members that are read; `Any` if the input is read as a whole or no column has a type."""
    reads = [path for use in uses for tree in use.trees for path in _find_paths(tree, name)]
    known = dict(_list_typed(name, uses))
    if not known or () in reads:
        return ANY
    root = _Tree()
    for path in reads:
        root.at(path).type = known.get(path, ANY)
    return root.build()


def _list_typed(name: str, uses: Sequence[TableUse]) -> Iterator[tuple[Members, Type]]:
    """The paths in input columns, with the types of the columns."""
    for column in (column for use in uses for column in use.columns):
        path = None if column.expression is None else _read_path(column.expression, name)
        if path:
            declared = column.type.type
            yield path, declared if declared != ANY else infer_type(column.tests)


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
