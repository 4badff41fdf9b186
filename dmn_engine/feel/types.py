"""The types of FEEL and their conformance (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class SimpleType:
    """A type without parts, by its FEEL name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListType:
    item: Type

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class RangeType:
    item: Type

    def __str__(self) -> str:
        return f"range<{self.item}>"


@dataclass(frozen=True, slots=True)
class ContextType:
    """A context type: its members in order. A value conforms if it has all of them."""

    members: tuple[tuple[str, Type], ...] = ()

    def member(self, name: str) -> Type | None:
        """The type of the member of that name, or None."""
        return next((type_ for key, type_ in self.members if key == name), None)

    def __str__(self) -> str:
        return "context<" + ", ".join(f"{key}: {type_}" for key, type_ in self.members) + ">"


@dataclass(frozen=True, slots=True)
class FunctionType:
    parameters: tuple[Type, ...]
    result: Type

    def __str__(self) -> str:
        return "function<" + ", ".join(map(str, self.parameters)) + f"> -> {self.result}"


Type = SimpleType | ListType | RangeType | ContextType | FunctionType

ANY = SimpleType("Any")
NULL = SimpleType("Null")
NUMBER = SimpleType("number")
STRING = SimpleType("string")
BOOLEAN = SimpleType("boolean")
DATE = SimpleType("date")
TIME = SimpleType("time")
DATE_TIME = SimpleType("date and time")
DAYS_DURATION = SimpleType("days and time duration")
YEARS_DURATION = SimpleType("years and months duration")

BY_NAME: Mapping[str, SimpleType] = MappingProxyType(
    {
        type_.name: type_
        for type_ in (ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_DURATION, YEARS_DURATION)
    }
    | {
        "dateTime": DATE_TIME,
        "dayTimeDuration": DAYS_DURATION,
        "yearMonthDuration": YEARS_DURATION,
    }
)


MAX_PARTS = 10_000
"""The most parts of a type that is not "large"."""

MAX_LAYERS = 60
"""The most levels of nested types in a type that is not "large"."""


def is_large(type_: Type) -> bool:
    """Whether the type has too many parts or levels; a part is counted once for each place where it is used."""
    pending: list[tuple[Type, int]] = [(type_, 1)]
    count = 0
    while pending:
        part, layer = pending.pop()
        count += 1
        if count > MAX_PARTS or layer > MAX_LAYERS:
            return True
        match part:
            case ListType(item=item) | RangeType(item=item):
                pending.append((item, layer + 1))
            case ContextType(members=members):
                pending.extend((member, layer + 1) for _, member in members)
            case FunctionType(parameters=parameters, result=result):
                pending.extend((inner, layer + 1) for inner in (*parameters, result))
    return False


def conforms(type_: Type, target: Type) -> bool:
    """Whether every value of `type_` is one of `target` (DMN 1.5, 10.3.2.9.4)."""
    if target == ANY or type_ in (target, NULL):
        return True
    match type_, target:
        case (ListType(item=a), ListType(item=b)) | (RangeType(item=a), RangeType(item=b)):
            return conforms(a, b)
        case ContextType(), ContextType(members=wanted):
            return all((found := type_.member(key)) is not None and conforms(found, want) for key, want in wanted)
        case FunctionType(parameters=have, result=gives), FunctionType(parameters=want, result=takes):
            return (
                len(have) == len(want)
                and conforms(gives, takes)
                and all(conforms(b, a) for a, b in zip(have, want, strict=True))
            )
    return False
