"""Operations on types: those of the operators (DMN 1.5, tables 50 to 56), members, items, common types, and names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dmn_engine.feel.scope import Scope
from dmn_engine.feel.syntax import TypeName
from dmn_engine.feel.types import (
    ANY,
    BOOLEAN,
    BY_NAME,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    conforms,
)

Members = Mapping[str, Type]

_DATE_MEMBERS: dict[str, Type] = dict.fromkeys(("year", "month", "day", "weekday"), NUMBER)
_TIME_MEMBERS: dict[str, Type] = {
    **dict.fromkeys(("hour", "minute", "second"), NUMBER),
    "time offset": DAYS_DURATION,
    "timezone": STRING,
}
# DMN 1.5, 10.3.2.10, table 65
_MEMBERS: Mapping[Type, Members] = MappingProxyType(
    {
        DATE: _DATE_MEMBERS,
        TIME: _TIME_MEMBERS,
        DATE_TIME: _DATE_MEMBERS | _TIME_MEMBERS,
        DAYS_DURATION: dict.fromkeys(("days", "hours", "minutes", "seconds"), NUMBER),
        YEARS_DURATION: dict.fromkeys(("years", "months"), NUMBER),
    }
)
_MEMBERLESS = (NUMBER, STRING, BOOLEAN)


def members_of(type_: Type) -> Members | None:
    """The members of a value of the type, or of its items if it is a list; None if they are unknown."""
    match type_:
        case ListType(item=item):
            return members_of(item)
        case ContextType(members=members):
            return dict(members) if members else None
        case RangeType(item=item):
            return {"start": item, "end": item, "start included": BOOLEAN, "end included": BOOLEAN}
        case FunctionType():
            return {}
    if type_ in _MEMBERLESS:
        return {}
    return _MEMBERS.get(type_)


def item_of(type_: Type) -> Type:
    """The type of the items in an iteration; a single value is a list of itself."""
    match type_:
        case ListType(item=item) | RangeType(item=item):
            return item
    return ANY if type_ == NULL else type_


def item_scope(type_: Type, parent: Scope) -> Scope:
    """The scope of a filter's condition: `item`, and within it the members of an item that is a context."""
    item = type_.item if isinstance(type_, ListType) else type_
    members = dict(item.members) if isinstance(item, ContextType) else {}
    return Scope({"item": item, **members}, parent, is_open=item_members(type_) is None)


def item_members(type_: Type) -> tuple[str, ...] | None:
    """The members of an item that is a context; None if they are unknown."""
    item = type_.item if isinstance(type_, ListType) else type_
    if item in (ANY, NULL, ContextType()):
        return None
    return tuple(name for name, _ in item.members) if isinstance(item, ContextType) else ()


def common_type(left: Type, right: Type) -> Type:
    """A type for values of either type; a context has the members of both, because items of a list often differ."""
    if left == right or right == NULL:
        return left
    if left == NULL:
        return right
    match left, right:
        case ContextType(members=some), ContextType(members=others):
            joined = dict(some)
            for name, type_ in others:
                joined[name] = common_type(joined[name], type_) if name in joined else type_
            return ContextType(tuple(joined.items()))
        case ListType(item=a), ListType(item=b):
            return ListType(common_type(a, b))
        case RangeType(item=a), RangeType(item=b):
            return RangeType(common_type(a, b))
    return ANY


def may_be(type_: Type, target: Type) -> bool:
    """Whether some value of `type_` fits `target`, possibly by conversion (10.3.2.9.4)."""
    if ANY in (type_, target) or NULL in (type_, target) or conforms(type_, target):
        return True
    match type_, target:
        case ListType(item=a), ListType(item=b):
            return may_be(a, b)
        case ListType(item=item), _:
            return may_be(item, target)
        case _, ListType(item=item):
            return may_be(type_, item)
        case RangeType(item=a), RangeType(item=b):
            return may_be(a, b)
        case ContextType(members=members), ContextType(members=wanted):
            have = dict(members)
            return all(name not in have or may_be(have[name], want) for name, want in wanted)
        case FunctionType(parameters=have_parameters), FunctionType(parameters=want_parameters):
            return len(have_parameters) == len(want_parameters)
    return type_ == DATE and target == DATE_TIME


def unknown_type(name: TypeName, types: Mapping[str, Type]) -> TypeName | None:
    """The innermost unknown type name in a type, or None."""
    if resolve_type(name, types) is not None:
        return None
    parts = (*name.arguments, *(member for _, member in name.members), *filter(None, (name.result,)))
    return next(filter(None, (unknown_type(part, types) for part in parts)), name)


def resolve_type(name: TypeName, types: Mapping[str, Type]) -> Type | None:
    """The type with this name; None if it contains an unknown type name."""
    match name.name:
        case "list" | "range" if name.arguments:
            item = resolve_type(name.arguments[0], types)
            if item is None:
                return None
            return ListType(item) if name.name == "list" else RangeType(item)
        case "context" if name.members:
            members = [(key, resolve_type(member, types)) for key, member in name.members]
            known = tuple((key, type_) for key, type_ in members if type_ is not None)
            return ContextType(known) if len(known) == len(members) else None
        case "function" if name.result is not None:
            result = resolve_type(name.result, types)
            parameters = [resolve_type(argument, types) for argument in name.arguments]
            known_parameters = tuple(type_ for type_ in parameters if type_ is not None)
            if result is None or len(known_parameters) != len(parameters):
                return None
            return FunctionType(known_parameters, result)
    return types.get(name.name) or BY_NAME.get(name.name)


