"""What a FEEL value is: its type, its hashable key, its literal text, and its forms in Python. Knows no syntax.

null is None, a number Decimal, a string str, a boolean bool, a list list, a context dict by string; lists and
contexts are never changed once made. Dates, times and durations are in `temporal`; ranges and functions are here.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.feel import numbers, temporal, types
from dmn_engine.feel.budget import Exhausted, spend_on_items
from dmn_engine.feel.errors import Cause, FeelError
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration
from dmn_engine.feel.types import Type

__all__ = [
    "Cause",
    "FeelError",
    "Function",
    "Range",
    "Value",
    "check_size",
    "describe_kind",
    "format_value",
    "freeze",
    "from_python",
    "quote",
    "to_python",
    "type_of",
]

Value = object
"""Any FEEL value. A union would be no help to a type checker, as lists of a narrower item type would not fit it."""


_EQUALITIES = ("=", "!=")


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends; an end that is None is unbounded (and then open).

    `operator` is `=` for `(=10)`, which the standard holds to be another range than `[10..10]` (Table 53), and `!=` for
    `(!=10)`, all values but the one that is both ends; the other operators say no more than the ends do, and are
    dropped.
    """

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    operator: str = ""

    def __post_init__(self) -> None:
        if self.operator not in _EQUALITIES:
            object.__setattr__(self, "operator", "")

    @classmethod
    def of_comparison(cls, operator: str, end: Value) -> Range:
        """The values that `operator end` accepts (10.3.2.7)."""
        if operator in _EQUALITIES:
            return cls(end, end, True, True, operator)
        if operator in ("<", "<="):
            return cls(None, end, False, operator == "<=")
        return cls(end, None, operator == ">=", False)

    def require_interval(self) -> None:
        """Raises: FeelError where the range leaves out one value, so that it has no two ends."""
        if self.operator == "!=":
            raise FeelError(f"{self} has no ends")

    def __str__(self) -> str:
        return _format_range(self)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value: called with positional values.

    `call` takes as many values as there are parameters (with `variadic`, the last parameter stands for any number,
    none included) and raises FeelError where it has no result. `required` is how many it must be given, where fewer
    than it has parameters. `name` is empty for a function literal. Functions are equal only where they are the same.
    """

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Value]
    parameter_types: tuple[Type, ...] = ()
    result: Type = types.ANY
    variadic: bool = False
    required: int | None = None

    @property
    def arity(self) -> int:
        """How many values it takes at most, not counting the repeats of a variadic parameter."""
        return len(self.parameters)

    @property
    def type(self) -> types.FunctionType:
        """Its type; parameters without a type are of type Any."""
        return types.FunctionType(self.parameter_types or (types.ANY,) * len(self.parameters), self.result)

    def __call__(self, *values: Value) -> Value:
        """Raises: FeelError if the number of values does not fit, or there is no result."""
        least = len(self.parameters) - self.variadic if self.required is None else self.required
        if len(values) < least or (len(values) > len(self.parameters) and not self.variadic):
            takes = f"{len(self.parameters)} value{'' if len(self.parameters) == 1 else 's'}"
            raise FeelError(f"{self.name or 'the function'} takes {takes}, not {len(values)}")
        return self.call(*values)


def type_of(value: Value) -> Type:
    """The type of a value (10.3.2.9). The items of a list that share no type make it a `list<Any>`.

    Raises: TypeError if it is no FEEL value.
    """
    match value:
        case None:
            return types.NULL
        case bool():
            return types.BOOLEAN
        case Decimal():
            return types.NUMBER
        case str():
            return types.STRING
        case Date():
            return types.DATE
        case Time():
            return types.TIME
        case DateTime():
            return types.DATE_TIME
        case DaysDuration():
            return types.DAYS_DURATION
        case YearsDuration():
            return types.YEARS_DURATION
        case list():
            spend_on_items(len(value))
            return types.ListType(_join([type_of(item) for item in value]))
        case dict():
            return types.ContextType(tuple((key, type_of(item)) for key, item in value.items()))
        case Range():
            return types.RangeType(_join([type_of(value.low), type_of(value.high)]))
        case Function():
            return value.type
    raise TypeError(f"{value!r} is not a FEEL value")


def _join(found: list[Type]) -> Type:
    """The one type that all conform to: of the given ones, else Any. Nothing but nulls is Null."""
    result: Type = types.NULL
    for item in found:
        if types.conforms(item, result) and result != types.NULL:
            continue
        if not types.conforms(result, item):
            return types.ANY
        result = item
    return result


MAX_SIZE = 250_000
"""How many values the result of an evaluation may hold, those inside others counted as often as they stand there."""

MAX_DEPTH = 150
"""How deep the values of a result may stand in each other."""


def check_size(value: Value) -> None:
    """Raises: Exhausted if the value is past the bounds of a result.

    A value that stands in others at many places is one in memory; whoever shows or compares them meets all of them.
    """
    _measure(value, 0, {})


def _measure(value: Value, above: int, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """The size and the height of a value; `known` are those of values by identity."""
    match value:
        case list():
            parts: Iterable[Value] = value
        case dict():
            parts = value.values()
        case Range():
            parts = (value.low, value.high)
        case _:
            return 1, 0
    found = known.get(id(value))
    if found is None:
        size, height = 1, 0
        for part in parts if above < MAX_DEPTH else ():
            if isinstance(part, list | dict | Range):
                below = _measure(part, above + 1, known)
                size, height = size + below[0], max(height, below[1])
            else:
                size += 1
        found = known[id(value)] = size, height + 1
    if found[0] > MAX_SIZE:
        raise Exhausted(f"the value holds more than {MAX_SIZE:,} values")
    if above + found[1] > MAX_DEPTH:
        raise Exhausted(f"the value nests deeper than {MAX_DEPTH} levels")
    return found


_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "text",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysDuration: "days and time duration",
    YearsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def describe_kind(value: Value) -> str:
    """The word for the kind of a value in messages: "text" for a string, "number", "list" and so on."""
    return _KINDS.get(type(value), type(value).__name__)


def freeze(value: Value) -> Hashable:
    """A hashable key: two values have the same one just when FEEL's `=` between them is true.

    So 1 and 1.0 share a key, true and 1 do not, nor do a date and its midnight. Raises: TypeError for no FEEL value.
    """
    match value:
        case None | str() | Date() | DaysDuration() | YearsDuration() | Function():
            return value
        case bool():
            return ("boolean", value)
        case Decimal():
            return value
        case Time():
            return ("time", value.zone is None, value.value)
        case DateTime():
            return ("date and time", value.zone is None, value.value)
        case list():
            spend_on_items(len(value))
            return ("list", *map(freeze, value))
        case dict():
            spend_on_items(len(value))
            return ("context", frozenset((key, freeze(item)) for key, item in value.items()))
        case Range():
            ends = (freeze(value.low), freeze(value.high))
            return ("range", *ends, value.low_closed, value.high_closed, value.operator)
    raise TypeError(f"{value!r} is not a FEEL value")


def format_value(value: Value) -> str:
    """The value as FEEL text that denotes an equal value. (A function has no such text: its signature is shown.)

    Raises: TypeError if it is no FEEL value.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return numbers.format_number(value)
        case str():
            return quote(value)
        case Date() | DaysDuration() | YearsDuration():
            return f'@"{value}"'
        case Time() | DateTime():
            return _format_time(value)
        case list():
            spend_on_items(len(value))
            return "[" + ", ".join(map(format_value, value)) + "]"
        case dict():
            spend_on_items(len(value))
            return "{" + ", ".join(f"{_format_key(key)}: {format_value(item)}" for key, item in value.items()) + "}"
        case Range():
            return _format_range(value)
        case Function():
            return f"{value.name or 'function'}({', '.join(value.parameters)})"
    raise TypeError(f"{value!r} is not a FEEL value")


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]')
_PLAIN_KEY = re.compile("[A-Za-z_À-ÖØ-öø-ÿ][0-9A-Za-z_À-ÖØ-öø-ÿ]*")
_RESERVED = frozenset(
    """true false null and or not if then else for in return some every satisfies between instance of function external
    date time duration""".split()  # noqa: SIM905  (a list of quoted words would hide them)
)