# Operators

_Row = tuple[Type, Type, Type]

_ADDITION: tuple[_Row, ...] = (
    (NUMBER, NUMBER, NUMBER),
    (STRING, STRING, STRING),
    (DAYS_DURATION, DAYS_DURATION, DAYS_DURATION),
    (YEARS_DURATION, YEARS_DURATION, YEARS_DURATION),
    *((point, DAYS_DURATION, point) for point in (DATE, TIME, DATE_TIME)),
    *((DAYS_DURATION, point, point) for point in (DATE, TIME, DATE_TIME)),
    *((point, YEARS_DURATION, point) for point in (DATE, DATE_TIME)),
    *((YEARS_DURATION, point, point) for point in (DATE, DATE_TIME)),
)
_SUBTRACTION: tuple[_Row, ...] = (
    (NUMBER, NUMBER, NUMBER),
    (DAYS_DURATION, DAYS_DURATION, DAYS_DURATION),
    (YEARS_DURATION, YEARS_DURATION, YEARS_DURATION),
    (TIME, TIME, DAYS_DURATION),
    *((left, right, DAYS_DURATION) for left in (DATE, DATE_TIME) for right in (DATE, DATE_TIME)),
    *((point, DAYS_DURATION, point) for point in (DATE, TIME, DATE_TIME)),
    *((point, YEARS_DURATION, point) for point in (DATE, DATE_TIME)),
)
_DURATIONS = (DAYS_DURATION, YEARS_DURATION)
_MULTIPLICATION: tuple[_Row, ...] = (
    (NUMBER, NUMBER, NUMBER),
    *((duration, NUMBER, duration) for duration in _DURATIONS),
    *((NUMBER, duration, duration) for duration in _DURATIONS),
)
_DIVISION: tuple[_Row, ...] = (
    (NUMBER, NUMBER, NUMBER),
    *((duration, NUMBER, duration) for duration in _DURATIONS),
    *((duration, duration, NUMBER) for duration in _DURATIONS),
)
_TABLE: Mapping[str, tuple[_Row, ...]] = MappingProxyType(
    {
        "+": _ADDITION,
        "-": _SUBTRACTION,
        "*": _MULTIPLICATION,
        "/": _DIVISION,
        "**": ((NUMBER, NUMBER, NUMBER),),
    }
)
_ORDERED = (NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS_DURATION, YEARS_DURATION)


def result_of(operator: str, left: Type, right: Type) -> Type | None:
    """The type of `left operator right`; Any if it depends on the values, None if it is always null."""
    results = {result for a, b, result in _TABLE[operator] if _is(left, a) and _is(right, b)}
    if not results:
        return None
    return results.pop() if len(results) == 1 else ANY


def _is(type_: Type, wanted: Type) -> bool:
    return type_ in (wanted, ANY)


def are_comparable(left: Type, right: Type) -> bool:
    """Whether `=` between values of these types is not always null."""
    if ANY in (left, right) or NULL in (left, right):
        return True
    if isinstance(left, ListType | RangeType | ContextType | FunctionType):
        return type(left) is type(right)
    return left == right


def are_ordered(left: Type, right: Type) -> bool:
    """Whether `<` between values of these types is not always null."""
    if left == ANY:
        return right == ANY or right in _ORDERED
    return left in _ORDERED and right in (left, ANY)


def is_negatable(type_: Type) -> bool:
    """Whether `-` before a value of the type is not always null."""
    return type_ in (ANY, NUMBER, *_DURATIONS)


_PLURALS: Mapping[Type, str] = MappingProxyType(
    {
        NUMBER: "numbers",
        STRING: "texts",
        BOOLEAN: "booleans",
        DATE: "dates",
        TIME: "times",
        DATE_TIME: "dates and times",
        DAYS_DURATION: "days and time durations",
        YEARS_DURATION: "years and months durations",
    }
)


def _describe_items(item: Type) -> str:
    return f" of {_PLURALS[item]}" if item in _PLURALS else ""


def describe(type_: Type) -> str:
    """The type in a message, with its article."""
    match type_:
        case ListType(item=item):
            return "a list" + _describe_items(item)
        case RangeType(item=item):
            return "a range" + _describe_items(item)
        case ContextType():
            return "a context"
        case FunctionType():
            return "a function"
    if type_ in (NULL, STRING):
        return "null" if type_ == NULL else "text"
    return "a value of any type" if type_ == ANY else f"a {type_}"


def advise(operator: str, left: Type, right: Type) -> str:
    """What to write instead of an arithmetic operation on these types."""
    if operator == "+" and STRING in (left, right):
        return "make a text of the other with `string(...)`"
    if operator in ("+", "-") and NUMBER in (left, right) and {left, right} & {DATE, TIME, DATE_TIME}:
        return 'add a duration, such as `@"P7D"`'
    return ""