def quote(text: str) -> str:
    """The text as a FEEL string literal (grammar rule 35), control characters escaped."""
    return '"' + _UNSAFE.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04X}"), text) + '"'


def _format_key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) and key not in _RESERVED else quote(key)


def _format_time(value: Time | DateTime) -> str:
    zone = value.zone
    seconds = getattr(zone, "seconds", 0)
    if not seconds % 60:
        return f'@"{value}"'
    if isinstance(value, DateTime):
        return f"date and time({format_value(value.date)}, {_format_time(value.time)})"
    offset = DaysDuration.of_seconds(seconds)
    parts = (str(value.hour), str(value.minute), numbers.format_number(value.second))
    return f'time({", ".join(parts)}, @"{offset}")'


def _format_range(value: Range) -> str:
    if value.operator:
        return f"({value.operator} {format_value(value.low)})"
    if value.low is None and value.high is not None:
        return f"({'<=' if value.high_closed else '<'} {format_value(value.high)})"
    if value.high is None and value.low is not None:
        return f"({'>=' if value.low_closed else '>'} {format_value(value.low)})"
    low, high = format_value(value.low), format_value(value.high)
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def from_python(value: object) -> Value:
    """The FEEL value for a Python one: int, float (by its shortest text), datetime.*, sequences, mappings.

    FEEL values stay as they are, numbers rounded to 34 digits. Raises: FeelError if there is none.
    """
    match value:
        case None | bool() | str() | Date() | Time() | DateTime() | DaysDuration() | YearsDuration():
            return value
        case Range() | Function():
            return value
        case Decimal():
            return numbers.normalise(value)
        case int():
            return numbers.normalise(Decimal(value))
        case float():
            return numbers.normalise(Decimal(repr(float(value))))
        case datetime.date() | datetime.time() | datetime.timedelta():
            return temporal.from_python(value)
        case list() | tuple():
            return [from_python(item) for item in value]
        case Mapping():
            return {_key_from_python(key): from_python(item) for key, item in value.items()}
    raise FeelError(f"a value of the type {type(value).__name__} has no form in FEEL")


def _key_from_python(key: object) -> str:
    if not isinstance(key, str):
        raise FeelError(f"the names of a context are texts, not {key!r}")
    return key


def to_python(value: Value) -> object:
    """The value with Python's own types where they can hold it: whole numbers as int, datetime.* for temporals.

    A number with a fraction stays a Decimal; a temporal past Python's range or precision, a years and months
    duration, a range and a function stay as they are.
    """
    match value:
        case Decimal():
            return int(value) if numbers.is_integer(value) and value.adjusted() <= 34 else value
        case Date() | Time() | DateTime() | DaysDuration():
            try:
                return value.to_python()
            except ValueError:
                return value
        case list():
            return [to_python(item) for item in value]
        case dict():
            return {key: to_python(item) for key, item in value.items()}
    return value
